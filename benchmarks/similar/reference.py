"""Encyclopaedic paragraphs with known answers (`search-*.jsonl.gz`): an exact BM25 scan, and the product beside it.

Questions have one gold paragraph; a paragraph's relevant ones are those of the same title. "Masked": the words of the
title are taken out of the query, since a consultation has no proper noun that names its kind.
"""

import gzip
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any, Final
from unittest import mock
from uuid import UUID

from benchmarks.similar import engines
from benchmarks.similar.exact import PLAIN, Scan, ndcg
from benchmarks.similar.quality import SCOPE, TOP, hasher
from search import analysis, ranked, ranking
from search.backends.base import Document, Order, WordQuery

Ranking = Callable[[Mapping[str, int]], list[int]]
_WORDS: Final = 300


def measured(folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    texts = _lines(folder / "search-documents.jsonl.gz")
    titles = [str(one["title"]) for one in texts]
    say(f"analysing {len(texts)} paragraphs")
    words = [analysis.words(one["text"]) for one in texts]
    terms = hasher()
    packed = [terms.packed(analysis.expanded(found)) for found in words]
    scan = Scan(packed)
    asked = _lines(folder / "search-questions.jsonl.gz")
    like = [int(one["id"]) for one in _lines(folder / "search-similar.jsonl.gz")]
    with tempfile.TemporaryDirectory(prefix="madoguchi-similar-") as place:
        engine = engines.embedded(Path(place))
        engines.fill(
            engine,
            (Document(UUID(int=at), 1, 1, date(2026, 1, 1 + at % 28), one) for at, one in enumerate(packed)),
        )

        def plain(query: Mapping[str, int]) -> list[int]:
            return scan.best({terms.term(word): count for word, count in query.items()}, PLAIN, TOP + 1)

        def ours(query: Mapping[str, int]) -> list[int]:
            found = ranked.ranked(engine, terms, query, SCOPE).documents
            return [document.uid.int for document, _score in found[: TOP + 1]]

        def every(query: Mapping[str, int]) -> list[int]:
            most = 10**9
            with (
                mock.patch.multiple(ranking, _WALKED=most, _MOST_TERMS=most),
                mock.patch.object(ranked, "CANDIDATES", most),
            ):
                found = ranked.ranked(engine, terms, query, SCOPE, most=most).documents
            return [document.uid.int for document, _score in found[: TOP + 1]]

        result = {
            name: _questions(order, asked) | _like(order, like, words, titles)
            for name, order in {"exact plain BM25": plain, "ours": ours}.items()
        }
        result["FTS5 trigrams of the text"] = _trigrams([one["text"] for one in texts], asked)
        some = like[::5]
        result["ours"]["overlap_with_every_paragraph_scored"] = round(
            mean(
                len(set(ours(_query(words[at]))[1:]) & set(every(_query(words[at]))[1:])) / TOP for at in some
            ),
            3,
        )
        result["two_character_words"] = _recall(engine, terms, words)
    return result


def _trigrams(texts: Sequence[str], asked: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Without any analysis of Japanese: SQLite's own index of three characters at a time, and its own rank."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE ft USING fts5(text, tokenize = 'trigram', detail = full)")
        db.executemany("INSERT INTO ft (rowid, text) VALUES (?, ?)", enumerate(texts))

        def order(question: str) -> list[int]:
            parts = {question[at : at + 3].replace('"', '""') for at in range(len(question) - 2)}
            either = " OR ".join(f'"{part}"' for part in sorted(parts))
            found = db.execute("SELECT rowid FROM ft WHERE ft MATCH ? ORDER BY rank LIMIT ?", [either, TOP])
            return [row[0] for row in found]

        return _answered([order(one["q"]) for one in asked], asked)


def _questions(order: Ranking, asked: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return _answered([order(analysis.terms(one["q"]))[:TOP] for one in asked], asked)


def _answered(places: Sequence[list[int]], asked: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    ranks = [
        found.index(one["gold"]) + 1 if one["gold"] in found else 0
        for found, one in zip(places, asked, strict=True)
    ]
    return {
        "questions_recall_at_10": round(mean(rank > 0 for rank in ranks), 4),
        "questions_mrr_at_10": round(mean(1 / rank if rank else 0.0 for rank in ranks), 4),
    }


def _like(
    order: Ranking, like: Sequence[int], words: Sequence[list[str]], titles: Sequence[str]
) -> dict[str, float]:
    relevant = Counter(titles)
    found: dict[str, float] = {}
    for name in ("plain", "masked"):
        values = []
        for at in like:
            taken = set(analysis.words(titles[at])) if name == "masked" else set()
            hits = [
                hit for hit in order(_query([word for word in words[at] if word not in taken])) if hit != at
            ]
            grades = [int(titles[hit] == titles[at]) for hit in hits[:TOP]]
            values.append(ndcg(grades, [1] * (relevant[titles[at]] - 1)))
        found[f"like_ndcg_{name}"] = round(mean(values), 4)
    return found


def _query(words: Sequence[str]) -> Counter[str]:
    return Counter(analysis.expanded(words))


def _recall(engine: Any, terms: Any, words: Sequence[list[str]]) -> dict[str, Any]:
    """Of the paragraphs that hold a word of two characters, how many its search finds: the commonest words."""
    held = Counter(word for found in words for word in set(found) if len(word) == 2)
    common = [word for word, _count in held.most_common(_WORDS)]
    found = {
        word: engine.find(WordQuery(((terms.term(word),),)), SCOPE, Order.NEWEST, limit=20_000).uids
        for word in common
    }
    recall = [len({uid.int for uid in found[word]}) / held[word] for word in common]
    return {"words": len(common), "recall": round(mean(recall), 4), "least": round(min(recall), 4)}


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
