"""Horizontal bars from zero, each with its number, and where wanted a thinner one for the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, Shown, known, or_no_data, plain
from consult.shell.paper.charts.drawing import LETTER, LINE, Pen, legend, width_of, wrapped

_WIDTH: Final = 520.0
_LABEL_MOST: Final = 180.0
# On a screen of 320 pixels, where letters of the wide picture could not be read.
_NARROW_WIDTH: Final = 300.0
_NARROW_LABEL_MOST: Final = 116.0
_GAP: Final = 10.0


@dataclass(frozen=True)
class BarRow:
    """`before` is the same of the period compared with. None: no data."""

    label: str
    value: float | None
    before: float | None = None


def bars(
    title: str,
    rows: Sequence[BarRow],
    *,
    label_head: str,
    value_head: str,
    before_head: str = "",
    shown: Shown = plain,
    alt: str = "",
    note: str = "",
) -> Chart:
    """Rows from top to bottom as given. Without `before_head` the earlier values are not drawn."""
    has_before = bool(before_head)
    head = (label_head, value_head, *([before_head] if has_before else []))
    table = ChartTable(head, tuple(_cells(row, shown, has_before) for row in rows))
    alt = alt or _alt(title, rows, shown)
    entries = [("bar", value_head), ("before", before_head)] if has_before else []
    wide, wide_height = _drawn(rows, _WIDTH, _LABEL_MOST, entries, shown)
    narrow, narrow_height = _drawn(rows, _NARROW_WIDTH, _NARROW_LABEL_MOST, entries, shown)
    return Chart(
        title,
        alt,
        wide.svg(wide_height, alt, "bars"),
        table,
        note,
        narrow.svg(narrow_height, alt, "bars-narrow"),
    )


def _drawn(
    rows: Sequence[BarRow], width: float, label_most: float, entries: Sequence[tuple[str, str]], shown: Shown
) -> tuple[Pen, float]:
    """The picture and its height; the longest bar ends with its number within the width. `entries`: the legend."""
    pen, has_before = Pen(width), bool(entries)
    y = legend(pen, 0, entries) if has_before else 4.0
    label_width = min(max((width_of(row.label) for row in rows), default=0), label_most)
    most = max(known([*(row.value for row in rows), *(row.before for row in rows if has_before)]), default=0)
    number_width = max((width_of(or_no_data(row.value, shown)) for row in rows), default=0) + 2 * _GAP
    full = width - label_width - _GAP - number_width
    for row in rows:
        y = _row(pen, y, row, label_width, full / most if most else 0, shown, has_before)
    return pen, y + 2


def _row(
    pen: Pen, y: float, row: BarRow, label_width: float, scale: float, shown: Shown, has_before: bool
) -> float:
    words = wrapped(row.label, label_width + 1)
    height = max(26.0 if has_before else 20.0, LINE * len(words))
    left = label_width + _GAP
    for n, line in enumerate(words):
        pen.text(0, y + (height - LINE * len(words)) / 2 + LETTER + LINE * n, line)
    if row.value is None:
        words_of_none = or_no_data(None)
        pen.hatched(left, y + 1, 40, 18)
        pen.text(left + 40 + _GAP, y + LETTER + 1, words_of_none, "soft")
    else:
        wide = row.value * scale
        pen.rect(left, y + 1, wide, 16, "bar")
        pen.text(left + wide + _GAP, y + LETTER + 1, shown(row.value), "bold")
    if has_before and row.before is not None:
        pen.rect(left, y + 18, row.before * scale, 7, "before")
    pen.line(left, y - 3, left, y + height + 5, "axis")
    return y + height + 8


def _cells(row: BarRow, shown: Shown, has_before: bool) -> tuple[str, ...]:
    before = [or_no_data(row.before, shown)] if has_before else []
    return (row.label, or_no_data(row.value, shown), *before)


def _alt(title: str, rows: Sequence[BarRow], shown: Shown) -> str:
    counted = [(row.value, row.label) for row in rows if row.value is not None]
    if not counted:
        return _("%(title)s。棒グラフ。データはありません。") % {"title": title}
    value, label = max(counted, key=lambda pair: pair[0])
    return _("%(title)s。棒グラフ、%(count)s項目。最も大きいのは%(label)sの%(value)s。") % {
        "title": title,
        "count": len(rows),
        "label": label,
        "value": shown(value),
    }
