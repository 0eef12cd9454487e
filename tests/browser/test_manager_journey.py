"""A manager without a mouse: the council's question answered and kept, the annual report made, told, issued, taken.

What is taken as a file is held cell by cell against the page.
"""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import jobs
from cases.figures.models import PublishedFigure
from cases.figures.reports.models import Report
from cases.law import calendar
from cases.records.answers import NumbersQuestion, PublishedAnswer
from consult.shell.accounts import Account
from tests import builders
from tests.browser.desk import no_mouse, picture, sign_in
from tests.browser.gate import gate
from tests.browser.manager_desk import TOLD, Hands, as_number, as_read, ask_the_councils_question, tables
from tests.cases.services.pionet.test_cards import confirm
from tests.papers import text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_year_ago(moment: datetime) -> datetime:
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year - 1, day=day)


@pytest.fixture
def counsellor(tmp_path: Any, settings: Any) -> Account:
    """Calls of this moment and of a year ago, one of them with a confirmed text."""
    settings.COLUMNS_DIR = tmp_path / "columns"
    by, now = builders.account(), timezone.now()
    for age, scam, when in (
        (70, "INSPECTION", now), (82, "INSPECTION", now), (91, "INSPECTION", now), (45, "INSPECTION", now),
        (68, "FAKE_SHOP", now), (None, "INSPECTION", now),
        (77, "INSPECTION", a_year_ago(now)), (30, "PHISHING", a_year_ago(now)),
    ):  # fmt: skip
        builders.case(by=by, age=age, scam_main=scam, received_at=when - timedelta(seconds=1), sex="FEMALE")
    confirm(
        builders.case(by=by, age=72, scam_main="SUPPORT_SCAM", received_at=now - timedelta(seconds=1)), by
    )
    return by


@pytest.fixture
def hands(page: Page, live_server: Any, counsellor: Account) -> Hands:
    no_mouse(page)
    sign_in(page, live_server, builders.account("MANAGER", at=counsellor.centre))
    page.goto(f"{live_server.url}/")
    return Hands(page)


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    assert gate(page) == [], name


def saved(hands: Hands, words: str, folder: Path) -> bytes:
    file = folder / "file"
    hands.download(words).save_as(file)
    return file.read_bytes()


def test_the_council_asks_and_is_answered(page: Page, hands: Hands, tmp_path: Path) -> None:
    """「65歳以上の点検商法は、昨年度の同じ時期と比べて?」"""
    ask_the_councils_question(hands)
    hands.sees("前年同期 1件(+2件、+200.0%)")
    looked_at(page, "journey-asked")

    cross, compared = tables(page)
    book = openpyxl.load_workbook(io.BytesIO(saved(hands, "Excel", tmp_path)))
    assert_same_numbers(book["集計"], cross, compared)
    told = {str(row[0].value): str(row[1].value) for row in book["定義"].iter_rows(min_row=2)}
    assert told.keys() >= {"時点", "速報・確定", "期間", "条件", "比較", "取扱い"}
    text = saved(hands, "CSV(Shift_JIS)", tmp_path).decode("cp932")
    assert "〓にした文字 0字" in text

    page.reload()
    hands.write("名前", "12月議会 65歳以上の点検商法")
    hands.choose("次に開いたときに数えるもの", "開いた日の「今年度」")
    hands.open("この集計を保存する")
    assert NumbersQuestion.objects.get().address.startswith("period=this_fiscal_year")
    hands.open("議会などへの回答として残す")
    hands.write("何への回答か", "12月定例会 一般質問")
    hands.write("答えた日", "今日")
    hands.send()
    expect(page.locator("h1")).to_have_text("回答 第1号")
    assert PublishedAnswer.objects.get().definition["from"].endswith("-04-01")
    assert tables(page)[0] == cross
    looked_at(page, "journey-answer")


def assert_same_numbers(sheet: Any, cross: list[list[str]], compared: list[list[str]]) -> None:
    """The sheet holds the two tables of the page side by side: the cells, then what they are compared with."""
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(cross) - 1 == len(compared) - 1
    for row, (label, total, *cells), (_label, same, _bar, before, difference, change, *shares) in zip(
        rows, cross[1:], compared[1:], strict=True
    ):
        assert same == total
        shown = [label, *(as_number(cell) or Decimal(0) for cell in cells)]
        shown += [as_number(text) for text in (total, before, difference, change)]
        assert [as_read(cell) for cell in row[1 : len(shown) + 1]] == shown
        seniors, _known, of_known, _all, of_all = row[len(shown) + 1 : len(shown) + 6]
        assert as_read(seniors) == as_number(shares[0])
        for text, share in zip(shares[1:], (of_known, of_all), strict=True):
            assert as_number(text.split("%")[0]) == as_read(share)


def test_the_annual_report_is_made_and_issued(
    page: Page, hands: Hands, counsellor: Account, tmp_path: Path
) -> None:
    PublishedFigure.objects.create(
        centre=counsellor.centre, name="相談件数", year=f"{calendar.fiscal_year(calendar.today()) - 3}年度",
        value=Decimal(2655), unit="件", definition="新規の相談", source="事業概要",
    )  # fmt: skip
    hands.open("年報")
    hands.choose("期間", "年報 " + calendar.wareki_year(calendar.today())[:3])
    hands.open("作る")
    hands.sees("年報・月報の作成")
    picture(page, "journey-report-waits")  # it is no page at rest: it asks how far the job is
    jobs.claim_and_run(worker="w")
    page.wait_for_selector("text=1 件数の推移")
    hands.sees("公表値は件数に加えていません")

    hands.open("事例を選ぶ")
    looked_at(page, "journey-examples")
    hands.choose("相談", "20")
    hands.open("確定した文を開く")
    hands.write("題名", "屋根の点検商法")
    hands.write("内容", TOLD)
    hands.to("個人が分からないことを確かめました")
    hands.press("Space")
    looked_at(page, "journey-example-chosen")
    hands.open("この文で載せる")
    hands.sees("事例を載せました")
    looked_at(page, "journey-example-told")

    page.go_back()
    hands.page.goto(page.url.replace("/examples", "/").split("?")[0])
    hands.open("番号を付けて発行する")
    hands.sees("印を付けてから発行してください")
    looked_at(page, "journey-issue-refused")
    hands.to("内容を確かめました")
    hands.press("Space")
    hands.open("番号を付けて発行する")
    hands.sees("第1号")
    jobs.claim_and_run(worker="w")
    page.wait_for_selector("text=データ(JSON)")
    looked_at(page, "journey-report-issued")
    assert Report.objects.get().is_issued
    assert_report_files(page, hands, tmp_path)


def assert_report_files(page: Page, hands: Hands, folder: Path) -> None:
    """Every cell of every table of the page stands in the workbook, row by row, and on paper."""
    shown = [row for table in tables(page, ".report-table") for row in table[1:]]
    book = openpyxl.load_workbook(io.BytesIO(saved(hands, "Excel", folder)))
    there = {
        tuple(as_read(cell) for cell in row[: len(row)])
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    }
    missing = [row for row in shown if not _stands(tuple(as_number(cell) for cell in row), there)]
    assert missing == []
    page.reload()
    text = text_of(saved(hands, "PDF", folder))
    assert [row for row in shown if "".join("".join(row).split()) not in text] == []


def _stands(row: tuple[Any, ...], there: set[tuple[Any, ...]]) -> bool:
    return any(found[: len(row)] == row and not any(found[len(row) :]) for found in there)
