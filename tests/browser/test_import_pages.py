"""取込 and 処理状況 in a browser: from the file to the cases, on a desk and on a phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from cases import jobs
from cases.records.case import Case
from tests import builders
from tests.browser.desk import picture, sign_in
from tests.browser.gate import gate
from tests.cases.services.ledger.ledgers import HEADER, csv_bytes, many, rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_ledger_is_imported_with_a_stop_on_the_way(page: Page, live_server: Any, tmp_path: Any) -> None:
    sign_in(page, live_server, builders.account("MANAGER"))
    ledger = tmp_path / "台帳.csv"
    head, good = rows({})
    wrong = rows({"整理番号": "2", "受付年月日": "5/7"}, {"整理番号": "3", "手口": "なぞ"})[1:]
    ledger.write_bytes(csv_bytes([[*head, "天気"], [*good, "晴"], *wrong, *many(5, first=10)[1:]]))
    assert len(HEADER) == len(head)

    def look(name: str) -> None:
        assert gate(page) == []
        picture(page, name)

    page.goto(live_server.url + reverse("imports"))
    look("imports")
    page.set_input_files("input[type=file]", str(ledger))
    page.click("text=読み込む")
    page.wait_for_selector("text=列の対応を確かめる")
    look("import-columns")
    page.click("text=すべての行を確認する")
    page.wait_for_selector("text=進み具合")
    jobs.claim_and_run(worker="w")
    page.wait_for_selector("text=初めの行はこう読みました")
    look("import-checked")
    page.click("text=7件を取り込む")
    page.click("text=中止")
    page.click("text=再開")
    page.wait_for_selector("text=中止")
    look("import-waiting")
    jobs.claim_and_run(worker="w")
    page.wait_for_selector("text=新しい相談")
    look("import-done")
    assert Case.objects.count() == 7
    page.goto(live_server.url + reverse("jobs"))
    look("jobs")
