"""A day at the desk with the keyboard alone: every state of every page passes the gate, at 1280 and 320 px."""

import gzip
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases import feed
from cases.jobs import claim_and_run
from cases.records.case import Case
from consult.shell.accounts import Account
from tests import builders
from tests.browser.desk import DAY, LAST_DAY, TYPED_DAY, Keys, focused, no_mouse, picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long pass phrase of nobody"
STORY = "無料の屋根点検に来た業者に瓦がずれていると言われ、その場で修理を契約した。解約したい。"
ADVICE = "書面を受け取って8日以内なので、クーリング・オフのはがきの書き方を伝えた。"


@pytest.fixture
def counsellor() -> Account:
    account = builders.account(username="soudan")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def earlier(counsellor: Account) -> Case:
    """A closed case of the same telephone, found by search."""
    found = builders.case(
        by=counsellor,
        narrative="屋根の点検で瓦がずれていると言われ、修理の契約をした。解約を希望。",
        advice=ADVICE,
        outcome="ADVICE",
        closed_on=date(2026, 11, 21),
        caller=builders.person(phone="0312345678"),
    )
    for number in range(8):
        builders.case(by=counsellor, narrative=f"脱毛エステの中途解約 {number}", scam_main="BEAUTY")
    feed.drain("search", 1_000)
    while claim_and_run(worker="test"):
        pass
    return found


def seen(page: Page, name: str) -> None:
    """The state is open to everybody, and its picture is kept."""
    picture(page, name)
    assert gate(page) == [], name


def product_number(page: Page, code: str) -> str:
    return str(page.locator(f"#id_product option[value={code}]").text_content()).split()[0]


