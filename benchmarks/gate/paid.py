"""Quarters of what people paid, as sums to members and to the public, judged by scipy: can anybody's amount be told?

Each release is made by the product over the ledger of all before it. The judge shares nothing with it: it knows the
rule in its own words, what readers have read, and where nobody paid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.gate.judged import CLOSE
from benchmarks.gate.year import AGES, DISTRICTS, MONTHS, Judge
from cases.gate.ledger import Audience, Axis, Counts, Ledger, Sum
from cases.gate.money import NO_THRESHOLD, Amounts, Sums, released_sums
from cases.gate.releases import NotReleased, Released

FEW, LARGEST, SHARE = 3, 2, 0.85
SMALL_COUNT = 3
Place = tuple[str, str, str, str]
"""Age, district, kind and month."""


@dataclass(frozen=True)
class PaidStep:
    """One release: its name, what became of it (None: refused), and the sums after it."""

    name: str
    released: Released | None
    sums: Sums


class PaidYear:
    """What each person paid in thousands of yen: most of them little, a few very much."""

    def __init__(self, seed: int, cases_a_month: int = 60, kinds: int = 4, months: int = 12) -> None:
        dice = np.random.default_rng(seed)
        self.kinds = Axis("kind", tuple(f"K{kind}" for kind in range(kinds)))
        self.months = MONTHS[:months]
        axes = (AGES, DISTRICTS, self.kinds, Axis("month", self.months))
        weights = [dice.dirichlet(np.full(len(axis.codes), 1.2)) for axis in axes]
        self.paid: dict[Place, list[int]] = {}
        for _case in range(cases_a_month * months):
            of = tuple(
                axis.codes[dice.choice(len(axis.codes), p=weight)]
                for axis, weight in zip(axes, weights, strict=True)
            )
            self.paid.setdefault((of[0], of[1], of[2], of[3]), []).append(int(np.exp(dice.normal(4.5, 1.6))))

    def table(self, name: str, axis: Axis, months: int) -> tuple[Counts, Sequence[Amounts]]:
        """Ages or districts by kinds by the first months, with what each person contributed to each leaf."""
        axes = (axis, self.kinds, Axis("month", self.months[:months]))
        at = 0 if axis is AGES else 1
        found: dict[tuple[str, ...], list[int]] = {
            place: [] for place in product(*(one.codes for one in axes))
        }
        for place, amounts in self.paid.items():
            if (key := (place[at], place[2], place[3])) in found:
                found[key] += amounts
        amounts = [tuple(sorted(of)) for of in found.values()]
        return Counts(name, axes, tuple(map(sum, amounts))), amounts

    def wanted(self, of: Counts, months: Sequence[str]) -> list[Sum]:
        """All cells of the first axis by kinds for these months together, with totals and those of 65 and above."""
        first, kinds, _months = of.axes
        rows = [frozenset({code}) for code in first.codes] + [frozenset(first.codes)]
        rows += [frozenset({"65-74", "75-"})] if first is AGES else []
        across = [frozenset({code}) for code in kinds.codes] + [frozenset(kinds.codes)]
        return [Sum(of.name, (row, column, frozenset(months))) for row, column in product(rows, across)]


def steps(year: PaidYear, *, seconds: float = 5.0) -> Iterator[PaidStep]:
    """Quarters to members, the year so far to the public, then districts that nobody had planned."""
    sums = Sums(Ledger(NO_THRESHOLD), {})
    for month in range(3, len(year.months) + 1, 3):
        sums = _grown(sums, *year.table("ages", AGES, month))
        table = sums.ledger.table("ages")
        quarter = year.wanted(table, year.months[month - 3 : month])
        so_far = year.wanted(table, year.months[:month])
        for name, audience, wanted in (
            (f"quarter {month}", Audience.MEMBERS, quarter),
            (f"so far {month}", Audience.PUBLIC, so_far),
        ):
            step = _step(sums, name, audience, wanted, seconds)
            yield step
            sums = step.sums
    sums = _grown(sums, *year.table("districts", DISTRICTS, len(year.months)))
    wanted = year.wanted(sums.ledger.table("districts"), year.months)
    yield _step(sums, "districts", Audience.PUBLIC, wanted, seconds)


def _grown(sums: Sums, counts: Counts, amounts: Sequence[Amounts]) -> Sums:
    return Sums(sums.ledger.with_counts(counts), {**sums.amounts, counts.name: amounts})


def _step(sums: Sums, name: str, audience: Audience, wanted: list[Sum], seconds: float) -> PaidStep:
    small = [of for of in wanted if 0 < len(given_to(sums, of)) < SMALL_COUNT]
    try:
        released = released_sums(sums, name, audience, wanted, never=small, seconds=seconds)
    except NotReleased:
        return PaidStep(name, None, sums)
    return PaidStep(name, released, Sums(released.ledger, sums.amounts))


def given_to(sums: Sums, of: Sum) -> list[int]:
    """What each person gave to a sum."""
    return [
        amount for leaf in sums.ledger.table(of.of).places(of.codes) for amount in sums.amounts[of.of][leaf]
    ]


# --- the judge ------------------------------------------------------------------------------------------------------


def points_at_somebody(amounts: Sequence[int]) -> float | None:
    """Up to which sum it must look possible; None where nobody stands out."""
    largest_first = sorted((amount for amount in amounts if amount), reverse=True)
    if not largest_first:
        return None
    of_few = len(largest_first) < FEW
    top = sum(largest_first) if of_few else sum(largest_first[:LARGEST])
    return top / SHARE if of_few or top > SHARE * sum(largest_first) + CLOSE else None


class PaidJudge(Judge):
    """Everything that a reader has read of sums, with the places where nobody paid."""

    def __init__(self, sums: Sums, reader: Audience) -> None:
        super().__init__(sums.ledger, reader)
        paid = [amounts for table in sums.ledger.tables for amounts in sums.amounts[table.name]]
        self.paid = paid
        empty = np.eye(len(paid))[[at for at, amounts in enumerate(paid) if not amounts]]
        self._rows = np.concatenate([self._rows, empty])
        self._values = np.concatenate([self._values, np.zeros(len(empty))])

    def places(self, of: Sum) -> frozenset[int]:
        """The leaves of a sum, numbered through all tables."""
        return frozenset(np.flatnonzero(self._row(of)).tolist())

    def exposed(self) -> list[frozenset[int]]:
        """Sums, leaves and differences that point at somebody and that the reader can tell."""
        named = {self.places(said.of) for said in self._ledger.statements}
        looked_at = named | {frozenset({at}) for at in range(len(self.paid))}
        looked_at |= {one - other for one in named for other in named if other < one}
        return [places for places in looked_at if self._is_told(places)]

    def _is_told(self, places: frozenset[int]) -> bool:
        amounts = [amount for at in places for amount in self.paid[at]]
        up = points_at_somebody(amounts)
        if up is None:
            return False
        above, row = max(up - sum(amounts), 0.0), np.zeros(len(self.paid))
        row[list(places)] = 1
        low, high = self.bounds_of(row)
        slack = CLOSE * max(1.0, sum(amounts))
        too_low = low > max(sum(amounts) - above, 0) + slack
        return too_low or (high is not None and high < sum(amounts) + above - slack)


def exposed(sums: Sums, reader: Audience) -> list[frozenset[int]]:
    """What the reader can tell of anybody from everything read, as scipy sees it."""
    return PaidJudge(sums, reader).exposed()
