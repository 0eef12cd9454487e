"""How good the search is, on given documents and questions: a throw-away engine with a throw-away key.

The way of a question is the product's own: its analysis, its engine, its ranking. Needs no database and no key.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from search import analysis
from search.backends.base import Document, Filters
from search.backends.sqlite import SqliteBackend
from search.hashing import TermHasher
from search.ranked import ranked

_BATCH: Final = 500
_CENTRE: Final = 1


class Trial:
    """An engine in the folder, filled once with documents that are known by their place, from 0."""

    def __init__(self, folder: Path, texts: Iterable[str]) -> None:
        self._hasher = TermHasher(partial(_digest, secrets.token_bytes(32)))
        self._engine = SqliteBackend(folder / "trial.sqlite3", "trial")
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
        return Document(UUID(int=place), 1, _CENTRE, date.min, self._hasher.packed(analysis.words(text)))


def _digest(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)
