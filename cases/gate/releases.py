"""One more release, judged together with everything that was published before: hidden, rounded, withheld or refused.

`hidden_release` prints exact numbers and hides at least cost; `rounded_release` prints rounded ones and withholds
those that the rest would give away. Each is safe for every audience that reads it, by what that audience knows.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cases.gate import checker
from cases.gate.attack import DOWN, UP, Attack, TimeUp
from cases.gate.evidence import EPSILON, Evidence, exact
from cases.gate.ledger import Audience, Ledger, Statement, Sum
from cases.gate.problem import Attacker, Flags, Knowledge, Problem, Target
from cases.gate.rounding import COUNTS_LEFT, counts_between, rounded
from cases.gate.suppress import NothingSafe, Search
from cases.gate.tables import PRICE_OF_GRAND_TOTAL, PRICE_OF_LEAF, PRICE_OF_MARGIN

Interval = tuple[float, float | None]
SECONDS: Final = 40.0  # to find out what readers can compute of a table; a solver that is stuck is given up


class NotReleased(Exception):
    """Nothing of it can be published, and why, in words."""


@dataclass(frozen=True)
class Released:
    """What the release says, what each reader can still compute of what it does not say exactly, and the new ledger."""

    statements: tuple[Statement, ...]
    intervals: Mapping[tuple[Audience, Sum], Interval]
    ledger: Ledger
    optimal: bool


class Union:
    """All tables of a ledger laid side by side, and one number for each sum that was said or is wanted."""

    def __init__(self, ledger: Ledger, wanted: Sequence[Sum], *, seconds: float = math.inf) -> None:
        """`seconds` are for everything that attackers are asked."""
        self._until = monotonic() + seconds
        self.ledger = ledger
        self.wanted = wanted
        self._first: dict[str, int] = {}
        counted: list[int] = []
        for table in ledger.tables:
            self._first[table.name] = len(counted)
            counted += table.leaves
        self.leaves = np.array(counted, dtype=np.int64)
        self.members: list[tuple[int, ...]] = [(leaf,) for leaf in range(len(counted))]
        self._quantity = {of: at for at, of in enumerate(self.members)}
        for of in (*(said.of for said in ledger.statements), *wanted):
            self.quantity(of)
        self.ties = [(self._leaves(one), self._leaves(other)) for one, other in ledger.pairs]

    def quantity(self, of: Sum) -> int:
        """The number of a sum; sums of the same leaves have the same."""
        return self.quantity_of(self._leaves(of))

    def quantity_of(self, leaves: tuple[int, ...]) -> int:
        """The number of the sum of these leaves, in order."""
        if leaves not in self._quantity:
            self._quantity[leaves] = len(self.members)
            self.members.append(leaves)
        return self._quantity[leaves]

    def _leaves(self, of: Sum) -> tuple[int, ...]:
        first = self._first[of.of]
        return tuple(first + leaf for leaf in self.ledger.table(of.of).places(of.codes))

    def price(self, of: Sum) -> int:
        """What hiding it costs."""
        table = self.ledger.table(of.of)
        leaves = len(table.places(of.codes))
        if leaves == 1:
            return PRICE_OF_LEAF
        return PRICE_OF_GRAND_TOTAL if leaves == table.size else PRICE_OF_MARGIN

    def attacker(self, reader: Audience, open_now: Iterable[int] = ()) -> Attacker:
        """What a reader has of every number, before what is open now is decided."""
        knowledge = [Knowledge.SECRET] * len(self.members)
        within: dict[int, tuple[float, float]] = {}
        for said in self.ledger.seen_by(reader):
            if said.low is None or said.high is None:
                continue
            at = self.quantity(said.of)
            knowledge[at] = Knowledge.KNOWN
            low, high = within.get(at, (float(said.low), float(said.high)))
            within[at] = max(low, float(said.low)), min(high, float(said.high))
        for at in open_now:
            if knowledge[at] is Knowledge.SECRET:
                knowledge[at] = Knowledge.OPEN
        return Attacker(knowledge, self._targets(reader, knowledge), _without_exact(within))

    def attack(self, attacker: Attacker) -> Attack:
        """What the attacker can compute from everything that was said."""
        attack = Attack(self.problem([attacker], {}), attacker)
        attack.end_at(self._until)
        attack.shown(np.zeros(len(self.members), dtype=bool))
        return attack

    def keeping_rounded(self, reader: Audience, attacker: Attacker) -> Attacker:
        """The same, with enough counts to be left behind every rounded number that the reader has."""
        attack = self.attack(self.attacker(reader))
        targets = list(attacker.targets)
        for at, left in _counts_left(self, reader).items():
            if at not in attacker.within:
                continue
            low, high = attack.interval(at)
            if high is not None and counts_between(low, high) >= left:
                true = int(self.leaves[list(self.members[at])].sum())
                start = min(
                    max(true - left // 2, math.ceil(low - EPSILON)), math.floor(high + EPSILON) - left + 1
                )
                targets.append(Target(at, float(min(start, true)), float(max(start + left - 1, true))))
        return replace(attacker, targets=targets)

    def _targets(self, reader: Audience, knowledge: Sequence[Knowledge]) -> list[Target]:
        smallest: dict[int, int] = {}
        for of in (*(said.of for said in self.ledger.statements), *self.wanted):
            at, limit = self.quantity(of), self.ledger.smallest(reader, of)
            smallest[at] = min(limit, smallest.get(at, limit))
        return [
            Target(at, 1.0, float(limit))
            for at, limit in sorted(smallest.items())
            if knowledge[at] is not Knowledge.KNOWN and 0 < self.leaves[list(self.members[at])].sum() < limit
        ]

    def problem(self, attackers: Sequence[Attacker], prices: Mapping[int, int]) -> Problem:
        """The question of what to hide now."""
        all_prices = np.zeros(len(self.members), dtype=np.int64)
        for at, price in prices.items():
            all_prices[at] = price
        return Problem(self.leaves, self.members, all_prices, attackers, self.ties)


def _without_exact(within: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    return {at: (low, high) for at, (low, high) in within.items() if low < high}


def readers(audience: Audience) -> list[Audience]:
    """Who learns something from a release to this audience."""
    return [reader for reader in Audience if reader >= audience]


def hidden_release(
    ledger: Ledger, name: str, audience: Audience, wanted: Sequence[Sum], *, seconds: float = 20.0
) -> Released:
    """Print the numbers as they are; hide small ones, what would give any small one away, and what was hidden before.

    A number that this audience has rounded stays rounded. Raises NotReleased, KeyError (an unknown table or code).
    """
    union = Union(ledger, wanted, seconds=seconds + SECONDS)
    is_open = _open(union, audience)
    try:
        search = _search(union, audience, is_open, seconds)
        choice = search.run()
    except TimeUp:
        raise NotReleased(no_time()) from None
    except NothingSafe as refused:
        raise _not_released(len({unmet.quantity for unmet in refused.unmet})) from None
    statements = tuple(
        _said(union, name, audience, of, is_printed=at in is_open and not choice.hidden[at])
        for of in wanted
        for at in [union.quantity(of)]
    )
    after = ledger.with_statements(statements)
    _look_last(union, after, readers(audience), search.evidence, choice.hidden)
    return Released(statements, intervals(after, audience, wanted), after, choice.optimal)


def hidden_at_least_cost(
    ledger: Ledger, audience: Audience, wanted: Sequence[Sum], *, seconds: float
) -> set[Sum] | None:
    """What a hidden release of these numbers would not print; None where nothing safe is left.

    For comparing releases that are not made: the checker has not looked at it.
    """
    union = Union(ledger, wanted)
    is_open = _open(union, audience)
    try:
        choice = _search(union, audience, is_open, seconds).run()
    except (NothingSafe, TimeUp):
        return None
    at = {of: union.quantity(of) for of in wanted}
    statements = (
        _said(union, "", audience, of, is_printed=at[of] in is_open and not choice.hidden[at[of]])
        for of in wanted
    )
    return {said.of for said in statements if said.is_hidden}


def _search(union: Union, audience: Audience, is_open: Mapping[int, int], seconds: float) -> Search:
    attackers = [
        union.keeping_rounded(reader, union.attacker(reader, is_open)) for reader in readers(audience)
    ]
    return Search(union.problem(attackers, is_open), seconds)


def _open(union: Union, audience: Audience) -> dict[int, int]:
    """The numbers about which there is something to decide, with their prices."""
    before = {
        union.quantity(said.of)
        for said in union.ledger.statements
        if said.audience == audience or (said.audience < audience and said.rounded_to)
    }
    is_open: dict[int, int] = {}
    for of in union.wanted:
        at = union.quantity(of)
        if at not in before and not union.ledger.is_small(of, audience):
            is_open[at] = is_open.get(at, 0) + union.price(of)
    return is_open


def _said(union: Union, name: str, audience: Audience, of: Sum, *, is_printed: bool) -> Statement:
    """The statement; what this audience has read before is said again as it was."""
    if is_printed:
        value = union.ledger.value(of)
        return Statement(name, audience, of, value, value)
    at = union.quantity(of)
    for said in union.ledger.seen_by(audience):
        if union.quantity(said.of) == at and not said.is_hidden:
            return replace(said, release=name, audience=audience)
    return Statement(name, audience, of)


def _not_released(small: int) -> NotReleased:
    return NotReleased(
        _("すでに公表した数と合わせると少ない件数が%(small)dか所分かるため、公表できません。")
        % {"small": small}
    )


def intervals(
    ledger: Ledger, audience: Audience, wanted: Iterable[Sum]
) -> dict[tuple[Audience, Sum], Interval]:
    """What each reader of a release to the audience can compute of these sums from everything published.

    Raises NotReleased where there is no time to find out.
    """
    wanted = list(wanted)
    union = Union(ledger, wanted, seconds=SECONDS)
    found: dict[tuple[Audience, Sum], Interval] = {}
    try:
        for reader in readers(audience):
            attack = union.attack(union.attacker(reader))
            found |= {(reader, of): attack.interval(union.quantity(of)) for of in wanted}
    except TimeUp:
        raise NotReleased(no_time()) from None
    return found


def no_time() -> str:
    """Why nothing is published that could not be looked at to the end."""
    return _("時間内に確かめきれないため、公表できません。項目を減らすか、期間を短くしてください。")


def _look_last(
    union: Union, after: Ledger, who: Sequence[Audience], evidence: Evidence, hidden: Flags
) -> None:
    """Raises NotReleased where the checker is not convinced."""
    evidence.unmet(hidden)
    sums: dict[int, set[Sum]] = {}
    for said in after.statements:
        sums.setdefault(union.quantity(said.of), set()).add(said.of)
    for number, reader in enumerate(who):
        tables: dict[Sum, list[checker.Deviations]] = {}
        for demand in evidence.demands:
            deviation = evidence.table_for(demand, hidden) if demand.attacker == number else None
            if deviation is not None:
                of_leaves = deviation[: len(union.leaves)]
                moved = exact({int(at): float(of_leaves[at]) for at in np.flatnonzero(of_leaves)})
                for of in sums[demand.quantity]:
                    tables.setdefault(of, []).append(moved)
        if found := checker.exposed_in_union(after, reader, tables):
            raise _not_released(len(found))


def rounded_release(
    ledger: Ledger, name: str, audience: Audience, wanted: Sequence[Sum], *, to: int
) -> Released:
    """Print each number rounded by itself; withhold those behind which too few counts would be left.

    Behind every rounded number, old or new, at least three counts have to be left where it is rounded to 5 and five
    where to 10, and no hidden small count may be given away. Raises NotReleased, ValueError, KeyError.
    """
    try:
        return _rounded_release(ledger, name, audience, wanted, to)
    except TimeUp:
        raise NotReleased(no_time()) from None


def _rounded_release(
    ledger: Ledger, name: str, audience: Audience, wanted: Sequence[Sum], to: int
) -> Released:
    withheld: set[int] = set()
    union, end = Union(ledger, wanted), monotonic() + SECONDS
    while True:
        statements = tuple(_rounded(union, name, audience, of, to, withheld) for of in wanted)
        after = ledger.with_statements(statements)
        new = {union.quantity(said.of) for said in statements if not said.is_hidden}
        faults = [
            fault
            for reader in readers(audience)
            for fault in _faults(Union(after, wanted, seconds=end - monotonic()), reader, new)
        ]
        more = {at for fault in faults for at in fault.to_withhold} - withheld
        if not more:
            if left := sum(fault.forbids for fault in faults):
                raise _not_released(left)
            return Released(statements, intervals(after, audience, wanted), after, optimal=False)
        withheld |= more


def _rounded(union: Union, name: str, audience: Audience, of: Sum, to: int, withheld: set[int]) -> Statement:
    if union.quantity(of) in withheld:
        return Statement(name, audience, of, rounded_to=to)
    printed = rounded(union.ledger.value(of), to)
    return Statement(name, audience, of, printed.low, printed.high, to)


@dataclass(frozen=True)
class _Fault:
    """That too much can be computed of a number: whether it is one that may not be told, and the new ones to withhold.

    One that is withheld and large may be told: nothing was promised of it.
    """

    forbids: bool
    to_withhold: set[int]


def _faults(union: Union, reader: Audience, new: set[int]) -> list[_Fault]:
    attack = union.attack(union.attacker(reader))
    kept = {target.quantity for target in attack.attacker.targets} | attack.attacker.within.keys()
    return [
        _Fault(at in kept, {at} if at in new else _to_blame(attack, at, new))
        for at, _ in told(union, reader, attack)
    ]


def told(union: Union, reader: Audience, attack: Attack) -> Iterator[tuple[int, Interval]]:
    """Small numbers, and rounded ones, of which the reader can compute too much from all that was said."""
    attacker = attack.attacker
    small = {target.quantity: target for target in attacker.targets}
    counts_left = _counts_left(union, reader)
    for at in sorted({*small, *counts_left}):
        if at not in small and attacker.knowledge[at] is Knowledge.KNOWN and at not in attacker.within:
            continue  # printed exactly elsewhere: nothing is left to protect
        low, high = attack.interval(at)
        is_told = counts_between(low, high) < counts_left.get(at, 0)
        if at in small:
            is_told |= low > small[at].down + EPSILON or (high is not None and high < small[at].up - EPSILON)
        if is_told:
            yield at, (low, high)


def _counts_left(union: Union, reader: Audience) -> dict[int, int]:
    """How many counts have to be left behind each rounded number, by the coarsest step it was printed with."""
    left: dict[int, int] = {}
    for said in union.ledger.seen_by(reader):
        if said.rounded_to:
            at = union.quantity(said.of)
            left[at] = max(left.get(at, 0), COUNTS_LEFT[said.rounded_to])
    return left


def _to_blame(attack: Attack, at: int, new: set[int]) -> set[int]:
    """The new numbers on which the attacker's computation rests most, of both ends."""
    blamed = set()
    for direction in (UP, DOWN):
        attack.reach(at, direction)
        factors = np.abs(attack.multipliers())
        of_new = {number: factors[number] for number in new if factors[number] > 1e-9}
        if of_new:
            blamed.add(max(of_new, key=lambda number: of_new[number]))
    return blamed
