"""Sums of yen beside the counts of a table: what may be printed of them, with everything printed of them before.

Each amount is rounded to thousands of yen by itself, halves up, and then added up, so that all sums of a day tie. Whose
amounts they are is known while it is judged and kept nowhere: of a hidden sum nothing stays but what a reader can work
out. Amounts are read as of the fact that their days were frozen at; where a case was erased since, its amount is gone
and nothing more is said of these days.

For the worker: `judge` loads the solver.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import columns
from cases.figures.releases import days as sets_of_days
from cases.figures.releases.asking import NotReleasable
from cases.figures.releases.days import Days
from cases.figures.releases.frozen import Frozen, Key, Span, Traits, tallied
from cases.figures.releases.traits import KNOWN
from cases.figures.releases.union import (
    Bounds,
    CountsDoNotTie,
    Number,
    Said,
    SideBySide,
    TooLarge,
    computed,
    side_by_side,
)
from cases.gate.ledger import Audience

THOUSAND: Final = 1000
DIGITS: Final = 2  # of a median that are printed
MEDIAN_OF: Final = 10
_NO_THRESHOLD: Final[Mapping[Audience, int]] = dict.fromkeys(Audience, 0)


class Yen:
    """Amounts of one kind in thousands of yen, by day and words, of days that are frozen."""

    def __init__(self, frozen: Frozen, measure: str) -> None:
        self._frozen, self._measure = frozen, measure
        self._left: dict[tuple[Traits, Days], dict[Key, tuple[int, ...]]] = {}

    def counts(self, traits: Traits, days: Days) -> Mapping[Key, int]:
        """The sums. Raises CountsDoNotTie."""
        return {key: sum(amounts) for key, amounts in self.amounts(traits, days).items()}

    def amounts(self, traits: Traits, days: Days) -> Mapping[Key, tuple[int, ...]]:
        """Every amount. Raises CountsDoNotTie where fewer are left than were counted when the days were frozen."""
        found = self.left(traits, days)
        at = 1 + traits.index(self._measure)
        counted = {key: n for key, n in self._frozen.counts(traits, days).items() if key[at] == KNOWN}
        if {key: len(of) for key, of in found.items()} != counted:
            raise CountsDoNotTie
        return found

    def left(self, traits: Traits, days: Days) -> dict[Key, tuple[int, ...]]:
        """Every amount that is still known, whatever was counted."""
        if (traits, days) not in self._left:
            self._left[traits, days] = self._still_known(traits, days)
        return self._left[traits, days]

    def _still_known(self, traits: Traits, days: Days) -> dict[Key, tuple[int, ...]]:
        at = 1 + traits.index(self._measure)
        many: dict[Key, Counter[int]] = {}
        for span in self._frozen.spans:
            for start, end in sets_of_days.common(span.days, days):
                facts = columns.read(span.as_of)
                part = Span(start, end, span.as_of)
                for key, (yen,), count in tallied(
                    facts, self._frozen.centre_id, traits, part, (self._measure,)
                ):
                    if key[at] == KNOWN:
                        many.setdefault(key, Counter())[(yen + THOUSAND // 2) // THOUSAND] += count
        found = {key: tuple(sorted(of.elements())) for key, of in many.items()}
        return {key: amounts for key, amounts in found.items() if amounts}

    def of(self, number: Number) -> list[int]:
        """What is still known of the amounts behind a number, rising."""
        found: list[int] = []
        for key, amounts in self.left(number.traits, number.days).items():
            if all(words is None or word in words for word, words in zip(key[1:], number.words, strict=True)):
                found += amounts
        return sorted(found)


def median(amounts: Sequence[int]) -> int | None:
    """The middle of amounts that rise, in thousands of yen, to its first two digits; None of fewer than ten.

    Of few the middle is somebody's own amount, and next to it stand few others.
    """
    return None if len(amounts) < MEDIAN_OF else middle(amounts)


def middle(amounts: Sequence[int]) -> int | None:
    """The same of any number of amounts; for staff. None of none."""
    if not amounts:
        return None
    between = Fraction(amounts[(len(amounts) - 1) // 2] + amounts[len(amounts) // 2], 2)
    step = int(10 ** max(0, len(str(int(between))) - DIGITS))
    return int(between / step + Fraction(1, 2)) * step


@dataclass
class JudgedYen:
    """What may be said of the sums of one table; `hidden_by_count` are those whose count is not printed.

    `pointing` are those that point at somebody by themselves.
    """

    measure: str
    said: list[Said] = field(default_factory=list)
    medians: Mapping[Number, int | None] = field(default_factory=dict)
    computable: Mapping[Number, Mapping[Audience, Bounds]] = field(default_factory=dict)
    hidden_by_count: Collection[Number] = ()
    pointing: Collection[Number] = ()
    withheld: str = ""


@dataclass(frozen=True)
class Wanted:
    """The sums of one table: for which release and audience, and which of them may not be told for their counts."""

    release: str
    audience: Audience
    measure: str
    numbers: Sequence[Number]
    never: frozenset[Number]
    seconds: float


def judge(wanted: Wanted, frozen: Frozen, said: Sequence[Said]) -> JudgedYen:
    """Decide about the sums beside all that were said of this kind; in words, where nothing can be said."""
    from cases.gate import money
    from cases.gate.releases import NotReleased

    yen = Yen(frozen, wanted.measure)
    try:
        side = _side(yen, said, wanted.numbers)
        sums = money.Sums(side.ledger, side.apart(yen.amounts))
        released = money.released_sums(
            sums,
            wanted.release,
            wanted.audience,
            [side.sums[number] for number in wanted.numbers],
            never=[side.sums[number] for number in wanted.never],
            seconds=wanted.seconds,
        )
    except (NotReleasable, NotReleased) as refused:
        return JudgedYen(wanted.measure, withheld=str(refused))
    except TooLarge:
        return JudgedYen(wanted.measure, withheld=_("確かめる数が多すぎるため、金額は公表できません。"))
    except CountsDoNotTie:
        return JudgedYen(wanted.measure, withheld=_erased())
    told = [
        Said(wanted.release, wanted.audience, number, statement.low, statement.low, statement.high, None, _NO_THRESHOLD)
        for number, statement in zip(wanted.numbers, released.statements, strict=True)
    ]  # fmt: skip
    amounts = {number: sorted(sums.given_to(side.sums[number])) for number in wanted.numbers}
    return JudgedYen(
        wanted.measure,
        told,
        {one.of: median(amounts[one.of]) for one in told if one.low is not None},
        computed(released.intervals, [one for one in told if one.low is None], side),
        wanted.never,
        {number for number, of in amounts.items() if sums.rule.needs(of) is not None},
    )


def computable(
    measure: str, frozen: Frozen, audience: Audience, judged: JudgedYen, said: Sequence[Said]
) -> Mapping[Number, Mapping[Audience, Bounds]]:
    """What readers can work out of the hidden sums of a table, beside all that was said after it too."""
    from cases.gate import money

    yen = Yen(frozen, measure)
    side = _side(yen, said, [one.of for one in judged.said])
    sums = money.Sums(side.ledger, side.apart(yen.amounts))
    hidden = [one for one in judged.said if one.low is None]
    found = money.intervals(sums, audience, dict.fromkeys(side.sums[one.of] for one in hidden))
    return computed(found, hidden, side)


def _side(yen: Yen, said: Sequence[Said], numbers: Sequence[Number]) -> SideBySide:
    """Raises TooLarge, CountsDoNotTie, NotReleasable where a sum that is out is another one now."""
    side = side_by_side(yen, said, numbers, _NO_THRESHOLD)
    moved = any(
        one.value is not None and one.of in side.sums and side.ledger.value(side.sums[one.of]) != one.value
        for one in said
    )
    if moved:
        raise NotReleasable(
            _(
                "前に公表した金額が、数え直しで変わります。変わった分から1人か2人の金額が分かるため、金額は公表できません。"
            )
        )
    return side


def _erased() -> str:
    return _(
        "この期間の記録の一部が、前の公表の後に消去されました。消去した相談の金額は残っていないため、金額は公表できません。"
    )
