"""How sure a model may be, and what of it counts how much: measured on cases that it never saw.

Three things are fitted: how much each course of a set counts (all lessons, the cases alone, the shipped words alone),
how much the leading code counts against the words, and below which probability a code is not worth showing. Where few
cases were set aside nothing is fitted but the scale. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.suggest_model import LEADING, CodeSet, Floats, Lesson, Model, Placed, chances_of, put_together

RIGHT: Final = 0.85
"""What is shown shall be right so often."""
FEWEST: Final = 100
"""Below so many cases set aside no share and no bound is fitted."""
MOST: Final = 3000
"""So many of the cases set aside, the newest, are enough."""
_SCALES: Final = (0.2, 0.25, 0.33, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.5, 5.0)
_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_ROUNDS: Final = 3
# So much a share that differs from its neighbours must gain (in nats of a case): few wordings fit anything.
_STRAY: Final = 0.01
_FEWEST_SHOWN: Final = 20
# No bound lies lower, however well the cases set aside were told.
_LOWEST: Final = 0.3
_NEVER: Final = 0.99

Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Surety:
    """How much the courses and the leading code count, and the least probability of each code by its name."""

    shares: tuple[float, ...]
    beside: float = 1.0
    least: Mapping[str, float] | None = None


def calibrated(model: Model, held_out: Sequence[Lesson]) -> dict[str, Surety]:
    """For each set what lets its probabilities tell best of lessons that the model never saw.

    The leading set comes first: the others read its probabilities.
    """
    found: dict[str, Surety] = {}
    for name in sorted(model.sets, key=lambda one: one != LEADING):
        seen = _seen(model, name, held_out[-MOST:])
        if seen.truth.size:
            found[name] = _fitted(model.sets[name], seen, is_leading=name == LEADING)
            model = as_sure(model, {name: found[name]})
    return found


def as_sure(model: Model, surety: Mapping[str, Surety]) -> Model:
    """The model with its courses counting as they were fitted; a set that was not measured stays as it is."""
    return replace(
        model,
        sets={
            name: _settled(one, surety[name]) if name in surety else one for name, one in model.sets.items()
        },
    )


def _settled(learned: CodeSet, surety: Surety) -> CodeSet:
    shares = surety.shares
    if len(shares) != len(learned.courses) > 0:
        shares = (sum(shares) / len(learned.courses),) * len(learned.courses)
    least = surety.least
    bounds = (
        None if least is None else np.array([least.get(code, _NEVER) for code in learned.codes], np.float32)
    )
    return replace(put_together(learned, shares), beside_counts=surety.beside, least=bounds)


@dataclass(frozen=True)
class _Seen:
    """What each course says of the lessons set aside, what the leading code says, and what is true."""

    said: list[Floats]
    beside: Floats | None
    truth: Truth
    is_single: bool

    def logits(self, shares: Sequence[float], beside: float) -> Floats:
        total: Floats = np.zeros(self.truth.shape, np.float32)
        for share, said in zip(shares, self.said, strict=True):
            total += np.float32(share) * said
        return total if self.beside is None else total + np.float32(beside) * self.beside


def _seen(model: Model, name: str, held_out: Sequence[Lesson]) -> _Seen:
    learned = model.sets[name]
    column = {code: at for at, code in enumerate(learned.codes)}
    placed: list[Placed] = []
    truth = []
    for lesson in held_out:
        one = model.placed(lesson.terms)
        said = [column[code] for code in lesson.codes.get(name, ()) if code in column]
        if name in lesson.codes and len(one[0]) and (said or not learned.is_single):
            placed.append(one)
            truth.append(np.isin(np.arange(len(learned.codes)), said))
    courses = [
        np.array([values @ course.weights[places] + course.bias for places, values in placed], np.float32)
        for course in learned.courses
    ]
    beside = (
        np.array([model.beside(name, one) for one in placed], np.float32) if len(learned.beside) else None
    )
    return _Seen(courses, beside, np.array(truth), learned.is_single)


def _fitted(learned: CodeSet, seen: _Seen, *, is_leading: bool) -> Surety:
    equal = 1 / len(seen.said)
    scale = min(_SCALES, key=lambda one: _surprise(seen, [one * equal] * len(seen.said), 1.0))
    shares, beside = [scale * equal] * len(seen.said), 1.0
    if len(seen.truth) < FEWEST:
        return Surety(tuple(shares), beside)
    if learned.is_single and not is_leading and seen.beside is not None:
        shares, beside = _searched(seen, shares)
    chances = chances_of(seen.logits(shares, beside), is_single=learned.is_single)
    bounds = _bound_of_first if learned.is_single else _bounds_of_each
    return Surety(tuple(shares), beside, dict(zip(learned.codes, bounds(chances, seen.truth), strict=True)))


def _searched(seen: _Seen, start: Sequence[float]) -> tuple[list[float], float]:
    """Shares of the courses and of the leading code, each tried in turn while that tells better."""

    def cost(given: Sequence[float]) -> float:
        *shares, beside = given
        stray = float(np.std(shares)) + abs(beside - float(np.mean(shares)))
        return _surprise(seen, shares, beside) / len(seen.truth) + _STRAY * stray

    best = [*start, 1.0]
    least = cost(best)
    for _round in range(_ROUNDS):
        before = least
        for at in range(len(best)):
            for share in _SHARES:
                tried = [*best[:at], share, *best[at + 1 :]]
                if (found := cost(tried)) < least:
                    best, least = tried, found
        if least == before:
            break
    return best[:-1], best[-1]


def _surprise(seen: _Seen, shares: Sequence[float], beside: float) -> float:
    chances = np.clip(chances_of(seen.logits(shares, beside), is_single=seen.is_single), 1e-4, 1 - 1e-4)
    told = -np.log(chances[seen.truth]).sum()
    return float(told if seen.is_single else told - np.log(1 - chances[~seen.truth]).sum())


# --- Below which nothing is shown ---------------------------------------------------------------------------------
def _bound_of_first(chances: Floats, truth: Truth) -> list[float]:
    """One bound for all codes of a set of one code: what comes first above it was right often enough."""
    first = chances.argmax(axis=1)
    rows = np.arange(len(first))
    return [_bound(chances[rows, first], truth[rows, first], 1.0)] * chances.shape[1]


def _bounds_of_each(chances: Floats, truth: Truth) -> list[float]:
    """A bound for each code of a set of several; one of few cases has the bound of all."""
    whole = _bound(chances.ravel(), truth.ravel(), _NEVER)
    return [_bound(chances[:, at], truth[:, at], max(whole, 0.5)) for at in range(chances.shape[1])]


def _bound(chances: Floats, right: NDArray[np.bool_], otherwise: float) -> float:
    """The lowest probability from which on the share that is right is `RIGHT`; `otherwise` where none is."""
    order = np.argsort(-chances, kind="stable")
    shown = np.arange(1, len(order) + 1)
    is_enough = (np.cumsum(right[order]) / shown >= RIGHT) & (shown >= _FEWEST_SHOWN)
    if not is_enough.any():
        return otherwise
    return max(float(chances[order][np.flatnonzero(is_enough)[-1]]), _LOWEST)
