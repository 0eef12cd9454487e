"""Wall and CPU of one piece of work, and what the times of many come to."""

import time
from collections.abc import Callable, Sequence
from typing import Any


def timed(work: Callable[..., Any], *given: Any) -> tuple[float, float, Any]:
    """Wall and CPU ms, and what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work(*given)
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, found


def percentiles(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    """p50 and p95 of (wall, CPU) in ms."""
    found: dict[str, float] = {}
    for name, values in (
        ("ms", sorted(wall for wall, _cpu in times)),
        ("cpu_ms", sorted(cpu for _wall, cpu in times)),
    ):
        for part, share in (("p50", 0.5), ("p95", 0.95)):
            found[f"{part}_{name}"] = round(values[min(len(values) - 1, int(len(values) * share))], 1)
    return found
