"""How good the search is, on given documents and questions: a throw-away engine with a throw-away key.

The way of a question is the product's own: its analysis, its engine, its ranking. Needs no database and no key.
"""

import hashlib
import hmac
import secrets
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from search import analysis
from search.backends.base import Backend, Document, Filters
from search.backends.sqlite import SqliteBackend
from search.engine import elastic_access
from search.hashing import TermHasher
from search.ranked import ranked

_BATCH: Final = 500
_CENTRE: Final = 1


@contextmanager
def embedded() -> Iterator[Backend]:
    """An embedded engine in a folder of its own, gone with the block."""
    with tempfile.TemporaryDirectory(prefix="search-evaluate-") as folder:
        yield SqliteBackend(Path(folder) / "trial.sqlite3", "trial")


@contextmanager
def elasticsearch() -> Iterator[Backend]:
    """Indices of their own in the cluster of this installation, gone with the block. Raises SearchUnavailable."""
    from search.backends.elastic import ElasticBackend
    from search.backends.elastic_cluster import Cluster

    prefix = f"{settings.ELASTICSEARCH_PREFIX}-trial-{secrets.token_hex(4)}"
    engine = ElasticBackend(Cluster(elastic_access()), prefix, "trial")
    try:
        yield engine
    finally:
        engine.remove()


class Trial:
    """An engine, filled once with documents that are known by their place, from 0."""

    def __init__(self, engine: Backend, texts: Iterable[str]) -> None:
        self._hasher = TermHasher(partial(_digest, secrets.token_bytes(32)))
        self._engine = engine
        self._engine.wipe()
        batch: list[Document] = []
        for place, text in enumerate(texts):
            batch.append(self._document(place, text))
            if len(batch) == _BATCH:
                self._engine.put(batch)
                batch.clear()
        self._engine.put(batch)
        self._engine.complete()

    def best(self, text: str, *, exclude: Collection[int], top: int) -> list[int]:
        """Places of the documents most like the text, best first, at most `top`."""
        found = ranked(self._engine, self._hasher, analysis.terms(text), Filters(centres=[_CENTRE]))
        places = (document.uid.int for document, _score in found.documents)
        return [place for place in places if place not in exclude][:top]

    def _document(self, place: int, text: str) -> Document:
        return Document(
            UUID(int=place),
            1,
            _CENTRE,
            date.min,
            self._hasher.packed(analysis.expanded(analysis.words(text))),
        )


def _digest(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)
