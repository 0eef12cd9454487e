"""Made-up towns with true rates: districts of very unequal size, topics of unequal frequency, ratios that differ.

A town's year is counted from its truth by chance alone, so what a planner says of it can be held against the truth.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cases.figures.need.inputs import Floats, Inputs, Loss

GROUPS: Final = ("UNDER_30", "30_64", "65_OVER")
_SHARES: Final = np.array([0.27, 0.45, 0.28])
_CLASSES: Final = ("0", "10000", "50000", "100000", "500000", "1000000")


@dataclass(frozen=True, eq=False)
class Town:
    """`truth`: expected cases a year, 手口 × age group × district. `asks`: how often each district asks for a lecture,
    which has nothing to do with its need."""

    residents: Floats
    truth: Floats
    losses: tuple[Loss, ...]
    asks: Floats

    @property
    def ratio(self) -> Floats:
        """True ratios to the town's own rate."""
        whole = self.truth.sum(axis=2, keepdims=True) / self.residents.sum(axis=1)[None, :, None]
        found: Floats = self.truth / (whole * self.residents[None])
        return found


def town(
    rng: np.random.Generator, *, per_1000: float, sd: float, districts: int = 20, topics: int = 12
) -> Town:
    """A town whose residents bring `per_1000` cases a year in the mean; `sd`: the deviation of true ratios."""
    size = rng.lognormal(np.log(6000), 0.8, districts)
    residents = np.round(_SHARES[:, None] * size * rng.lognormal(0, 0.1, (len(GROUPS), districts)))
    rate = rng.lognormal(0, 1, (topics, len(GROUPS), 1))
    rate *= per_1000 / 1000 / rate.mean() / topics
    ratio = rng.gamma(1 / sd**2, sd**2, (topics, len(GROUPS), districts)) if sd else 1.0
    losses = tuple(
        Loss(_CLASSES[rng.integers(len(_CLASSES))], float(rng.uniform(0.5, 1.0)), known=50)
        for _topic in range(topics)
    )
    return Town(residents, rate * residents * ratio, losses, rng.lognormal(0, 1, districts))


def year(
    rng: np.random.Generator, of: Town, *, events: Floats | None = None, reached: Floats | None = None
) -> Inputs:
    """What a centre would have counted in one year of this town."""
    cases = rng.poisson(of.truth).astype(np.float64)
    topics, groups, districts = cases.shape
    nothing = np.zeros(cases.shape)
    return Inputs(
        topics=tuple(f"T{n:02d}" for n in range(topics)),
        groups=GROUPS,
        areas=tuple(f"A{n:02d}" for n in range(districts)),
        years=1.0,
        cases=cases,
        residents=of.residents,
        live=nothing,
        alarmed=nothing.astype(np.bool_),
        reached=nothing if reached is None else reached,
        general=np.zeros((groups, districts)),
        bulletins=np.zeros(topics),
        repeated=nothing.astype(np.bool_),
        calls=cases.sum(axis=0),
        events=np.zeros(districts) if events is None else events,
        losses=of.losses,
        placed=int(cases.sum()),
        total=int(cases.sum()),
    )
