"""Weeks that no centre has seen: cells with seasons, trends and more variation than chance, and waves put into them.

500 cells with 0.1, 0.3, 1, 2 and 5 cases a week (100 each), variance 1 to 2 times the mean, seasons of up to ±60 %,
trends of up to ±10 % a year, seven years. A wave is r more cases a week, drawn by chance, for four weeks in 50 cells.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.surges.panel import Cell, Panel, panel

Floats = NDArray[np.float64]

MEANS: Final = (0.1, 0.3, 1.0, 2.0, 5.0)
YEAR: Final = 52
YEARS: Final = 7
WAVE_WEEKS: Final = 4


@dataclass(frozen=True)
class World:
    """`panel` ends with the last week of the wave; `mean` of each cell; `has_wave` where one was put in."""

    panel: Panel
    mean: Floats
    has_wave: NDArray[np.bool_]


def world(
    rng: np.random.Generator, *, cells: int = 500, wave: float = 0.0, waves: int = 50, weeks: int = WAVE_WEEKS
) -> World:
    """Seven years and then `weeks` more, in which the wave (if any) runs."""
    mean = np.resize(np.array(MEANS), cells)
    length = YEARS * YEAR + weeks
    at = np.arange(length)
    amplitude, phase = rng.uniform(0, 0.6, (cells, 1)), rng.uniform(0, 2 * np.pi, (cells, 1))
    trend = rng.uniform(-0.1, 0.1, (cells, 1))
    expected = (
        mean[:, None]
        * (1 + amplitude * np.cos(2 * np.pi * at / YEAR + phase))
        * np.exp(trend * (at - length) / YEAR)
    )
    counts = _drawn(rng, expected, rng.uniform(1, 2, (cells, 1)))
    has_wave = np.zeros(cells, dtype=np.bool_)
    if wave:
        each = waves // len(MEANS)
        for place in range(len(MEANS)):
            has_wave[rng.choice(np.arange(place, cells, len(MEANS)), each, replace=False)] = True
        counts[has_wave, -WAVE_WEEKS:] += rng.poisson(wave, (int(has_wave.sum()), WAVE_WEEKS))
    return World(panel([Cell(f"C{n}") for n in range(cells)], counts), mean, has_wave)


def typed(rng: np.random.Generator, given: Panel, share: float) -> Panel:
    """The same while only that share of the last week's cases have their 手口."""
    counts = given.counts.copy()
    counts[:, -1] = rng.binomial(counts[:, -1].astype(np.int64), share)
    return panel(given.cells, counts)


def _drawn(rng: np.random.Generator, expected: Floats, dispersion: Floats) -> Floats:
    """Negative binomial with variance = dispersion × mean."""
    size = expected / np.maximum(dispersion - 1, 1e-9)
    return rng.poisson(rng.gamma(size, expected / size)).astype(np.float64)
