"""The desk in a browser: who is signed in, keys only, pictures of what was seen."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from cases.law import calendar
from consult.shell.accounts import Account

FOLDER = Path(os.environ.get("SCREENSHOTS") or Path(settings.DATA_DIR) / "screenshots")
WIDTHS = (1280, 320)

DAY = calendar.today() - timedelta(days=3)
TYPED_DAY = f"{DAY.month}/{DAY.day}"
_LAST = DAY + timedelta(days=7)
LAST_DAY = f"{_LAST.month}月{_LAST.day}日({calendar.weekday_letter(_LAST)})"
"""The last day of cooling-off for a document received on DAY."""


def sign_in(page: Page, live_server: Any, account: Account) -> None:
    """A session of the account in the page's browser, without the sign-in page."""
    client = Client()
    client.force_login(account)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@dataclass
class Keys:
    """A pair of hands on the keyboard; counts the keys that move and choose, and the characters of coded fields."""

    page: Page
    moves: int = 0
    typed: int = 0

    def press(self, key: str) -> None:
        self.moves += 1
        self.page.keyboard.press(key)

    def write(self, text: str, *, counted: bool = True) -> None:
        """Type into the focused field; free text is not counted."""
        self.typed += len(text) if counted else 0
        self.page.keyboard.type(text)


def no_mouse(page: Page) -> None:
    """From now on any use of the mouse is an error on the page, which fails the test."""
    page.add_init_script(
        "for (const kind of ['pointerdown', 'mousedown', 'touchstart'])"
        " addEventListener(kind, () => { throw new Error('the mouse was used') }, true)"
    )


def picture(page: Page, name: str) -> None:
    """The whole page at both widths, as `<name>-<width>.png`; fails where it scrolls sideways."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size or {"width": 1280, "height": 900}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{name} scrolls sideways at {width}"
        )
        page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size(before)


def focused(page: Page) -> str:
    """The id of the element that has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def tab_to(keys: Keys, name: str) -> None:
    """Tab on until a control with this id, or a button or link with this text, has the focus."""
    called = "() => { const e = document.activeElement; return [e.id, e.textContent.trim()] }"
    for _press in range(160):
        keys.press("Tab")
        if name in keys.page.evaluate(called):
            return
    raise AssertionError(f"the keyboard does not reach {name}")
