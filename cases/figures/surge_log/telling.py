"""What an evaluation says of its alarms, as it is stored: the same from the same inputs, to the last bit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cases.surges import cards, rules, what_if
from cases.surges.panel import Cell, Panel
from cases.surges.rules import Judged, Rules
from cases.surges.scales import EVALUATED


@dataclass(frozen=True)
class Told:
    """`fields` are those of `SurgeCard` that come from the engine."""

    cell: Cell
    fields: dict[str, Any]


@dataclass(frozen=True)
class Judgement:
    """One week judged. `not_evaluated` counts the cells by why they were not."""

    cards: tuple[Told, ...]
    cells: int
    evaluated: int
    not_evaluated: dict[str, int]
    is_small_centre: bool


def tell(panel: Panel, by: Rules) -> Judgement:
    """Judge the last week of the panel and say what alarms, the least probable first."""
    judged = rules.judged(panel, by)
    why, counts = np.unique(
        [basis.value for basis in judged.scales.basis if basis not in EVALUATED], return_counts=True
    )
    return Judgement(
        cards=tuple(_cards(judged, by)),
        cells=len(panel.cells),
        evaluated=int((~np.isnan(judged.probability)).sum()),
        not_evaluated=dict(zip(map(str, why), counts.tolist(), strict=True)),
        is_small_centre=judged.is_small_centre,
    )


def _cards(judged: Judged, by: Rules) -> Iterator[Told]:
    for card in cards.cards(judged):
        smallest = judged.smallest_wave[card.place]
        yield Told(
            card.cell,
            {
                **_numbers(judged, card.place),
                "basis": judged.scales.basis[card.place].value,
                "years": int(judged.scales.years[card.place]),
                "smallest_wave": None if np.isnan(smallest) else int(smallest),
                "fewer_would_end": what_if.fewer_would_end(judged, card.place, by),
                "parts": [_part(judged, place) for place in card.parts],
                "total_rises": bool(card.total_rises),
            },
        )


def _part(judged: Judged, place: int) -> dict[str, Any]:
    cell = judged.panel.cells[place]
    return {
        "scam": cell.scam, "age": cell.age, "area": cell.area, "level": int(cell.level), **_numbers(judged, place),
    }  # fmt: skip


def _numbers(judged: Judged, place: int) -> dict[str, Any]:
    week, four = judged.scales.week, judged.scales.four
    return {
        "week_count": float(week.count[place]),
        "week_mean": _known(week.mean[place]),
        "week_upper": _known(week.upper[place]),
        "four_count": _known(four.count[place]),
        "four_mean": _known(four.mean[place]),
        "four_upper": _known(four.upper[place]),
        "probability": repr(float(judged.probability[place])),
    }


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
