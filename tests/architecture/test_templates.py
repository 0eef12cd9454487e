"""Templates fit the Content-Security-Policy: no style and no script inside the page."""

import re
from pathlib import Path

import pytest
from django.conf import settings

INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"javascript:", re.IGNORECASE),
    "a value that htmx evaluates": re.compile(r"\s(?:data-)?hx-(?:on\b|vals\s*=\s*.js:)", re.IGNORECASE),
}
TEMPLATES = sorted(
    path
    for app in ("consult", "outreach")
    for path in (Path(settings.BASE_DIR) / app).rglob("templates/**/*.html")
)


def _found(html: str) -> list[str]:
    without_comments = re.sub(r"{#.*?#}|{% comment .*?{% endcomment %}", "", html, flags=re.DOTALL)
    return [what for what, pattern in INLINE.items() if pattern.search(without_comments)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_has_nothing_inline(path):
    assert _found(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p style="color: red">', "a style attribute"),
        ("<style>p { color: red }</style>", "a style element"),
        ("<script>alert(1)</script>", "a script in the page"),
        ('<button type="button" onclick="go()">', "an event handler"),
        ('<a href="javascript:go()">', "an address that is a script"),
        ('<div hx-on:click="go()">', "a value that htmx evaluates"),
    ],
)
def test_what_is_inline_is_seen(html, found):
    assert _found(html) == [found]


def test_a_script_of_our_own_server_is_no_fault():
    assert _found('<script src="/static/shell/app.js" defer></script>') == []
