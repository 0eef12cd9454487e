"""What a planner, a list of most calls and a habit make of the same made-up year, held against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from benchmarks.planner import effects
from benchmarks.planner.towns import Town, town, year
from cases.figures.need import choosing, scoring
from cases.figures.need.choosing import Chosen
from cases.figures.need.inputs import Floats, Inputs
from cases.figures.need.scoring import Key, Line, Third
from cases.figures.need.weights import Weights

SPREADS: Final = (0.0, 0.2, 0.4, 0.6)
"""Standard deviation of the true ratios of districts to the city."""
RATES: Final = (1.0, 3.0, 10.0)
"""Cases a year per 1,000 residents."""
LECTURES: Final = 10
SURE: Final = 0.9
_ROUNDED: Final = 0.005


@dataclass
class Tally:
    """Counts over the towns of one setting."""

    inside: int = 0
    lines: int = 0
    inside_top: int = 0
    top: int = 0
    claims: int = 0
    false_claims: int = 0
    sure: int = 0
    sure_right: int = 0
    ranked: int = 0
    regret: dict[str, list[float]] = field(default_factory=dict)
    false: dict[str, list[float]] = field(default_factory=dict)
    said: dict[str, list[float]] = field(default_factory=dict)


def run(*, towns_each: int, seed: int) -> dict[str, Any]:
    """Every setting with towns of its own; the same seed gives the same numbers."""
    settings = []
    for n, (sd, rate) in enumerate((sd, rate) for sd in SPREADS for rate in RATES):
        tally = Tally()
        for number in range(towns_each):
            _one(np.random.default_rng([seed, n, number]), sd, rate, tally)
        settings.append(_told(tally, sd, rate))
    return {
        "seed": seed,
        "towns_each": towns_each,
        "lectures": LECTURES,
        "settings": settings,
        "effect": effects.run(times=20 * towns_each, seed=seed),
    }


def _one(rng: np.random.Generator, sd: float, rate: float, tally: Tally) -> None:
    of = town(rng, per_1000=rate, sd=sd)
    given = year(rng, of)
    lines = scoring.score(given, Weights())
    values = _true_values(of, given)
    _coverage(lines, of, given, tally)
    _claims(lines, of, given, tally)
    _thirds(lines, values, given, tally)
    best = np.sort(values.ravel())[::-1][:LECTURES].sum()
    chosen = {
        "planner": [
            _at(given, line) for line in choosing.programme(lines, given, Weights(), Chosen(), LECTURES)
        ],
        "planner without its rules": [_at(given, line) for line in lines[:LECTURES]],
        "most calls": _top(given.cases),
        "most calls times severity": _top(given.cases * _severity(given)),
        "highest rate": _top(_raw_ratio(given)),
        "last year again": _habit(of, given),
    }
    for name, places in chosen.items():
        got = sum(values[place] for place in places)
        tally.regret.setdefault(name, []).append(1 - got / best)
        tally.false.setdefault(name, []).append(float(np.mean([of.ratio[place] <= 1 for place in places])))
    for name, told in (("highest rate", _raw_ratio(given)), ("planner", _told_ratio(lines, given))):
        places = _top(told)
        tally.said.setdefault(f"{name}: said", []).append(float(np.mean([told[place] for place in places])))
        tally.said.setdefault(f"{name}: true", []).append(
            float(np.mean([of.ratio[place] for place in places]))
        )


Place = tuple[int, int, int]


def _true_values(of: Town, given: Inputs) -> Floats:
    """True cases a year times severity, of every cell."""
    values: Floats = of.truth * _severity(given)
    return values


def _severity(given: Inputs) -> Floats:
    """As every cell's factor."""
    by = Weights()
    found = [
        by.severity(topic, loss.paid_class, loss.unrecovered)
        for topic, loss in zip(given.topics, given.losses, strict=True)
    ]
    return np.array(found)[:, None, None]


