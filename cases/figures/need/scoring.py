"""The factors of every line and their product: need × severity × part not reached × own weight.

Factors are rounded to the decimals that pages show before they are multiplied: whoever multiplies what is shown gets
the score that is shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np

from cases.figures.need import gamma
from cases.figures.need.inputs import Floats, Inputs
from cases.figures.need.shrinking import Shrunk, counted, shrunk
from cases.figures.need.weights import Weights

VERSION: Final = "need-2"
"""Changes with every change of what is computed."""
DECIMALS: Final = 2


class Key(NamedTuple):
    """手口, age group, district."""

    topic: str
    group: str
    area: str


class Third(StrEnum):
    UPPER = "UPPER"
    MIDDLE = "MIDDLE"
    LOWER = "LOWER"


@dataclass(frozen=True)
class Line:
    """One line with everything its score comes from; cases are per year, `cases` as counted in the year.

    `city`: what the city's rate would bring, `excess` how much more that is (None in a town without districts).
    `low`, `high`: of the expected cases, 90 %. `third` by score among `of` lines, and `certainty` that it truly lies
    there; `best` to `worst`: the places that its interval leaves open.
    """

    topic: str
    group: str
    area: str
    cases: int
    residents: int | None
    city: float | None
    ratio: float | None
    excess: float | None
    expected: float
    low: float
    high: float
    live: float
    need: float
    severity: float
    reached: float
    unreached: float
    own: float
    score: float
    score_low: float
    score_high: float
    third: str
    certainty: float
    best: int
    worst: int
    of: int

    @property
    def key(self) -> Key:
        return Key(self.topic, self.group, self.area)

    @property
    def product(self) -> float:
        """The score, from its factors."""
        return self.need * self.severity * self.unreached * self.own

    @property
    def is_ranked(self) -> bool:
        """Whether the data tell its place among all."""
        return self.best == self.worst

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


@dataclass(frozen=True)
class Silent:
    """A district from which fewer calls of every kind come than its residents would let expect."""

    area: str
    calls: int
    expected: float
    ratio: float
    high: float


def score(
    inputs: Inputs, weights: Weights, own: Mapping[Key, float] | None = None, wanted: Collection[Key] = ()
) -> list[Line]:
    """Every line of `weights.at_least` cases a year or more, the highest score first; empty without a case.

    Lines with a live alarm, and those that are `wanted`, are never left out. `own`: weights of single lines that a
    person set.
    """
    found = _Arrays(inputs, weights, own or {})
    is_needed = (found.need >= weights.at_least) | inputs.alarmed
    for key in wanted:
        if (at := _place(inputs, key)) is not None:
            is_needed[at] = True
    is_in = np.flatnonzero((is_needed & np.isfinite(found.score)).ravel())
    order = is_in[np.argsort(-found.score.ravel()[is_in], kind="stable")]
    return found.lines(order)


class _Arrays:
    """All cells at once; 手口 × age group × district."""

    def __init__(self, inputs: Inputs, weights: Weights, own: Mapping[Key, float]) -> None:
        self.inputs = inputs
        year = 1 / inputs.years
        if inputs.is_whole:
            self.city = np.full(inputs.cases.shape, np.nan)
            _mean, low, high = counted(inputs.cases)
            self.ratio, self.shape = self.city, inputs.cases + 0.5
            expected = inputs.cases
        else:
            at_rate, of = _drawn(inputs)
            self.city, self.ratio, self.shape = at_rate * year, of.ratio, of.shape
            expected, low, high = of.ratio * at_rate, of.low * at_rate, of.high * at_rate
        self.expected = np.round(expected * year, DECIMALS)
        self.low, self.high = (np.round(end * year, DECIMALS) for end in (low, high))
        self.live = np.round(inputs.live, DECIMALS)
        self.need = self.expected + self.live
        self.need_high = self.high + self.live
        self.severity = np.array(
            [
                weights.severity(topic, loss.paid_class, loss.unrecovered)
                for topic, loss in zip(inputs.topics, inputs.losses, strict=True)
            ]
        )
        self.reached = _reached(inputs, weights)
        self.unreached = np.round(_unreached(inputs, self.reached), DECIMALS)
        self.own = np.ones(inputs.cases.shape)
        for key, factor in own.items():
            if (at := _place(inputs, key)) is not None:
                self.own[at] = factor
        self.by_need = self.severity[:, None, None] * self.unreached * self.own
        self.score = self.need * self.severity[:, None, None] * self.unreached * self.own

    def lines(self, order: Any) -> list[Line]:
        scores, low, high = (
            value.ravel()[order]
            for value in (self.score, (self.low + self.live) * self.by_need, self.need_high * self.by_need)
        )
        places = _Places(scores, low, high)
        certainty = self._certainty(order, places)
        return [self._line(int(at), n, places, float(certainty[n])) for n, at in enumerate(order.tolist())]

    def _certainty(self, order: Any, places: "_Places") -> Floats:
        """The probability that the score lies within the third it stands in."""
        by_need, live, expected, shape = (
            value.ravel()[order] for value in (self.by_need, self.live, self.expected, self.shape)
        )

        def is_below(limit: float) -> Floats:
            with np.errstate(divide="ignore", invalid="ignore"):
                at = np.where(by_need > 0, limit / by_need, np.inf) - live
                scaled = np.where(expected > 0, at / expected, np.where(at >= 0, np.inf, 0.0))
            return gamma.below(shape, np.maximum(scaled, 0) * shape)

        upper, lower = is_below(places.upper), is_below(places.lower)
        found: Floats = np.select(
            [places.thirds == Third.UPPER, places.thirds == Third.LOWER], [1 - upper, lower], upper - lower
        )
        return found

    def _line(self, at: int, n: int, places: "_Places", certainty: float) -> Line:
        topic, group, area = np.unravel_index(at, self.score.shape)
        here = (int(topic), int(group), int(area))
        inputs = self.inputs
        people = inputs.residents[here[1:]]
        city = float(self.city[here])
        return Line(
            topic=inputs.topics[here[0]],
            group=inputs.groups[here[1]],
            area=inputs.areas[here[2]],
            cases=round(float(inputs.cases[here])),
            residents=round(float(people)) if np.isfinite(people) else None,
            city=None if inputs.is_whole else round(city, DECIMALS),
            ratio=None if inputs.is_whole else round(float(self.ratio[here]), DECIMALS),
            excess=None if inputs.is_whole else round(float((self.ratio[here] - 1) * city), DECIMALS),
            expected=float(self.expected[here]),
            low=float(self.low[here]),
            high=float(self.high[here]),
            live=float(self.live[here]),
            need=float(self.need[here]),
            severity=float(self.severity[here[0]]),
            reached=round(float(self.reached[here]), 1),
            unreached=float(self.unreached[here]),
            own=float(self.own[here]),
            score=float(self.score[here]),
            score_low=float(places.low[n]),
            score_high=float(places.high[n]),
            third=str(places.thirds[n]),
            certainty=certainty,
            best=int(places.best[n]),
            worst=int(places.worst[n]),
            of=len(places.low),
        )


class _Places:
    """Of lines in falling order of their score: thirds, the scores that part them, and the places left open."""

    def __init__(self, scores: Floats, low: Floats, high: Floats) -> None:
        count = len(scores)
        self.low, self.high = low, high
        first, second = -(-count // 3), -(-2 * count // 3)
        place = np.arange(count)
        self.thirds = np.where(
            place < first, str(Third.UPPER), np.where(place < second, str(Third.MIDDLE), str(Third.LOWER))
        )
        self.upper, self.lower = _between(scores, first), _between(scores, second)
        # Surely better are those whose low end lies above this one's high end, surely worse the other way round.
        self.best = 1 + count - np.searchsorted(np.sort(low), high, side="right")
        self.worst = count - np.searchsorted(np.sort(high), low, side="left")


def _between(scores: Floats, place: int) -> float:
    """The score that parts those before the place from it and those after; 0 where none comes after."""
    return float(scores[place - 1] + scores[place]) / 2 if 0 < place < len(scores) else 0.0


def _drawn(inputs: Inputs) -> tuple[Floats, Shrunk]:
    """What the city's rate would bring (NaN without residents), and every district's ratio to it."""
    shape = inputs.cases.shape
    residents = np.broadcast_to(inputs.residents, shape).reshape(-1, shape[2])
    is_known = np.isfinite(residents) & (residents > 0)
    people = np.where(is_known, residents, 0.0)
    observed = np.where(is_known, inputs.cases.reshape(-1, shape[2]), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = observed.sum(axis=1, keepdims=True) * people / people.sum(axis=1, keepdims=True)
    expected = np.where(np.isfinite(expected), expected, 0.0)
    found = shrunk(observed, expected)
    at_rate = np.where(is_known, expected, np.nan).reshape(shape)
    return at_rate, Shrunk(
        ratio=found.ratio.reshape(shape),
        low=found.low.reshape(shape),
        high=found.high.reshape(shape),
        shape=found.shape.reshape(shape),
        spread=found.spread,
    )


def _reached(inputs: Inputs, weights: Weights) -> Floats:
    """People that count as reached: who came, and of residents the part that a bulletin counts for."""
    residents = np.where(np.isfinite(inputs.residents), inputs.residents, 0.0)
    by_bulletin = weights.bulletin_share * np.minimum(inputs.bulletins, 1.0)[:, None, None] * residents
    found: Floats = inputs.reached + weights.general_share * inputs.general + by_bulletin
    return found


def _unreached(inputs: Inputs, reached: Floats) -> Floats:
    """The part of the residents that is not reached; 1 where nobody knows how many there are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(inputs.residents > 0, reached / inputs.residents, 0.0)
    found: Floats = 1 - np.clip(np.where(np.isfinite(part), part, 0.0), 0.0, 1.0)
    return found


