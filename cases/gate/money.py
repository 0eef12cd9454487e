"""Sums of money over all releases: hidden where one or two persons make up so much that it tells what they paid.

A sum points at somebody where fewer than three contributed or the two largest contributions are more than 85 % of it
(dominance), or, by the p % rule, where the second largest contributor can tell the largest closer than p %. Such a sum
must look possible so much higher, and as much lower, that it would no longer do so. That holds for every sum that was
or will be printed, for every place that any of them tells apart, and for what is left when one of them is taken from
another that holds it. Readers know where nobody contributed.

Contributions are known here, while it is decided, and in no answer. Left out: how many contributed to a hidden sum
(whoever prints counts beside sums names sums of hidden counts as `never`), and persons who contribute to several cases.

Source: A. Hundepool et al., Statistical Disclosure Control (2012), 4.2: safety rules and their protection levels.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from cases.gate import checker
from cases.gate.attack import TimeUp
from cases.gate.evidence import Evidence, exact
from cases.gate.ledger import Audience, Ledger, Statement, Sum
from cases.gate.problem import Attacker, Flags, Knowledge, Target
from cases.gate.releases import SECONDS, Interval, NotReleased, Released, Union, no_time, readers
from cases.gate.suppress import NothingSafe, Search

Amounts = tuple[int, ...]
NO_THRESHOLD: Final[Mapping[Audience, int]] = dict.fromkeys(Audience, 0)


@dataclass(frozen=True)
class Rule:
    """When a sum points at somebody: too few contributors, or so few of them that make up so much.

    With `p` (a share of the largest contribution) that rule stands in place of the dominance of `largest`.
    """

    contributors: int = 3
    largest: int = 2
    share: Fraction = Fraction(85, 100)
    p: Fraction | None = None

    def needs(self, amounts: Collection[int]) -> Fraction | None:
        """Up to which sum it must look possible so that nobody stands out; None where nobody does."""
        by_size = sorted((amount for amount in amounts if amount > 0), reverse=True)
        whole = sum(by_size)
        is_few = 0 < len(by_size) < self.contributors
        if self.p is None:
            outstanding = whole if is_few else sum(by_size[: self.largest])
            return Fraction(outstanding) / self.share if is_few or outstanding > self.share * whole else None
        rest = 0 if is_few else sum(by_size[2:])
        protected = self.p * by_size[0] if by_size else Fraction(0)
        return whole + protected - rest if is_few or rest < protected else None


@dataclass(frozen=True)
class Sums:
    """A ledger of sums, whose thresholds are 0, and the contributions to each leaf of its tables, row-major.

    A leaf is the sum of its contributions, so that tables of the same cases tie; whoever rounds, rounds these.
    """

    ledger: Ledger
    amounts: Mapping[str, Sequence[Amounts]]
    rule: Rule = field(default_factory=Rule)

    def __post_init__(self) -> None:
        """Raises ValueError for a negative contribution, or a leaf that is not the sum of its own."""
        for table in self.ledger.tables:
            for leaf, amounts in zip(table.leaves, self.amounts[table.name], strict=True):
                if any(amount < 0 for amount in amounts) or sum(amounts) != leaf:
                    raise ValueError(
                        "a sum is what was contributed, and nobody contributes less than nothing"
                    )

    def given_to(self, of: Sum) -> list[int]:
        """What was contributed to a sum."""
        places = self.ledger.table(of.of).places(of.codes)
        return [amount for leaf in places for amount in self.amounts[of.of][leaf]]


def released_sums(
    sums: Sums,
    name: str,
    audience: Audience,
    wanted: Sequence[Sum],
    *,
    never: Collection[Sum] = (),
    seconds: float = 20.0,
) -> Released:
    """Print these sums as they are; hide those that point at somebody, and what would give one of them away.

    What was hidden before and what is in `never` stays hidden. Raises NotReleased, KeyError.
    """
    judging = _Judging(sums, audience, wanted, frozenset(never))
    while True:
        try:
            search = Search(judging.problem, seconds)
            hidden = search.run()
        except NothingSafe as refused:
            if not judging.give_up({unmet.quantity for unmet in refused.unmet}):
                raise NotReleased(_no_way()) from None
            continue
        break
    statements = tuple(judging.said(name, of, hidden.hidden) for of in wanted)
    after = sums.ledger.with_statements(statements)
    judging.look_last(replace(sums, ledger=after), search.evidence, hidden.hidden)
    found = intervals(replace(sums, ledger=after), audience, wanted)
    return Released(statements, found, after, hidden.optimal)


def intervals(sums: Sums, audience: Audience, wanted: Iterable[Sum]) -> dict[tuple[Audience, Sum], Interval]:
    """What each reader of a release to the audience can compute of these sums from everything published.

    Raises NotReleased where there is no time to find out.
    """
    wanted = list(wanted)
    union = Union(sums.ledger, wanted, seconds=SECONDS)
    empty = _empty(union, sums)
    found: dict[tuple[Audience, Sum], Interval] = {}
    try:
        for reader in readers(audience):
            attack = union.attack(_knowing(union.attacker(reader), empty))
            found |= {(reader, of): attack.interval(union.quantity(of)) for of in wanted}
    except TimeUp:
        raise NotReleased(no_time()) from None
    return found


def _no_way() -> str:
    return _("すでに公表した数と合わせると1人か2人の金額が分かるため、金額は公表できません。")


def _leaf_amounts(sums: Sums) -> list[Amounts]:
    """Of the leaves of all tables, in their order."""
    return [amounts for table in sums.ledger.tables for amounts in sums.amounts[table.name]]


def _empty(union: Union, sums: Sums) -> set[int]:
    """Quantities to which nobody contributed."""
    of_leaf = _leaf_amounts(sums)
    return {at for at, leaves in enumerate(union.members) if not any(of_leaf[leaf] for leaf in leaves)}


def _knowing(attacker: Attacker, empty: Collection[int]) -> Attacker:
    """The same, who also knows where nobody contributed."""
    knowledge = [Knowledge.KNOWN if at in empty else of for at, of in enumerate(attacker.knowledge)]
    return replace(attacker, knowledge=knowledge)


class _Judging:
    """What is to be decided about the wanted sums, for everybody who will read them."""

    def __init__(self, sums: Sums, audience: Audience, wanted: Sequence[Sum], never: frozenset[Sum]) -> None:
        self.sums, self.audience = sums, audience
        self.union = Union(sums.ledger, wanted)
        self.named = {self.union.quantity(of): of for of in (*_all_said(sums.ledger), *wanted)}
        of_leaf = _leaf_amounts(sums)
        self._targets: dict[int, Target] = {}
        for at in (*range(len(of_leaf)), *self.named, *self._left_over(of_leaf)):
            leaves = self.union.members[at]
            needs = sums.rule.needs([amount for leaf in leaves for amount in of_leaf[leaf]])
            if needs is not None:
                true = sum(sum(of_leaf[leaf]) for leaf in leaves)
                above = max(ceil(needs - true), 0)
                self._targets[at] = Target(at, float(max(true - above, 0)), float(true + above))
        self.given_up: set[int] = set()
        self.empty = _empty(self.union, sums)
        self.open = self._open(wanted, {self.union.quantity(of) for of in never})
        self.who = readers(audience)
        self.problem = self.union.problem([self._attacker(reader) for reader in self.who], self.open)

    def _left_over(self, of_leaf: Sequence[Amounts]) -> Iterator[int]:
        """What is left of a named sum when another is taken from it, where that points at somebody."""
        sets = {at: frozenset(self.union.members[at]) for at in self.named}
        for one, other in _nested(sets):
            left = tuple(sorted(sets[one] - sets[other]))
            if self.sums.rule.needs([amount for leaf in left for amount in of_leaf[leaf]]) is not None:
                yield self.union.quantity_of(left)

    def _open(self, wanted: Sequence[Sum], never: set[int]) -> dict[int, int]:
        """The sums about which there is something to decide, with their prices."""
        before = {
            self.union.quantity(said.of)
            for said in self.sums.ledger.statements
            if said.audience == self.audience
        }
        is_open: dict[int, int] = {}
        for of in wanted:
            at = self.union.quantity(of)
            if at not in before | never | self.empty and at not in self._targets:
                is_open[at] = is_open.get(at, 0) + self.union.price(of)
        return is_open

    def _attacker(self, reader: Audience) -> Attacker:
        attacker = _knowing(self.union.attacker(reader, self.open), self.empty)
        targets = [
            target
            for at, target in sorted(self._targets.items())
            if at not in self.given_up and attacker.knowledge[at] is not Knowledge.KNOWN
        ]
        return replace(attacker, targets=targets)

    def give_up(self, told: set[int]) -> bool:
        """Leave out what earlier releases tell already of places and differences: nothing protects them any more.

        False where one of these is itself a sum that was hidden or is wanted.
        """
        if told & self.named.keys() or not told:
            return False
        self.given_up |= told
        self.problem = self.union.problem([self._attacker(reader) for reader in self.who], self.open)
        return True

    def said(self, name: str, of: Sum, hidden: Flags) -> Statement:
        """The statement; what this audience has read before is said again as it was."""
        at = self.union.quantity(of)
        if at in self.empty or (at in self.open and not hidden[at]):
            value = self.sums.ledger.value(of)
            return Statement(name, self.audience, of, value, value)
        for said in self.sums.ledger.seen_by(self.audience):
            if self.union.quantity(said.of) == at and said.is_exact:
                return replace(said, release=name, audience=self.audience)
        return Statement(name, self.audience, of)

    def look_last(self, after: Sums, evidence: Evidence, hidden: Flags) -> None:
        """Raises NotReleased where the checker is not convinced."""
        evidence.unmet(hidden)
        leaves = len(self.union.leaves)
        for number, reader in enumerate(self.who):
            tables: dict[frozenset[int], list[checker.Deviations]] = {}
            for demand in evidence.demands:
                found = evidence.table_for(demand, hidden) if demand.attacker == number else None
                if found is not None:
                    moved = exact({int(at): float(found[at]) for at in np.flatnonzero(found[:leaves])})
                    tables.setdefault(frozenset(self.union.members[demand.quantity]), []).append(moved)
            given_up = {frozenset(self.union.members[at]) for at in self.given_up}
            rule = {
                "contributors": after.rule.contributors, "largest": after.rule.largest, "share": after.rule.share,
                "p": after.rule.p,
            }  # fmt: skip
            told = checker.exposed_sums(after.ledger, after.amounts, rule, reader, tables)
            if set(told) - given_up:
                raise NotReleased(_no_way())


def _all_said(ledger: Ledger) -> list[Sum]:
    return [said.of for said in ledger.statements]


def _nested(sets: Mapping[int, frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of which the first holds the second and more."""
    by_leaf: dict[int, set[int]] = {}
    for at, leaves in sets.items():
        for leaf in leaves:
            by_leaf.setdefault(leaf, set()).add(at)
    for at, leaves in sets.items():
        holding = set.intersection(*(by_leaf[leaf] for leaf in leaves)) if leaves else set()
        yield from ((larger, at) for larger in sorted(holding) if len(sets[larger]) > len(leaves))
