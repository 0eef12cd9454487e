"""The engine of several machines: Elasticsearch over keyed digests.

A store is an index with a name of its own; aliases say what it is: `<base>` is the store in use, `<base>-answers` the
same once it is complete, `<base>-next` a second store. `<base>` names format, analysis and key, so that programs of two
versions never meet in one store. Writes go to aliases that must exist: a late write makes no index.
"""

import re
import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Self
from uuid import UUID

from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Q, Search

from search.backends import elastic_documents as documents
from search.backends.base import (
    COUNTED,
    Document,
    Facet,
    Filters,
    Order,
    Page,
    Stored,
    WordQuery,
    batches,
)
from search.backends.elastic_cluster import BUSY, SERVER_FAULT, Cluster, waits
from search.errors import EngineBroken, SearchRebuilding, SearchUnavailable

_CONFLICT: Final = 409
_MISSING: Final = 404
_FACET_CODES: Final = 10_000
# How long the cluster looks for the nodes that hold an index, before it says that they are away.
_SHARD_WAIT: Final = "5s"
# A new index waits so long for its copy on a second node, so that one node may be lost from the first write on.
_COPY_WAIT: Final = "20s"

Operation = tuple[dict[str, Any], dict[str, Any] | None]
"""Of one document: what is done under which version, and the body where there is one."""


