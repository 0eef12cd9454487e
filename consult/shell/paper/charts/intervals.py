"""Ratios with their intervals on a scale where double and half are equally far from 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable
from consult.shell.paper.charts.drawing import LETTER, LINE, Pen, width_of, wrapped

_WIDTH: Final = 520.0
_LABEL_MOST: Final = 170.0
_ROW: Final = 40.0
_SMALL: Final = 12.0
_TOP: Final = 22.0


@dataclass(frozen=True)
class Interval:
    """`value` in [`low`, `high`], all positive; `high` None has no upper end. `words` stand beside it."""

    label: str
    value: float | None
    low: float
    high: float | None
    words: str


def intervals(
    title: str, rows: Sequence[Interval], *, label_head: str, value_head: str, note: str = ""
) -> Chart:
    """A mark at each value, a line over its interval, an arrow where it has no end; 1 is drawn through."""
    pen = Pen(_WIDTH)
    left = min(max((width_of(row.label) for row in rows), default=0), _LABEL_MOST) + 14
    right = _WIDTH - max((width_of(row.words, _SMALL) for row in rows), default=0) - 14
    powers = _powers(rows)
    scale = _Scale(left, right, powers[0], powers[-1])
    bottom = _TOP + _ROW * len(rows)
    for power in powers:
        x = scale.x(2.0**power)
        words = _("%(ratio)s倍") % {"ratio": f"{2.0**power:g}"}
        pen.line(x, _TOP - 2, x, bottom, "grid" if power else "axis")
        pen.text(x, _SMALL + 2, words, "soft", anchor="middle", size=_SMALL)
    for n, row in enumerate(rows):
        _row(pen, _TOP + _ROW * (n + 0.5), row, scale)
    alt = _alt(title, rows)
    table = ChartTable((label_head, value_head), tuple((row.label, row.words) for row in rows))
    return Chart(title, alt, pen.svg(bottom + 4, alt, "intervals"), table, note)


@dataclass(frozen=True)
class _Scale:
    """From 2 ** `first` at `left` to 2 ** `last` at `right`; what lies beyond stands at the edge."""

    left: float
    right: float
    first: int
    last: int

    def x(self, ratio: float) -> float:
        power = math.log2(ratio) if ratio > 0 else self.first
        share = (power - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(max(share, 0), 1)


def _row(pen: Pen, y: float, row: Interval, scale: _Scale) -> None:
    words = wrapped(row.label, scale.left - 14)
    for n, line in enumerate(words):
        pen.text(0, y + LETTER / 2 - 2 - LINE * (len(words) - 1) / 2 + LINE * n, line)
    end = scale.right if row.high is None else scale.x(row.high)
    pen.line(scale.x(row.low), y, end, y, "reach")
    if row.high is None:
        pen.path([(end, y - 5), (end + 7, y), (end, y + 5)], "mark-0", closed=True)
    if row.value is not None:
        pen.circle(scale.x(row.value), y, 6, "mark-0")
    pen.text(_WIDTH, y + 4, row.words, "soft", anchor="end", size=_SMALL)


def _powers(rows: Sequence[Interval]) -> list[int]:
    """The powers of two that the scale shows, from the lowest end to the highest, at most from 1/8 to 64."""
    lows = [row.low for row in rows if row.low > 0] or [1.0]
    highs = [found for row in rows for found in (row.high, row.value) if found]
    first = max(min(math.floor(math.log2(min(lows))), 0), -3)
    last = min(max(math.ceil(math.log2(max(highs, default=2.0))), 1), 6)
    return list(range(first, last + 1))


def _alt(title: str, rows: Sequence[Interval]) -> str:
    said = "".join(_("%(label)s: %(words)s。") % {"label": row.label, "words": row.words} for row in rows)
    return _("%(title)s。倍率と区間。%(said)s") % {"title": title, "said": said}
