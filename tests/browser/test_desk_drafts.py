"""What is typed at the desk is not lost: no connection, no session, no server, no browser, two tabs."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from cases.records.case import Case
from cases.records.follow_up import FollowUp
from consult.desk import panels
from consult.shell import drafts
from consult.shell.accounts import Account
from consult.shell.drafts import Draft
from tests import builders
from tests.browser.conftest import Watch
from tests.browser.desk import LAST_DAY, TYPED_DAY, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = "電話で話した言葉。途中で切れても残る。"
SAVED = "下書きを保存しました"


@pytest.fixture
def counsellor() -> Account:
    return builders.account()


@pytest.fixture
def intake(page: Page, live_server: Any, counsellor: Account, watch: Watch) -> Page:
    """An empty intake page; what its script is refused or cannot reach is part of these tests."""
    sign_in(page, live_server, counsellor)
    page.goto(live_server.url + "/cases/new")
    tolerate(watch, page)
    return page


def tolerate(watch: Watch, page: Page) -> None:
    base = page.url.split("/intake/")[0]
    watch.tolerated |= {f"{page.url}/draft", f"{base}/intake/token", f"{base}/echo"}
    watch.tolerated |= {f"{page.url}/hints/{hint.name}" for hint in panels.hints()}


def uid_of(page: Page) -> str:
    return page.url.rsplit("/", 1)[1].split("?")[0]


def kept(page: Page, by: Account) -> str:
    """The narrative of the draft that the server holds, empty where it holds none."""
    try:
        fields, _sequence = drafts.restore(uuid.UUID(uid_of(page)), by=by)
    except Draft.DoesNotExist:
        return ""
    return fields["narrative"][0].replace("\r\n", "\n")


def trouble(page: Page, kind: str) -> Any:
    return page.locator(f"[data-trouble={kind}]")


def test_two_seconds_after_the_last_key_the_server_holds_it_sealed(intake, counsellor):
    intake.keyboard.type(STORY)

    expect(intake.locator("#draft-status")).to_contain_text(SAVED, timeout=2_000)

    assert kept(intake, counsellor) == STORY
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM consult_draft")
        assert STORY.encode() not in bytes(cursor.fetchone()[0])


def test_who_types_without_a_pause_is_kept_too(intake, counsellor):
    intake.keyboard.type("あ" * 60, delay=100)

    assert kept(intake, counsellor) != ""


def test_a_reload_and_a_new_browser_bring_it_back(intake, browser, live_server, counsellor, watch):
    intake.keyboard.type(STORY)
    intake.keyboard.press("Alt+3")
    intake.keyboard.type("11")
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    intake.reload()
    assert intake.locator("#id_narrative").input_value() == STORY

    address = intake.url
    intake.close()
    fresh = browser.new_context(locale="ja-JP").new_page()
    sign_in(fresh, live_server, counsellor)
    fresh.goto(live_server.url)
    fresh.get_by_role("link", name="に受けた電話を続ける").click()

    assert fresh.url == address
    assert fresh.locator("#id_narrative").input_value() == STORY
    assert fresh.locator("#id_scam_main").input_value() == "INSPECTION"
    fresh.context.close()


def test_a_reload_after_a_refusal_brings_back_what_was_typed_since(intake, counsellor):
    intake.keyboard.press("Control+Enter")
    expect(intake.locator(".error-summary")).to_be_visible()
    intake.keyboard.press("Alt+2")
    intake.keyboard.type(STORY)
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)

    intake.reload()

    assert intake.locator("#id_narrative").input_value() == STORY


def test_words_typed_just_before_the_page_closes_are_kept(intake, counsellor, live_server):
    intake.keyboard.type(STORY)
    address = uid_of(intake)

    intake.goto(live_server.url + "/cases/")

    deadline = time.monotonic() + 10
    while not Draft.objects.exists():  # the browser sends it when it has time, after the page is gone
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    intake.goto(f"{live_server.url}/intake/{address}")

    assert intake.locator("#id_narrative").input_value() == STORY


def test_without_a_connection_it_waits_and_is_saved_with_the_next_one(intake, counsellor):
    intake.context.set_offline(True)
    intake.keyboard.type(STORY)
    expect(trouble(intake, "lost")).to_be_visible()
    assert kept(intake, counsellor) == ""

    intake.context.set_offline(False)

    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    expect(trouble(intake, "lost")).to_be_hidden()
    assert kept(intake, counsellor) == STORY


def sign_in_by_hand(page: Page, url: str) -> None:
    page.goto(url + "/sign-in")
    page.locator("#id_username").fill("soudan")
    page.locator("#id_password").fill("a long pass phrase of nobody")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("今日")


@pytest.fixture
def by_hand(page: Page, live_server: Any, counsellor: Account, watch: Watch) -> Page:
    """An intake page of a session that began on the sign-in page."""
    counsellor.username = "soudan"
    counsellor.set_password("a long pass phrase of nobody")
    counsellor.save()
    sign_in_by_hand(page, live_server.url)
    page.goto(live_server.url + "/cases/new")
    tolerate(watch, page)
    return page


def sign_out(page: Page, url: str) -> Page:
    """Signed out in another tab; the tab is given back."""
    other = page.context.new_page()
    other.goto(url)
    other.locator(".menu__button").click()
    other.get_by_role("button", name="サインアウト").click()
    expect(other.locator("h1")).to_have_text("サインイン")
    return other


def test_over_a_sign_out_the_page_keeps_it_and_saves_it_after_signing_in(by_hand, live_server, counsellor):
    other = sign_out(by_hand, live_server.url)
    by_hand.keyboard.type(STORY)
    expect(trouble(by_hand, "signed-out")).to_be_visible()
    assert by_hand.locator("#id_narrative").input_value() == STORY

    sign_in_by_hand(other, live_server.url)

    expect(by_hand.locator("#draft-status")).to_contain_text(SAVED)
    assert kept(by_hand, counsellor) == STORY
    by_hand.locator("#id_scam_main").select_option("INSPECTION")
    by_hand.keyboard.press("Control+Enter")
    expect(by_hand.locator(".notice--success")).to_contain_text("保存しました")


def test_saving_over_a_sign_out_asks_to_send_again_and_loses_nothing(by_hand, live_server):
    by_hand.keyboard.type(STORY)
    by_hand.locator("#id_scam_main").select_option("INSPECTION")
    other = sign_out(by_hand, live_server.url)
    by_hand.locator("#id_narrative").focus()
    by_hand.keyboard.press("Control+Enter")
    expect(by_hand.locator("h1")).to_have_text("まだ保存していません")
    sign_in_by_hand(other, live_server.url)

    for _press in range(2):  # the first send still has the token of before
        if by_hand.locator("h1").text_content() == "まだ保存していません":
            by_hand.get_by_role("button", name="もう一度送る").click()

    expect(by_hand.locator(".notice--success")).to_contain_text("保存しました")
    assert Case.objects.count() == 1


def test_somebody_else_who_signs_in_does_not_take_it_over(by_hand, live_server, counsellor):
    other = sign_out(by_hand, live_server.url)
    by_hand.keyboard.type(STORY)
    expect(trouble(by_hand, "signed-out")).to_be_visible()
    colleague = builders.account()
    sign_in(other, live_server, colleague)

    expect(trouble(by_hand, "other-account")).to_be_visible()
    assert not Draft.objects.exists()


def test_a_late_older_draft_never_overwrites_a_newer_one(intake, counsellor):
    intake.keyboard.type(STORY)
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    client = Client()
    client.force_login(counsellor)

    answer = client.post(f"/intake/{uid_of(intake)}/draft", {"narrative": "古い", "sequence": "1"})

    assert answer.json()["state"] == "superseded"
    assert kept(intake, counsellor) == STORY


def test_two_tabs_of_one_draft_do_not_overwrite_each_other(intake, counsellor):
    intake.keyboard.type("一つ目")
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    second = intake.context.new_page()
    second.goto(intake.url)
    second.keyboard.press("End")
    second.keyboard.type("と二つ目")
    expect(second.locator("#draft-status")).to_contain_text(SAVED)

    intake.keyboard.type("の続き")

    expect(trouble(intake, "superseded")).to_be_visible()
    assert kept(intake, counsellor) == "一つ目と二つ目"
    assert intake.locator("#id_narrative").input_value() == "一つ目の続き"
    intake.get_by_role("button", name="この画面の内容を残す").click()
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    assert kept(intake, counsellor) == "一つ目の続き"


def test_several_calls_at_once(intake, live_server, counsellor):
    intake.keyboard.type("一人目")
    intake.keyboard.press("Alt+n")
    expect(intake.locator(".other-drafts")).to_be_visible()
    intake.keyboard.type("二人目")
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)

    intake.goto(live_server.url)

    expect(intake.get_by_role("link", name="に受けた電話を続ける")).to_have_count(2)


def test_a_draft_that_is_thrown_away_does_not_come_back(intake, counsellor):
    intake.keyboard.type(STORY)
    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    intake.keyboard.type("もう一言")
    intake.locator(".discard summary").focus()
    intake.keyboard.press("Enter")
    intake.keyboard.press("Tab")
    intake.keyboard.press("Enter")

    expect(intake.locator("h1")).to_have_text("今日")
    assert not Draft.objects.exists()


def test_words_being_converted_are_neither_kept_nor_searched(intake, counsellor):
    asked: list[str] = []
    intake.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    driver = intake.context.new_cdp_session(intake)
    driver.send("Input.imeSetComposition", {"text": "やねのてんけん", "selectionStart": 7, "selectionEnd": 7})
    intake.keyboard.press("Enter")
    intake.wait_for_timeout(1_500)
    assert asked == []

    driver.send("Input.insertText", {"text": "屋根の点検に来た業者"})

    expect(intake.locator("#draft-status")).to_contain_text(SAVED)
    assert any(url.endswith("/hints/similar") for url in asked)


def test_a_hint_never_takes_the_focus_nor_moves_it(intake, counsellor, live_server):
    builders.case(by=counsellor, caller=builders.person())
    intake.keyboard.press("Alt+7")
    intake.keyboard.press("Tab")
    intake.keyboard.press("Tab")
    intake.keyboard.type("09012345678")
    expect(intake.locator("#hint-phone")).to_contain_text("1件あります")
    assert intake.evaluate("document.activeElement.id") == "id_caller_phone"
    assert "同じ電話番号の相談が1件" in str(intake.locator("#announcer").text_content())

    intake.locator("#hint-phone a").focus()
    intake.evaluate("document.getElementById('id_party_phone').value = '0312345678'")
    intake.evaluate(
        "document.getElementById('id_party_phone').dispatchEvent(new Event('input', {bubbles: true}))"
    )
    intake.wait_for_timeout(1_500)

    assert intake.evaluate("document.activeElement.closest('#hint-phone') !== null")


def test_one_key_goes_on_with_the_earlier_case_and_takes_everything_along(intake, counsellor):
    case = builders.case(by=counsellor, caller=builders.person())
    intake.keyboard.type("また業者から電話があった。")
    intake.keyboard.press("Alt+5")
    intake.keyboard.type(TYPED_DAY)
    intake.keyboard.press("Alt+7")
    intake.keyboard.press("Tab")
    intake.keyboard.press("Tab")
    intake.keyboard.type("09012345678")
    expect(intake.locator("#hint-phone")).to_contain_text(case.number)

    intake.keyboard.press("Alt+a")

    expect(intake.locator(".notice--success")).to_contain_text("この相談の経過として保存しました")
    expect(intake.locator(".timeline")).to_contain_text("また業者から電話があった。")
    expect(intake.locator(".timeline")).to_contain_text(f"契約日: {TYPED_DAY}")
    assert "09012345678" not in intake.content()
    assert FollowUp.objects.count() == 1
    assert not Draft.objects.exists()


# --- Without scripts ----------------------------------------------------------------------------------------------
@pytest.fixture
def plain(browser: Browser, live_server: Any, counsellor: Account) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, locale="ja-JP")
    opened = context.new_page()
    sign_in(opened, live_server, counsellor)
    opened.goto(live_server.url + "/cases/new")
    yield opened
    context.close()


def test_without_scripts_hints_errors_and_saving_work(plain, counsellor):
    earlier = builders.case(by=counsellor, caller=builders.person())
    plain.locator("#id_narrative").fill(STORY)
    plain.locator("#id_contracted_on").fill(TYPED_DAY)
    plain.locator("#id_caller_phone").fill("090-1234-5678")
    plain.get_by_role("button", name="参考情報を表示").click()
    expect(plain.locator("#hint-phone")).to_contain_text(earlier.number)
    expect(plain.locator("#hint-rights")).to_contain_text(LAST_DAY)
    assert plain.locator("#id_narrative").input_value() == STORY
    assert kept(plain, counsellor) == STORY

    plain.locator("#id_contract_yen").fill("たくさん")
    plain.get_by_role("button", name="保存する").click()
    expect(plain.locator(".error-summary")).to_contain_text("手口を選んでください")
    assert plain.locator("#id_contract_yen").input_value() == "たくさん"

    plain.locator("#id_scam_main").select_option("INSPECTION")
    plain.locator("#id_contract_yen").fill("148万円")
    plain.get_by_role("button", name="保存する").click()
    expect(plain.locator(".notice--success")).to_contain_text("保存しました")
    assert Case.objects.latest("pk").contract_yen == 1_480_000


def test_without_scripts_the_call_goes_on_with_an_earlier_case(plain, counsellor):
    builders.case(by=counsellor, caller=builders.person())
    plain.locator("#id_narrative").fill(STORY)
    plain.locator("#id_caller_phone").fill("090-1234-5678")
    plain.get_by_role("button", name="参考情報を表示").click()

    plain.get_by_role("button", name="この相談の続きにする").click()

    expect(plain.locator(".timeline")).to_contain_text(STORY)


# --- A server that dies -------------------------------------------------------------------------------------------
@dataclass
class Server:
    """A real server process on the suite's own database and keys."""

    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(settings.DATA_DIR),
            "KEY_DIR": str(settings.KEY_DIR),
        }
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "4",
            "--log-level", "error",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would: kill -9, no last word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server() -> Iterator[Server]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    made = Server(port)
    made.start()
    yield made
    made.kill()


@pytest.mark.faults
@pytest.mark.sqlite
def test_a_server_killed_and_started_again_still_holds_it(page, server, counsellor, watch):
    sign_in(page, server, counsellor)
    page.goto(server.url + "/cases/new")
    tolerate(watch, page)
    page.keyboard.type("切れる前の言葉。")
    expect(page.locator("#draft-status")).to_contain_text(SAVED)

    server.kill()
    page.keyboard.type("切れた後の言葉。")
    expect(trouble(page, "lost")).to_be_visible()
    server.start()

    expect(page.locator("#draft-status")).to_contain_text(SAVED, timeout=20_000)
    page.reload()
    assert page.locator("#id_narrative").input_value() == "切れる前の言葉。切れた後の言葉。"
