"""What the shared script promises: keys, focus, copies, and silence while Japanese is being composed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shown, Watch
from tests.browser.guide import render, render_template

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def press_while_composing(page: Page, selector: str, key: str) -> None:
    """The key event that a browser sends while an input method converts."""
    page.eval_on_selector(
        selector,
        """(element, key) => element.dispatchEvent(new KeyboardEvent("keydown", {
          key, code: key, ctrlKey: key === "Enter", isComposing: true, bubbles: true, cancelable: true,
        }))""",
        key,
    )


@pytest.mark.parametrize(
    ("keys", "lands_on"),
    [("F2", "id_q"), ("Alt+1", "id_channel_0"), ("Alt+2", "id_narrative"), ("Alt+3", "id_same_person")],
)
def test_a_shortcut_takes_the_focus_to_its_place(shown: Shown, keys: str, lands_on: str) -> None:
    page = shown(render())
    page.focus("#id_age")
    page.keyboard.press(keys)

    assert focused(page) == lands_on


@pytest.mark.parametrize(("composing", "sent"), [(False, 1), (True, 0)])
def test_ctrl_enter_sends_unless_words_are_being_composed(shown: Shown, composing: bool, sent: int) -> None:
    page = shown(render())
    page.focus("#id_narrative")
    if composing:
        press_while_composing(page, "#id_narrative", "Enter")
        press_while_composing(page, "#id_narrative", "F1")
        expect(page.locator("dialog[open]")).to_have_count(0)
    else:
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")

    assert len(shown.sent) == sent


@pytest.mark.parametrize(
    ("buttons", "sent"),
    [
        ("<button>送る</button>", "second"),
        ("<button type='button'>閉じる</button><button>送る</button>", "second"),
        ("<button name='a'>送る</button><button name='b'>消す</button>", ""),
        ("<button name='a'>送る</button><button name='b' data-shortcut='Ctrl+Enter'>残す</button>", "second"),
    ],
)
def test_ctrl_enter_sends_the_form_that_is_being_filled_in_and_no_other(
    shown: Shown, buttons: str, sent: str
) -> None:
    page = shown(render())
    page.evaluate(
        """(buttons) => {
          const form = `<form id="second" method="post"><textarea id="id_second"></textarea>${buttons}</form>`;
          document.querySelector("main").insertAdjacentHTML("beforeend", form);
          window.sent = "";
          document.addEventListener("submit", (event) => { event.preventDefault(); window.sent = event.target.id });
        }""",
        buttons,
    )
    page.focus("#id_second")
    page.keyboard.press("Control+Enter")

    assert page.evaluate("window.sent") == sent


@pytest.mark.parametrize(("guarded", "sent"), [(True, 0), (False, 1)])
def test_enter_in_a_one_line_field_sends_nothing(shown: Shown, guarded: bool, sent: int) -> None:
    page = shown(render())
    page.evaluate(
        """(on) => {
          document.getElementById("draft").toggleAttribute("data-no-enter-submit", on);
          window.sends = 0;
          document.addEventListener("submit", (event) => { event.preventDefault(); window.sends += 1 });
        }""",
        guarded,
    )
    page.focus("#id_caller_name")
    page.keyboard.press("Enter")

    assert page.evaluate("window.sends") == sent


def test_a_bare_letter_is_only_a_letter(shown: Shown) -> None:
    page = shown(render())
    page.evaluate("document.querySelector('[data-shortcut=F2]').dataset.shortcut = 'n'")
    page.focus("#id_age")
    page.keyboard.press("n")

    assert focused(page) == "id_age"


def test_the_list_names_every_key_of_the_page_and_closes_with_escape(shown: Shown) -> None:
    page = shown(render())
    page.focus("#id_age")
    page.keyboard.press("F1")

    terms = page.locator("dialog[open] dt").all_inner_texts()
    meanings = page.locator("dialog[open] dd").all_inner_texts()
    assert dict(zip(terms, meanings, strict=True)) == {
        "F2": "検索",
        "Alt+1": "受付",
        "Alt+2": "相談概要",
        "Alt+3": "相談者",
        "Ctrl+Enter": "保存して次へ",
        "F1": "キー操作の一覧",
        "Esc": "閉じる",
    }

    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert focused(page) == "id_age"


def test_shortcuts_switched_off_stay_off_and_the_button_still_opens_the_list(shown: Shown) -> None:
    page = shown(render())
    page.keyboard.press("F1")
    page.get_by_label("この端末でキー操作を使う").uncheck()
    page.keyboard.press("Escape")
    page = shown(render())

    page.keyboard.press("F2")
    assert focused(page) == ""

    page.get_by_role("button", name="キー操作の一覧").click()
    page.get_by_label("この端末でキー操作を使う").check()
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    assert focused(page) == "id_q"


def test_after_errors_the_summary_has_the_focus_and_leads_to_the_field(shown: Shown) -> None:
    page = shown(render(wrong=True))

    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("エラー:")

    page.get_by_role("link", name="相談概要").click()
    assert focused(page) == "id_narrative"
    described = page.get_attribute("#id_narrative", "aria-describedby") or ""
    assert described.split() == ["id_narrative_helptext", "id_narrative_error"]


def test_copies_follow_their_source_and_never_overwrite_what_was_typed(shown: Shown) -> None:
    page = shown(render())
    page.check("#id_same_person")
    page.fill("#id_caller_name", "見本 太郎")
    page.press("#id_caller_name", "Tab")
    expect(page.locator("#id_party_name")).to_have_value("見本 太郎")

    page.fill("#id_party_name", "見本 次郎")
    page.fill("#id_caller_name", "見本 三郎")
    page.press("#id_caller_name", "Tab")
    expect(page.locator("#id_party_name")).to_have_value("見本 次郎")


def test_escape_closes_the_user_menu_and_gives_the_focus_back(shown: Shown) -> None:
    page = shown(render())
    page.click(".menu__button")
    page.focus(".menu__panel button >> nth=0")
    page.keyboard.press("Escape")

    expect(page.locator(".menu[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.className") == "menu__button"


def test_the_save_bar_never_covers_the_focused_field(shown: Shown) -> None:
    page = shown(render())
    page.set_viewport_size({"width": 1280, "height": 640})
    covered = []
    page.focus("#id_channel_0")
    for _ in range(8):
        page.keyboard.press("Tab")
        covered.append(
            page.evaluate(
                """() => {
                  const field = document.activeElement.getBoundingClientRect();
                  const bar = document.querySelector(".save-bar").getBoundingClientRect();
                  return !document.activeElement.closest(".save-bar") && field.bottom > bar.top &&
                    field.top < bar.bottom ? document.activeElement.id : "";
                }"""
            )
        )

    assert [each for each in covered if each] == []


JOB = {"key": "7", "title": "相談記録の取り込み", "state_kind": "key"}


def test_a_running_job_moves_by_itself_and_speaks_at_its_end(shown: Shown) -> None:
    done = render_template(
        "shell/components/progress.html", **JOB, state_label="完了", percent=100, download_url="/file"
    )
    shown.answers["/jobs/7"] = (200, done)
    page = shown(render(poll_url="/jobs/7"))
    expect(page.locator("#announcer")).to_have_text("")

    expect(page.locator("#announcer")).to_have_text("相談記録の取り込み 完了 100%")
    expect(page.locator("#job-7 progress")).to_have_attribute("value", "100")
    expect(page.get_by_role("link", name="ダウンロード", exact=True)).to_be_visible()
    expect(page.locator("#job-7[hx-get]")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "answer", "lost"),
    [
        (503, "", "サーバーから応答がありません"),
        (401, "サインインし直してください", "サインインし直してください"),
    ],
)
def test_a_server_that_does_not_answer_is_said_once_and_taken_back(
    shown: Shown, watch: Watch, status: int, answer: str, lost: str
) -> None:
    shown.answers["/jobs/7"] = (status, answer)
    page = shown(render(poll_url="/jobs/7"))
    expect(page.locator("#messages")).to_contain_text(lost)

    running = render_template(
        "shell/components/progress.html", **JOB, state_label="実行中", percent=70, poll_url="/jobs/7"
    )
    shown.answers["/jobs/7"] = (200, running)
    expect(page.locator("#messages")).not_to_contain_text(lost)
    assert watch.faults() != []  # and in use the browser's console has it too
    watch.console.clear()
