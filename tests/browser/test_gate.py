"""The gate itself is tested: a clean page passes, and each of thirteen planted faults is caught."""

import pytest

from tests.browser.conftest import Shown, Watch
from tests.browser.gate import Fault, gate
from tests.browser.guide import SignInForm, render, render_template

pytestmark = pytest.mark.browser

STYLE = "const sheet = new CSSStyleSheet(); sheet.replaceSync(`%s`); document.adoptedStyleSheets.push(sheet);"

# name, the fault as a script, the rule that must speak up
PLANTED = [
    ("a label is removed", "document.querySelector('label[for=id_age]').remove()", "axe:label"),
    ("text is pale", STYLE % ".card p { color: #ccc }", "axe:color-contrast"),
    ("the page has no language", "document.documentElement.removeAttribute('lang')", "axe:html-has-lang"),
    ("a field jumps the order", "document.getElementById('id_age').tabIndex = 5", "axe:tabindex"),
    (
        "a heading level is skipped",
        "const h = document.querySelector('h2'); const n = document.createElement('h4');"
        "n.id = h.id; n.textContent = h.textContent; h.replaceWith(n)",
        "axe:heading-order",
    ),
    ("the language is wrong", "document.documentElement.lang = 'en'", "language"),
    ("radio buttons are tiny", STYLE % "input[type=radio] { width: 8px; height: 8px }", "target-size"),
    (
        "a description points nowhere",
        "document.getElementById('id_age').setAttribute('aria-describedby', 'gone')",
        "id-reference",
    ),
    (
        "the focus does not show",
        STYLE % ":focus-visible { outline: none !important }",
        "focus-ring",
    ),
    (
        "a chart is a bare canvas",
        "document.querySelector('.cards').append(document.createElement('canvas'))",
        "graphic",
    ),
    (
        "a field keeps the focus",
        "document.getElementById('id_age').addEventListener('keydown',"
        " (event) => { if (event.key === 'Tab') event.preventDefault() })",
        "keyboard-trap",
    ),
    (
        "the send buttons are clickable boxes",
        "for (const button of document.querySelectorAll('#draft button')) {"
        " const box = document.createElement('div'); box.className = button.className;"
        " box.textContent = button.textContent; button.replaceWith(box) }",
        "keyboard-reach",
    ),
    (
        "a placeholder stands in for the label",
        "const field = document.getElementById('id_age'); field.placeholder = '年齢';"
        "document.querySelector('label[for=id_age]').remove()",
        "visible-label",
    ),
]


def rules(faults: list[Fault]) -> set[str]:
    return {fault.rule for fault in faults}


@pytest.mark.parametrize(("script", "rule"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_a_planted_fault_is_caught(shown: Shown, script: str, rule: str) -> None:
    page = shown(render())
    page.evaluate(script)

    assert rule in rules(gate(page))


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("wrong", [False, True], ids=["as opened", "with errors"])
def test_the_page_of_all_parts_has_no_fault(shown: Shown, wrong: bool, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 720})
    page = shown(render(wrong=wrong))

    assert gate(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_of_all_parts_has_no_fault_in_forced_colours(shown: Shown) -> None:
    shown.page.emulate_media(forced_colors="active", reduced_motion="reduce")

    assert gate(shown(render())) == []


def test_the_list_of_shortcuts_has_no_fault_while_open(shown: Shown) -> None:
    page = shown(render())
    page.keyboard.press("F1")

    assert page.locator("dialog[open] dt").count() > 3
    assert gate(page) == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_error_pages_have_no_fault(shown: Shown, status: int) -> None:
    page = shown(
        render_template(
            "shell/error.html", status=status, title="見つかりません", message="確認してください。"
        )
    )

    assert gate(page) == []
    assert page.title().startswith("エラー:")


@pytest.mark.parametrize("data", [None, {}], ids=["as opened", "with errors"])
def test_the_sign_in_page_has_no_fault(shown: Shown, data: dict[str, str] | None) -> None:
    page = shown(render_template("shell/sign_in.html", form=SignInForm(data)))

    assert gate(page) == []
    assert page.title().startswith("エラー:") == (data is not None)


def test_a_fault_of_the_page_itself_is_seen(shown: Shown, watch: Watch) -> None:
    page = shown('<!DOCTYPE html><html lang="ja"><link rel="icon" href="/static/shell/mark.svg">')
    assert watch.faults() == []

    page.evaluate("document.body.innerHTML = '<p style=\"color: red\">赤</p>'")
    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    with page.expect_event("requestfailed"):
        page.evaluate("setTimeout(() => { location.href = 'http://example.invalid/' })")

    seen = " ".join(watch.faults())
    for noted in (watch.console, watch.thrown, watch.abroad):
        noted.clear()
    assert "Content Security Policy" in seen
    assert "broken" in seen
    assert "left the machine: http://example.invalid/" in seen
