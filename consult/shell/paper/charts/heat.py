"""A table whose cells are the darker the more they count; the number stands in every cell."""

import math
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, Shown, known, or_no_data, plain
from consult.shell.paper.charts.drawing import LETTER, STEPS, Pen, legend, width_of, wrapped

_LABEL_MOST: Final = 200.0
_CELL_HEIGHT: Final = 32.0
_NARROWEST: Final = 52.0
_SMALL: Final = 12.0
_SMALL_LINE: Final = 15.0

Cells = Sequence[Sequence[float | None]]


def heat(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Cells,
    *,
    row_head: str,
    total_head: str = "",
    shown: Shown = plain,
    alt: str = "",
    note: str = "",
) -> Chart:
    """`cells[i][j]` of row i and column j, None for no data. `total_head` adds the sum of each row, without colour."""
    label_width = min(max((width_of(row) for row in rows), default=0), _LABEL_MOST) + 10
    widest = max(
        (width_of(or_no_data(cell, shown)) for row in cells for cell in row if cell is not None), default=0
    )
    cell_width = max(_NARROWEST, widest + 10)
    heads = [*columns, *([total_head] if total_head else [])]
    pen = Pen(label_width + cell_width * len(heads) + 4)
    most = max(known([cell for row in cells for cell in row]), default=0)
    has_gaps = any(cell is None for row in cells for cell in row)
    y = _heads(pen, legend(pen, 0, _steps(most, shown, has_gaps)), label_width, cell_width, heads)
    for label, row in zip(rows, cells, strict=True):
        _label(pen, y, label, label_width)
        for n, cell in enumerate(row):
            _cell(pen, label_width + n * cell_width, y, cell_width, cell, most, shown)
        if total_head:
            right = label_width + cell_width * len(heads) - 6
            pen.text(right, y + _CELL_HEIGHT / 2 + 5, shown(_total(row)), "bold", anchor="end")
        y += _CELL_HEIGHT
    alt = alt or _alt(title, rows, columns, cells, shown)
    table = ChartTable((row_head, *heads), _table(rows, cells, shown, bool(total_head)))
    return Chart(title, alt, pen.svg(y + 4, alt, "heat"), table, note)


def step_of(value: float, most: float) -> int | None:
    """0 (pale) to 4 (dark) of a value up to `most`; None for nothing counted, which stays white.

    The steps widen towards the top (their roots are even): few cells are large, and the others would all be pale.
    """
    if value <= 0 or most <= 0:
        return None
    return next(n for n in range(len(STEPS)) if n == len(STEPS) - 1 or value <= _last_of(n, most))


def _last_of(step: int, most: float) -> float:
    """The largest value of a step."""
    return most * ((step + 1) / len(STEPS)) ** 2


def _steps(most: float, shown: Shown, has_gaps: bool) -> list[tuple[str, str]]:
    """What each step means. Whole numbers: the ranges meet without a gap."""
    entries = [("zero", shown(0))]
    low = 1
    for n in range(len(STEPS)):
        high = math.floor(_last_of(n, most))
        if high >= low:
            words = shown(low) if high == low else f"{shown(low)}–{shown(high)}"
            entries.append((f"step-{n}", words))
            low = high + 1
    return [*entries, *([("hatch", or_no_data(None))] if has_gaps else [])]


def _heads(pen: Pen, y: float, left: float, width: float, heads: Sequence[str]) -> float:
    found = [wrapped(head, width - 4, _SMALL, most=3) for head in heads]
    lines = max((len(head) for head in found), default=0)
    for n, head in enumerate(found):
        for k, words in enumerate(head):
            at = y + (lines - len(head) + k) * _SMALL_LINE + _SMALL
            pen.text(left + (n + 0.5) * width, at, words, anchor="middle", size=_SMALL)
    return y + lines * _SMALL_LINE + 6


def _label(pen: Pen, y: float, label: str, width: float) -> None:
    found = wrapped(label, width - 6, _SMALL)
    first = y + _CELL_HEIGHT / 2 + 4 - (len(found) - 1) * _SMALL_LINE / 2
    for n, line in enumerate(found):
        pen.text(0, first + n * _SMALL_LINE, line, size=_SMALL)


def _cell(pen: Pen, x: float, y: float, width: float, value: float | None, most: float, shown: Shown) -> None:
    middle = x + width / 2
    if value is None:
        pen.hatched(x + 1, y + 1, width - 2, _CELL_HEIGHT - 2)
        pen.rect(middle - 10, y + 7, 20, _CELL_HEIGHT - 14, "halo")
        pen.text(middle, y + _CELL_HEIGHT / 2 + 5, "—", anchor="middle")
        return
    step = step_of(value, most)
    pen.rect(x + 1, y + 1, width - 2, _CELL_HEIGHT - 2, "zero" if step is None else f"step-{step}")
    words = "soft" if step is None else f"on-step-{step}"
    pen.text(middle, y + _CELL_HEIGHT / 2 + 5, shown(value), words, anchor="middle", size=LETTER)


def _total(row: Sequence[float | None]) -> float:
    return sum(known(row))


def _table(rows: Sequence[str], cells: Cells, shown: Shown, has_total: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (label, *(or_no_data(cell, shown) for cell in row), *([shown(_total(row))] if has_total else []))
        for label, row in zip(rows, cells, strict=True)
    )


def _alt(title: str, rows: Sequence[str], columns: Sequence[str], cells: Cells, shown: Shown) -> str:
    counted = [
        (cell, row, column)
        for row, line in zip(rows, cells, strict=True)
        for column, cell in zip(columns, line, strict=True)
        if cell is not None
    ]
    if not counted:
        return _("%(title)s。濃淡の表。データはありません。") % {"title": title}
    value, row, column = max(counted, key=lambda found: found[0])
    return _("%(title)s。濃淡の表、%(rows)s行%(columns)s列。最も多いのは%(row)sの%(column)sで%(value)s。") % {
        "title": title,
        "rows": len(rows),
        "columns": len(columns),
        "row": row,
        "column": column,
        "value": shown(value),
    }
