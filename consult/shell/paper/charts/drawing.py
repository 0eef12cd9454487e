"""The pen: shapes and words of a chart as SVG. Sizes are in pixels of the picture's own measure.

Every shape has a kind. The kind is its class, for charts.css (print, forced colours), and its colours, so that the
picture is whole where there is no stylesheet. The colours are the design tokens of tokens.css.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LETTER: Final = 14.0
LINE: Final = 18.0
# Of a letter's height, digits among the narrow ones; the fonts in use are no wider.
_WIDE: Final = 1.0
_NARROW: Final = 0.68
_OPENING: Final = "((「[〈"
_CLOSING: Final = "))」]〉、。・ー"

_INK: Final = "#1a1a1a"
_SOFT: Final = "#4d4d4d"
_WHITE: Final = "#ffffff"
# Five steps from pale to dark, and the letters that can be read on each (4.5 : 1 and more).
STEPS: Final = ("#f0f9ff", "#dcf0ff", "#c0e4ff", "#0877d7", "#00428c")
_ON_STEP: Final = (_INK, _INK, _INK, _WHITE, _WHITE)
_SERIES: Final = ("#00428c", "#c74700", "#197a4b", "#4d4d4d", "#a90000")
# Series differ by their dashes and marks as well: colour is never the only sign.
_DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "4 4")

LOOKS: Final[Mapping[str, str]] = {
    "text": f'fill="{_INK}"',
    "soft": f'fill="{_SOFT}"',
    "bold": f'fill="{_INK}" font-weight="700"',
    "bar": 'fill="#0877d7"',
    "other": 'fill="#c0e4ff" stroke="#00428c"',
    "before": f'fill="{_WHITE}" stroke="{_SOFT}"',
    "grid": 'stroke="#cccccc"',
    "axis": 'stroke="#767676"',
    "break": 'stroke="#a90000" stroke-width="2" stroke-dasharray="3 3"',
    "reach": f'stroke="{_SERIES[0]}" stroke-width="4"',
    "ground": 'fill="#e6e6e6"',
    "hatch": 'stroke="#767676" fill="none"',
    "zero": f'fill="{_WHITE}" stroke="#cccccc"',
    "halo": f'fill="{_WHITE}"',
    **{f"step-{n}": f'fill="{colour}" stroke="#cccccc"' for n, colour in enumerate(STEPS)},
    **{f"on-step-{n}": f'fill="{colour}"' for n, colour in enumerate(_ON_STEP)},
    **{
        f"line-{n}": f'stroke="{colour}" stroke-width="2.5" fill="none" stroke-linejoin="round"'
        + (f' stroke-dasharray="{_DASHES[n]}"' if _DASHES[n] else "")
        for n, colour in enumerate(_SERIES)
    },
    **{
        f"thin-{n}": f'stroke="{colour}" stroke-width="1.5" fill="none" stroke-dasharray="1 4"'
        for n, colour in enumerate(_SERIES)
    },
    **{
        f"told-{n}": f'stroke="{colour}" stroke-width="2" fill="none" stroke-dasharray="5 5"'
        for n, colour in enumerate(_SERIES)
    },
    **{f"mark-{n}": f'fill="{colour}" stroke="{colour}"' for n, colour in enumerate(_SERIES)},
    **{
        f"open-{n}": f'fill="{_WHITE}" stroke="{colour}" stroke-width="2"' for n, colour in enumerate(_SERIES)
    },
    **{f"band-{n}": f'fill="{colour}" fill-opacity="0.16"' for n, colour in enumerate(_SERIES)},
}
SERIES_MOST: Final = len(_SERIES)

Anchor = Literal["start", "middle", "end"]


class Pen:
    """Collects shapes; `svg` gives the picture."""

    def __init__(self, width: float) -> None:
        self.width = width
        self._shapes: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self._shapes.append(
            f'<rect x="{num(x)}" y="{num(y)}" width="{num(max(width, 0))}" height="{num(height)}" {_look(kind)}/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self._shapes.append(
            f'<line x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}" {_look(kind)}/>'
        )

    def path(self, points: Iterable[tuple[float, float]], kind: str, *, closed: bool = False) -> None:
        """A line through the points, or the shape they enclose."""
        steps = " ".join(f"{'L' if n else 'M'}{num(x)} {num(y)}" for n, (x, y) in enumerate(points))
        self._shapes.append(f'<path d="{steps}{"Z" if closed else ""}" {_look(kind)}/>')

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        self._shapes.append(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius)}" {_look(kind)}/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        kind: str = "text",
        *,
        anchor: Anchor = "start",
        size: float = LETTER,
    ) -> None:
        """One line of words on the base line `y`."""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        small = "" if size == LETTER else f' font-size="{num(size)}"'
        self._shapes.append(
            f'<text x="{num(x)}" y="{num(y)}"{where}{small} {_look(kind)}>{escape(words)}</text>'
        )

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """No data: grey with slanted lines, which stay where colours do not."""
        self.rect(x, y, width, height, "ground")
        gap = 7.0
        for n in range(1, math.ceil((width + height) / gap)):
            along = n * gap
            start = (x + min(along, width), y + max(along - width, 0))
            end = (x + max(along - height, 0), y + min(along, height))
            self.line(*start, *end, "hatch")

    def svg(self, height: float, alt: str, kind: str) -> SafeString:
        """The picture, `alt` its name for whoever does not see it."""
        size = (
            f'width="{num(self.width)}" height="{num(height)}" viewBox="0 0 {num(self.width)} {num(height)}"'
        )
        return mark_safe(  # noqa: S308 - every word is escaped, everything else is made here
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart__picture chart__picture--{kind}" {size} '
            f'role="img" aria-label="{escape(alt)}" font-size="{num(LETTER)}">{"".join(self._shapes)}</svg>'
        )


def _look(kind: str) -> str:
    return f'class="chart__{kind}" {LOOKS[kind]}'


def num(value: float) -> str:
    """One decimal and no more, without a needless zero: 12.0 → 12."""
    short = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def width_of(words: str, size: float = LETTER) -> float:
    """About how wide the words stand; no font is asked."""
    return size * sum(_WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in words)


def wrapped(words: str, width: float, size: float = LETTER, most: int = 2) -> list[str]:
    """The words in up to `most` lines of `width`, as even as they can be; what does not fit ends with …."""
    found, rest = _broken(words, width, size, most)
    if rest:
        found[-1] = found[-1][: max(_fitting(found[-1], width - size, size), 1)] + "…"
        return found
    if " " in words or any(line[:1] in _OPENING for line in found[1:]):
        return found  # broken where a reader would
    narrow = width
    while len(found) > 1 and narrow > size:
        narrow -= size / 2
        closer, rest = _broken(words, narrow, size, len(found))
        if rest:
            break
        found = closer
    return found


def _broken(words: str, width: float, size: float, most: int) -> tuple[list[str], str]:
    """Lines filled one after the other, and what is left."""
    found: list[str] = []
    rest = words
    while rest and len(found) < most:
        end = _fitting(rest, width, size)
        if end < len(rest):
            end = _good_break(rest, end)
        found.append(rest[:end].strip())
        rest = rest[end:]
    return found, rest


def _good_break(words: str, end: int) -> int:
    """At most `end`: behind a space or before a bracket where there is one, and never before a closing sign."""
    for place in range(end, end // 2, -1):
        if words[place - 1] == " " or words[place] in _OPENING:
            return place
    while end > 1 and words[end] in _CLOSING:
        end -= 1
    return end


def _fitting(words: str, width: float, size: float) -> int:
    """How many letters of the words fit, at least one."""
    used = 0.0
    for n, letter in enumerate(words):
        used += width_of(letter, size)
        if used > width:
            return max(n, 1)
    return len(words)


def ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from 0 to the first that is not below `most`, about `count` steps of 1, 2 or 5 times ten."""
    if most <= 0:
        return [0, 1]
    rough = most / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    step = max(step, 1.0) if most >= 1 else step
    found = [n * step for n in range(math.ceil(most / step - 1e-9) + 1)]
    return [int(tick) if tick == int(tick) else tick for tick in found]


