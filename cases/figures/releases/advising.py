"""Which neighbouring codes to print as one so that fewer numbers are hidden: tried by deciding about the table anew.

For the worker. A proposal is no estimate: the merged table is laid out, set beside everything that is out, and decided
as a release would be; only the time to look for the cheapest choice is shorter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic
from typing import Final

from cases.figures.dimensions import BLANK, DIMENSIONS, Dimension
from cases.figures.layout import ERASED
from cases.figures.releases.asking import Asked, Merged, NotReleasable
from cases.figures.releases.cells import Heading
from cases.figures.releases.known import Known
from cases.figures.releases.laying import Laid, lay
from cases.figures.releases.merging import BETWEEN, MergeProposal, with_merged
from cases.figures.releases.rules import READERS, thresholds
from cases.figures.releases.union import CountsDoNotTie, Said, TooLarge, side_by_side
from cases.gate import releases as gate
from cases.records.centre import Centre

SECONDS: Final = 8.0
SHORTEST: Final = 0.1
MOST: Final = 5  # of proposals that are kept
_ORDERED: Final = frozenset(
    {"age_band", "caller_age_band", "contract_class", "paid_class", "recovered_class"}
)


@dataclass(frozen=True)
class _Pair:
    """Two headings next to each other, and how many hidden numbers are theirs."""

    dimension: str
    headings: tuple[Heading, Heading]
    touched: int

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for heading in self.headings for code in heading.code.split(BETWEEN))


def merges(
    asked: Asked,
    centre: Centre,
    audience: str,
    found: Known,
    said: Sequence[Said],
    hidden: frozenset[object] | None,
    *,
    seconds: float = SECONDS,
    beat: Callable[[], None] = lambda: None,
) -> list[MergeProposal]:
    """Merges of neighbours in time, age, amount or district after which less is hidden, that which leaves least first.

    `said` is all that was out before; `hidden` the numbers that are not printed now, None where the table is refused.
    When the `seconds` are up the pairs that are left are not tried; those with most hidden numbers are tried first.
    `beat` is called before each.
    """
    end = monotonic() + seconds
    laid = lay(asked, found.frozen, centre)
    many = sum(number is not None and (hidden is None or number in hidden) for number in laid.flat)
    pairs = sorted(_pairs(laid, hidden), key=lambda pair: -pair.touched)
    proposals = []
    for n, pair in enumerate(pairs):
        left = end - monotonic()
        if left <= 0:
            break
        beat()
        merged = with_merged(asked, Merged(pair.dimension, pair.codes))
        still = _hidden(merged, centre, audience, found, said, max(SHORTEST, left / (len(pairs) - n)))
        if still is not None and still < many:
            labels = tuple(heading.label for heading in pair.headings)
            proposals.append(MergeProposal(pair.dimension, pair.codes, labels, many - still, still))
    return sorted(proposals, key=lambda one: one.hidden)[:MOST]


def _hidden(
    asked: Asked, centre: Centre, audience: str, found: Known, said: Sequence[Said], seconds: float
) -> int | None:
    """How many numbers of the table would be hidden; None where it would be refused."""
    try:
        limits = thresholds(asked, centre, audience)
        laid = lay(asked, found.frozen, centre)
        side = side_by_side(found.frozen, said, laid.wanted, limits.by_reader)
    except (NotReleasable, TooLarge, CountsDoNotTie):
        return None
    sums = [side.sums[number] for number in laid.wanted]
    hidden = gate.hidden_at_least_cost(side.ledger, READERS[audience], sums, seconds=seconds)
    if hidden is None:
        return None
    return sum(number is not None and side.sums[number] in hidden for number in laid.flat)


def _pairs(laid: Laid, hidden: frozenset[object] | None) -> Iterator[_Pair]:
    """Neighbours of every dimension that has an order; what was not entered or is erased has no neighbours."""
    for axis, name in enumerate(laid.asked.question.by):
        headings = [heading for heading in laid.headings[axis] if not heading.is_total]
        if len(headings) < 3 or not _has_order(DIMENSIONS[name]):
            continue  # two together are the total
        touched = _touched(laid, axis, hidden)
        for at, (one, other) in enumerate(pairwise(headings)):
            if {BLANK, ERASED}.isdisjoint((one.code, other.code)):
                yield _Pair(name, (one, other), touched[at] + touched[at + 1])


def _has_order(dimension: Dimension) -> bool:
    return dimension.code_of_day is not None or dimension.column in _ORDERED or dimension.is_of_districts


def _touched(laid: Laid, axis: int, hidden: frozenset[object] | None) -> list[int]:
    """By place on the axis: how many hidden numbers there are."""
    found = [0] * len(laid.headings[axis])
    for r, row in enumerate(laid.numbers):
        for c, column in enumerate(row):
            for at, number in enumerate(column):
                if number is not None and (hidden is None or number in hidden):
                    found[(r, c, at)[axis]] += 1
    return found
