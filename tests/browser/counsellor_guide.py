"""Pictures of the guides of those who work at a centre: taken by their journeys, kept in docs/images/guide when asked.

`make guide-pictures` sets GUIDE_PICTURES; without it a picture is taken and thrown away, so a journey that can no
longer take it fails in any run.
"""

import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

ROOT: Final = Path(__file__).parents[2]
GUIDES: Final = tuple(ROOT / "docs" / f"{who}-guide.md" for who in ("counsellor", "manager", "outreach"))
FOLDER: Final = ROOT / "docs" / "images" / "guide"
LARGEST: Final = 60_000
"""Bytes of one picture: a guide of thirty opens at once on a slow line."""
VIEW: Final[ViewportSize] = {"width": 1100, "height": 720}
COLOURS: Final = (64, 32, 16, 8)


def shown_in_guide() -> list[str]:
    """Names of the pictures, in the order of the guides."""
    return [
        name
        for guide in GUIDES
        for name in re.findall(r"\]\(images/guide/([a-z-]+)\.png\)", guide.read_text(encoding="utf-8"))
    ]


def small(png: bytes) -> bytes:
    """The picture with as many colours as LARGEST allows."""
    drawn = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        drawn.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise AssertionError(f"{out.tell()} bytes")


TWICE: Final = """() => {
  const shown = [...document.querySelectorAll("[data-shortcut]")].filter((one) => one.checkVisibility());
  const keys = shown.map((one) => one.dataset.shortcut).filter((key) => key !== "Ctrl+Enter");
  return keys.filter((key, n) => keys.indexOf(key) !== n);
}"""
"""Keys that two things on the page wait for; Ctrl+Enter is of the form that is being filled in."""


@dataclass
class Reader:
    """Somebody who has only the guide and a keyboard."""

    page: Page
    base: str

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_load_state("load")  # a key before the page's scripts run is nobody's
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, selector: str, *, most: int = 120) -> None:
        """Tab until the focus is there; fails where the keyboard does not lead there."""
        for _n in range(most):
            self.press("Tab")
            if self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"Tab does not lead to {selector}")

    def sees(self, selector: str, text: str) -> None:
        expect(self.page.locator(selector).first).to_contain_text(text)

    def shoot(self, name: str, selector: str = "") -> None:
        """Take the picture of what is seen, or of one part of it."""
        assert name in shown_in_guide(), f"{name} is in no chapter"
        assert self.page.evaluate(TWICE) == [], f"{name}: a key that means two things"
        if selector:
            taken = self.page.locator(selector).first.screenshot(animations="disabled")
        else:
            taken = self.page.screenshot(animations="disabled")
        if os.environ.get("GUIDE_PICTURES"):
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{name}.png").write_bytes(small(taken))