class ElasticBackend:
    """See `search.backends.base.Backend` for what it promises.

    `gc_deletes`: how long the cluster itself remembers a deletion. Nothing here depends on it: what is erased is
    buried, in a document without words that no later version can replace.
    """

    def __init__(self, cluster: Cluster, prefix: str, version: str, gc_deletes: str = "0s") -> None:
        digest = sha256(f"{documents.FORMAT}/{version}".encode()).hexdigest()[:12]
        self._cluster, self._gc_deletes = cluster, gc_deletes
        self._family = prefix
        self._name = self._base = f"{prefix}-{digest}"

    # --- Writing ----------------------------------------------------------------------------------------------
    def put(self, given: Sequence[Document]) -> Mapping[UUID, str]:
        newest: dict[UUID, Document] = {}
        for document in given:
            known = newest.get(document.uid)
            if known is None or known.revision <= document.revision:
                newest[document.uid] = document
        return self._write(
            {
                uid: (_versioned("index", uid, one.revision), documents.body(one))
                for uid, one in newest.items()
            }
        )

    def delete(self, uids: Collection[UUID]) -> None:
        # Below what is buried, above every revision.
        self._write({uid: (_versioned("delete", uid, documents.BURIED - 1), None) for uid in uids})

    def bury(self, uids: Collection[UUID]) -> None:
        self._write({uid: (_versioned("index", uid, documents.BURIED), {"gone": True}) for uid in uids})

    def _write(self, wanted: Mapping[UUID, Operation]) -> dict[UUID, str]:
        """The operations in every store; also in one that was begun while they were under way."""
        refused: dict[UUID, str] = {}
        if not wanted:
            return refused
        written: set[str] = set()
        while left := (stores := self._stores()) and {i: a for i, a in stores.items() if i not in written}:
            for index, alias in left.items():
                try:
                    for uids in batches(wanted):
                        some = {uid: wanted[uid] for uid in uids}
                        refused |= self._bulk(alias, some, may_be_gone=alias != self._name)
                except SearchUnavailable:
                    if alias == self._name:
                        raise
                    # A second store on nodes that are gone must not hold up what people save: a rebuild begins anew.
                    self.abandon()
                written.add(index)
        return refused

    def _bulk(self, alias: str, wanted: dict[UUID, Operation], *, may_be_gone: bool) -> dict[UUID, str]:
        """The operations in one store, item by item: a busy cluster is asked again, a refused document is reported."""
        refused: dict[UUID, str] = {}
        for pause in (*waits(), None):
            wanted = self._try(alias, wanted, refused, may_be_gone=may_be_gone)
            if not wanted:
                return refused
            if pause is not None:
                time.sleep(pause)
        raise SearchUnavailable

    def _try(
        self, alias: str, wanted: dict[UUID, Operation], refused: dict[UUID, str], *, may_be_gone: bool
    ) -> dict[UUID, Operation]:
        """One request; answers with what is to be tried again."""
        lines = [
            part for operation, body in wanted.values() for part in (operation, body) if part is not None
        ]
        with self._cluster.working() as client:
            answer = client.bulk(
                index=alias, operations=lines, refresh=True, require_alias=True, timeout=_SHARD_WAIT
            )
        again: dict[UUID, Operation] = {}
        conflicts: list[UUID] = []
        for uid, item in zip(wanted, answer["items"], strict=True):
            ((kind, outcome),) = item.items()
            status, fault = outcome["status"], outcome.get("error", {}).get("type", "")
            if fault == "index_not_found_exception":
                if not may_be_gone:
                    raise EngineBroken("the index is missing")
            elif status == BUSY or status >= SERVER_FAULT:
                again[uid] = wanted[uid]
            elif status == _CONFLICT:
                conflicts += [uid] if kind == "index" else []
            elif status >= 400 and status != _MISSING:
                refused[uid] = fault
        if conflicts:
            # Done, where a document has the higher version; a deletion that left it is soon forgotten.
            with self._cluster.working() as client:
                held = _versions(client, alias, conflicts)
            again |= {uid: wanted[uid] for uid in conflicts if uid not in held}
        return again

    def complete(self) -> None:
        with self._cluster.working() as client:
            store = _indices(client, self._name)
            if not store:
                raise EngineBroken("the index is missing")
            client.indices.update_aliases(actions=[_add(index, f"{self._name}-answers") for index in store])
            others = self._others(client)
            self._mark_replaced(client, [name for name, since in others.items() if since is None])

    def optimise(self) -> bool:
        with self._cluster.working() as client:
            names = list(self._stores())
            client.indices.flush(index=names, force=True)
        with self._cluster.working(self._cluster.merging) as client:
            client.indices.forcemerge(index=names, only_expunge_deletes=True)
        with self._cluster.working() as client:
            client.indices.flush(index=names, force=True)
            client.indices.refresh(index=names)
            stats = client.indices.stats(index=names, metric="docs")
            left = stats["_all"]["total"]["docs"]["deleted"]
            is_whole = stats["_shards"]["failed"] == 0
        return left == 0 and is_whole and self.drop_old(datetime.min.replace(tzinfo=UTC))

    def wipe(self) -> None:
        with self._cluster.working() as client:
            index = self._new_index(client)
            old = _indices(client, self._base, self._next)
            client.indices.update_aliases(
                actions=[*({"remove_index": {"index": name}} for name in old), _add(index, self._base)]
            )

    def remove(self) -> None:
        """Take every store away, of every version: for engines that were made for a trial."""
        with self._cluster.working() as client:
            for name in client.indices.get(index=f"{self._family}-*", features=["aliases"]):
                client.indices.delete(index=name, ignore_unavailable=True)

    # --- A second store ---------------------------------------------------------------------------------------
    def begin(self) -> None:
        with self._cluster.working() as client:
            index = self._new_index(client)
            old = _indices(client, self._next)
            client.indices.update_aliases(
                actions=[*({"remove_index": {"index": name}} for name in old), _add(index, self._next)]
            )

    def building(self) -> Self | None:
        with self._cluster.working() as client:
            if not _indices(client, self._next):
                return None
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__, _name=self._next)
        return made

    def swap(self) -> None:
        with self._cluster.working() as client:
            second = list(_indices(client, self._next))
            if not second:
                raise EngineBroken("no second store was begun")
            first = list(_indices(client, self._base))
            self._mark_replaced(client, first)
            is_complete = client.indices.exists_alias(name=f"{self._next}-answers")
            actions = [_remove(name, self._next) for name in second]
            actions += [_remove(name, f"{self._next}-answers") for name in second if is_complete]
            actions += [_remove(name, f"{self._base}*") for name in first]
            actions += [_add(second[0], self._base)]
            actions += [_add(second[0], f"{self._base}-answers")] if is_complete else []
            client.indices.update_aliases(actions=actions)

    def abandon(self) -> None:
        with self._cluster.working() as client:
            for name in _indices(client, self._next):
                client.indices.delete(index=name, ignore_unavailable=True)

    def drop_old(self, before: datetime) -> bool:
        with self._cluster.working() as client:
            old = self._others(client)
            gone = [name for name, since in old.items() if since is not None and since < before]
            for name in gone:
                client.indices.delete(index=name, ignore_unavailable=True)
        return len(gone) == len(old)

    @property
    def _next(self) -> str:
        return f"{self._base}-next"

    def stores(self) -> list[str]:
        """Names of the indices that are written to, the one that answers first."""
        return sorted(found := self._stores(), key=lambda index: found[index] != self._name)

    def _stores(self) -> dict[str, str]:
        """Index → the alias to write to. Raises EngineBroken where there is no store."""
        names = [self._name] if self._name != self._base else [self._base, self._next]
        with self._cluster.working() as client:
            found = _indices(client, *names)
        if self._name not in found.values():
            raise EngineBroken("the index is missing")
        return found

    def _new_index(self, client: Elasticsearch) -> str:
        name = f"{self._base}-{secrets.token_hex(4)}"
        client.indices.create(
            index=name, mappings=documents.mapping(), settings=documents.settings(self._gc_deletes)
        )
        client.options(ignore_status=408).cluster.health(
            index=name, wait_for_status="green", timeout=_COPY_WAIT
        )
        return name

    def _others(self, client: Elasticsearch) -> dict[str, datetime | None]:
        """Stores of this installation that are not in use, of other versions too: since when, None where not yet."""
        found: dict[str, datetime | None] = {}
        ours = re.compile(f"{re.escape(self._family)}-[0-9a-f]{{12}}-[0-9a-f]{{8}}")
        held = client.indices.get(index=f"{self._family}-*", features=["aliases", "mappings"])
        for name, about in held.items():
            if not ours.fullmatch(name) or {self._base, self._next} & about["aliases"].keys():
                continue
            since = about["mappings"].get("_meta", {}).get("replaced_at")
            found[name] = datetime.fromisoformat(since) if since else None
        return found

    def _mark_replaced(self, client: Elasticsearch, names: Collection[str]) -> None:
        at = datetime.now(UTC).isoformat()
        for name in names:
            client.indices.put_mapping(index=name, meta={"replaced_at": at})

    # --- Reading ----------------------------------------------------------------------------------------------
    def frequencies(self, terms: Collection[bytes]) -> Mapping[bytes, int]:
        found: dict[bytes, int] = {}
        wanted = list(terms)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            filters = {term.hex(): Q("term", terms=term.hex()) for term in some}
            with self._answering() as search:
                asked = search.extra(size=0, track_total_hits=False)
                asked.aggs.bucket("df", A("filters", filters=filters))
                buckets = _body(asked)["aggregations"]["df"]["buckets"]
            found.update((term, n) for term in some if (n := buckets[term.hex()]["doc_count"]))
        return found

    def candidates(self, weights: Mapping[bytes, int], filters: Filters, limit: int) -> list[Document]:
        if not weights or not filters.centres:
            self.require_answers()
            return []
        with self._answering() as search:
            asked = search.query(documents.any_of(weights, filters))
            asked = _columns(
                asked.sort("_score", {"received_on": {"order": "desc"}}, {"uid": {"order": "asc"}}), limit
            )
            return [documents.document(hit) for hit in _hits(asked.extra(track_total_hits=False))]

    def find(self, query: WordQuery, filters: Filters, order: Order, *, limit: int, offset: int = 0) -> Page:
        if not filters.centres:
            return Page([], 0)
        is_scored = order is Order.BEST
        newest = ({"received_on": "desc"}, {"uid": "desc"})
        with self._answering() as search:
            asked = (
                search.query(documents.all_of(query, filters, is_scored=is_scored))
                .sort(*(("_score", *newest) if is_scored else newest))
                .source(False)
                .extra(
                    from_=offset,
                    size=limit,
                    track_total_hits=COUNTED + 1,
                    docvalue_fields=["uid"],
                )
            )
            body = _body(asked)
        uids = [UUID(hit["fields"]["uid"][0]) for hit in body["hits"]["hits"]]
        return Page(uids, min(body["hits"]["total"]["value"], COUNTED + 1))

    def counts(self, query: WordQuery | None, filters: Filters, facet: Facet) -> dict[str, int]:
        if not filters.centres:
            return {}
        with self._answering() as search:
            asked = search.query(documents.all_of(query, filters, is_scored=False))
            asked = asked.extra(size=0, track_total_hits=False)
            asked.aggs.bucket("codes", A("terms", field=documents.FACETS[facet], size=_FACET_CODES))
            buckets = _body(asked)["aggregations"]["codes"]["buckets"]
        return {str(bucket["key"]): bucket["doc_count"] for bucket in buckets}

    def size(self) -> int:
        with self._store() as search:
            asked = search.query(documents.HELD).extra(size=0, track_total_hits=True)
            return int(_body(asked)["hits"]["total"]["value"])

    def mean_length(self) -> float:
        with self._store() as search:
            asked = search.query(documents.HELD).extra(size=0, track_total_hits=False)
            asked.aggs.metric("mean", A("avg", field="length"))
            return float(_body(asked)["aggregations"]["mean"]["value"] or 0.0)

    def is_complete(self) -> bool:
        with self._cluster.asking() as client:
            if client.indices.exists_alias(name=f"{self._name}-answers"):
                return True
            if not client.indices.exists_alias(name=self._name):
                raise EngineBroken("the index is missing")
        return False

    def stored(self, *, after: UUID | None = None, limit: int) -> list[Stored]:
        with self._store() as search:
            asked = search.query(documents.HELD).sort("uid").source(False)
            asked = asked.extra(size=limit, version=True, track_total_hits=False)
            if after is not None:
                asked = asked.extra(search_after=[after.hex])
            return [Stored(UUID(hit["_id"]), hit["_version"]) for hit in _hits(asked)]

    def revisions(self, uids: Collection[UUID]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for some in batches(uids):
            with self._cluster.working() as client:
                found |= _versions(client, self._name, some)
        return {uid: version for uid, version in found.items() if version < documents.BURIED}

    def documents(self, uids: Collection[UUID]) -> list[Document]:
        found: list[Document] = []
        for some in batches(uids):
            with self._store() as search:
                wanted = Q("ids", values=[uid.hex for uid in some]) & documents.HELD
                found += map(documents.document, _hits(_columns(search.query(wanted), len(some))))
        return found

    @contextmanager
    def _answering(self) -> Iterator[Search[Any]]:
        """A question of a person's. Raises SearchRebuilding while the store is not complete."""
        try:
            with self._cluster.asking() as client:
                yield self._search(client, f"{self._name}-answers")
        except EngineBroken:
            if self.is_complete():  # replaced while it was asked; it is asked again by whoever asked
                raise SearchUnavailable from None
            raise SearchRebuilding from None

    @contextmanager
    def _store(self) -> Iterator[Search[Any]]:
        with self._cluster.working() as client:
            yield self._search(client, self._name)

    def _search(self, client: Elasticsearch, index: str) -> Search[Any]:
        # Half an answer is none: "nothing found" must mean that all was looked at.
        return Search(using=client, index=index).params(allow_partial_search_results=False)

    def require_answers(self) -> None:
        """Raises SearchRebuilding while the store is not complete."""
        if not self.is_complete():
            raise SearchRebuilding


# --- Requests ---------------------------------------------------------------------------------------------------
def _versioned(kind: str, uid: UUID, version: int) -> dict[str, Any]:
    """Equal versions replace each other, so that a document can be analysed anew."""
    return {kind: {"_id": uid.hex, "version": version, "version_type": "external_gte"}}


def _versions(client: Elasticsearch, index: str, uids: Collection[UUID]) -> dict[UUID, int]:
    answer = client.mget(index=index, ids=[uid.hex for uid in uids], source=False)
    return {UUID(one["_id"]): one["_version"] for one in answer["docs"] if one.get("found")}


def _indices(client: Elasticsearch, *aliases: str) -> dict[str, str]:
    """Index → which of the aliases it has; aliases that nothing has are passed over."""
    found = client.options(ignore_status=404).indices.get_alias(name=list(aliases)).body
    return {
        index: alias
        for index, about in found.items()
        if isinstance(about, dict)
        for alias in aliases
        if alias in about.get("aliases", {})
    }


def _add(index: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": index, "alias": alias}}


def _remove(index: str, alias: str) -> dict[str, Any]:
    return {"remove": {"index": index, "alias": alias}}


def _columns(search: Search[Any], limit: int) -> Search[Any]:
    return search.source(False).extra(docvalue_fields=list(documents.COLUMNS), version=True, size=limit)


def _body(search: Search[Any]) -> Mapping[str, Any]:
    body: Mapping[str, Any] = search.execute().to_dict()
    return body


def _hits(search: Search[Any]) -> list[Mapping[str, Any]]:
    hits: list[Mapping[str, Any]] = _body(search)["hits"]["hits"]
    return hits
