"""The ways of suggesting that are compared: each gives the codes of a set, the likeliest first, with a probability."""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from benchmarks.suggest.pools import Sample
from cases.services.entry import UNCLASSIFIED
from search import analysis
from search.backends.base import Document, Filters
from search.backends.sqlite import SqliteBackend
from search.hashing import TermHasher
from search.ranked import ranked
from search.suggest import worth_showing
from search.suggest_learning import SETS, taught, terms_of
from search.suggest_model import Chance, Lesson, Model

NEAREST: Final = 15
_CENTRE: Final = 1
_BATCH: Final = 500

Answer = list[tuple[str, float]]


class Way(Protocol):
    def answer(self, name: str, text: str) -> Answer: ...


def hasher() -> TermHasher:
    """A throw-away key: the same for one run."""
    return TermHasher(partial(_digest, b"measure"))


def _digest(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)


class MostFrequent:
    """Whatever was said: the codes that most cases have."""

    def __init__(self, learned: Sequence[Sample]) -> None:
        self._answers = {name: _frequent(learned, name) for name in SETS}

    def answer(self, name: str, text: str) -> Answer:
        return self._answers[name]


class Ceiling:
    """Knows the 手口 of the text, and nothing else of it."""

    def __init__(self, learned: Sequence[Sample]) -> None:
        beside: dict[str, list[Sample]] = defaultdict(list)
        for sample in learned:
            beside[sample.codes["scam_main"][0]].append(sample)
        self._answers = {(scam, name): _frequent(of, name) for scam, of in beside.items() for name in SETS}

    def known(self, name: str, scam: str) -> Answer:
        return self._answers.get((scam, name), [])


class Sentences:
    """Knows the sentences and what each of them fixes: what it misses is drawn by dice, and nobody can tell it."""

    def known(self, name: str, sample: Sample) -> Answer:
        return [(code, 1.0) for code in sample.likeliest[name]]


def _frequent(samples: Sequence[Sample], name: str) -> Answer:
    counts = Counter(code for sample in samples for code in sample.codes[name])
    return [(code, n / len(samples)) for code, n in counts.most_common()]


class Nearest:
    """The nearest cases of an index vote with their scores."""

    def __init__(self, folder: Path, learned: Sequence[Sample]) -> None:
        self._hasher = hasher()
        self._learned = learned
        self._engine = SqliteBackend(folder / "nearest.sqlite3", "trial")
        self._engine.wipe()
        for start in range(0, len(learned), _BATCH):
            batch = enumerate(learned[start : start + _BATCH], start=start)
            self._engine.put([self._document(at, sample.text) for at, sample in batch])
        self._engine.complete()

    def _document(self, at: int, text: str) -> Document:
        packed = self._hasher.packed(analysis.expanded(analysis.words(text)))
        return Document(UUID(int=at), 1, _CENTRE, date.min, packed)

    def answer(self, name: str, text: str) -> Answer:
        found = ranked(self._engine, self._hasher, analysis.terms(text), Filters(centres=[_CENTRE]))
        votes: dict[str, float] = defaultdict(float)
        total = 0.0
        for document, score in found.documents[:NEAREST]:
            total += score
            for code in self._learned[document.uid.int].codes[name]:
                votes[code] += score
        return sorted(((code, vote / total) for code, vote in votes.items()), key=lambda one: -one[1])


class Linear:
    """What ships, learned as the product learns: the cases set aside show how sure it may be, then teach as well.

    `shipped` words of the product may be left out, to see what they are worth.
    """

    def __init__(self, learned: Sequence[Sample], aside: Sequence[Sample], *, shipped: bool = True) -> None:
        self._terms = terms_of(hasher())
        lessons = [self.lesson(sample) for sample in learned]
        held_out = [self.lesson(sample) for sample in aside]
        self.model: Model = taught(lessons, self._terms, held_out=held_out, shipped=shipped)

    def lesson(self, sample: Sample) -> Lesson:
        return Lesson(self._terms(analysis.words(sample.text)), sample.codes)

    def chances(self, name: str, text: str, leader: str = "") -> list[Chance]:
        return self.model.chances(name, self._terms(analysis.words(text)), leader=leader)

    def answer(self, name: str, text: str, leader: str = "") -> Answer:
        return [(one.code, one.probability) for one in self.chances(name, text, leader)]

    def shown(self, name: str, text: str) -> list[str]:
        """As the desk shows it; 未分類 is never suggested."""
        found = worth_showing(self.model.sets[name], name, self.chances(name, text))
        if self.model.sets[name].is_single and found[:1] and found[0].code == UNCLASSIFIED:
            return []
        return [one.code for one in found if one.code != UNCLASSIFIED]
