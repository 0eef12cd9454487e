"""Processor time and memory of a night, series that nobody expects, and the distance from the published method."""

import json
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.surges import simulator
from cases.surges import rules, wire
from cases.surges.baseline import Timeline
from cases.surges.farrington import Method, Reason, Settings, of_one_series
from cases.surges.panel import Cell, Panel, panel

SIZES: Final = (500, 5_000)
REPEATS: Final = 3
LENGTH: Final = 7 * 52
FUZZED: Final = 500
SLOW_MS: Final = 20
REFERENCE: Final = Path(__file__).resolve().parents[2] / "tests" / "cases" / "surges" / "reference.json"


def run(*, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "reference": _reference(),
        "speed": [_speed(rng, size) for size in SIZES],
        "odd": _odd(rng),
        "fuzzed": _fuzzed(rng),
    }


def _speed(rng: np.random.Generator, cells: int) -> dict[str, Any]:
    """Both scales of one week; the best of some, since other work on the machine only adds."""
    world = simulator.world(rng, cells=cells)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, _judged = _best(lambda: rules.judged(world.panel))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"cells": cells, "cpu_s": round(seconds, 2), "further_memory_mb": round((after - before) / 1024)}


def _odd(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Each alone, by the bare method (as R would) and by our rules."""
    at = np.arange(LENGTH)
    series = {
        "nothing ever": np.zeros(LENGTH),
        "one spike": np.where(at == 100, 1e6, 0.0),
        "always 1,000,000,000": np.full(LENGTH, 1e9),
        "about 1,000,000,000": rng.poisson(1e9, LENGTH).astype(np.float64),
        "growing as the square": at.astype(np.float64) ** 2,
        "exploding": np.floor(np.exp(np.minimum(at / 10, 34))),
        "every other week unknown": np.where(at % 2, np.nan, 3.0),
        "half a year unknown": np.where((at > 200) & (at < 226), np.nan, 2.0),
        "less than a year": rng.poisson(2, 40).astype(np.float64),
        "two weeks": np.array([1.0, 9.0]),
        "years of 53 weeks, by date": rng.poisson(2, LENGTH).astype(np.float64),
    }
    return [_answered(name, counts, by_date="by date" in name) for name, counts in series.items()]


def _answered(name: str, counts: np.ndarray[Any, np.dtype[np.float64]], *, by_date: bool) -> dict[str, Any]:
    days = 735_596 + 7 * np.arange(len(counts)) if by_date else None
    last = len(counts) - 1
    settings = Settings(
        periods=10, excluded=26, trend_probability=1, method=Method.NB_PLUGIN, alpha=0.01, fewest=(0, 4)
    )
    seconds, points = _best(
        lambda: of_one_series(counts, Timeline(len(counts), 52, days), settings, last, last)
    )
    ours, judged = _best(lambda: rules.judged(panel([Cell("X")], np.nan_to_num(counts)[None, :])))
    return {
        "series": name,
        "method": Reason(int(points.reason[0])).name,
        "rules": judged.scales.basis[0].value,
        "cpu_ms": round(1000 * max(seconds, ours), 1),
    }


def _fuzzed(rng: np.random.Generator) -> dict[str, Any]:
    """Series that chance makes odd: lengths, sizes, gaps, spikes, growth, closed weeks, breaks."""
    slowest, raised = 0.0, 0
    found: Counter[str] = Counter()
    for _n in range(FUZZED):
        given = _chance(rng)
        try:
            seconds, judged = _timed(lambda given=given: rules.judged(given))
        except Exception:
            raised += 1
            continue
        if 1000 * seconds > SLOW_MS:  # the first of its kind also loads code
            seconds, judged = _best(lambda given=given: rules.judged(given))
        slowest = max(slowest, seconds)
        found[judged.scales.basis[0].value] += 1
    return {"series": FUZZED, "slowest_ms": round(1000 * slowest, 1), "raised": raised, "rules": dict(found)}


def _chance(rng: np.random.Generator) -> Panel:
    weeks = int(rng.integers(1, 420))
    mean = 10 ** rng.uniform(-3, 10) * np.exp(rng.uniform(-0.05, 0.05) * np.arange(weeks))
    counts = rng.poisson(np.minimum(mean * rng.gamma(0.5, 2, weeks), 1e12)).astype(np.float64)
    counts[rng.random(weeks) < rng.choice([0, 0.1, 0.9])] = 0
    spikes = rng.random(weeks) < rng.choice([0, 0.02])
    counts[spikes] = 10 ** rng.uniform(0, 14, int(spikes.sum()))
    counts += rng.choice([0, 0.5]) * (rng.random(weeks) < 0.1)
    open_days = np.where(rng.random(weeks) < rng.choice([0, 0.05, 0.8]), 0.0, 5.0)
    since = int(rng.integers(0, weeks)) if rng.random() < 0.2 else 0
    return Panel((Cell("X"),), counts[None, :], open_days, np.array([since], dtype=np.int64))


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    return min((_timed(work) for _ in range(REPEATS)), key=lambda timed: timed[0])


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def _reference() -> dict[str, Any]:
    """The largest distances over the published method's synthetic series."""
    stored = json.loads(REFERENCE.read_text(encoding="utf-8"))
    evaluations, worst = 0, dict.fromkeys(("upper", "expected", "pvalue"), 0.0)
    alarms = nulls = 0
    for item in stored["items"]:
        [(found, _left_out)] = wire.answers([item["given"] | {"observed": stored["series"][item["series"]]}])
        evaluations += len(found["alarm"])
        alarms += sum(
            one != other for one, other in zip(found["alarm"], item["expected"]["alarm"], strict=True)
        )
        for name in worst:
            for one, other in zip(found[name], item["expected"][name], strict=True):
                nulls += (one is None) != (other is None)
                if one is not None and other is not None:
                    off = abs(one - other)
                    worst[name] = max(worst[name], off if name == "pvalue" else off / max(abs(other), 1e-300))
    return {"evaluations": evaluations, "alarms_that_differ": alarms, "nulls_that_differ": nulls, **worst}
