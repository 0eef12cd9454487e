"""A manager's hands on the keyboard, and tables of a page read as they stand there to be held against a file."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from playwright.sync_api import Download, Page, expect

MOST: Final = 200
TOLD: Final = (
    "無料点検を口実に訪れた事業者と、屋根の工事を契約した。書面を受け取った日から数えて期間内に解除した。"
)
"""What a report tells of a case, without anybody in it."""
_NAMED: Final = """(kind) => { const e = document.activeElement;
  if (!e.matches(kind)) return [];
  const own = e.matches('a, button, summary') ? e.textContent : '';
  return [e.getAttribute('aria-label') || '', e.labels?.[0]?.textContent || '', own]
    .map((words) => words.replace(/\\s+/g, ' ').trim()).filter(Boolean) }"""
_CHOSEN: Final = "document.activeElement.selectedOptions[0].text.trim()"


@dataclass
class Hands:
    """Tab, arrows, Enter and letters; no mouse."""

    page: Page

    def to(self, words: str, *, kind: str = "*") -> None:
        """Tab until a link, button or field of this name has the focus; `kind` is what it is as a selector."""
        for _n in range(MOST):
            self.page.keyboard.press("Tab")
            if any(name.startswith(words) for name in self.page.evaluate(_NAMED, kind)):
                return
        raise AssertionError(f"nothing called {words} can be reached by Tab")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def open(self, words: str) -> None:
        """Go there and press Enter: another page comes."""
        self.to(words)
        with self.page.expect_navigation():
            self.press("Enter")

    def unfold(self, words: str) -> None:
        self.to(words)
        self.press("Enter")

    def choose(self, label: str, option: str) -> None:
        """The option of a list, by arrow keys from its beginning."""
        self.to(label, kind="select")
        self.press("Home")
        for _n in range(MOST):
            if self.page.evaluate(_CHOSEN).startswith(option):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{label} does not offer {option}")

    def write(self, label: str, text: str) -> None:
        self.to(label, kind="input, textarea")
        self.press("Control+a")
        self.page.keyboard.type(text)

    def send(self) -> None:
        with self.page.expect_navigation():
            self.press("Control+Enter")

    def download(self, words: str) -> Download:
        self.to(words)
        with self.page.expect_download() as download:
            self.press("Enter")
        return download.value

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


def ask_the_councils_question(hands: Hands) -> None:
    """点検商法 of people of 65 and over, month by month."""
    hands.open("集計")
    hands.choose("行", "月")
    hands.unfold("条件で絞り込む")
    hands.choose("手口(主)", "点検商法")
    hands.choose("65歳以上か", "65歳以上")
    hands.open("集計する")


def tables(page: Page, within: str = "main") -> list[list[list[str]]]:
    """Every table of numbers of the page: its rows of texts, the head first."""
    read: list[list[list[str]]] = page.evaluate(
        """(within) => [...document.querySelectorAll(`${within} table.numbers`)].map((table) =>
          [...table.querySelectorAll("tr")].map((row) =>
            [...row.querySelectorAll("th, td")].map((cell) => cell.innerText.trim())))""",
        within,
    )
    return read


def as_number(text: str) -> Decimal | str | None:
    """1,234 → 1234; −3 → -3; ±0 → 0; 21.7% → 21.7; — and nothing → None; other words as they are."""
    plain = text.replace(",", "").replace("−", "-").replace("±", "").removesuffix("%")
    if plain in ("", "—"):
        return None
    return Decimal(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else text


def as_read(cell: Any) -> Decimal | str | None:
    """A cell of a workbook as `as_number` reads the same cell of a page."""
    if cell is None or cell == "":
        return None
    return Decimal(str(cell)) if isinstance(cell, int | float) else str(cell)
