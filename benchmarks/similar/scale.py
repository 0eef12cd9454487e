"""Speed and size at 50,000 to 1,000,000 made-up cases: documents straight into the engine, no database.

Each size is filled and asked in processes of their own (`python -m benchmarks.similar.scale` is one of them), so that
memory is that of one size alone. JSON in, JSON out.
"""

import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from unittest import mock

from benchmarks import django_alone

if __name__ == "__main__":  # where others import it, Django is set up already
    django_alone.set_up()

from benchmarks.similar.engines import Tantivy, elastic_server, embedded, fill
from benchmarks.similar.exact import ndcg
from benchmarks.similar.indexed import TODAY, many_cases
from benchmarks.similar.judged import Question, questions
from benchmarks.similar.quality import SCOPE, hasher
from benchmarks.timing import Took, timed, wall_and_cpu
from search import analysis, ranked, ranking
from search.backends.base import Backend, Document, Filters
from search.hashing import TermHasher

TOP: Final = 10
_RAW_QUESTIONS: Final = 60


# --- Filling ------------------------------------------------------------------------------------------------------
def filled(folder: Path, size: int) -> dict[str, Any]:
    """The engine's file and, beside it, what each case tells."""
    found = _filled(embedded(folder), folder, size)
    held = sum(path.stat().st_size for path in folder.glob("search.sqlite3*") if not path.is_symlink())
    return found | {"bytes_per_case": round(held / size)}


def _filled(engine: Backend, folder: Path, size: int) -> dict[str, Any]:
    """Only the time of the engine counts, not that of making cases up."""
    terms, spent = hasher(), _Clock()
    with sqlite3.connect(folder / "told.sqlite3") as told:
        told.execute(
            "CREATE TABLE told (uid BLOB PRIMARY KEY, scam TEXT, blocks TEXT, terms BLOB) WITHOUT ROWID"
        )

        def kept() -> Iterator[Document]:
            for document, blocks in many_cases(size, terms):
                with spent.stopped():
                    row = (document.uid.bytes, document.scams[0], json.dumps(sorted(blocks)), document.terms)
                    told.execute("INSERT INTO told VALUES (?, ?, ?, ?)", row)
                yield document

        with spent.running():
            fill(engine, kept())
    return {
        "cases": size,
        "cases_per_second": round(size / spent.wall),
        "cases_per_cpu_second": round(size / spent.cpu),
    }


