"""On a case: files dropped, pasted and sent again after a lost connection; a correction that outlives its page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.records.attachment import Attachment
from cases.records.case import Case
from consult.shell.accounts import Account
from consult.shell.drafts import Draft
from tests import builders
from tests.browser.conftest import Watch
from tests.browser.desk import picture, sign_in
from tests.browser.gate import gate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BRING = """([kind, name, text]) => {
  const bag = new DataTransfer();
  bag.items.add(new File([text], name, { type: "text/plain" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: bag, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: bag, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture
def counsellor() -> Account:
    return builders.account()


@pytest.fixture
def case(counsellor: Account) -> Case:
    return builders.case(by=counsellor, advice="初めの助言。")


@pytest.fixture
def opened(page: Page, live_server: Any, counsellor: Account, case: Case) -> Page:
    sign_in(page, live_server, counsellor)
    page.goto(f"{live_server.url}/cases/{case.uid}/")
    return page


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_file_that_is_dropped_or_pasted_is_chosen_and_one_key_attaches_it(opened, kind):
    opened.keyboard.press("Alt+k")
    opened.keyboard.type("書きかけの経過")

    taken = opened.evaluate(BRING, [kind, "契約書.txt", "契約の写し"])

    assert taken, "the browser would have opened the file in the place of the page"
    expect(opened.locator("#announcer")).to_contain_text("契約書.txt")
    expect(opened.locator("form[data-files] button[type=submit]")).to_be_focused()
    assert not Attachment.objects.exists(), "nothing goes before it is sent"
    opened.keyboard.press("Enter")
    expect(opened.locator("#files")).to_contain_text("1個")
    expect(opened.locator("#announcer")).to_have_text("添付しました。")
    expect(opened.locator("#id_text")).to_have_value("書きかけの経過")
    assert Attachment.objects.count() == 1


def test_a_file_in_the_air_shows_where_it_lands_and_a_text_is_pasted_as_ever(opened):
    form = opened.locator("form[data-files]")

    opened.evaluate(BRING, ["dragover", "a.txt", "x"])
    expect(form).to_have_class("form files__form--over")
    opened.evaluate(BRING, ["dragleave", "a.txt", "x"])
    expect(form).not_to_have_class("form files__form--over")

    pasted = opened.evaluate(
        """() => {
          const bag = new DataTransfer();
          bag.setData("text/plain", "文だけ");
          const event = new ClipboardEvent("paste", { clipboardData: bag, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
          return event.defaultPrevented;
        }"""
    )
    assert pasted is False


def test_without_a_connection_the_page_says_so_and_the_same_file_goes_later(opened, case, watch: Watch):
    watch.tolerated |= {f"{opened.url}files", f"{opened.url}viewing"}
    opened.evaluate(BRING, ["drop", "契約書.txt", "契約の写し"])
    opened.context.set_offline(True)

    opened.keyboard.press("Enter")

    refused = opened.locator("[data-files-refused]")
    expect(refused).to_contain_text(
        "契約書.txt: 送れませんでした。接続を確かめて、もう一度添付してください。"
    )
    expect(refused).to_be_focused()
    assert gate(opened) == []
    picture(opened, "files-without-connection")
    assert not Attachment.objects.exists()

    opened.context.set_offline(False)
    opened.locator("form[data-files] button[type=submit]").press("Enter")
    expect(opened.locator("#files")).to_contain_text("1個")
    assert Attachment.objects.filter(case=case).count() == 1


def test_a_correction_outlives_a_lost_connection_and_its_page(
    opened, case, counsellor, live_server, watch: Watch
):
    opened.keyboard.press("Alt+c")
    opened.wait_for_url("**/correct")
    address = opened.url
    watch.tolerated |= {f"{address}/draft", f"{live_server.url}/intake/token", f"{live_server.url}/echo"}
    watch.tolerated.add(f"{live_server.url}/cases/{case.uid}/viewing")
    advice = opened.locator("#id_advice")
    advice.fill("直した助言。")
    expect(opened.locator("#draft-status")).to_contain_text("下書きを保存しました")

    opened.context.set_offline(True)
    advice.fill("直した助言。つながらない間の続き。")
    expect(opened.locator("[data-trouble=lost]")).to_be_visible()
    opened.context.set_offline(False)
    expect(opened.locator("#draft-status")).to_contain_text("下書きを保存しました", timeout=20_000)
    picture(opened, "correction-draft")

    opened.goto(live_server.url)
    opened.goto(address)
    expect(opened.locator(".restored")).to_be_visible()
    expect(advice).to_have_value("直した助言。つながらない間の続き。")
    opened.keyboard.press("Control+Enter")
    opened.wait_for_url("**/?corrected=1")
    assert not Draft.objects.exists()


def test_a_correction_is_told_of_a_colleagues_change_while_it_is_typed(opened, case, counsellor, live_server):
    opened.keyboard.press("Alt+c")
    opened.wait_for_url("**/correct")
    Case.objects.filter(pk=case.pk).update(revision=case.revision + 1)

    opened.locator("#id_advice").fill("直した助言。")

    expect(opened.locator("[data-stale]")).to_be_visible()
    assert gate(opened) == []
