"""From the words of a text to codes: a linear classifier over keyed digests, in a few lines of numpy.

Several code sets share one list of terms, and one of them leads: which codes of the others stand beside its codes is
counted, and that count and the words together decide. In a set of which a case has one code, the probabilities of its
codes add up to 1 (multinomial logistic regression); in a set of several, each code stands for itself. Pure; no word
of a case is in here, and no term that fewer than `LEAST_CASES` cases hold, but for words shipped with the codes.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from search.hashing import TERM_BYTES

LEAST_CASES: Final = 5
"""A term of fewer cases has no weight: it would say of a few what they were about."""
MOST_TERMS: Final = 20_000
_BATCH: Final = 128
_LEAST_STEPS: Final = 400
_PASSES: Final = 4
_RATE: Final = 0.5
_SHRINK: Final = 1e-4
# Most words of a text are covered at each look, so that no single word may carry a code alone.
_COVERED: Final = 0.75
# Texts are made so long that a few words can decide.
_LENGTH: Final = 2.0
# A code of few cases counts more than their share, but less than one of many.
_BALANCE: Final = 0.5
_SEED: Final = 1

LEADING: Final = "scam_main"
# A code beside a leading one is counted as if so many usual cases had been seen too.
_USUAL: Final = 3.0

Floats = NDArray[np.float32]
Terms = NDArray[np.uint64]
Placed = tuple[NDArray[np.intp], Floats]


@dataclass(frozen=True)
class Lesson:
    """Words with the codes that go with them, by the name of the set. A set that is not named teaches nothing."""

    terms: Terms
    codes: Mapping[str, tuple[str, ...]]
    weight: float = 1.0
    is_shipped: bool = False
    """Words of the product itself (names and meanings of codes, guidance), which are no secret."""


@dataclass(frozen=True)
class Course:
    """Weights learned from one part of the lessons: a row for each term, a column for each code."""

    weights: Floats
    bias: Floats


@dataclass(frozen=True)
class CodeSet:
    """What was learned of one set. `weights`: a row for each term, a column for each code."""

    codes: tuple[str, ...]
    is_single: bool
    weights: Floats
    bias: Floats
    beside: Floats
    """For each code of the leading set the shares of these codes beside it; no rows where nothing was counted."""
    beside_counts: float = 1.0
    """How much these shares count against the words."""
    least: Floats | None = None
    """For each code the probability below which it is not worth showing; None: never measured."""
    courses: tuple[Course, ...] = ()
    """What `weights` were put together from; not kept in a file."""


@dataclass(frozen=True)
class Chance:
    """A code with its probability, and the terms that speak for it, the strongest first."""

    code: str
    probability: float
    because: tuple[int, ...]


@dataclass(frozen=True)
class Model:
    """Sorted terms, how much each tells, and the code sets."""

    terms: Terms
    rarity: Floats
    sets: Mapping[str, CodeSet]

    def chances(self, name: str, terms: Terms, *, leader: str = "", most: int = 4) -> list[Chance]:
        """Every code of the set, the likeliest first; empty where no term of the text was ever learned.

        `leader`: the code of the leading set, where a person has already chosen it.
        """
        placed = places, values = self.placed(terms)
        learned = self.sets[name]
        if not len(places) or not learned.codes:
            return []
        shares = values[:, None] * learned.weights[places]
        logits = self._logits(name, placed, leader)[None, :]
        found = chances_of(logits, is_single=learned.is_single)[0]
        telling = shares - shares.mean(axis=1, keepdims=True) if learned.is_single else shares
        order = np.argsort(-found, kind="stable")
        return [
            Chance(learned.codes[at], float(found[at]), self._because(places, telling[:, at], most))
            for at in order
        ]

    def _logits(self, name: str, placed: Placed, leader: str = "") -> Floats:
        learned = self.sets[name]
        places, values = placed
        said: Floats = values @ learned.weights[places] + learned.bias
        if not len(learned.beside):
            return said
        together: Floats = said + learned.beside_counts * self.beside(name, placed, leader)
        return together

    def beside(self, name: str, placed: Placed, leader: str = "") -> Floats:
        """Logarithms of the shares of the codes beside the leading code, or beside those that the words speak for."""
        leading, shares = self.sets[LEADING], self.sets[name].beside
        if leader in leading.codes:
            counted: Floats = np.log(shares[leading.codes.index(leader)])
        else:
            chances = chances_of(self._logits(LEADING, placed)[None, :], is_single=True)[0]
            counted = np.log(chances @ shares)
        return counted

    def _because(self, places: NDArray[np.intp], telling: Floats, most: int) -> tuple[int, ...]:
        best = np.argsort(-telling, kind="stable")[:most]
        return tuple(int(self.terms[places[at]]) for at in best if telling[at] > 0)

    def placed(self, terms: Terms) -> Placed:
        if not len(self.terms):
            return np.empty(0, np.intp), np.empty(0, np.float32)
        wanted = np.unique(terms)
        at = np.minimum(np.searchsorted(self.terms, wanted), len(self.terms) - 1)
        places = at[self.terms[at] == wanted]
        values = self.rarity[places]
        norm = float(np.sqrt((values * values).sum()))
        return places, values * (_LENGTH / norm) if norm else values


def numbers(packed: bytes) -> Terms:
    """Packed digests as numbers, each once, in order."""
    digits = np.frombuffer(packed, dtype=np.uint8).reshape(-1, TERM_BYTES).astype(np.uint64)
    powers = 256 ** np.arange(TERM_BYTES - 1, -1, -1, dtype=np.uint64)
    return np.unique(digits @ powers)


# --- Learning -----------------------------------------------------------------------------------------------------
Tick = Callable[[], None]


def learn(lessons: Sequence[Lesson], sets: Mapping[str, bool], *, tick: Tick = lambda: None) -> Model:
    """A model of the sets (name → whether a case has exactly one of its codes). `tick` is called at every step.

    The same lessons give the same model.
    """
    terms, rarity = _vocabulary(lessons)
    blank = Model(terms, rarity, {})
    placed = [blank.placed(lesson.terms) for lesson in lessons]
    learned = {}
    for name, is_single in sets.items():
        learned[name] = _learn_set(name, lessons, placed, len(terms), is_single, tick)
    for name, one in learned.items():
        if name != LEADING and one.is_single and LEADING in learned:
            learned[name] = replace(one, beside=_beside(lessons, learned[LEADING].codes, name, one.codes))
    return Model(terms, rarity, learned)


def _beside(lessons: Sequence[Lesson], leading: Sequence[str], name: str, codes: Sequence[str]) -> Floats:
    """How often each code stands beside each leading one, as shares; none is 0."""
    counts = np.zeros((len(leading), len(codes)), np.float32)
    rows = {code: at for at, code in enumerate(leading)}
    columns = {code: at for at, code in enumerate(codes)}
    for lesson in lessons:
        if LEADING in lesson.codes and name in lesson.codes:
            counts[rows[lesson.codes[LEADING][0]], columns[lesson.codes[name][0]]] += 1
    usual = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * len(codes))
    shares: Floats = ((counts + _USUAL * usual) / (counts.sum(axis=1, keepdims=True) + _USUAL)).astype(
        np.float32
    )
    return shares


def _vocabulary(lessons: Sequence[Lesson]) -> tuple[Terms, Floats]:
    cases = [lesson.terms for lesson in lessons if not lesson.is_shipped]
    shipped = [lesson.terms for lesson in lessons if lesson.is_shipped]
    none = np.empty(0, np.uint64)
    held, counts = np.unique(np.concatenate([none, *cases]), return_counts=True)
    public = np.unique(np.concatenate([none, *shipped]))
    kept = held[counts >= LEAST_CASES]
    if len(kept) > MOST_TERMS:
        kept = kept[np.argsort(-counts[counts >= LEAST_CASES], kind="stable")[:MOST_TERMS]]
    terms = np.union1d(kept, public)
    frequency = np.zeros(len(terms))
    known = np.isin(terms, held)
    frequency[known] = counts[np.searchsorted(held, terms[known])]
    size = max(len(cases), 1)
    rarity = np.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
    return terms, rarity.astype(np.float32)


@dataclass
class _Course:
    """One set on its way: its lessons, and steps that grow smaller the more a weight was moved (AdaGrad)."""

    rows: list[Placed]
    targets: NDArray[np.bool_]
    counts: Floats
    is_single: bool
    weights: Floats
    bias: Floats

    def __post_init__(self) -> None:
        self._moved = np.full_like(self.weights, 1e-3)
        self._moved_bias = np.full_like(self.bias, 1e-3)

    def step(self, batch: NDArray[np.intp], dice: np.random.Generator) -> None:
        block, columns = _block([self.rows[at] for at in batch])
        block *= (dice.random(block.shape, np.float32) > _COVERED) / (1 - _COVERED)
        wrong = chances_of(block @ self.weights[columns] + self.bias, is_single=self.is_single)
        wrong -= self.targets[batch]
        counts = self.counts[batch]
        wrong *= counts[:, None] / counts.sum()
        slope = block.T @ wrong + _SHRINK * self.weights[columns]
        self._moved[columns] += slope * slope
        self.weights[columns] -= _RATE * slope / np.sqrt(self._moved[columns])
        slope_of_bias = wrong.sum(axis=0)
        self._moved_bias += slope_of_bias * slope_of_bias
        self.bias -= _RATE * slope_of_bias / np.sqrt(self._moved_bias)


def _learn_set(
    name: str, lessons: Sequence[Lesson], placed: Sequence[Placed], size: int, is_single: bool, tick: Tick
) -> CodeSet:
    """The mean of three courses: over all lessons, over the cases alone, over the shipped words alone.

    Each makes mistakes of its own, and a sum of linear classifiers is one again: it costs learning alone.
    """
    mine = [at for at, lesson in enumerate(lessons) if name in lesson.codes and len(placed[at][0])]
    codes = tuple(sorted({code for at in mine for code in lessons[at].codes[name]}))
    cases = [at for at in mine if not lessons[at].is_shipped]
    shipped = [at for at in mine if lessons[at].is_shipped]
    parts = [mine, cases, shipped] if cases and shipped else [mine] if codes else []
    courses = []
    for part in parts:
        alone = _run(name, lessons, placed, part, size, is_single, tick)
        columns, middle = np.searchsorted(codes, alone.codes), is_single and len(parts) > 1
        weights, bias = np.zeros((size, len(codes)), np.float32), np.zeros(len(codes), np.float32)
        weights[:, columns], bias[columns] = _centred(alone.weights, middle), _centred(alone.bias, middle)
        courses.append(Course(weights, bias))
    blank = np.zeros((size, len(codes)), np.float32), np.zeros(len(codes), np.float32)
    empty = CodeSet(codes, is_single, *blank, _none())
    return put_together(replace(empty, courses=tuple(courses)), [1 / max(len(parts), 1)] * len(parts))


def put_together(learned: CodeSet, shares: Sequence[float]) -> CodeSet:
    """The set with its courses counting by these shares."""
    weights, bias = np.zeros_like(learned.weights), np.zeros_like(learned.bias)
    for share, course in zip(shares, learned.courses, strict=True):
        weights += np.float32(share) * course.weights
        bias += np.float32(share) * course.bias
    return replace(learned, weights=weights, bias=bias)


def _centred(given: Floats, is_wanted: bool) -> Floats:
    """Shifted so that a code that this course never met stands in the middle of those that it did."""
    return given - given.mean(axis=-1, keepdims=True) if is_wanted else given


def _run(
    name: str,
    lessons: Sequence[Lesson],
    placed: Sequence[Placed],
    mine: Sequence[int],
    size: int,
    is_single: bool,
    tick: Tick,
) -> CodeSet:
    """One course over these lessons alone."""
    codes = tuple(sorted({code for at in mine for code in lessons[at].codes[name]}))
    weights, bias = np.zeros((size, len(codes)), np.float32), np.zeros(len(codes), np.float32)
    targets = np.array([np.isin(codes, lessons[at].codes[name]) for at in mine])
    counts = np.array([lessons[at].weight for at in mine], np.float32)
    if is_single:
        held = counts @ targets
        counts *= (targets @ (held.mean() / held) ** _BALANCE).astype(np.float32)
    course = _Course([placed[at] for at in mine], targets, counts, is_single, weights, bias)
    dice = np.random.default_rng(_SEED)
    for _step in range(max(_LEAST_STEPS, _PASSES * len(mine) // _BATCH)):
        tick()
        course.step(dice.integers(0, len(mine), _BATCH), dice)
    return CodeSet(codes, is_single, weights, bias, _none())


def _none() -> Floats:
    return np.zeros((0, 0), np.float32)


def _block(rows: Sequence[Placed]) -> tuple[Floats, NDArray[np.intp]]:
    """The rows as a dense block over the terms that any of them holds."""
    columns, inside = np.unique(np.concatenate([places for places, _values in rows]), return_inverse=True)
    block = np.zeros((len(rows), len(columns)), np.float32)
    lengths = [len(places) for places, _values in rows]
    block[np.repeat(np.arange(len(rows)), lengths), inside] = np.concatenate(
        [values for _places, values in rows]
    )
    return block, columns


def chances_of(logits: Floats, *, is_single: bool) -> Floats:
    if not is_single:
        apart: Floats = np.exp(-np.clip(logits, -30, 30), dtype=np.float32)
        return np.float32(1) / (np.float32(1) + apart)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


# --- As bytes -----------------------------------------------------------------------------------------------------
def to_bytes(model: Model, version: str) -> bytes:
    """The model as a file: arrays alone, nothing that could run."""
    arrays: dict[str, Any] = {"version": np.array(version), "terms": model.terms, "rarity": model.rarity}
    for name, learned in model.sets.items():
        arrays |= {
            f"{name}.codes": np.array(learned.codes, dtype=str),
            f"{name}.weights": learned.weights.astype(np.float16),
            f"{name}.bias": learned.bias,
            f"{name}.beside": learned.beside,
            f"{name}.about": np.array([float(learned.is_single), learned.beside_counts]),
            f"{name}.least": np.zeros(0, np.float32) if learned.least is None else learned.least,
        }
    into = io.BytesIO()
    np.savez(into, **arrays)
    return into.getvalue()


def from_bytes(data: bytes, version: str) -> Model | None:
    """The model of such a file; None where it is of another version or no such file."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            if str(held["version"]) != version:
                return None
            names = [key.removesuffix(".codes") for key in held.files if key.endswith(".codes")]
            return Model(held["terms"], held["rarity"], {name: _set_of(held, name) for name in names})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _set_of(held: Mapping[str, Any], name: str) -> CodeSet:
    is_single, beside_counts = held[f"{name}.about"]
    least = held[f"{name}.least"]
    return CodeSet(
        tuple(map(str, held[f"{name}.codes"])),
        bool(is_single),
        held[f"{name}.weights"].astype(np.float32),
        held[f"{name}.bias"],
        held[f"{name}.beside"],
        float(beside_counts),
        least if len(least) else None,
    )
