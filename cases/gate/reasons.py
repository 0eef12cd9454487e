"""Why a number is not printed: too small itself, hidden before, or the one that would give a small number away.

For the last it is shown again, for the sake of argument, to everyone who reads the release: whatever small number a
reader could then tell is the reason, together with the printed numbers that the computation rests on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from time import monotonic

import numpy as np

from cases.gate.attack import DOWN, UP, Attack, TimeUp
from cases.gate.evidence import Evidence
from cases.gate.ledger import Audience, Ledger, Statement, Sum
from cases.gate.problem import Flags, Knowledge
from cases.gate.releases import Interval, Released, Union, readers, told
from cases.gate.rounding import rounded

USED = 1e-6  # a factor below this is the solver's arithmetic


class Why(Enum):
    """Why a number is hidden or withheld."""

    SMALL = "small"  # it is too small itself
    BEFORE = "before"  # an earlier release to the same readers hid it, and it stays hidden
    GIVES_AWAY = "gives_away"  # shown, it would give `exposes` away
    CAUTION = (
        "caution"  # it was not shown that it gives anything away: the time was up, or the last look doubted
    )


class Means(Enum):
    """What the computation of a reader rests on."""

    TOTAL = "total"  # of all codes of an axis
    SUBTOTAL = "subtotal"  # of several codes
    CELLS = "cells"  # single codes beside it
    EARLIER = "earlier"  # an earlier release
    OTHER_TABLE = "other_table"  # another table of the same cases


@dataclass(frozen=True)
class Reason:
    """Why one number is hidden; what follows `why` is of GIVES_AWAY alone, `releases` also of BEFORE.

    `reader` could tell that `exposes` lies within `interval`, by the printed numbers `through`. `along` names the axes
    in which the two numbers differ where they are of one table: in a row of a table with two axes they differ along
    that of the columns. `releases` are the earlier ones that are needed for it.
    """

    why: Why
    exposes: Sum | None = None
    reader: Audience | None = None
    interval: Interval | None = None
    through: tuple[Sum, ...] = ()
    along: tuple[str, ...] = ()
    means: frozenset[Means] = frozenset()
    releases: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Proof:
    """What one reader could tell of a number, and the printed numbers that the computation rests on."""

    reader: Audience
    exposes: int
    interval: Interval
    used: tuple[int, ...]


def reasons(
    before: Ledger, released: Released, audience: Audience, *, seconds: float = 10.0
) -> dict[Sum, Reason]:
    """The reason for each number that the release to this audience hides or withholds.

    `before` is the ledger that it was made over. When the `seconds` are up the rest is said to be hidden for CAUTION.
    """
    end = monotonic() + seconds
    union = Union(released.ledger, [said.of for said in released.statements])
    hidden_before: dict[int, str] = {}
    for said in before.statements:
        if said.is_hidden and (said.audience == audience or (said.audience < audience and said.rounded_to)):
            hidden_before.setdefault(union.quantity(said.of), said.release)
    found: dict[Sum, Reason] = {}
    others = []
    for said in released.statements:
        if not said.is_hidden:
            continue
        release = hidden_before.get(union.quantity(said.of))
        if not said.rounded_to and released.ledger.is_small(said.of, audience):
            found[said.of] = Reason(Why.SMALL)
        elif release is not None:
            found[said.of] = Reason(Why.BEFORE, releases=(release,))
        else:
            others.append(said)
    if others:
        shown_again = _ShownAgain(before, released, audience, others, end)
        for said in others:
            found[said.of] = shown_again.reason(said) if monotonic() < end else Reason(Why.CAUTION)
    return found


class _ShownAgain:
    """Numbers that are hidden for the sake of others, each shown again alone."""

    def __init__(
        self, before: Ledger, released: Released, audience: Audience, others: Sequence[Statement], end: float
    ) -> None:
        self._end = end
        self._before = before
        self._ledger = released.ledger
        self._wanted = [said.of for said in released.statements]
        self._union = Union(self._ledger, self._wanted)
        # Of several names of one number that of this release comes last, and stays.
        self._names = {
            self._union.quantity(of): of
            for of in (*(said.of for said in self._ledger.statements), *self._wanted)
        }
        self._printed_here = {
            self._union.quantity(said.of) for said in released.statements if not said.is_hidden
        }
        self._readers = readers(audience)
        open_now = {self._union.quantity(said.of) for said in others}
        attackers = [
            self._union.keeping_rounded(reader, self._union.attacker(reader, open_now))
            for reader in self._readers
        ]
        self._evidence = Evidence(self._union.problem(attackers, {}))
        self._evidence.hard_end = end
        self._hidden: Flags = np.zeros(len(self._union.members), dtype=bool)
        self._hidden[sorted(open_now)] = True
        self._evidence.unmet(self._hidden)  # tables that serve for every number shown again

    def reason(self, said: Statement) -> Reason:
        """What a reader of the release could tell if this number were printed, too."""
        at = self._union.quantity(said.of)
        try:
            proofs = list(self._rounded(said) if said.rounded_to else self._exact(at))
        except TimeUp:
            proofs = []
        if not proofs:
            return Reason(Why.CAUTION)
        easiest = min(proofs, key=lambda one: (len(one.used), one.exposes))
        exposes = self._names[easiest.exposes]
        through = tuple(self._names[used] for used in easiest.used if used != at and used in self._names)
        releases = self._earlier(easiest)
        means = {mean for one in through for mean in self._means(one, exposes)}
        return Reason(
            Why.GIVES_AWAY,
            exposes=exposes,
            reader=easiest.reader,
            interval=easiest.interval,
            through=through,
            along=self._along(said.of, exposes),
            means=frozenset(means | ({Means.EARLIER} if releases else set())),
            releases=releases,
        )

    def _exact(self, at: int) -> Iterator[_Proof]:
        without = self._hidden.copy()
        without[at] = False
        for demand in self._evidence.unmet(without):
            attack = self._evidence.attacks[demand.attacker]
            attack.shown(without)
            attack.reach(demand.quantity, demand.direction, demand.need)
            used = _used(attack)
            interval = attack.interval(demand.quantity)
            yield _Proof(self._readers[demand.attacker], demand.quantity, interval, used)

    def _rounded(self, said: Statement) -> Iterator[_Proof]:
        printed = rounded(self._ledger.value(said.of), said.rounded_to or 0)
        shown = replace(said, low=printed.low, high=printed.high)
        union = Union(self._ledger.with_statements([shown]), self._wanted, seconds=self._end - monotonic())
        for reader in self._readers:
            attack = union.attack(union.attacker(reader))
            for exposes, interval in told(union, reader, attack):
                used: set[int] = set()
                for direction in (UP, DOWN):
                    attack.reach(exposes, direction)
                    used.update(_used(attack))
                yield _Proof(reader, exposes, interval, tuple(sorted(used)))

    def _earlier(self, proof: _Proof) -> tuple[str, ...]:
        """The earlier releases in which the reader finds numbers that this one does not print."""
        needed = set(proof.used) - self._printed_here
        first: dict[int, str] = {}
        for said in self._before.seen_by(proof.reader):
            if not said.is_hidden:
                first.setdefault(self._union.quantity(said.of), said.release)
        return tuple(dict.fromkeys(release for at, release in first.items() if at in needed))

    def _along(self, of: Sum, exposes: Sum) -> tuple[str, ...]:
        if of.of != exposes.of:
            return ()
        axes = self._ledger.table(of.of).axes
        return tuple(
            axis.name for axis, one, other in zip(axes, of.codes, exposes.codes, strict=True) if one != other
        )

    def _means(self, one: Sum, exposes: Sum) -> list[Means]:
        if one.of != exposes.of:
            return [Means.OTHER_TABLE]
        wider = [
            Means.TOTAL if len(codes) == len(axis.codes) else Means.SUBTOTAL
            for axis, codes, of_exposed in zip(
                self._ledger.table(one.of).axes, one.codes, exposes.codes, strict=True
            )
            if len(codes) > 1 and codes != of_exposed
        ]
        return wider or [Means.CELLS]


def _used(attack: Attack) -> tuple[int, ...]:
    """The printed numbers on which the last answer rests."""
    factors = np.abs(attack.multipliers())
    return tuple(
        number
        for number, of in enumerate(attack.attacker.knowledge)
        if of is Knowledge.KNOWN and factors[number] > USED
    )
