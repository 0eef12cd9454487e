"""Lines over time. A gap stays a gap, a break of the series is marked and never bridged, and values that others
published have open marks and a dashed line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, Shown, known, or_no_data, plain
from consult.shell.paper.charts.drawing import SERIES_MOST, Pen, legend, mark, ticks, width_of

_WIDTH: Final = 760.0
_PLOT: Final = 230.0
_SMALL: Final = 12.0


@dataclass(frozen=True)
class Line:
    """One series; `values[n]` belongs to point n, None where there is no data.

    `band[n]` is (low, high) around it, or None. `is_published`: printed elsewhere, not counted here.
    """

    label: str
    values: Sequence[float | None]
    band: Sequence[tuple[float, float] | None] = ()
    is_published: bool = False


@dataclass(frozen=True)
class Break:
    """Between point `at - 1` and point `at` the numbers cannot be compared; `label` says why."""

    at: int
    label: str


@dataclass(frozen=True)
class _Frame:
    """Where points and values stand."""

    left: float
    top: float
    width: float
    points: int
    most: float

    def x(self, point: float) -> float:
        return self.left + (point + 0.5) * self.width / max(self.points, 1)

    def y(self, value: float) -> float:
        return self.top + _PLOT * (1 - value / self.most)

    @property
    def bottom(self) -> float:
        return self.top + _PLOT


def lines(
    title: str,
    points: Sequence[str],
    series: Sequence[Line],
    *,
    point_head: str,
    short: Sequence[str] = (),
    breaks: Sequence[Break] = (),
    unfinished: str = "",
    shown: Shown = plain,
    alt: str = "",
    note: str = "",
) -> Chart:
    """`points` are named in full in the table and by `short` on the axis. Up to five series.

    `unfinished` names a last point that is still being counted (途中の月): dotted towards it, its mark open.
    """
    if len(series) > SERIES_MOST:
        raise ValueError(f"more than {SERIES_MOST} lines cannot be told apart")
    pen = Pen(_WIDTH)
    top = legend(pen, 0, _entries(series, breaks, unfinished, len(points))) + 14
    tops = [high for line in series for pair in line.band if pair for high in pair]
    scale = ticks(max([*(value for line in series for value in known(line.values)), *tops], default=0))
    left = max(width_of(shown(tick), _SMALL) for tick in scale) + 10
    frame = _Frame(left, top, _WIDTH - left - 6, len(points), scale[-1])
    _axes(pen, frame, scale, short or points, shown)
    _no_data(pen, frame, series)
    for gap in breaks:
        x = frame.x(gap.at - 0.5)
        pen.line(x, top - 10, x, frame.bottom, "break")
    for number, line in enumerate(series):
        _draw(pen, frame, number, line, {gap.at for gap in breaks}, bool(unfinished))
    table = ChartTable((point_head, *(line.label for line in series)), tuple(_rows(points, series, shown)))
    alt = alt or _alt(title, points, series, shown)
    return Chart(title, alt, pen.svg(frame.bottom + 26, alt, "lines"), table, note)


def _entries(
    series: Sequence[Line], breaks: Sequence[Break], unfinished: str, points: int
) -> list[tuple[str, str]]:
    entries = [
        (
            f"{'told' if line.is_published else 'line'}-{n}",
            _("%(label)s(公表値)") % {"label": line.label} if line.is_published else line.label,
        )
        for n, line in enumerate(series)
    ]
    entries += [("break", gap.label) for gap in breaks]
    if unfinished:
        entries.append(("open-0", unfinished))
    if any(_is_empty(series, n) for n in range(points)):
        entries.append(("hatch", or_no_data(None)))
    return entries


def _is_empty(series: Sequence[Line], point: int) -> bool:
    return all(line.values[point] is None for line in series)


def _axes(pen: Pen, frame: _Frame, scale: Sequence[float], words: Sequence[str], shown: Shown) -> None:
    for tick in scale:
        y = frame.y(tick)
        pen.line(frame.left, y, frame.left + frame.width, y, "grid" if tick else "axis")
        pen.text(frame.left - 6, y + 4, shown(tick), "soft", anchor="end", size=_SMALL)
    widest = max((width_of(word, _SMALL) for word in words), default=0) + 8
    every = max(1, -int(-widest // (frame.width / max(frame.points, 1))))
    last = frame.points - 1
    for n, word in enumerate(words):
        if (last - n) % every == 0:
            pen.text(frame.x(n), frame.bottom + 18, word, "soft", anchor="middle", size=_SMALL)


def _no_data(pen: Pen, frame: _Frame, series: Sequence[Line]) -> None:
    """Points of which no series knows anything, side by side in one hatched field."""
    start = None
    for n in range(frame.points + 1):
        empty = n < frame.points and _is_empty(series, n)
        if empty and start is None:
            start = n
        elif not empty and start is not None:
            left, right = frame.x(start - 0.5), frame.x(n - 0.5)
            pen.hatched(left, frame.top, right - left, _PLOT)
            start = None


def _draw(pen: Pen, frame: _Frame, number: int, line: Line, breaks: set[int], is_unfinished: bool) -> None:
    last = frame.points - 1
    for run in _runs(line.values, breaks):
        pairs = [(n, pair) for n in run if n < len(line.band) and (pair := line.band[n])]
        if pairs:
            lower = [(frame.x(n), frame.y(low)) for n, (low, _high) in pairs]
            upper = [(frame.x(n), frame.y(high)) for n, (_low, high) in reversed(pairs)]
            pen.path([*lower, *upper], f"band-{number}", closed=True)
        solid = [n for n in run if not (is_unfinished and n == last)]
        if len(solid) > 1:
            kind = "told" if line.is_published else "line"
            pen.path([_at(frame, line, n) for n in solid], f"{kind}-{number}")
        if is_unfinished and run[-1] == last and len(run) > 1:
            pen.path([_at(frame, line, n) for n in run[-2:]], f"thin-{number}")
        for n in run:
            x, y = _at(frame, line, n)
            mark(pen, x, y, number, is_open=line.is_published or (is_unfinished and n == last))


def _at(frame: _Frame, line: Line, point: int) -> tuple[float, float]:
    return frame.x(point), frame.y(line.values[point] or 0)


def _runs(values: Sequence[float | None], breaks: set[int]) -> Iterator[list[int]]:
    """Points that hang together: parted by missing values and by breaks of the series."""
    run: list[int] = []
    for n, value in enumerate(values):
        if run and (value is None or n in breaks):
            yield run
            run = []
        if value is not None:
            run.append(n)
    if run:
        yield run


def _rows(points: Sequence[str], series: Sequence[Line], shown: Shown) -> Iterator[tuple[str, ...]]:
    for n, point in enumerate(points):
        yield (point, *(or_no_data(line.values[n], shown) + _range(line, n, shown) for line in series))


def _range(line: Line, point: int, shown: Shown) -> str:
    pair = line.band[point] if point < len(line.band) else None
    return f" ({shown(pair[0])}–{shown(pair[1])})" if pair else ""


def _alt(title: str, points: Sequence[str], series: Sequence[Line], shown: Shown) -> str:
    said = [_("%(title)s。折れ線グラフ。") % {"title": title}]
    for line in series:
        found = [
            (value, point) for value, point in zip(line.values, points, strict=True) if value is not None
        ]
        if not found:
            said.append(_("%(label)sのデータはありません。") % {"label": line.label})
            continue
        highest, where = max(found, key=lambda pair: pair[0])
        said.append(
            _("%(label)s: %(first_point)s %(first)s、%(last_point)s %(last)s、最大は%(where)sの%(most)s。")
            % {
                "label": line.label,
                "first_point": found[0][1],
                "first": shown(found[0][0]),
                "last_point": found[-1][1],
                "last": shown(found[-1][0]),
                "where": where,
                "most": shown(highest),
            }
        )
    return "".join(said)
