"""Two sexes back to back by age, the oldest on top; who has no age or another sex is listed below, not left out."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from consult.shell.paper.charts.chart import Chart, ChartTable, Shown, known, or_no_data, plain
from consult.shell.paper.charts.drawing import LETTER, Pen, width_of

_WIDTH: Final = 520.0
_ROW: Final = 26.0

Side = tuple[str, Sequence[float | None]]


def pyramid(
    title: str,
    bands: Sequence[str],
    left: Side,
    right: Side,
    *,
    band_head: str,
    below: Sequence[tuple[str, float]] = (),
    shown: Shown = plain,
    alt: str = "",
    note: str = "",
) -> Chart:
    """`left` and `right` are a name and its values, bands as given from top to bottom; `below`: (words, number)."""
    pen = Pen(_WIDTH)
    middle = max((width_of(band) for band in bands), default=0) + 20
    numbers = (
        max((width_of(shown(value)) for side in (left, right) for value in known(side[1])), default=0) + 10
    )
    most = max(known([*left[1], *right[1]]), default=0)
    scale = ((_WIDTH - middle) / 2 - numbers) / most if most else 0
    centre = (_WIDTH - middle) / 2, (_WIDTH + middle) / 2
    pen.text(centre[0], LETTER, left[0], "bold", anchor="end")
    pen.text(centre[1], LETTER, right[0], "bold")
    y = LETTER + 12
    for band, one, other in zip(bands, left[1], right[1], strict=True):
        pen.text(_WIDTH / 2, y + 16, band, anchor="middle")
        _half(pen, centre[0], y, one, -scale, shown, "bar")
        _half(pen, centre[1], y, other, scale, shown, "other")
        y += _ROW
    for words, number in below:
        pen.text(_WIDTH / 2, y + 20, f"{words} {shown(number)}", "soft", anchor="middle")
        y += 22
    table = ChartTable((band_head, left[0], right[0]), _rows(bands, left, right, below, shown))
    alt = alt or _alt(title, bands, left, right, shown)
    return Chart(title, alt, pen.svg(y + 8, alt, "pyramid"), table, note)


def _half(pen: Pen, x: float, y: float, value: float | None, scale: float, shown: Shown, kind: str) -> None:
    """A bar from the middle outwards: to the left where `scale` is negative."""
    is_left = scale < 0 or kind == "bar"
    sign = -1 if is_left else 1
    if value is None:
        pen.hatched(x - 40 if is_left else x, y + 3, 40, 18)
        return
    wide = value * abs(scale)
    pen.rect(x - wide if is_left else x, y + 3, wide, 18, kind)
    pen.text(x + sign * (wide + 6), y + 17, shown(value), anchor="end" if is_left else "start")


def _rows(
    bands: Sequence[str], left: Side, right: Side, below: Sequence[tuple[str, float]], shown: Shown
) -> tuple[tuple[str, ...], ...]:
    rows = [
        (band, or_no_data(one, shown), or_no_data(other, shown))
        for band, one, other in zip(bands, left[1], right[1], strict=True)
    ]
    return (*rows, *((words, shown(number), "") for words, number in below))


def _alt(title: str, bands: Sequence[str], left: Side, right: Side, shown: Shown) -> str:
    said = [_("%(title)s。年代ごとの左右の棒グラフ。") % {"title": title}]
    for name, values in (left, right):
        counted = [(value, band) for value, band in zip(values, bands, strict=True) if value is not None]
        if counted:
            value, band = max(counted, key=lambda pair: pair[0])
            said.append(
                _("%(name)sで最も多いのは%(band)sの%(value)s。")
                % {"name": name, "band": band, "value": shown(value)}
            )
    return "".join(said)
