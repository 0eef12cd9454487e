"""How good the order is on the judged questions, what each part gains, and whether two stages lose anything."""

import hashlib
import heapq
import hmac
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any, Final
from unittest import mock
from uuid import UUID

from benchmarks.similar import engines, indexed
from benchmarks.similar.exact import PLAIN, Scan, ndcg, paired
from benchmarks.similar.indexed import CENTRE, TODAY, Told
from benchmarks.similar.judged import Half, Question, questions
from search import analysis, boosts, ranked, ranking
from search.backends.base import Backend, Filters
from search.boosts import CodesOfQuery
from search.errors import SearchUnavailable
from search.hashing import TermHasher

SCOPE: Final = Filters(centres=[CENTRE])
TOP: Final = 10
NO_CODES: Final = CodesOfQuery()
_PATIENCE: Final = 60
_BEFORE_FOLDING: Final = 100


def hasher() -> TermHasher:
    return TermHasher(partial(_digest, b"a key that protects nothing"))


def _digest(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)


@dataclass(frozen=True)
class Judged:
    """The cases, and what each question's best possible list holds."""

    cases: Sequence[Told]
    asked: Sequence[Question]
    ideal: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, cases: Sequence[Told], half: Half) -> "Judged":
        by_scam: dict[str, list[Told]] = {}
        for case in cases:
            by_scam.setdefault(case.scam, []).append(case)
        asked = questions(half)
        ideal = {
            one.qid: heapq.nlargest(
                TOP, (one.grade(case.scam, case.blocks) for case in by_scam.get(one.scam, []))
            )
            for one in asked
        }
        return cls(cases, asked, ideal)

    def ndcg(self, question: Question, places: Sequence[int]) -> float:
        grades = [question.grade(self.cases[place].scam, self.cases[place].blocks) for place in places]
        return ndcg(grades, self.ideal[question.qid])


Answer = Callable[[Question], Sequence[int]]
"""Places of the cases, best first."""


class Shelf:
    """The cases in an engine and in memory, by the analysis as it is now."""

    def __init__(self, cases: Sequence[Told], engine: Backend) -> None:
        self.hasher = hasher()
        self.engine = engine
        self._places = {case.uid: place for place, case in enumerate(cases)}
        self._packed = [self.hasher.packed(analysis.expanded(analysis.words(case.text))) for case in cases]
        pairs = zip(cases, self._packed, strict=True)
        engines.fill(engine, (case.document(terms) for case, terms in pairs))
        self.scan = Scan(self._packed)

    def query(self, question: Question) -> dict[bytes, int]:
        return {self.hasher.term(word): count for word, count in analysis.terms(question.text).items()}

    def plain(self, question: Question) -> list[int]:
        """By words alone, copies as one hit too: both lists tell ten different stories."""
        best = self.scan.best(self.query(question), PLAIN, _BEFORE_FOLDING)
        groups = ranking.folded([self._packed[place] for place in best], TOP)
        return [best[first] for first, *_copies in groups]

    def shipped(self, question: Question, codes: CodesOfQuery = NO_CODES) -> list[int]:
        """As the desk shows them: near-duplicates as one hit."""
        return [self._places[hit.uid] for hit in self.hits(question, codes)]

    def hits(self, question: Question, codes: CodesOfQuery = NO_CODES) -> list[ranked.Hit]:
        found = ranked.nearest(
            self.engine, self.hasher, analysis.terms(question.text), SCOPE, wanted=TOP, codes=codes, today=TODAY
        )  # fmt: skip
        return found.hits


# --- Leaving parts out --------------------------------------------------------------------------------------------
@contextmanager
def _set(**values: Any) -> Iterator[None]:
    """Constants of `search.ranking` and `search.ranked` as given."""
    with ExitStack() as patches:
        for name, value in values.items():
            owner = ranking if hasattr(ranking, name) else ranked
            patches.enter_context(mock.patch.object(owner, name, value))
        yield


def _boosts(text: str) -> AbstractContextManager[Any]:
    weights = boosts.read(text)
    return mock.patch.object(boosts, "in_use", return_value=weights)


_EVERY: Final = 10**9
WITHOUT: Final[Mapping[str, Callable[[], AbstractContextManager[Any]]]] = {
    "the 手口 of the likest cases": lambda: _boosts("likely_scam=0"),
    "recency": lambda: _boosts("recent=0"),
    "damping of repeated words": lambda: _set(_REPEATS=1.0),
    "a smaller weight of meanings": lambda: _set(_MEANING=1.0),
    "idf once in short texts (always squared)": lambda: _set(_SHORT=-2, _LONG=-1),
    "idf squared in long texts (always once)": lambda: _set(_SHORT=_EVERY, _LONG=2 * _EVERY),
    "two stages (every case scored)": lambda: _set(_WALKED=_EVERY, _MOST_TERMS=_EVERY, CANDIDATES=_EVERY),
}
"""What is left out of the shipped order while it is asked; meanings and phrases need another index."""

