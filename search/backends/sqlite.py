"""The embedded engine: SQLite FTS5 over keyed digests, in a file of its own.

Only features of SQLite 3.40. Row ids grow with 受付日, so "newest first" is the index's own order and the first page
of a common word needs no sort. Filters are checked on the rows that match, never the other way round: a list of rows
handed to FTS5 made a query 170 times slower.
"""

# ruff: noqa: S608 - only names, marks and conditions of this file are put into SQL; values are bound

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from search.backends.base import (
    COUNTED,
    Document,
    Facet,
    Filters,
    Order,
    Page,
    Phrase,
    Stored,
    WordQuery,
    batches,
)
from search.backends.sqlite_best import IDS_PER_DAY, best
from search.backends.sqlite_file import SearchFile
from search.hashing import TERM_BYTES, unpacked

_COLUMNS: Final = (
    "uid, revision, centre, received_on, scams, product, sales_method, age_band, outcome, is_open,"
    " contract_yen"
)
_FACETS: Final = {facet: f"doc.{facet.value}" for facet in Facet}


class SqliteBackend:
    """See `search.backends.base.Backend` for what it promises."""

    def __init__(self, path: Path, version: str) -> None:
        self._file = SearchFile(path, version)

    @classmethod
    def _of(cls, file: SearchFile) -> Self:
        made = cls.__new__(cls)
        made._file = file
        return made

    # --- Writing ----------------------------------------------------------------------------------------------
    def put(self, documents: Sequence[Document]) -> Mapping[UUID, str]:
        newest: dict[UUID, Document] = {}
        for document in documents:
            known = newest.get(document.uid)
            if known is None or known.revision <= document.revision:
                newest[document.uid] = document
        self._write(lambda db: _put(db, newest))
        return {}

    def delete(self, uids: Collection[UUID]) -> None:
        self._write(lambda db: _delete(db, uids))

    def bury(self, uids: Collection[UUID]) -> None:
        self._write(lambda db: _bury(db, uids))

    def complete(self) -> None:
        with self._file.writing() as db:
            db.execute("UPDATE about SET is_complete = 1")

    def optimise(self) -> bool:
        files = [self._file, *filter(None, [self._file.beside()])]
        is_left = [file for file in files if not _rewritten(file)]
        return not is_left and self._file.drop_old(0)

    def wipe(self) -> None:
        self._file.recreate()

    def _write(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """The change in each store, in a transaction of its own; none begins or takes over before the last ends."""
        with self._file.standing():
            for file in filter(None, (self._file, self._file.beside())):
                with file.writing() as db:
                    change(db)

    # --- A second store ---------------------------------------------------------------------------------------
    def begin(self) -> None:
        self._file.begin()

    def building(self) -> Self | None:
        beside = self._file.beside()
        return None if beside is None else self._of(beside)

    def swap(self) -> None:
        self._file.swap()

    def abandon(self) -> None:
        self._file.abandon()

    def drop_old(self, before: datetime) -> bool:
        return self._file.drop_old(before.timestamp())

    # --- Reading ----------------------------------------------------------------------------------------------
    def frequencies(self, terms: Collection[bytes]) -> Mapping[bytes, int]:
        found: dict[bytes, int] = {}
        with self._file.reading() as db:
            for some in _slices(list(terms)):
                found.update(db.execute(f"SELECT term, n FROM df WHERE term IN ({_marks(some)})", some))
        return found

    def candidates(self, weights: Mapping[bytes, int], filters: Filters, limit: int) -> list[Document]:
        if not weights or not filters.centres:
            return []
        with self._file.reading() as db:
            rows = best(db, weights, _COLUMNS, _conditions(filters), _ids(filters), limit)
        return [_document(row) for row in rows]

    def find(self, query: WordQuery, filters: Filters, order: Order, *, limit: int, offset: int = 0) -> Page:
        if not filters.centres:
            return Page([], 0)
        where, values = _conditions(filters)
        matching = f"FROM ft CROSS JOIN doc ON doc.id = ft.rowid WHERE ft MATCH ? AND {where}"
        given = [_match(query), *values]
        newest = f"{matching} ORDER BY ft.rowid DESC LIMIT ?"
        with self._file.reading() as db:
            counted = f"SELECT count(*) FROM (SELECT 1 {matching} LIMIT ?)"
            (total,) = db.execute(counted, [*given, COUNTED + 1]).fetchone()
            if order is Order.NEWEST:
                rows = db.execute(f"SELECT doc.uid {newest} OFFSET ?", [*given, limit, offset]).fetchall()
            else:
                rows = db.execute(
                    f"""
                    SELECT uid FROM (SELECT doc.uid AS uid, doc.id AS id, bm25(ft) AS score {newest})
                    ORDER BY score, id DESC LIMIT ? OFFSET ?
                    """,
                    [*given, COUNTED, limit, offset],
                ).fetchall()
        return Page([UUID(bytes=uid) for (uid,) in rows], total)

    def counts(self, query: WordQuery | None, filters: Filters, facet: Facet) -> dict[str, int]:
        if not filters.centres:
            return {}
        where, values = _conditions(filters)
        source, given = "doc WHERE", values
        if query is not None:
            source, given = (
                "ft CROSS JOIN doc ON doc.id = ft.rowid WHERE ft MATCH ? AND",
                [_match(query), *values],
            )
        column = _FACETS[facet]
        with self._file.reading() as db:
            rows = db.execute(f"SELECT {column}, count(*) FROM {source} {where} GROUP BY {column}", given)
            return {str(code): n for code, n in rows}

    def size(self) -> int:
        with self._file.reading(whole=False) as db:
            return int(db.execute("SELECT documents FROM about").fetchone()[0])

    def mean_length(self) -> float:
        with self._file.reading(whole=False) as db:
            documents, terms = db.execute("SELECT documents, terms FROM about").fetchone()
        return terms / documents if documents else 0.0

    def is_complete(self) -> bool:
        with self._file.reading(whole=False) as db:
            return bool(db.execute("SELECT is_complete FROM about").fetchone()[0])

    def stored(self, *, after: UUID | None = None, limit: int) -> list[Stored]:
        with self._file.reading(whole=False) as db:
            rows = db.execute(
                "SELECT uid, revision FROM doc WHERE uid > ? ORDER BY uid LIMIT ?",
                [after.bytes if after else b"", limit],
            ).fetchall()
        return [Stored(UUID(bytes=uid), revision) for uid, revision in rows]

    def revisions(self, uids: Collection[UUID]) -> dict[UUID, int]:
        with self._file.reading(whole=False) as db:
            return {uid: revision for uid, (_id, revision) in _held(db, uids).items()}

    def documents(self, uids: Collection[UUID]) -> list[Document]:
        found: list[Document] = []
        with self._file.reading(whole=False) as db:
            for some in batches(uids):
                rows = db.execute(
                    f"SELECT {_COLUMNS}, packed.terms FROM doc CROSS JOIN packed ON packed.id = doc.id"
                    f" WHERE uid IN ({_marks(some)})",
                    [uid.bytes for uid in some],
                )
                found += map(_document, rows)
        return found


# --- Rows -------------------------------------------------------------------------------------------------------
def _put(db: sqlite3.Connection, newest: Mapping[UUID, Document]) -> None:
    """Write each document, but for those that are held in a higher revision, and those that are buried."""
    held = _held(db, newest)
    buried = _buried(db, newest)
    changes: Counter[bytes] = Counter()
    _remove(db, [held[uid][0] for uid in held if held[uid][1] <= newest[uid].revision], changes)
    wanted = [d for uid, d in newest.items() if uid not in held or held[uid][1] <= d.revision]
    _insert(db, [document for document in wanted if document.uid not in buried], changes)
    _count(db, changes)


def _delete(db: sqlite3.Connection, uids: Collection[UUID]) -> None:
    changes: Counter[bytes] = Counter()
    _remove(db, [row_id for row_id, _revision in _held(db, uids).values()], changes)
    _count(db, changes)


def _bury(db: sqlite3.Connection, uids: Collection[UUID]) -> None:
    _delete(db, uids)
    db.executemany("INSERT OR IGNORE INTO buried VALUES (?)", [[_mark(uid)] for uid in uids])


def _rewritten(file: SearchFile) -> bool:
    with file.writing() as db:
        db.execute("INSERT INTO ft(ft) VALUES ('optimize')")
    with file.alone() as db:
        is_busy, *_pages = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _mark(uid: UUID) -> bytes:
    """Tells a buried document from others, and tells nobody its uid."""
    return hashlib.sha256(uid.bytes).digest()[:16]


def _buried(db: sqlite3.Connection, uids: Collection[UUID]) -> set[UUID]:
    marks = {_mark(uid): uid for uid in uids}
    found: set[UUID] = set()
    for some in _slices(list(marks)):
        rows = db.execute(f"SELECT mark FROM buried WHERE mark IN ({_marks(some)})", some)
        found.update(marks[mark] for (mark,) in rows)
    return found


def _held(db: sqlite3.Connection, uids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Row id and revision of the documents that are there."""
    found: dict[UUID, tuple[int, int]] = {}
    for some in batches(uids):
        rows = db.execute(
            f"SELECT uid, id, revision FROM doc WHERE uid IN ({_marks(some)})", [uid.bytes for uid in some]
        )
        found.update({UUID(bytes=uid): (row_id, revision) for uid, row_id, revision in rows})
    return found


def _remove(db: sqlite3.Connection, ids: list[int], changes: Counter[bytes]) -> None:
    """FTS5 keeps no copy of the text, so it is told what to take out. In order of ids, as it wants its rows."""
    for row_id in sorted(ids):
        (packed,) = db.execute("SELECT terms FROM packed WHERE id = ?", [row_id]).fetchone()
        db.execute("INSERT INTO ft(ft, rowid, terms) VALUES ('delete', ?, ?)", [row_id, _hex(packed)])
        changes.subtract(set(unpacked(packed)))
        _tally(db, -1, packed)
    db.executemany("DELETE FROM packed WHERE id = ?", [[row_id] for row_id in ids])
    db.executemany("DELETE FROM doc WHERE id = ?", [[row_id] for row_id in ids])


def _insert(db: sqlite3.Connection, documents: Iterable[Document], changes: Counter[bytes]) -> None:
    """In order of ids: FTS5 writes out what it holds in memory whenever a smaller id follows a larger one."""
    docs, packed, texts = [], [], []
    for day, group in groupby(
        sorted(documents, key=lambda d: (d.received_on, d.uid.bytes)), lambda d: d.received_on
    ):
        row_id = _next_id(db, day)
        for document in group:
            docs.append((row_id, *_row(document)))
            packed.append((row_id, document.terms))
            texts.append((row_id, _hex(document.terms)))
            changes.update(set(unpacked(document.terms)))
            row_id += 1
    db.executemany(f"INSERT INTO doc VALUES ({_marks(range(13))})", docs)
    db.executemany("INSERT INTO packed VALUES (?, ?)", packed)
    db.executemany("INSERT INTO ft(rowid, terms) VALUES (?, ?)", texts)
    _tally(db, len(docs), b"".join(terms for _id, terms in packed))


def _next_id(db: sqlite3.Connection, day: date) -> int:
    start = day.toordinal() * IDS_PER_DAY
    (last,) = db.execute(
        "SELECT max(id) FROM doc WHERE id >= ? AND id < ?", [start, start + IDS_PER_DAY]
    ).fetchone()
    return start if last is None else int(last) + 1


def _row(document: Document) -> tuple[Any, ...]:
    return (
        document.uid.bytes,
        document.revision,
        document.centre,
        document.received_on.isoformat(),
        document.is_open,
        document.scams[0] if document.scams else "",
        " ".join(("", *document.scams, "")),
        document.product,
        document.sales_method,
        document.age_band,
        document.outcome,
        document.contract_yen,
    )


def _document(row: tuple[Any, ...]) -> Document:
    (
        uid,
        revision,
        centre,
        received_on,
        scams,
        product,
        sales_method,
        age_band,
        outcome,
        is_open,
        yen,
        terms,
    ) = row
    return Document(
        UUID(bytes=uid), revision, centre, date.fromisoformat(received_on), terms, tuple(scams.split()),
        product, sales_method, age_band, outcome, bool(is_open), yen,
    )  # fmt: skip


def _tally(db: sqlite3.Connection, documents: int, packed: bytes) -> None:
    terms = len(packed) // TERM_BYTES * (-1 if documents < 0 else 1)
    db.execute("UPDATE about SET documents = documents + ?, terms = terms + ?", [documents, terms])


def _count(db: sqlite3.Connection, changes: Counter[bytes]) -> None:
    """Document frequencies; a term that no document holds any more leaves the table."""
    changed = sorted((term, n) for term, n in changes.items() if n)
    db.executemany(
        "INSERT INTO df VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET n = n + excluded.n", changed
    )
    db.executemany("DELETE FROM df WHERE term = ? AND n <= 0", [[term] for term, n in changed if n < 0])


# --- Terms and conditions ---------------------------------------------------------------------------------------
def _hex(packed: bytes) -> str:
    return packed.hex(" ", -TERM_BYTES)


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(term.hex() for term in phrase)}"'


def _match(query: WordQuery) -> str:
    wanted = " AND ".join(map(_quoted, query.wanted))
    if not query.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_quoted, query.unwanted))})"


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def _slices(values: list[bytes]) -> Iterable[list[bytes]]:
    return (values[start : start + 500] for start in range(0, len(values), 500))


def _ids(filters: Filters) -> tuple[int, int] | None:
    """The ids that rows of these days can have: [from, before); None: of any day, which costs no comparison."""
    if filters.received_from is None and filters.received_before is None:
        return None
    first = filters.received_from.toordinal() if filters.received_from else 0
    end = filters.received_before.toordinal() if filters.received_before else date.max.toordinal() + 1
    return first * IDS_PER_DAY, end * IDS_PER_DAY


def _conditions(filters: Filters) -> tuple[str, list[Any]]:
    """Conditions on `doc`, written so that SQLite cannot start from an index of them (the unary plus)."""
    parts: list[str] = []
    values: list[Any] = []

    def add(part: str, given: Iterable[Any]) -> None:
        parts.append(part)
        values.extend(given)

    for column, wanted in (
        ("centre", filters.centres),
        ("scam", filters.main_scams),
        ("product", filters.products),
        ("sales_method", filters.sales_methods),
        ("age_band", filters.age_bands),
        ("outcome", filters.outcomes),
    ):
        if wanted:
            add(f"+doc.{column} IN ({_marks(wanted)})", wanted)
    if filters.scams:
        add(
            "(" + " OR ".join(["instr(doc.scams, ?)"] * len(filters.scams)) + ")",
            [f" {code} " for code in filters.scams],
        )
    for condition, given in (
        ("+doc.is_open = ?", filters.is_open),
        ("doc.received_on >= ?", filters.received_from and filters.received_from.isoformat()),
        ("doc.received_on < ?", filters.received_before and filters.received_before.isoformat()),
        ("doc.contract_yen >= ?", filters.contract_yen_from),
        ("doc.contract_yen <= ?", filters.contract_yen_to),
        ("+doc.uid <> ?", filters.leave_out and filters.leave_out.bytes),
    ):
        if given is not None:
            add(condition, [given])
    return " AND ".join(parts), values
