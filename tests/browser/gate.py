"""The accessibility gate: axe-core's rules and seven assertions for what axe does not see.

`gate(page)` walks the page with the Tab key, so it moves the focus; call it on a page at rest.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPTS = Path(__file__).parent / "scripts"
LOOK = (SCRIPTS / "look.js").read_text(encoding="utf-8")
WALK = (SCRIPTS / "walk.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Fault:
    """One thing that keeps somebody out: the rule, the element's HTML (shortened), what is wrong with it."""

    rule: str
    where: str
    message: str


def gate(page: Page, *, language: str = "ja") -> list[Fault]:
    """Every fault of the page in its present state; an empty list is a pass.

    `language` is what `<html lang>` must say. axe's undecided findings are not faults.
    """
    return [*_axe(page), *_looked_at(page, language), *_walked(page)]


def _axe(page: Page) -> list[Fault]:
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        Fault(f"axe:{violation['id']}", node["html"][:200], violation["help"])
        for violation in found
        for node in violation["nodes"]
    ]


def _looked_at(page: Page, language: str) -> list[Fault]:
    """Assertions 1 to 5: language, target size, id references, names of graphics, visible labels."""
    return [Fault(**fault) for fault in page.evaluate(LOOK, language)]


def _walked(page: Page) -> list[Fault]:
    """Assertions 6 and 7: at every Tab stop the focus shows; Tab never sticks and reaches every control."""
    wanted: int = page.evaluate(WALK)
    faults: list[Fault] = []
    first = None
    for _ in range(wanted * 2 + 20):
        page.keyboard.press("Tab")
        stop = page.evaluate("window.gateWalk.stop()")
        if stop is None:  # past the page's end, on the way to its start
            continue
        if stop["id"] == first:
            break
        if stop["again"]:
            faults.append(Fault("keyboard-trap", stop["html"], "Tab comes back here before the page's end"))
            break
        first = first or stop["id"]
        if not stop["ring"]:
            faults.append(Fault("focus-ring", stop["html"], "the focus does not show (outline below 2 px)"))
    missed = page.evaluate("window.gateWalk.end()")
    return [*faults, *(Fault("keyboard-reach", html, message) for html, message in missed)]
