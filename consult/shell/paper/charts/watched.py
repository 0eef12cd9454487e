"""A count week by week against what its own past lets expect: the band up to its upper bound, the weeks that alarmed,
and what others told at the time. What others told has marks of its own and no place on the scale: it is beside our
line, never part of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, known, or_no_data, plain
from consult.shell.paper.charts.drawing import Anchor, Pen, legend, mark, ticks, width_of

_WIDTH: Final = 760.0
_PLOT: Final = 220.0
_SMALL: Final = 12.0
_TOLD: Final = 18.0
# The marks of what stands out: squares for alarms, triangles for what others told.
_ALARM: Final = 1
_BY_OTHERS: Final = 2
_END: Final[Anchor] = "end"
_MIDDLE: Final[Anchor] = "middle"


@dataclass(frozen=True)
class Week:
    """`name` in the table, `short` on the axis. `expected` and `upper`: None where nothing can be expected."""

    name: str
    short: str
    count: int
    expected: float | None = None
    upper: float | None = None
    is_alarm: bool = False
    told: Sequence[str] = ()


@dataclass(frozen=True)
class _Frame:
    left: float
    top: float
    step: float
    most: float

    def x(self, week: float) -> float:
        return self.left + (week + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.top + _PLOT * (1 - value / self.most)


def watched(title: str, weeks: Sequence[Week], *, note: str = "", alt: str = "") -> Chart:
    """The weeks from the oldest to the newest, each with its own expectation."""
    pen = Pen(_WIDTH)
    top = _legend(pen, weeks) + _TOLD
    bounds = known([week.upper for week in weeks])
    scale = ticks(max([*(week.count for week in weeks), *bounds], default=0))
    left = max(width_of(plain(tick), _SMALL) for tick in scale) + 10
    frame = _Frame(left, top, (_WIDTH - left - 6) / max(len(weeks), 1), scale[-1])
    _axes(pen, frame, scale, weeks)
    for run in _runs(weeks):
        lower = [(frame.x(n), frame.y(weeks[n].expected or 0)) for n in run]
        upper = [(frame.x(n), frame.y(weeks[n].upper or 0)) for n in run]
        pen.path([*lower, *reversed(upper)], "band-0", closed=True)
        pen.path(lower, "told-3")
        pen.path(upper, "thin-0")
    pen.path([(frame.x(n), frame.y(week.count)) for n, week in enumerate(weeks)], "line-0")
    for n, week in enumerate(weeks):
        if week.told:
            mark(pen, frame.x(n), top - _TOLD / 2, _BY_OTHERS, is_open=True)
        if week.is_alarm:
            mark(pen, frame.x(n), frame.y(week.count), _ALARM)
    alt = alt or _alt(title, weeks)
    picture = pen.svg(top + _PLOT + 26, alt, "lines")
    return Chart(title, alt, picture, _table(weeks), note)


def _legend(pen: Pen, weeks: Sequence[Week]) -> float:
    """Only what is drawn. Returns the y below."""
    entries = [("line-0", _("件数"))]
    if known([week.upper for week in weeks]):
        entries += [("told-3", _("ふだんの見込み")), ("band-0", _("見込みから上限まで"))]
    if any(week.is_alarm for week in weeks):
        entries.append(("line-1", _("知らせた週")))
    if any(week.told for week in weeks):
        entries.append(("open-2", _("外からの注意情報")))
    return legend(pen, 0, entries)


def _axes(pen: Pen, frame: _Frame, scale: Sequence[float], weeks: Sequence[Week]) -> None:
    right = frame.left + frame.step * len(weeks)
    for tick in scale:
        y = frame.y(tick)
        pen.line(frame.left, y, right, y, "grid" if tick else "axis")
        pen.text(frame.left - 6, y + 4, plain(tick), "soft", anchor="end", size=_SMALL)
    widest = max((width_of(week.short, _SMALL) for week in weeks), default=0) + 12
    every = max(1, -int(-widest // frame.step)) if weeks else 1
    last = len(weeks) - 1
    for n, week in enumerate(weeks):
        # The last one would stand half outside: it ends with the plot, and its neighbour leaves it the room.
        has_room = widest / 2 <= frame.x(n) <= right - 1.5 * widest
        if n == last or (has_room and (last - n) % every == 0):
            x, anchor = (right, _END) if n == last else (frame.x(n), _MIDDLE)
            pen.text(x, frame.top + _PLOT + 18, week.short, "soft", anchor=anchor, size=_SMALL)


def _runs(weeks: Sequence[Week]) -> list[list[int]]:
    """Weeks that hang together and can be expected; a week without an expectation is a gap of the band."""
    found: list[list[int]] = [[]]
    for n, week in enumerate(weeks):
        if week.expected is None or week.upper is None:
            found.append([])
        else:
            found[-1].append(n)
    return [run for run in found if len(run) > 1]


def _table(weeks: Sequence[Week]) -> ChartTable:
    """The newest week first: that is what is looked for."""
    head = (_("週"), _("件数"), _("ふだんの見込み"), _("上限"), _("しるし"))
    return ChartTable(head, tuple(_row(week) for week in reversed(weeks)))


def _row(week: Week) -> tuple[str, ...]:
    signs = [*([_("知らせた週")] if week.is_alarm else []), *week.told]
    return (
        week.name,
        plain(week.count),
        or_no_data(week.expected),
        or_no_data(week.upper),
        _("、").join(signs),
    )


def _alt(title: str, weeks: Sequence[Week]) -> str:
    if not weeks:
        return _("%(title)s。折れ線グラフ。データはありません。") % {"title": title}
    last = weeks[-1]
    said = _("%(title)s。%(n)s週の折れ線グラフ。最後の週(%(week)s)は%(count)s件。") % {
        "title": title,
        "n": len(weeks),
        "week": last.name,
        "count": plain(last.count),
    }
    if last.expected is not None and last.upper is not None:
        said += _("ふだんの見込みは%(mean)s件、上限は%(upper)s件。") % {
            "mean": plain(last.expected),
            "upper": plain(last.upper),
        }
    alarms = [week.name for week in weeks if week.is_alarm]
    if alarms:
        said += _("知らせた週は%(weeks)s。") % {"weeks": _("、").join(alarms)}
    return said
