"""A published table as it is kept: headings, and what was said of each number to whom. JSON, integers and text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cases.figures.releases import days as sets_of_days
from cases.figures.releases import rules
from cases.figures.releases.rules import Thresholds
from cases.figures.releases.union import Bounds, Number, Said
from cases.gate.ledger import Audience

TOTAL: Final = "*"
_NAMES: Final = {Audience.PUBLIC: "public", Audience.MEMBERS: "members"}


class Reason(StrEnum):
    """Why a number is not printed."""

    SMALL = "SMALL"  # fewer than the threshold
    COMPLEMENT = "COMPLEMENT"  # would give away another one
    BEFORE = "BEFORE"  # was not printed before either
    TOO_FEW = "TOO_FEW"  # rounded numbers would tell it too closely
    COUNT = "COUNT"  # a sum of cases whose count is not printed
    ONE_OR_TWO = "ONE_OR_TWO"  # a sum that tells what one or two persons paid
    OTHER_SUM = "OTHER_SUM"  # a sum that would give such a one away


@dataclass(frozen=True)
class Heading:
    """Of a row, column or layer."""

    code: str
    label: str
    is_total: bool = False


@dataclass(frozen=True)
class Cell:
    """One number: `of` None where no case can be there. `low` and `high` None where it is hidden.

    `computable`: what each reader can still compute of it; `why` says more than the reason, where more is known.
    """

    of: Number | None
    value: int = 0
    low: int | None = 0
    high: int | None = 0
    rounded_to: int | None = None
    reason: Reason | None = None
    computable: Mapping[Audience, Bounds] | None = None
    why: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.low is None


@dataclass(frozen=True)
class Money:
    """Sums of yen beside the counts of a table, in thousands, cell by cell in its order; or why none is published.

    A hidden sum is not kept: its `value` is 0. `medians` are None where none is printed.
    """

    measure: str
    cells: tuple[Cell, ...] = ()
    medians: tuple[int | None, ...] = ()
    withheld: str = ""

    def said(self, release: str, audience: Audience) -> list[Said]:
        """Every sum as it was said."""
        return [
            Said(release, audience, cell.of, cell.low, cell.low, cell.high, None, dict.fromkeys(Audience, 0))
            for cell in self.cells
            if cell.of is not None
        ]


@dataclass(frozen=True)
class Content:
    """A table: by what (labels of the dimensions), its headings, and cells[row][column][layer]."""

    asked: Mapping[str, Any]
    dimensions: tuple[str, ...]
    headings: tuple[tuple[Heading, ...], tuple[Heading, ...], tuple[Heading, ...]]
    cells: tuple[tuple[tuple[Cell, ...], ...], ...]
    thresholds: Thresholds
    money: Money | None = None

    @property
    def flat(self) -> list[Cell]:
        """All cells in order."""
        return [cell for row in self.cells for column in row for cell in column]

    def said(self, release: str, audience: Audience) -> list[Said]:
        """Every number as it was said."""
        smallest = self.thresholds.by_reader
        return [
            Said(release, audience, cell.of, cell.value, cell.low, cell.high, cell.rounded_to, smallest)
            for cell in self.flat
            if cell.of is not None
        ]


def dumped(content: Content) -> str:
    """Canonical: the same content is the same text."""
    pools = _Pools()
    traits = next((cell.of.traits for cell in content.flat if cell.of is not None), ())
    cells = [pools.cell(cell) for cell in content.flat]
    money = {} if content.money is None else {"money": _plain(content.money, pools)}
    told = {
        **money,
        "asked": content.asked,
        "dimensions": list(content.dimensions),
        "headings": [[[h.code, h.label, h.is_total] for h in axis] for axis in content.headings],
        "thresholds": content.thresholds.plain(),
        "traits": list(traits),
        "words": [sorted(words) for words in pools.words],
        "days": [sets_of_days.told(days) for days in pools.days],
        "cells": cells,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loaded(text: str) -> Content:
    """From JSON."""
    found = json.loads(text)
    words = [frozenset(of) for of in found["words"]]
    days = [sets_of_days.read(of) for of in found["days"]]
    traits = tuple(found["traits"])
    flat = iter([_cell(kept, traits, words, days) for kept in found["cells"]])
    rows, across, layers = (tuple(Heading(*h) for h in axis) for axis in found["headings"])
    cells = tuple(tuple(tuple(next(flat) for _layer in layers) for _column in across) for _row in rows)
    limits = rules.of_plain(found["thresholds"])
    money = None
    if (kept := found.get("money")) is not None:
        sums = tuple(_cell(of, traits, words, days) for of in kept["cells"])
        money = Money(kept["measure"], sums, tuple(kept["medians"]), kept["withheld"])
    return Content(found["asked"], tuple(found["dimensions"]), (rows, across, layers), cells, limits, money)


def _plain(money: Money, pools: "_Pools") -> dict[str, Any]:
    return {
        "measure": money.measure,
        "cells": [pools.cell(cell) for cell in money.cells],
        "medians": list(money.medians),
        "withheld": money.withheld,
    }


class _Pools:
    """Sets of words and of days, each kept once."""

    def __init__(self) -> None:
        self.words: dict[frozenset[str], int] = {}
        self.days: dict[sets_of_days.Days, int] = {}

    def cell(self, cell: Cell) -> list[Any] | None:
        if cell.of is None:
            return None
        words = [None if of is None else self.words.setdefault(of, len(self.words)) for of in cell.of.words]
        days = self.days.setdefault(cell.of.days, len(self.days))
        computable = {_NAMES[reader]: list(bounds) for reader, bounds in (cell.computable or {}).items()}
        return [
            words,
            days,
            cell.value,
            cell.low,
            cell.high,
            cell.rounded_to,
            cell.reason,
            computable,
            cell.why,
        ]


def _cell(
    kept: Sequence[Any] | None,
    traits: tuple[str, ...],
    words: Sequence[frozenset[str]],
    days: Sequence[sets_of_days.Days],
) -> Cell:
    if kept is None:
        return Cell(None)
    chosen, when, value, low, high, rounded_to, reason, computable, why = kept
    of = Number(traits, tuple(None if n is None else words[n] for n in chosen), days[when])
    told = {reader: _bounds(computable[name]) for reader, name in _NAMES.items() if name in computable}
    return Cell(of, value, low, high, rounded_to, Reason(reason) if reason else None, told, why)


def _bounds(kept: Sequence[Any]) -> Bounds:
    low, high = kept
    return int(low), None if high is None else int(high)
