"""Whether a fall of calls after lectures is found where it could be, and none where there is none."""

from typing import Any, Final

import numpy as np

from cases.figures.need.effect import FALL, Held, effect

DISTRICTS: Final = 20
HALVES: Final = 7
"""As many half years as the reach page looks at."""
SETTINGS: Final = tuple(
    (phi, calls, lectures) for phi in (1.0, 2.0) for calls in (5.0, 40.0, 100.0) for lectures in (3, 8)
)
"""How much more than chance counts vary, calls of half a year in the middle district, lectures in so many."""


def run(*, times: int, seed: int) -> list[dict[str, Any]]:
    """Each setting without a change, then with a true fall of 30 %."""
    return [
        simulated(
            np.random.default_rng([seed, 99, n, has_fallen]), *setting, fall=FALL * has_fallen, times=times
        )
        for n, setting in enumerate(SETTINGS)
        for has_fallen in (False, True)
    ]


def simulated(
    rng: np.random.Generator, phi: float, calls: float, lectures: int, *, fall: float, times: int
) -> dict[str, Any]:
    told = found = claimed = inside = 0
    for _time in range(times):
        usual = rng.lognormal(np.log(calls), 0.5, DISTRICTS)
        halves = [_counted(rng, usual * rng.lognormal(0, 0.1), phi) for _half in range(HALVES - 1)]
        later = usual * rng.lognormal(0, 0.1)
        later[:lectures] *= 1 - fall
        table = np.stack([*halves, _counted(rng, later, phi)], axis=1)
        quiet = table[lectures:].tolist()
        others = [(one[-2], one[-1]) for one in quiet]
        held = [Held(int(one[-2]), int(one[-1]), others) for one in table[:lectures]]
        said = effect(held, quiet)
        told += said.can_tell
        found += said.is_fall
        claimed += said.is_fall or said.is_rise
        inside += said.low is not None and said.high is not None and said.low <= 1 - fall <= said.high
    return {
        "phi": phi, "calls": calls, "lectures": lectures, "fall": round(fall, 2), "times": times, "told": told,
        "found": found, "claimed": claimed, "inside": inside,
    }  # fmt: skip


def _counted(rng: np.random.Generator, mean: Any, phi: float) -> Any:
    if phi == 1:
        return rng.poisson(mean)
    size = mean / (phi - 1)
    return rng.negative_binomial(size, size / (size + mean))
