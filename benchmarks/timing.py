"""How long work takes: wall time, and processor time of this process, which a busy machine stretches less."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Took:
    """Seconds."""

    wall: float
    cpu: float


def timed(work: Callable[..., Any], *given: Any) -> tuple[Took, Any]:
    """How long the work took, and what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work(*given)
    return Took(time.perf_counter() - wall, time.process_time() - cpu), found


def repeated(work: Callable[[], Any], times: int) -> list[Took]:
    """The same work again and again; once before, which opens files and fills caches, does not count."""
    work()
    return [timed(work)[0] for _n in range(times)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * round(share * 100) // 100) - 1)]


def median_ms(took: Sequence[Took]) -> float:
    """Wall time, to the microsecond."""
    return round(statistics.median(one.wall for one in took) * 1000, 3)


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the smallest time that 95 % do not exceed, in milliseconds."""
    return {
        "p50_ms": round(percentile(seconds, 0.5) * 1000, 2),
        "p95_ms": round(percentile(seconds, 0.95) * 1000, 2),
    }


def wall_and_cpu(took: Sequence[Took]) -> dict[str, float]:
    """The same of both: `p50_ms`, `p95_ms`, and `p50_cpu_ms`, `p95_cpu_ms`."""
    of_cpu = percentiles([one.cpu for one in took])
    return percentiles([one.wall for one in took]) | {
        name.replace("_ms", "_cpu_ms"): ms for name, ms in of_cpu.items()
    }