class _Clock:
    """Wall and CPU seconds of what ran while it was running, but for what it was stopped for."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    @contextmanager
    def running(self, sign: int = 1) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall += sign * (time.perf_counter() - wall)
        self.cpu += sign * (time.process_time() - cpu)

    def stopped(self) -> Any:
        return self.running(-1)


# --- Asking -------------------------------------------------------------------------------------------------------
def _never_more_than(most: int) -> dict[str, Any]:
    return {"most_postings": lambda _size: most}


def _growing(power: float) -> dict[str, Any]:
    return {"most_postings": lambda size: round(60_000 * max(1.0, size / 50_000) ** power)}


RULES: Final[dict[str, dict[str, Any]]] = {
    "shipped": {},
    "lists up to 20,000": _never_more_than(20_000),
    "lists up to 60,000": _never_more_than(60_000),
    "lists up to 60,000, growing by a power of 0.5": _growing(0.5),
    "lists up to 60,000, growing by a power of 0.8": _growing(0.8),
    "lists of any length": _never_more_than(10**9),
    "terms in at most 1 %, else the 8 rarest": {"share": 0.01},
    "terms in at most 2 %, else the 8 rarest": {"share": 0.02},
}


def asked(folder: Path, rules: Sequence[str], every: int) -> dict[str, Any]:
    """Each rule over the judged questions, in turns so that a busy minute meets all of them alike.

    `narrowed`: the shipped one among the cases of the question's 手口 alone.
    """
    terms, some = hasher(), questions()[::every]
    return _asked(embedded(folder), folder, some, rules) | {
        "raw": _raw(folder, terms, some[:_RAW_QUESTIONS]),
        "tantivy": _tantivy(folder, terms, some[:_RAW_QUESTIONS]),
    }


def _asked(engine: Backend, folder: Path, some: Sequence[Question], rules: Sequence[str]) -> dict[str, Any]:
    terms = hasher()
    analysed = [analysis.terms(question.text) for question in some]
    for one in analysed[:20]:  # the engine's pages are in memory from here
        _nearest(engine, terms, one)
    times: dict[str, list[Took]] = {rule: [] for rule in rules}
    hits: dict[str, list[list[bytes]]] = {rule: [] for rule in rules}
    for one in analysed:
        for rule in rules:
            with _under(RULES[rule]):
                took, found = timed(_nearest, engine, terms, one)
            times[rule].append(took)
            hits[rule].append([hit.uid.bytes for hit in found])
    graded = _Graded(folder)
    whole = hits.get("lists of any length", [])
    narrowed = [
        timed(_nearest, engine, terms, one, replace(SCOPE, main_scams=[question.scam]))[0]
        for one, question in zip(analysed, some, strict=True)
    ]
    return {
        "questions": len(some),
        "narrowed": wall_and_cpu(narrowed),
        "rules": {
            rule: wall_and_cpu(times[rule])
            | {"ndcg": round(graded.mean(some, hits[rule]), 4), "overlap": _overlap(hits[rule], whole)}
            for rule in rules
        },
    }


def elastic(folder: Path, size: int, rules: Sequence[str], every: int) -> dict[str, Any]:
    """The same on one node of Elasticsearch: CPU is that of asking, and beside it that of the server.

    `fill_server_cpu_seconds` is the server's CPU while it was filled, `server_cpu_ms` its mean for one question under
    any of the rules.
    """
    terms, some = hasher(), questions()[::every]
    with elastic_server() as server:
        before = server.cpu_seconds()
        found = _filled(server.engine, folder, size)
        found |= {
            "bytes_per_case": round(server.bytes_held() / size),
            "fill_server_cpu_seconds": round(server.cpu_seconds() - before, 1),
        }
        before = server.cpu_seconds()
        found |= _asked(server.engine, folder, some, rules)
        spent = server.cpu_seconds() - before
        words = [[terms.term(word) for word in analysis.terms(one.text)] for one in some[:_RAW_QUESTIONS]]
        for one in words:  # a server compiles what it is asked often
            server.raw(one)
        return found | {
            "server_cpu_ms": round(1000 * spent / (len(some) * len(rules)), 1),
            "raw": wall_and_cpu([timed(server.raw, one)[0] for one in words]),
            "server_peak_rss_mb": server.peak_rss_mb(),
        }


def memory(folder: Path, every: int) -> dict[str, Any]:
    """MB of a process that answers the questions and does nothing else."""
    engine, terms = embedded(folder), hasher()
    for question in questions()[::every]:
        _nearest(engine, terms, analysis.terms(question.text))
    return {"peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


def _nearest(
    engine: Backend, terms: TermHasher, asked_terms: Mapping[str, int], within: Filters = SCOPE
) -> list[ranked.Hit]:
    """From the analysed text to ten hits; the analysis is the desk's own time, not the engine's."""
    return ranked.nearest(engine, terms, asked_terms, within, wanted=TOP, today=TODAY).hits


@contextmanager
def _under(rule: dict[str, Any]) -> Iterator[None]:
    with ExitStack() as patches:
        if "most_postings" in rule:
            patches.enter_context(mock.patch.object(ranking, "most_postings", rule["most_postings"]))
        if "share" in rule:
            patches.enter_context(mock.patch.object(ranking, "telling_terms", _by_share(rule["share"])))
        yield


def _by_share(share: float) -> Callable[..., dict[bytes, int]]:
    """A cap by the share of documents that hold a term, loosened where too few terms are left."""
    own = ranking.telling_terms

    def chosen(query: dict[bytes, float], frequencies: dict[bytes, int], size: int) -> dict[bytes, int]:
        most = max(50, int(size * share))
        held = sorted((term for term in query if frequencies.get(term)), key=lambda term: frequencies[term])
        rare = [term for term in held if frequencies[term] <= most]
        kept = rare if len(rare) >= 8 else held[:8]
        with mock.patch.object(ranking, "most_postings", return_value=10**9):
            return own(query, {term: frequencies[term] for term in kept}, size)

    return chosen


def _raw(folder: Path, terms: TermHasher, some: Sequence[Question]) -> dict[str, float]:
    """FTS5 alone: one MATCH with all the terms, ORDER BY rank, the first ten row ids."""
    with sqlite3.connect(folder / "search.sqlite3") as db:

        def ask(match: str) -> None:
            db.execute("SELECT rowid FROM ft WHERE ft MATCH ? ORDER BY rank LIMIT 10", [match]).fetchall()

        matches = [
            " OR ".join(f'"{terms.term(word).hex()}"' for word in analysis.terms(one.text)) for one in some
        ]
        return wall_and_cpu([timed(ask, match)[0] for match in matches])


def _tantivy(folder: Path, terms: TermHasher, some: Sequence[Question]) -> dict[str, Any]:
    other = Tantivy(folder / "tantivy")
    with sqlite3.connect(folder / "told.sqlite3") as told:
        took, _none = timed(lambda: other.fill(row[0] for row in told.execute("SELECT terms FROM told")))
    size = sum(path.stat().st_size for path in (folder / "tantivy").iterdir())
    asked_terms = [[terms.term(word) for word in analysis.terms(question.text)] for question in some]
    times = [timed(other.ask, one)[0] for one in asked_terms]
    return wall_and_cpu(times) | {
        "fill_seconds": round(took.wall, 1),
        "fill_cpu_seconds": round(took.cpu, 1),
        "bytes": size,
    }


class _Graded:
    def __init__(self, folder: Path) -> None:
        self._told = sqlite3.connect(folder / "told.sqlite3")

    def mean(self, some: Sequence[Question], hits: Sequence[Sequence[bytes]]) -> float:
        """nDCG@10; of so many cases more than ten tell the whole of every question, so that the ideal is ten of 3."""
        found = [
            ndcg([self._grade(one, uid) for uid in uids], [3] * TOP)
            for one, uids in zip(some, hits, strict=True)
        ]
        return sum(found) / len(found)

    def _grade(self, question: Question, uid: bytes) -> int:
        scam, blocks = self._told.execute("SELECT scam, blocks FROM told WHERE uid = ?", [uid]).fetchone()
        return question.grade(scam, {(part, place) for part, place in json.loads(blocks)})


def _overlap(hits: Sequence[Sequence[bytes]], whole: Sequence[Sequence[bytes]]) -> float | None:
    """How many of the first ten are also those of lists of any length."""
    if not whole:
        return None
    shares = [len(set(one) & set(other)) / max(1, len(other)) for one, other in zip(hits, whole, strict=True)]
    return round(sum(shares) / len(shares), 3)


def main() -> None:
    given = json.load(sys.stdin)
    folder = Path(given["folder"])
    work = {"fill": lambda: filled(folder, given["size"]),
            "ask": lambda: asked(folder, given["rules"], given["every"]),
            "elastic": lambda: elastic(folder, given["size"], given["rules"], given["every"]),
            "memory": lambda: memory(folder, given["every"])}  # fmt: skip
    found = work[given["do"]]()
    print(json.dumps(found | {"load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
