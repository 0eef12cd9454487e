"""The embedded engine's file: making it, opening it once per thread, noticing that it is gone or damaged.

One writer at a time, any number of readers beside it (WAL). `synchronous=FULL`: the feed forgets a case after the
commit here, so the commit must outlive a power cut as well as a killed process.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from search.errors import EngineBroken, SearchRebuilding, SearchUnavailable

_SCHEMA: Final = """
CREATE TABLE about (
    version TEXT NOT NULL, is_complete INTEGER NOT NULL, documents INTEGER NOT NULL, terms INTEGER NOT NULL
);
CREATE TABLE doc (
    id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL, centre INTEGER NOT NULL,
    received_on TEXT NOT NULL, is_open INTEGER NOT NULL, scam TEXT NOT NULL, scams TEXT NOT NULL,
    product TEXT NOT NULL, sales_method TEXT NOT NULL, age_band TEXT NOT NULL, outcome TEXT NOT NULL,
    contract_yen INTEGER
);
CREATE TABLE packed (id INTEGER PRIMARY KEY, terms BLOB NOT NULL);
CREATE TABLE df (term BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE ft USING fts5(terms, content='', tokenize='ascii', detail=full);
"""
_FORMAT: Final = "2"
# Primary result codes that mean: this file will never answer again (SQLITE_CORRUPT, SQLITE_NOTADB).
_BROKEN: Final = frozenset({11, 26})
_WAIT_SECONDS: Final = 20.0


class _Open(NamedTuple):
    inode: tuple[int, int]
    connection: sqlite3.Connection


class SearchFile:
    """Connections to one file of one version, each used by the thread that opened it."""

    def __init__(self, path: Path, version: str) -> None:
        self.path = path
        self.version = f"{_FORMAT}/{version}"
        self._threads = threading.local()

    @contextmanager
    def reading(self, *, whole: bool = True) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file. `whole`: refuse with SearchRebuilding until it is complete.

        Raises EngineBroken, SearchUnavailable.
        """
        with self._translated():
            connection = self._connection("reader")
            connection.execute("BEGIN")
            try:
                if whole and not connection.execute("SELECT is_complete FROM about").fetchone()[0]:
                    raise SearchRebuilding
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection with the write lock; committed at the end, rolled back where the block raises.

        Raises EngineBroken, SearchUnavailable.
        """
        with self._translated():
            connection = self._connection("writer")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The writer's connection outside a transaction, for pragmas."""
        with self._translated():
            yield self._connection("writer")

    def recreate(self) -> None:
        """Put an empty, incomplete file in the place of whatever is there. Open readers move over by themselves."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            self._close()
            # First what belongs to the old file: a log left beside a new file would be played into it.
            for old in (f"{self.path}-wal", f"{self.path}-shm", str(self.path)):
                Path(old).unlink(missing_ok=True)
            draft = self.path.with_name(f".{self.path.name}.new")
            draft.unlink(missing_ok=True)
            connection = sqlite3.connect(draft, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.executescript(_SCHEMA)
                connection.execute("INSERT INTO about VALUES (?, 0, 0, 0)", [self.version])
            finally:
                connection.close()
            draft.chmod(0o600)
            draft.replace(self.path)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        handle = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _connection(self, kind: str) -> sqlite3.Connection:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._close()
            raise EngineBroken("the search file is missing") from None
        inode = (found.st_dev, found.st_ino)
        held: _Open | None = getattr(self._threads, kind, None)
        if held is not None and held.inode == inode:
            return held.connection
        if held is not None:
            held.connection.close()
        connection = self._opened(is_reader=kind == "reader")
        setattr(self._threads, kind, _Open(inode, connection))
        return connection

    def _opened(self, *, is_reader: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_WAIT_SECONDS
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA cache_size=-16000")
            if is_reader:
                connection.execute("PRAGMA query_only=ON")
            self._require_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _require_version(self, connection: sqlite3.Connection) -> None:
        try:
            found = connection.execute("SELECT version FROM about").fetchone()
        except sqlite3.OperationalError:  # an empty file, or one of somebody else
            found = None
        if found != (self.version,):
            raise EngineBroken("the search file is of another version")

    def _close(self) -> None:
        for kind in ("reader", "writer"):
            held: _Open | None = getattr(self._threads, kind, None)
            if held is not None:
                held.connection.close()
                delattr(self._threads, kind)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._close()
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _BROKEN:
                raise EngineBroken("the search file is damaged") from error
            if isinstance(error, sqlite3.OperationalError):
                raise SearchUnavailable from error
            raise