ANALYSES: Final[Mapping[str, Callable[[], AbstractContextManager[Any]]]] = {
    "meanings": lambda: mock.patch.object(analysis, "_meanings", dict),
    "phrases": lambda: mock.patch.object(analysis, "_phrases_in", return_value=[]),
}


@contextmanager
def _neither() -> Iterator[None]:
    with ANALYSES["meanings"](), ANALYSES["phrases"]():
        yield


# --- The run ------------------------------------------------------------------------------------------------------
def measured(cases: Sequence[Told], half: Half, say: Callable[[str], None]) -> dict[str, Any]:
    judged = Judged.of(cases, half)
    lists: dict[str, list[list[int]]] = {}
    with tempfile.TemporaryDirectory(prefix="madoguchi-similar-") as folder:
        say("shipped")
        shelf = Shelf(cases, engines.embedded(Path(folder) / "shipped"))
        lists["shipped"] = [shelf.shipped(one) for one in judged.asked]
        lists["plain BM25"] = [shelf.plain(one) for one in judged.asked]
        for part, left_out in WITHOUT.items():
            say(f"without {part}")
            with left_out():
                lists[f"without {part}"] = [shelf.shipped(one) for one in judged.asked]
        for name, codes in _codes().items():
            lists[name] = [shelf.shipped(one, codes(one)) for one in judged.asked]
        copies = _copies(shelf, judged)
        for part, analysed in {**ANALYSES, "meanings and phrases": _neither}.items():
            say(f"without {part}")
            with analysed():
                other = Shelf(cases, engines.embedded(Path(folder) / f"other-{len(lists)}"))
                lists[f"without {part}"] = [other.shipped(one) for one in judged.asked]
                lists[f"plain BM25 without {part}"] = [other.plain(one) for one in judged.asked]
    asked, shared = indexed.shared_shingles([one.text for one in judged.asked], [case.text for case in cases])
    return {
        "half": half,
        "cases": len(cases),
        "questions": len(judged.asked),
        "scam_types": len({one.scam for one in judged.asked}),
        "runs_of_five_terms": {"in_questions": asked, "also_in_cases": shared},
        "ndcg": _compared(judged, lists),
        "overlap_with_every_case_scored": _overlap(
            lists["shipped"], lists["without two stages (every case scored)"]
        ),
        "copies": copies,
    }


def _codes() -> Mapping[str, Callable[[Question], CodesOfQuery]]:
    return {
        "with the right 手口 given": lambda one: CodesOfQuery(scam_types=[one.scam]),
        "with a wrong 手口 given": lambda one: CodesOfQuery(scam_types=["UNCLASSIFIED"]),
    }


def _compared(judged: Judged, lists: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, Any]:
    """nDCG@10 of each list, and its difference from the shipped one (from plain BM25, for the shipped one)."""
    groups = [one.scam for one in judged.asked]
    values = {
        name: [judged.ndcg(one, places) for one, places in zip(judged.asked, found, strict=True)]
        for name, found in lists.items()
    }
    compared: dict[str, Any] = {}
    for name, own in values.items():
        other = "plain BM25" if name == "shipped" else "shipped"
        compared[name] = {
            "ndcg": round(mean(own), 4),
            "against": other,
            **asdict(paired(own, values[other], groups)),
        }
    return compared


def _copies(shelf: Shelf, judged: Judged) -> dict[str, float]:
    """Of ten hits without folding, how many say what a hit above them says; with folding, what stands behind ten."""
    behind = [shelf.hits(one) for one in judged.asked]
    with mock.patch.object(ranking, "_SAME_SHARE", 1.1):
        apart = [shelf.hits(one) for one in judged.asked]
    repeated = [TOP - len(ranking.folded([hit.document.terms for hit in hits], TOP)) for hits in apart]
    return {
        "repeated_among_ten_unfolded": round(mean(repeated), 2),
        "behind_ten_folded": round(mean(sum(len(hit.behind) for hit in hits) for hits in behind), 2),
    }


def _overlap(lists: Sequence[Sequence[int]], others: Sequence[Sequence[int]]) -> float:
    return round(mean(len(set(one) & set(other)) / TOP for one, other in zip(lists, others, strict=True)), 3)


# --- Two engines --------------------------------------------------------------------------------------------------
def parity(cases: Sequence[Told], other: Backend) -> dict[str, Any]:
    """In how many of all questions both engines give the same ten hits in the same order, copies folded."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-similar-") as folder:
        one, two = Shelf(cases, engines.embedded(Path(folder))), Shelf(cases, other)
        asked = questions()
        same = [_patiently(one, ask) == _patiently(two, ask) for ask in asked]
    return {"questions": len(asked), "identical_top_ten": round(mean(same), 4)}


def _patiently(shelf: Shelf, question: Question) -> list[UUID]:
    """A server on a busy machine may be given up for a moment, as the desk gives it up: asked again."""
    for _time in range(_PATIENCE):
        with suppress(SearchUnavailable):
            return [hit.uid for hit in shelf.hits(question)]
        time.sleep(1)
    raise SearchUnavailable
