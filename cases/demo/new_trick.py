"""A trick that has no code yet, told in the last three weeks: what rising words and nearly equal cases are shown on.

A leaflet and men with test kits go round; counsellors code what each caller tells as one known 手口 or another. Some
callers of the same leaflet tell the same, and are noted in the same words.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from cases.demo import sentences, stories
from cases.demo.profile import Mix, Scam, scams
from cases.demo.sentences import Blocks
from cases.demo.stories import Story, Teller
from cases.demo.telling import Thread

_FILE: Final = Path(__file__).with_name("new_trick.json")
DAYS: Final = 21
SHARE: Final = 0.3
"""Of the cases of those days whose party is grown up and of known age, in a demo of `OF_CASES`: ten or so."""
OF_CASES: Final = 5000
_AMONG_MORE: Final = 0.01
"""The same beyond so many cases: a trick is a few callers in a large region too."""
_LEAST_AGE: Final = 35
_COPIED: Final = 0.4
_CODED_AS: Final = {"INSPECTION": 4.0, "IMPERSONATION": 3.0, "HIDDEN_PURPOSE": 2.0, "UNCLASSIFIED": 3.0}


@cache
def source() -> Blocks:
    return sentences.read(_FILE)


@cache
def _coded_as() -> Mix[Scam]:
    return Mix({scam: _CODED_AS[scam.code] for scam in scams() if scam.code in _CODED_AS})


def drawn(rng: Random, n: int, day: date, age: int | None, today: date) -> Scam | None:
    """The 手口 that case n of a seed is coded as, if it is of this trick; None for nearly all, which are of others."""
    is_told = (
        rng.random() < (SHARE if n < OF_CASES else _AMONG_MORE) and age is not None and age >= _LEAST_AGE
    )
    coded = _coded_as().draw(rng)
    return coded if is_told and day > today - timedelta(days=DAYS) else None


def tell(rng: Random, teller: Teller, received_on: date) -> Story:
    told = source()
    thread = Thread(teller.scam, told)
    parts = {part: stories.tellable(told.parts[part], teller) for part in sentences.PARTS}
    if rng.random() < _COPIED:
        chosen = [thread.add(parts[part][0]) for part in ("opening", "how", "now", "wish")]
    else:
        chosen = [thread.pick(rng, parts[part]) for part in ("opening", "how", "now", "wish")]
    advice = rng.choice(parts["advice"])
    return stories.filled(rng, teller, received_on, "".join(chosen), advice, told, thread.codes(rng))