def _at(given: Inputs, line: Line) -> Place:
    return given.topics.index(line.topic), given.groups.index(line.group), given.areas.index(line.area)


def _top(of: Floats) -> list[Place]:
    order = np.argsort(-of.ravel(), kind="stable")[:LECTURES]
    return [_place(int(at), of) for at in order]


def _place(at: int, of: Floats) -> Place:
    topic, group, area = np.unravel_index(at, of.shape)
    return int(topic), int(group), int(area)


def _raw_ratio(given: Inputs) -> Floats:
    """Counted over what the city's rate would bring: the league table of rates. Where two cases came at least."""
    rate = given.cases.sum(axis=2, keepdims=True) / given.residents.sum(axis=1)[None, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(given.cases >= 2, given.cases / (rate * given.residents), 0.0)
    return found


def _told_ratio(lines: Sequence[Line], given: Inputs) -> Floats:
    told = np.zeros(given.cases.shape)
    for line in lines:
        told[_at(given, line)] = line.ratio or 0.0
    return told


def _habit(of: Town, given: Inputs) -> list[Place]:
    """The districts that ask most get the city's commonest topics in turn, as every year."""
    topics = np.argsort(-given.cases.sum(axis=2).ravel())[:3]
    shape = given.cases.shape[:2]
    found = []
    for n, area in enumerate(np.argsort(-of.asks)[:LECTURES].tolist()):
        topic, group = np.unravel_index(int(topics[n % len(topics)]), shape)
        found.append((int(topic), int(group), area))
    return found


def _coverage(lines: Sequence[Line], of: Town, given: Inputs, tally: Tally) -> None:
    inside = [line.low - _ROUNDED <= of.truth[_at(given, line)] <= line.high + _ROUNDED for line in lines]
    tally.lines += len(inside)
    tally.inside += sum(inside)
    tally.top += len(inside[:LECTURES])
    tally.inside_top += sum(inside[:LECTURES])
    tally.ranked += sum(line.is_ranked for line in lines)


def _claims(lines: Sequence[Line], of: Town, given: Inputs, tally: Tally) -> None:
    """Where the planner says that a district is above the city's rate: even the low end is."""
    claimed = [_at(given, line) for line in lines if line.city is not None and line.low > line.city]
    tally.claims += len(claimed)
    tally.false_claims += sum(bool(of.ratio[place] <= 1) for place in claimed)


def _thirds(lines: Sequence[Line], values: Floats, given: Inputs, tally: Tally) -> None:
    """Of lines whose third is called certain, how many truly lie there."""
    true = {line.key: values[_at(given, line)] for line in lines}
    order = sorted(true, key=lambda key: -true[key])
    third = -(-len(order) // 3)
    names = (Third.UPPER, Third.MIDDLE, Third.LOWER)
    lies_in: dict[Key, str] = {key: str(names[min(n // third, 2)]) for n, key in enumerate(order)}
    sure = [line for line in lines if line.certainty >= SURE]
    tally.sure += len(sure)
    tally.sure_right += sum(lies_in[line.key] == line.third for line in sure)


def _told(tally: Tally, sd: float, rate: float) -> dict[str, Any]:
    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 3) if whole else None

    def mean(of: dict[str, list[float]]) -> dict[str, float]:
        return {name: round(float(np.mean(values)), 3) for name, values in of.items()}

    return {
        "sd": sd,
        "per_1000": rate,
        "coverage": share(tally.inside, tally.lines),
        "coverage_of_the_first": share(tally.inside_top, tally.top),
        "claims": tally.claims,
        "false_claims": share(tally.false_claims, tally.claims),
        "false_claims_of_lines": share(tally.false_claims, tally.lines),
        "certain_thirds": tally.sure,
        "certain_thirds_right": share(tally.sure_right, tally.sure),
        "lines": tally.lines,
        "ranked": tally.ranked,
        "regret": mean(tally.regret),
        "not_above_the_city": mean(tally.false),
        "said": mean(tally.said),
    }