def legend(pen: Pen, y: float, entries: Sequence[tuple[str, str]]) -> float:
    """Samples with their words in lines that fit; each entry is (kind of sample, words). Returns the y below."""
    x = 0.0
    for kind, words in entries:
        wide = 30 + width_of(words) + 18
        if x and x + wide > pen.width:
            x, y = 0.0, y + 24
        sample(pen, x, y, kind)
        pen.text(x + 30, y + 14, words)
        x += wide
    return y + 30


def sample(pen: Pen, x: float, y: float, kind: str) -> None:
    """A small picture of how something is drawn."""
    if kind == "hatch":
        pen.hatched(x, y + 2, 22, 14)
    elif kind.startswith(("line-", "open-", "told-")):
        way, _dash, number = kind.partition("-")
        pen.line(x, y + 9, x + 24, y + 9, kind if way == "told" else f"line-{number}")
        mark(pen, x + 12, y + 9, int(number), is_open=way != "line")
    elif kind == "break":
        pen.line(x + 11, y, x + 11, y + 18, "break")
    else:
        pen.rect(x, y + 2, 22, 14, kind)


def mark(pen: Pen, x: float, y: float, number: int, *, is_open: bool = False) -> None:
    """The mark of a series: circle, square, triangle, diamond, cross-like bar; open where the value is another's."""
    kind = f"{'open' if is_open else 'mark'}-{number}"
    size = 4.0
    if number == 0:
        pen.circle(x, y, size, kind)
    elif number == 1:
        pen.rect(x - size, y - size, 2 * size, 2 * size, kind)
    elif number == 2:
        pen.path([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], kind, closed=True)
    elif number == 3:
        pen.path([(x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y)], kind, closed=True)
    else:
        pen.rect(x - 5, y - 2, 10, 4, kind)
