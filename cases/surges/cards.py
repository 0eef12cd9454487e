"""One wave is one card: an alarming cell is told under the highest alarming cell that holds it.

The whole is the one exception. It rises with every large wave, and two waves at once would become one card; so it is a
card only while no 手口 alarms, and otherwise said on the others.
"""

from dataclasses import dataclass

from cases.surges.panel import Cell, Level
from cases.surges.rules import Judged


@dataclass(frozen=True)
class Card:
    """`place` of the cell in the panel; `parts`: the alarming cells within it, the least probable first.

    `total_rises`: the whole alarms too.
    """

    cell: Cell
    place: int
    parts: tuple[int, ...]
    total_rises: bool


def cards(judged: Judged) -> list[Card]:
    """The least probable first, a card as probable as the least probable cell on it."""
    cells = judged.panel.cells
    alarming = {cells[place]: int(place) for place in judged.alarms}
    total_rises = Cell() in alarming
    if any(cell.level != Level.TOTAL for cell in alarming):
        alarming.pop(Cell(), None)
    under: dict[Cell, list[int]] = {}
    for cell, place in alarming.items():
        under.setdefault(_highest(cell, alarming), []).append(place)
    return [
        Card(
            cell=cell,
            place=alarming[cell],
            parts=tuple(place for place in places if place != alarming[cell]),
            total_rises=total_rises and cell.level != Level.TOTAL,
        )
        for cell, places in under.items()
    ]


def _highest(cell: Cell, alarming: dict[Cell, int]) -> Cell:
    return next((above for above in cell.above if above in alarming), cell)
