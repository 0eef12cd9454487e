"""What a model knows before the first case: names and meanings of the shipped codes, words that callers use for them
(`data/signs.csv`), and the shipped guidance.

Public words of the product, in Japanese. They tell codes of which an installation has seen few cases or none.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from cases.records import codes
from cases.records.codes import Kind
from cases.services import guidance
from cases.services.entry import UNCLASSIFIED
from search import analysis
from search.suggest_model import Lesson, Terms

_SIGNS: Final = Path(__file__).parent / "data" / "signs.csv"
# Each counts as so many cases: enough to matter where there are few, little beside hundreds.
NAME_WEIGHT: Final = 60.0
SIGN_WEIGHT: Final = 20.0
GUIDANCE_WEIGHT: Final = 6.0
_SIGNS_AT_ONCE: Final = 4  # a call holds several signs, not all of them
# Codes that say that nothing is known: their names would draw every text to them.
_NOTHING: Final = frozenset({UNCLASSIFIED, "UNKNOWN", "OTHER"})


def lessons(sets: Mapping[str, Kind], terms_of: Callable[[Iterable[str]], Terms]) -> Iterator[Lesson]:
    """Lessons for each set, by its name. `terms_of` turns words into terms."""
    for name, kind in sets.items():
        for code, text in _names(kind):
            yield Lesson(terms_of(analysis.words(text)), {name: (code,)}, NAME_WEIGHT, is_shipped=True)
            for sign in _signs().get((str(kind), code), ()):
                yield Lesson(terms_of(analysis.words(sign)), {name: (code,)}, SIGN_WEIGHT, is_shipped=True)
            written = guidance.shipped(code, "ja") if kind is Kind.SCAM_TYPE else None
            if written is not None:
                for part in (written.script, *written.ask, *written.keep, *written.advise):
                    told = terms_of(analysis.words(f"{text}\n{part}"))
                    yield Lesson(told, {name: (code,)}, GUIDANCE_WEIGHT, is_shipped=True)


def _names(kind: Kind) -> Iterator[tuple[str, str]]:
    with (codes.DATA_DIR / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] not in _NOTHING:
                yield row["code"], f"{row['label']}\n{row['meaning']}"


@cache
def _signs() -> Mapping[tuple[str, str], list[str]]:
    """(kind, code) → what callers say of it, a few signs to a lesson."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in _SIGNS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, code, signs = line.split(",")
            each = signs.split()
            parts = -(-len(each) // _SIGNS_AT_ONCE)
            found[kind, code] += ["。".join(each[at::parts]) for at in range(parts)]
    return found
