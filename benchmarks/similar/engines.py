"""Engines to measure with: filling one, and the same tokens in others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from search.backends.base import Backend, Document
from search.backends.sqlite import SqliteBackend
from search.hashing import TERM_BYTES

BATCH: Final = 500


def embedded(folder: Path) -> SqliteBackend:
    """Nothing of a measurement outlives a power cut: the file need not either, reading is the same."""
    return SqliteBackend(folder / "search.sqlite3", "measured")


def fill(engine: Backend, documents: Iterable[Document]) -> int:
    """Put all the documents into an engine made anew, as the product does, and open it; how many there were."""
    engine.wipe()
    done = 0
    for batch in batches(documents):
        engine.put(batch)
        done += len(batch)
    engine.complete()
    return done


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    source = iter(documents)
    while batch := list(islice(source, BATCH)):
        yield batch


def words_of(packed: bytes) -> str:
    return packed.hex(" ", -TERM_BYTES)


class Tantivy:
    """The same tokens in tantivy 0.27, frequencies only, one writer thread: what another embedded engine needs."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir(exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
        schema.add_unsigned_field("place", stored=True)
        self._tantivy: Any = tantivy
        self._schema = schema.build()
        self._index: Any = tantivy.Index(self._schema, path=str(folder))

    def fill(self, packed: Iterable[bytes]) -> None:
        writer = self._index.writer(64_000_000, 1)
        for place, one in enumerate(packed):
            document = self._tantivy.Document()
            document.add_text("terms", words_of(one))
            document.add_unsigned("place", place)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ask(self, terms: Iterable[bytes], top: int = 10) -> int:
        """How many hits the best ones of all the terms, unweighted, are."""
        either = self._tantivy.Occur.Should
        query = self._tantivy.Query.boolean_query(
            [
                (either, self._tantivy.Query.term_query(self._schema, "terms", term.hex(), "freq"))
                for term in terms
            ]
        )
        return len(self._index.searcher().search(query, top).hits)


@contextmanager
def elastic() -> Iterator[Backend]:
    """An engine in a real server of its own, ended with the block."""
    from search.backends.elastic import ElasticBackend
    from search.backends.elastic_cluster import Access, Cluster
    from tests import elastic as server

    started = server.start()
    try:
        yield ElasticBackend(
            Cluster(Access(tuple(started.urls), server.USER, server.PASSWORD)), "similar", "measured"
        )
    finally:
        started.stop()
