"""Similar cases by keys alone: a first sentence, a hit and why, helped, saved; search down; the page of the index."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run
from cases.records.case import Case
from consult.shell.accounts import Account
from search import judgements
from search.backends.sqlite import SqliteBackend
from search.errors import SearchUnavailable
from search.judgements import Judgement
from tests import builders
from tests.browser.desk import Keys, no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = "無料の屋根点検に来た業者に瓦がずれていると言われ、その場で修理を契約した。解約したい。"
ADVICE = "書面を受け取って8日以内なので、クーリング・オフのはがきの書き方を伝えた。"


@pytest.fixture
def counsellor() -> Account:
    return builders.account(username="soudan")


@pytest.fixture
def earlier(counsellor: Account) -> Case:
    found = builders.case(
        by=counsellor,
        narrative="屋根の点検で瓦がずれていると言われ、修理の契約をした。解約を希望。",
        advice=ADVICE,
        outcome="ADVICE",
        closed_on=date(2026, 11, 21),
    )
    for number in range(8):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    work()
    return found


def work() -> None:
    feed.drain("search", 1_000)
    while claim_and_run(worker="test"):
        pass


def seen(page: Page, name: str) -> None:
    picture(page, name)
    assert gate(page) == [], name


def test_from_the_first_sentence_to_a_hit_that_helped(
    page: Page, live_server: Any, counsellor: Account, earlier: Case
) -> None:
    no_mouse(page)
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/new")
    keys = Keys(page)
    keys.write(STORY, counted=False)
    hit = page.locator("#hint-similar .hint__item").first
    expect(hit).to_contain_text("クーリング・オフのはがき")
    expect(hit).to_contain_text("共通する言葉:")
    seen(page, "similar-beside")

    with page.context.expect_page() as opened:
        page.keyboard.press("Alt+u")
    expect(opened.value.locator("h1")).to_contain_text(earlier.number)
    opened.value.close()
    expect(page.locator("#id_narrative")).to_have_value(STORY)

    hit.locator("a").focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(hit.locator(".judged")).to_contain_text("1件の相談で役に立ちました")
    expect(hit.locator(".judged button")).to_be_focused()
    page.locator("#id_scam_main").select_option("INSPECTION")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success").first).to_contain_text("保存しました")

    case = Case.objects.latest("pk")
    assert judgements.verdicts(case.uid) == {earlier.uid: "HELPED"}
    page.keyboard.press("Alt+u")
    expect(page.locator("#similar-list .hint__item").first).to_contain_text(earlier.number)
    seen(page, "similar-on-case")
    assert Judgement.objects.count() == 1


def test_while_search_is_down_the_form_says_so_and_fills_in_by_itself(
    page: Page, live_server: Any, counsellor: Account, earlier: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_args: Any, **_more: Any) -> None:
        raise SearchUnavailable

    patch = pytest.MonkeyPatch()
    monkeypatch.setattr("consult.desk.similar.beside.AGAIN_SECONDS", 1)
    patch.setattr(SqliteBackend, "frequencies", is_away)
    try:
        sign_in(page, live_server, counsellor)
        page.goto(live_server.url + "/cases/new")
        page.keyboard.type(STORY)
        expect(page.locator("#hint-similar")).to_contain_text("検索を利用できません")
        seen(page, "similar-down")
    finally:
        patch.undo()

    expect(page.locator("#hint-similar .hint__item").first).to_contain_text(earlier.number)


def test_the_page_of_the_index_keeps_nobody_out(page: Page, live_server: Any, earlier: Case) -> None:
    sign_in(page, live_server, builders.account("ADMIN", at=earlier.centre))

    page.goto(live_server.url + reverse("search-index"))

    expect(page.locator("h1")).to_have_text("検索の索引")
    seen(page, "search-index")
