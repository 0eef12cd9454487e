"""A small line without an axis, to stand beside a number in a row."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, Shown, known, or_no_data, plain
from consult.shell.paper.charts.drawing import Pen

_WIDTH: Final = 120.0
_HEIGHT: Final = 28.0
_EDGE: Final = 4.0


def spark(
    title: str, points: Sequence[str], values: Sequence[float | None], *, shown: Shown = plain
) -> Chart:
    """From zero up, the last value marked; None is a gap."""
    pen = Pen(_WIDTH)
    most = max(known(values), default=0) or 1
    step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    run: list[tuple[float, float]] = []
    pen.line(_EDGE, _HEIGHT - _EDGE, _WIDTH - _EDGE, _HEIGHT - _EDGE, "grid")
    for n, value in enumerate([*values, None]):
        if value is not None:
            run.append((_EDGE + n * step, _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * value / most))
        elif run:
            pen.path(run, "line-0")
            if n == len(values):
                pen.circle(*run[-1], 3, "mark-0")
            run = []
    alt = _("%(title)s。推移: %(values)s。") % {
        "title": title,
        "values": ", ".join(or_no_data(value, shown) for value in values),
    }
    table = ChartTable(
        (_("時期"), title),
        tuple((point, or_no_data(value, shown)) for point, value in zip(points, values, strict=True)),
    )
    return Chart(title, alt, pen.svg(_HEIGHT, alt, "spark"), table)
