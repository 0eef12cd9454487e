"""False alarms in quiet weeks, waves found within four weeks, and the share of chance among alarms."""

import sys
from typing import Any, Final

import numpy as np

from benchmarks.surges import simulator
from benchmarks.surges.simulator import MEANS, WAVE_WEEKS
from cases.surges import rules
from cases.surges.panel import Cell, panel

WAVES: Final = (2, 4, 8)
TYPED: Final = (0.7, 0.4)
NEW_CASES: Final = 5


def run(*, weeks: int, runs: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "quiet": _quiet(rng, weeks),
        "waves": [_waves(rng, wave, runs) for wave in WAVES],
        "partly_typed": [_waves(rng, 4, runs, share) for share in TYPED],
        "new_code": _new_code(rng, max(20, weeks)),
    }


def _quiet(rng: np.random.Generator, weeks: int) -> dict[str, Any]:
    """Alarms per week of 500 cells without a wave; each ten weeks are of another world."""
    alarms: list[int] = []
    while len(alarms) < weeks:
        world = simulator.world(rng, weeks=10)
        for back in range(min(10, weeks - len(alarms))):
            alarms.append(len(rules.judged(world.panel.until(world.panel.weeks - 1 - back)).alarms))
        _say(f"quiet weeks: {len(alarms)}")
    return {
        "weeks": weeks,
        "alarms_a_week": round(float(np.mean(alarms)), 2),
        "standard_error": round(float(np.std(alarms, ddof=1) / len(alarms) ** 0.5), 2),
    }


def _waves(rng: np.random.Generator, wave: int, runs: int, share: float = 1.0) -> dict[str, Any]:
    """Per usual cases a week: the share of waves found in the first week, and within four; and of false alarms."""
    found: dict[float, list[int]] = {mean: [] for mean in MEANS}
    true = false = 0
    for _ in range(runs):
        world = simulator.world(rng, wave=wave)
        first = np.full(len(world.mean), WAVE_WEEKS + 1)
        for week in range(1, WAVE_WEEKS + 1):
            seen = simulator.typed(rng, world.panel.until(world.panel.weeks - 1 - WAVE_WEEKS + week), share)
            alarms = rules.judged(seen).alarms
            first[alarms] = np.minimum(first[alarms], week)
            true += int(world.has_wave[alarms].sum())
            false += int((~world.has_wave[alarms]).sum())
        for place in np.flatnonzero(world.has_wave):
            found[float(world.mean[place])].append(int(first[place]))
    _say(f"waves of {wave} a week, {share:.0%} typed: done")
    return {
        "a_week": wave,
        "typed": share,
        "first_week": {
            str(mean): round(float(np.mean([n == 1 for n in weeks])), 3) for mean, weeks in found.items()
        },
        "four_weeks": {
            str(mean): round(float(np.mean([n <= WAVE_WEEKS for n in weeks])), 3)
            for mean, weeks in found.items()
        },
        "false_share": round(false / max(1, true + false), 3),
    }


def _new_code(rng: np.random.Generator, times: int) -> dict[str, Any]:
    """A code that never came, with five cases today, among 499 quiet cells."""
    seen = 0
    for _ in range(times):
        world = simulator.world(rng, weeks=1)
        counts = world.panel.counts.copy()
        counts[0] = 0
        counts[0, -1] = NEW_CASES
        seen += 0 in rules.judged(panel([Cell("NEW"), *world.panel.cells[1:]], counts)).alarms
    return {"times": times, "seen": seen}


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
