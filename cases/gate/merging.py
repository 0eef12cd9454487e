"""Which two neighbouring codes to count as one so that least has to be hidden: two age bands, months or districts.

A proposal is no estimate: the release is searched again with the two counted as one, over the same ledger. Nothing is
released by it; whoever takes it up asks for the release of its `wanted` numbers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from time import monotonic
from typing import Final

from cases.gate.ledger import Audience, Ledger, Sum
from cases.gate.releases import hidden_at_least_cost

SHORTEST: Final = 0.05  # seconds for one pair; a release of less than a hundred numbers is decided by then

Codes = frozenset[str]


@dataclass(frozen=True)
class Merge:
    """Two sets of codes of an axis counted as one, how many numbers are then hidden and printed, and which to ask for.

    `fewer` is by how many less numbers are hidden than without it; all of them where nothing could be released.
    """

    axis: str
    codes: tuple[Codes, Codes]
    hidden: int
    printed: int
    fewer: int
    wanted: tuple[Sum, ...]


def merges(
    ledger: Ledger,
    audience: Audience,
    wanted: Sequence[Sum],
    hidden: Collection[Sum] | None,
    *,
    without_order: Collection[str] = (),
    apart: Collection[str] = (),
    seconds: float = 10.0,
) -> list[Merge]:
    """Merges that hide fewer numbers, the one that leaves fewest hidden first; among equals the one that prints most.

    `hidden` is what the release does not print as it is wanted, None where it is refused. Codes of an axis are merged
    with the next in its order only; those of an axis in `without_order` with any other. A code in `apart`, such as
    不明, is merged with none. A subtotal that holds one of two codes only forbids their merge. When the `seconds` are
    up the pairs that are left are not tried; those with most hidden numbers are tried first.
    """
    end = monotonic() + seconds
    many = len(set(wanted)) if hidden is None else len(hidden)
    pairs = sorted(
        _pairs(ledger, wanted, without_order, apart),
        key=lambda pair: -_touched(ledger, pair, hidden or wanted),
    )
    found = []
    for number, (axis, codes) in enumerate(pairs):
        left = end - monotonic()
        if left <= 0:
            break
        merged = _merged(ledger, wanted, axis, codes)
        still = hidden_at_least_cost(
            ledger, audience, merged, seconds=max(SHORTEST, left / (len(pairs) - number))
        )
        if still is not None and len(still) < many:
            found.append(Merge(axis, codes, len(still), len(merged) - len(still), many - len(still), merged))
    return sorted(found, key=lambda merge: (merge.hidden, -merge.printed))


def _pairs(
    ledger: Ledger, wanted: Sequence[Sum], without_order: Collection[str], apart: Collection[str]
) -> Iterator[tuple[str, tuple[Codes, Codes]]]:
    for axis, order in _axes(ledger, wanted).items():
        named = {of.codes[at] for of in wanted for at in _places(ledger, of, axis)}
        smallest = sorted(
            (codes for codes in named if not any(other < codes for other in named)),
            key=lambda codes: min(order.index(code) for code in codes),
        )
        if len(smallest) < 3:
            continue  # together they are the total
        next_to = combinations(smallest, 2) if axis in without_order else pairwise(smallest)
        for one, other in next_to:
            both = one | other
            is_next = axis in without_order or _are_neighbours(order, one, other)
            is_cut = any(
                both & codes not in (frozenset(), both) for codes in named if codes not in (one, other)
            )
            if is_next and not is_cut and both.isdisjoint(apart):
                yield axis, (one, other)


def _axes(ledger: Ledger, wanted: Sequence[Sum]) -> dict[str, list[str]]:
    """The axes of the tables that are asked for, with all codes of each in order."""
    axes: dict[str, list[str]] = {}
    for name in dict.fromkeys(of.of for of in wanted):
        for axis in ledger.table(name).axes:
            known = axes.setdefault(axis.name, [])
            known += [code for code in axis.codes if code not in known]
    return axes


def _places(ledger: Ledger, of: Sum, axis: str) -> list[int]:
    """Where the axis stands among the axes of the table that the sum is of, if it does."""
    return [at for at, one in enumerate(ledger.table(of.of).axes) if one.name == axis]


def _are_neighbours(order: Sequence[str], one: Codes, other: Codes) -> bool:
    at = sorted(order.index(code) for code in one | other)
    return at == list(range(at[0], at[-1] + 1))


def _merged(ledger: Ledger, wanted: Sequence[Sum], axis: str, codes: tuple[Codes, Codes]) -> tuple[Sum, ...]:
    """What is wanted, with the two counted as one wherever either stands."""
    merged = []
    for of in wanted:
        changed = list(of.codes)
        for at in _places(ledger, of, axis):
            if changed[at] in codes:
                changed[at] = codes[0] | codes[1]
        merged.append(replace(of, codes=tuple(changed)))
    return tuple(dict.fromkeys(merged))


def _touched(ledger: Ledger, pair: tuple[str, tuple[Codes, Codes]], sums: Collection[Sum]) -> int:
    """How many of these numbers are of either set of codes."""
    axis, codes = pair
    return sum(any(of.codes[at] in codes for at in _places(ledger, of, axis)) for of in sums)
