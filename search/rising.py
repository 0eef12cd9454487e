"""Words that rise against their own past: what may be a trick that nobody has named yet. Pure; over keyed digests.

A word rises where more of the newest cases hold it than its past lets expect. What is expected takes the 手口 of the
newest cases into account, so that a wave of a known 手口 lifts none of its usual words; the same season a year before
counts as past too; and a word whose number swings by nature must swing further. Several rising words of the same
cases are one candidate.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

RECENT_DAYS: Final = 28
PAST_DAYS: Final = 420
"""What is looked at in all: the newest four weeks, a year before them, and the same season of that year."""
LEAST_CASES: Final = 5
LEAST_TIMES: Final = 3.0
"""A word must be met so many times more often than expected."""
LEAST_WORDS: Final = 2
CHANCE: Final = 0.001
"""That chance alone lets any of the words of one night rise so far (Bonferroni over all words that are tested)."""
TOGETHER: Final = 0.5
"""Two words are of one candidate where they share this part of the cases that hold either."""
WEEKS: Final = 12
# A 手口 with few past cases speaks as if it had this many usual ones beside.
_USUAL: Final = 10.0
_SEASON_DAYS: Final = 28
_YEAR: Final = timedelta(days=364)


@dataclass(frozen=True)
class Seen:
    """A case as it is looked at: its key, day, 主 手口 and the digests of its words."""

    key: int
    day: date
    scam: str
    terms: frozenset[bytes]


@dataclass(frozen=True)
class Candidate:
    """Words that rose together. `cases`: keys of the newest cases that hold at least two of them, newest first."""

    terms: tuple[bytes, ...]
    cases: tuple[int, ...]
    expected: float
    """How many cases the past lets expect for the word that rose most."""
    weeks: tuple[int, ...]
    """Cases a week that hold at least two of the words, the last `WEEKS` weeks, oldest first."""


def rising(cases: Sequence[Seen], today: date) -> list[Candidate]:
    """The candidates of the day, the largest first. `cases`: those of one centre, of the last `PAST_DAYS` days."""
    since = today - timedelta(days=RECENT_DAYS)
    recent = [case for case in cases if since < case.day <= today]
    past = [case for case in cases if today - timedelta(days=PAST_DAYS) < case.day <= since]
    held: dict[bytes, set[int]] = defaultdict(set)
    for case in recent:
        for term in case.terms:
            held[term].add(case.key)
    tested = {term: keys for term, keys in held.items() if len(keys) >= LEAST_CASES}
    if not tested or not past:
        return []
    expected = _expected(tested, recent, past, today)
    swings = _swings(tested, past, since)
    rose = {
        term: keys
        for term, keys in tested.items()
        if len(keys) >= LEAST_TIMES * expected[term]
        and above(len(keys) / swings[term], expected[term] / swings[term]) * len(tested) < CHANCE
    }
    found = [_candidate(group, expected, cases, since, today) for group in _groups(rose)]
    kept = [one for one in found if one is not None]
    return sorted(kept, key=lambda one: (-len(one.cases), one.terms))


def _expected(
    tested: Collection[bytes], recent: Sequence[Seen], past: Sequence[Seen], today: date
) -> dict[bytes, float]:
    """Cases that would hold each word, were it as usual among the 手口 of the newest cases, or as a year before."""
    by_scam = Counter(case.scam for case in recent)
    past_scams = Counter(case.scam for case in past)
    beside: dict[bytes, Counter[str]] = {term: Counter() for term in tested}
    season = [
        case for case in past if abs((case.day - (today - _YEAR)).days + RECENT_DAYS // 2) <= _SEASON_DAYS
    ]
    last_year: Counter[bytes] = Counter()
    for case in past:
        for term in case.terms & beside.keys():
            beside[term][case.scam] += 1
    for case in season:
        last_year.update(case.terms & beside.keys())
    expected = {}
    for term, counts in beside.items():
        usual = (counts.total() + 0.5) / (len(past) + 1)
        by_mix = sum(
            n * (counts[scam] + _USUAL * usual) / (past_scams[scam] + _USUAL) for scam, n in by_scam.items()
        )
        by_season = len(recent) * last_year[term] / len(season) if season else 0.0
        expected[term] = max(by_mix, by_season)
    return expected


def _swings(tested: Collection[bytes], past: Sequence[Seen], since: date) -> dict[bytes, float]:
    """How much more the number of each word went up and down, four weeks by four weeks, than chance alone would."""
    windows: dict[bytes, Counter[int]] = {term: Counter() for term in tested}
    sizes: Counter[int] = Counter()
    for case in past:
        window = (since - case.day).days // RECENT_DAYS
        sizes[window] += 1
        for term in case.terms & windows.keys():
            windows[term][window] += 1
    swings = {}
    for term, counts in windows.items():
        rate = counts.total() / max(sum(sizes.values()), 1)
        squares = sum((counts[w] - n * rate) ** 2 / (n * rate) for w, n in sizes.items() if n * rate > 0)
        swings[term] = max(1.0, squares / max(len(sizes) - 1, 1))
    return swings


def above(count: float, expected: float) -> float:
    """Probability of at least `count` where `expected` is the mean (Poisson; fractions by the next smaller count)."""
    if expected <= 0:
        return 0.0 if count > 0 else 1.0
    below = sum(math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(int(count)))
    return max(1.0 - below, _first_term(int(count), expected))


def _first_term(count: int, expected: float) -> float:
    """What is lost in 1 - (nearly 1): the tail is at least its first term."""
    return math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))


def _groups(rose: Mapping[bytes, set[int]]) -> list[list[bytes]]:
    """Words that meet in the same cases, each word in one group."""
    terms = sorted(rose)
    root = {term: term for term in terms}

    def top(term: bytes) -> bytes:
        while root[term] != term:
            term = root[term]
        return term

    for at, one in enumerate(terms):
        for other in terms[at + 1 :]:
            if len(rose[one] & rose[other]) >= TOGETHER * len(rose[one] | rose[other]):
                root[top(other)] = top(one)
    groups: dict[bytes, list[bytes]] = defaultdict(list)
    for term in terms:
        groups[top(term)].append(term)
    return list(groups.values())


def _candidate(
    group: Sequence[bytes], expected: Mapping[bytes, float], cases: Sequence[Seen], since: date, today: date
) -> Candidate | None:
    """The group as a candidate; None where it is one word alone or too few cases hold two of its words."""
    if len(group) < LEAST_WORDS:
        return None
    wanted = frozenset(group)
    holding = [case for case in cases if len(case.terms & wanted) >= LEAST_WORDS and case.day <= today]
    recent = sorted(
        (case for case in holding if case.day > since), key=lambda c: (c.day, c.key), reverse=True
    )
    if len(recent) < LEAST_CASES:
        return None
    counts = Counter((today - case.day).days // 7 for case in holding)
    return Candidate(
        terms=tuple(sorted(group, key=lambda term: (expected[term], term))),
        cases=tuple(case.key for case in recent),
        expected=min(expected[term] for term in group),
        weeks=tuple(counts[week] for week in reversed(range(WEEKS))),
    )
