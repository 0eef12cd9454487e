"""Engines to measure with: filling one, and the same tokens in others."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q, Search

from search.backends.base import Backend, Document
from search.backends.elastic import ElasticBackend
from search.backends.elastic_cluster import Access, Cluster
from search.backends.sqlite import SqliteBackend
from search.hashing import TERM_BYTES
from tests import elastic as server

BATCH: Final = 500
_JAVA: Final = "-Xms2g -Xmx2g"
"""Of a measured server; that of the suite is small and starts fast."""


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
    with elastic_server() as started:
        yield started.engine


@dataclass(frozen=True)
class ElasticServer:
    """A server of one node with an engine in it, and what the node costs."""

    engine: ElasticBackend
    client: Elasticsearch
    process: int

    def raw(self, terms: Sequence[bytes], top: int = 10) -> int:
        """How many hits the best ones of all the terms, unweighted, are: the server alone."""
        either = [Q("term", terms=term.hex()) for term in terms]
        asked = Search(using=self.client, index=self.engine.stores()[0]).query(Q("bool", should=either))
        return len(asked.source(False).extra(size=top, track_total_hits=False).execute().hits)

    def bytes_held(self) -> int:
        """Of the index on the disk, everything flushed; what awaits a merge included."""
        names = self.engine.stores()
        self.client.indices.flush(index=names, force=True)
        stats = self.client.indices.stats(index=names, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

    def cpu_seconds(self) -> float:
        """What the server and its launcher have used so far."""
        ticks = 0
        for pid in _group(self.process):
            with suppress(FileNotFoundError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def peak_rss_mb(self) -> int:
        found = 0
        for pid in _group(self.process):
            with suppress(FileNotFoundError):
                status = Path(f"/proc/{pid}/status").read_text()
                found = max(found, int(status.partition("VmHWM:")[2].split()[0]))
        return found // 1024


def _group(leader: int) -> list[int]:
    """The processes that were started as one group."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if os.getpgid(int(path.name)) == leader:
                found.append(int(path.name))
    return found


@contextmanager
def elastic_server() -> Iterator[ElasticServer]:
    started = server.start(java=_JAVA)
    try:
        cluster = Cluster(Access(tuple(started.urls), server.USER, server.PASSWORD, started.ca_file))
        engine = ElasticBackend(cluster, "similar", "measured")
        yield ElasticServer(engine, cluster.work, started.nodes[0].leader())
    finally:
        started.stop()