def test_a_typical_card_takes_twenty_keys_at_most(page, live_server, counsellor, earlier):
    no_mouse(page)
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url)
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/intake/*")
    roof = product_number(page, "ROOFING")
    keys = Keys(page)

    keys.write(STORY, counted=False)
    keys.press("Tab")
    keys.write("11")
    keys.press("Tab")
    keys.write("2")
    keys.press("Tab")
    keys.write(roof)
    keys.press("Alt+4")
    keys.write("78")
    keys.press("Tab")
    keys.write("1")
    keys.press("Tab")
    keys.write("1")
    keys.press("Alt+5")
    keys.write(TYPED_DAY)
    keys.press("Tab")
    keys.write(TYPED_DAY)
    keys.press("Tab")
    keys.write("1480000")
    keys.press("Alt+7")
    keys.write("1")
    keys.press("Tab")
    keys.write("試験 花子", counted=False)
    keys.press("Tab")
    keys.write("0312345678")
    keys.press("Control+Enter")

    expect(page.locator(".notice--success")).to_contain_text("保存しました")
    case = Case.objects.latest("pk")
    assert (case.main_scam, case.sales_method, case.product) == ("INSPECTION", "DOOR_TO_DOOR", "ROOFING")
    assert (case.party_age, case.party_sex, case.party_area, case.relation) == (78, "FEMALE", "NORTH", "SELF")
    assert (case.contracted_on, case.contract_yen) == (DAY, 1_480_000)
    assert (keys.moves <= 20, keys.typed <= 40) == (True, True), (keys.moves, keys.typed)


def test_an_information_card_takes_eight_keys_at_most(page, live_server, counsellor):
    no_mouse(page)
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/new")
    keys = Keys(page)

    keys.write("講座の日時を知りたいという問合せ。", counted=False)
    keys.press("Tab")
    keys.write("0")
    keys.press("Alt+1")
    keys.press("Tab")
    keys.press("Tab")
    keys.write("2")
    keys.press("Control+Enter")

    expect(page.locator(".notice--success")).to_contain_text("保存しました")
    case = Case.objects.get()
    assert (case.main_scam, case.kind) == ("UNCLASSIFIED", "INQUIRY")
    assert keys.moves <= 8


def test_from_signing_in_to_the_next_call(page, live_server, counsellor, earlier):
    no_mouse(page)
    page.goto(live_server.url)
    seen(page, "sign-in")
    page.locator("#id_username").focus()
    page.keyboard.type("soudan")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("今日")
    seen(page, "today")

    page.keyboard.press("Alt+n")
    page.wait_for_url("**/intake/*")
    expect(page.locator("#id_narrative")).to_be_focused()
    seen(page, "intake-empty")

    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("エラー:")
    seen(page, "intake-errors")

    page.keyboard.press("Alt+2")
    page.keyboard.type(STORY)
    page.keyboard.press("Alt+3")
    page.keyboard.type("11")
    page.keyboard.press("Alt+5")
    page.keyboard.type(TYPED_DAY)
    page.keyboard.press("Alt+7")
    page.keyboard.press("Tab")
    page.keyboard.type("試験 花子")
    page.keyboard.press("Tab")
    page.keyboard.type("03-1234-5678")
    expect(page.locator("#hint-similar")).to_contain_text("クーリング・オフのはがき")
    expect(page.locator("#hint-phone")).to_contain_text(earlier.number)
    expect(page.locator("#hint-rights")).to_contain_text(LAST_DAY)
    assert focused(page) == "id_caller_phone"
    seen(page, "intake-hints")
    page.emulate_media(forced_colors="active")
    seen(page, "intake-hints-forced-colours")
    page.emulate_media(forced_colors="none")

    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/**")
    expect(page.locator(".identity")).to_contain_text("対応中")
    assert "試験 花子" not in page.content()
    seen(page, "case-saved")

    page.keyboard.press("Alt+r")
    expect(page.locator("#people-title")).to_be_focused()
    expect(page.locator(".summary").first).to_contain_text("試験 花子")
    seen(page, "case-revealed")

    page.keyboard.press("Alt+k")
    page.keyboard.type("業者に電話し、解約の書面が届いたことを確かめた。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("解約の書面が届いた")
    seen(page, "case-with-follow-up")

    page.keyboard.press("Alt+e")
    page.keyboard.press("Tab")
    for _field in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("処理結果: 選んでください。")
    seen(page, "case-close-errors")
    page.keyboard.press("Alt+e")
    page.keyboard.type("1")
    for _field in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".identity")).to_contain_text("助言")
    seen(page, "case-closed")

    page.goto(live_server.url + "/cases/")
    seen(page, "list")
    page.goto(live_server.url + "/cases/?scam=INSPECTION&state=closed")
    seen(page, "list-filtered")
    page.goto(live_server.url + "/cases/?scam=SF")
    seen(page, "list-empty")
    page.keyboard.press("F2")
    page.keyboard.type("瓦")
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_contain_text("言葉で探して")
    seen(page, "found")
    page.keyboard.press("F2")
    page.keyboard.type("そのような言葉はない")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("見つかりません")
    seen(page, "found-nothing")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/intake/*")


def test_a_correction_that_came_too_late_shows_both(page, live_server, counsellor):
    no_mouse(page)
    case = builders.case(by=counsellor, narrative="元の文", caller=builders.person())
    sign_in(page, live_server, counsellor)
    page.goto(f"{live_server.url}/cases/{case.uid}/correct")
    seen(page, "correct")
    page.keyboard.press("Alt+2")
    page.keyboard.press("Control+a")
    page.keyboard.type("わたしの文")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/cases/{case.uid}/correct")
    other.locator("#id_narrative").fill("ほかの人の文")
    other.keyboard.press("Control+Enter")
    expect(other.locator(".notice--success")).to_contain_text("訂正を保存しました")

    page.keyboard.press("Control+Enter")

    expect(page.locator("#stored-title")).to_be_visible()
    expect(page.locator(".version--open")).to_contain_text("ほかの人の文")
    assert page.locator("#id_narrative").input_value() == "わたしの文"
    seen(page, "correct-stale")
    page.locator("[name='take.narrative'][value=mine]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success")).to_contain_text("訂正を保存しました")


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/numbers/", 403)])
def test_a_page_that_is_not_for_them_says_so(page, live_server, counsellor, path, status):
    sign_in(page, live_server, counsellor)
    answer = page.goto(live_server.url + path)

    assert answer is not None
    assert answer.status == status
    seen(page, f"error-{status}")


def test_a_long_list_has_pages(page, live_server, counsellor):
    for _number in range(51):
        builders.case(by=counsellor)
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/?page=2")

    expect(page.locator("tbody tr")).to_have_count(1)
    seen(page, "list-last-page")


def test_what_was_revealed_does_not_come_back(page, live_server, counsellor):
    case = builders.case(by=counsellor, caller=builders.person())
    sign_in(page, live_server, counsellor)
    page.goto(f"{live_server.url}/cases/{case.uid}/")
    page.keyboard.press("Alt+r")
    expect(page.locator("main")).to_contain_text("山田 花子")

    page.goto(f"{live_server.url}/cases/{case.uid}/")

    assert "山田 花子" not in page.content()


@pytest.mark.parametrize("path", ["/", "/cases/", "/cases/new"])
def test_a_cold_page_is_light(page, live_server, counsellor, path):
    """JS and CSS, compressed as a proxy would send them: 30 kB at most."""
    sign_in(page, live_server, counsellor)
    loaded: list[Any] = []
    page.on("response", lambda answer: loaded.append(answer) if "/static/" in answer.url else None)
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")

    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in loaded}
    assert sizes
    assert sum(sizes.values()) <= 30_000, sizes


def test_half_typed_words_of_a_case_are_not_lost_by_a_key(page, live_server, counsellor):
    case = builders.case(by=counsellor)
    sign_in(page, live_server, counsellor)
    page.goto(f"{live_server.url}/cases/{case.uid}/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.keyboard.press("Alt+k")
    page.keyboard.type("まだ保存していない経過")

    page.keyboard.press("Alt+n")
    page.wait_for_timeout(500)

    assert asked == ["beforeunload"]
    assert page.locator("#id_text").input_value() == "まだ保存していない経過"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("まだ保存していない経過")
    assert asked == ["beforeunload"]


def test_ctrl_enter_saves_the_form_of_a_case_that_is_being_filled_in(page, live_server, counsellor):
    case = builders.case(by=counsellor)
    sign_in(page, live_server, counsellor)
    page.goto(f"{live_server.url}/cases/{case.uid}/")

    page.keyboard.press("Control+Enter")
    page.keyboard.press("Alt+k")
    page.keyboard.type("鍵盤だけで足した経過")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("鍵盤だけで足した経過")
    page.keyboard.press("Alt+e")
    page.keyboard.type("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success")).to_contain_text("終了しました")

    case.refresh_from_db()
    assert (case.follow_ups.count(), case.is_open) == (1, False)


def test_digits_choose_also_where_a_digit_comes_twice(page, live_server, counsellor):
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/new")
    page.keyboard.press("Tab")
    chosen = []
    for digits in ("11", "12", "33", "22"):
        page.wait_for_timeout(1_300)  # a pause begins a new number
        page.keyboard.type(digits)
        chosen.append(str(page.evaluate("document.activeElement.selectedOptions[0].label")).split()[0])

    assert chosen == ["11", "12", "33", "22"]
