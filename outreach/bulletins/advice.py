"""Advice to begin a bulletin with, by 手口, out of `outreach/data/advice.csv`. The author rewrites it."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent.parent / "data" / "advice.csv"
GENERAL: Final = "GENERAL"


@dataclass(frozen=True)
class Advice:
    """A title, three or four lines of advice, and what watchers may notice."""

    title: str
    advice: tuple[str, ...]
    signs: tuple[str, ...]


def advice_for(scam: str) -> Advice:
    """The template of the 手口, or the general one."""
    known = _templates()
    return known.get(scam, known[GENERAL])


@cache
def _templates() -> dict[str, Advice]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["scam"]: Advice(row["title"], tuple(row["advice"].split("|")), tuple(row["signs"].split("|")))
            for row in csv.DictReader(file)
        }