def _place(inputs: Inputs, key: Key) -> tuple[int, int, int] | None:
    if key.topic in inputs.topics and key.group in inputs.groups and key.area in inputs.areas:
        return inputs.topics.index(key.topic), inputs.groups.index(key.group), inputs.areas.index(key.area)
    return None


def silent(inputs: Inputs, weights: Weights) -> list[Silent]:
    """Districts whose calls of every kind stay below, by age group: even the high end of the ratio is below 1."""
    if inputs.is_whole or not inputs.calls.size:
        return []
    residents = np.where(np.isfinite(inputs.residents), inputs.residents, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = inputs.calls.sum(axis=1, keepdims=True) / residents.sum(axis=1, keepdims=True)
    expected = (np.where(np.isfinite(rate), rate, 0.0) * residents).sum(axis=0)
    calls = np.where(expected > 0, inputs.calls.sum(axis=0), 0.0)
    found = shrunk(calls[None, :], expected[None, :])
    return [
        Silent(
            area, round(float(calls[n])), round(float(expected[n]), DECIMALS),
            round(float(found.ratio[0, n]), DECIMALS), round(float(found.high[0, n]), DECIMALS),
        )
        for n, area in enumerate(inputs.areas)
        if expected[n] > 0 and found.high[0, n] < 1 and found.ratio[0, n] <= weights.silent_below
    ]  # fmt: skip
