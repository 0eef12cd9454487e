"""A small line of 24 periods: geometry for an SVG, and the sentence that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

WIDTH: Final = 240
HEIGHT: Final = 48
_EDGE: Final = 4


@dataclass(frozen=True)
class Sparkline:
    """`points` for a polyline in a viewBox of WIDTH × HEIGHT; the last point apart, to be drawn as a dot."""

    text: str
    points: str
    area: str
    last_x: str
    last_y: str
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(series: Sequence[int], name: str) -> Sparkline:
    """Oldest first; the axis begins at 0."""
    most = max([*series, 1])
    step = (WIDTH - 2 * _EDGE) / max(len(series) - 1, 1)
    places = [
        (_EDGE + n * step, HEIGHT - _EDGE - (HEIGHT - 2 * _EDGE) * count / most)
        for n, count in enumerate(series)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    last = places[-1] if places else (0.0, 0.0)
    base = HEIGHT - _EDGE
    return Sparkline(
        text=_(
            "%(name)sの4週ごとの件数、%(periods)d期。最も少ない期%(least)d件、最も多い期%(most)d件、直近%(now)d件。"
        )
        % {
            "name": name,
            "periods": len(series),
            "least": min(series, default=0),
            "most": max(series, default=0),
            "now": series[-1] if series else 0,
        },
        points=points,
        area=f"{_EDGE},{base} {points} {last[0]:.1f},{base}",
        last_x=f"{last[0]:.1f}",
        last_y=f"{last[1]:.1f}",
    )
