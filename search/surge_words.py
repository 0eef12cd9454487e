"""Which words a surge's cases hold more often than other cases do: whether it is one trick, and which.

A word is told where several of its cases hold it, so that it is nobody's own; numbers and masks are never words. Read
anew with each look, from what callers told with every mask applied; nothing is kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.figures.surge_log.models import SurgeWave
from cases.figures.trends import age_group
from cases.records import ages
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor
from cases.records.codes import Kind, codes
from search.narratives import told
from search.rising import above

WAVE: Final = timedelta(weeks=4)
BEFORE: Final = timedelta(weeks=52)
MOST_OF_WAVE: Final = 100
MOST_BEFORE: Final = 200
"""So many of the newest cases are read on either side: opening them is what takes the time."""
FEWEST_CASES: Final = 3
LEAST_TIMES: Final = 2.0
CHANCE: Final = 0.01
SHOWN: Final = 8
# Of so few earlier cases of its own kind the usual words cannot be told; other cases of the time stand in.
_FEW: Final = 10


@dataclass(frozen=True)
class Rising:
    """A word that `count` of the wave's cases hold. `before`: in how many of `of_before` it was met before."""

    word: str
    count: int
    before: int


@dataclass(frozen=True)
class Words:
    """`cases` of the wave were read. `of_before` others: earlier ones of the same 手口, or other ones of the time."""

    words: Sequence[Rising]
    cases: int
    of_before: int
    is_own_past: bool


def words_of(wave: SurgeWave, *, by: Actor) -> Words:
    """The words that rise in the last four weeks of the wave, the most telling first. Two entries in the log.

    Cases under 支援措置 are not read.
    """
    since = wave.last_alarmed_on - WAVE
    mine = _of_cell(wave, since, wave.last_alarmed_on)
    read = [one.words for one in told(_newest(mine, MOST_OF_WAVE), by=by)]
    past = _of_cell(wave, since - BEFORE, since)
    is_own_past = past.count() >= _FEW
    if not is_own_past:
        around = _cases(wave, since - WAVE, wave.last_alarmed_on)
        past = around.exclude(pk__in=mine.values("pk"))
    others = [one.words for one in told(_newest(past, MOST_BEFORE), by=by)]
    return Words(_rising(read, others), len(read), len(others), is_own_past)


def _rising(read: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> list[Rising]:
    """Poisson tails of what the others let expect: a word nobody said before counts as half a case there."""
    counts = Counter(word for words in read for word in words)
    before = Counter(word for words in others for word in words if word in counts)
    found: list[tuple[float, Rising]] = []
    for word, count in counts.items():
        expected = len(read) * (before[word] + 0.5) / (len(others) + 1)
        chance = above(count, expected)
        if _is_word(word) and count >= FEWEST_CASES and count >= LEAST_TIMES * expected and chance <= CHANCE:
            found.append((chance, Rising(word, count, before[word])))
    ranked = [one for _chance, one in sorted(found, key=lambda pair: (pair[0], -pair[1].count, pair[1].word))]
    # 無料点検 tells what 点検 tells.
    whole = [
        one
        for one in ranked
        if not any(one.word != other.word and one.word in other.word for other in ranked)
    ]
    return whole[:SHOWN]


def _is_word(word: str) -> bool:
    return len(word) > 1 and not any(letter.isdigit() for letter in word)


def _cases(wave: SurgeWave, after: date, until: date) -> CaseQuerySet:
    """Cases of the centre received in (after, until], but those under 支援措置."""
    return Case.objects.filter(
        centre_id=wave.centre_id, received_on__gt=after, received_on__lte=until, is_guarded=False
    )


def _of_cell(wave: SurgeWave, after: date, until: date) -> CaseQuerySet:
    """Those of the wave's 手口, age group and district; of the whole: all."""
    found = _cases(wave, after, until)
    if wave.scam:
        held = codes(Kind.SCAM_TYPE).holding(wave.scam)
        found = found.filter(scam_types__code__in=held, scam_types__is_main=True)
    if wave.age:
        found = found.filter(
            party_age_band__in=[band.code for band in ages.BANDS if age_group(band.code) == wave.age]
        )
    return found.filter(party_area=wave.area) if wave.area else found


def _newest(cases: CaseQuerySet, most: int) -> CaseQuerySet:
    keys = cases.order_by("-received_on", "-pk").values_list("pk", flat=True)[:most]
    return Case.objects.filter(pk__in=list(keys))
