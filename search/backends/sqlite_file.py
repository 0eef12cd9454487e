"""The embedded engine's file: making it, opening it once per thread, noticing that it is gone or damaged.

The path is a link to a store, a file with a name of its own beside it, so that another store can take its place in
one step. One writer at a time, any number of readers beside it (WAL). `synchronous=FULL`: the feed forgets a case
after the commit here, so the commit must outlive a power cut as well as a killed process.
"""

import fcntl
import glob
import os
import secrets
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
CREATE TABLE buried (mark BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE df (term BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE ft USING fts5(terms, content='', tokenize='ascii', detail=full);
"""
_FORMAT: Final = "3"
# Primary result codes that mean: this file will never answer again (SQLITE_CORRUPT, SQLITE_NOTADB).
_BROKEN: Final = frozenset({11, 26})
_WAIT_SECONDS: Final = 20.0
# Nobody who takes a call waits long for a file that somebody else has locked.
_READER_SECONDS: Final = 1.5
_STORE: Final = ".store"
# What SQLite keeps beside a database.
_WITH: Final = ("-wal", "-shm")


class _Open(NamedTuple):
    inode: tuple[int, int]
    connection: sqlite3.Connection


class SearchFile:
    """Connections to one file of one version, each used by the thread that opened it."""

    def __init__(self, path: Path, version: str, lock: Path | None = None) -> None:
        self.path = path
        self.version = f"{_FORMAT}/{version}"
        self._lock_file = lock or path.with_name(f"{path.name}.lock")
        self._beside: SearchFile | None = None
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

    # --- Stores -----------------------------------------------------------------------------------------------
    @contextmanager
    def standing(self) -> Iterator[None]:
        """While this is held, no store begins, takes over or is thrown away; many may hold it at once."""
        with self._lock(fcntl.LOCK_SH):
            yield

    def beside(self) -> "SearchFile | None":
        """The second store, where there is one of this version."""
        if self._beside is None:
            self._beside = SearchFile(self._second, self.version.split("/", 1)[1], self._lock_file)
        try:
            with self._beside.reading(whole=False):
                return self._beside
        except EngineBroken:
            return None

    def recreate(self) -> None:
        """An empty, incomplete store in the place of whatever is there. Open readers move over by themselves."""
        with self._lock(fcntl.LOCK_EX):
            self._close()
            self._second.unlink(missing_ok=True)
            _point(self.path, self._empty_store())
            for store in self._unused():
                _remove(store)

    def begin(self) -> None:
        """An empty, incomplete second store; one that was there before goes."""
        with self._lock(fcntl.LOCK_EX):
            before = self._second.resolve() if self._second.is_symlink() else None
            _point(self._second, self._empty_store())
            if before is not None:
                _remove(before)

    def swap(self) -> None:
        """Raises EngineBroken where there is no second store."""
        with self._lock(fcntl.LOCK_EX):
            if self.beside() is None:
                raise EngineBroken("no second store was begun")
            if self.path.exists():
                os.utime(self.path)  # since when it is an old one
            os.replace(self._second, self.path)

    def abandon(self) -> None:
        with self._lock(fcntl.LOCK_EX):
            if self._second.is_symlink():
                store = self._second.resolve()
                self._second.unlink()
                _remove(store)

    def drop_old(self, before: float) -> bool:
        """`before`: seconds since 1970."""
        with self._lock(fcntl.LOCK_EX):
            old = self._unused()
            for store in old:
                if store.stat().st_mtime < before:
                    _remove(store)
        return not any(store.exists() for store in old)

    @property
    def _second(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")

    def _empty_store(self) -> Path:
        store = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}{_STORE}")
        connection = sqlite3.connect(store, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.executescript(_SCHEMA)
            connection.execute("INSERT INTO about VALUES (?, 0, 0, 0)", [self.version])
        finally:
            connection.close()
        store.chmod(0o600)
        return store

    def _unused(self) -> list[Path]:
        """Stores that neither path leads to: replaced ones, and what a killed process left half made."""
        used = {self.path.resolve(), self._second.resolve()}
        found = self.path.parent.resolve().glob(f"{glob.escape(self.path.name)}.*{_STORE}")
        return [store for store in sorted(found) if store not in used]

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)

    # --- Connections ------------------------------------------------------------------------------------------
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
        wait = _READER_SECONDS if is_reader else _WAIT_SECONDS
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=wait
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


def _point(link: Path, store: Path) -> None:
    """The link leads to the store from now on, without a moment in which it leads nowhere.

    A plain file in its place is one of an earlier version of the product; what SQLite kept beside it goes too.
    """
    was_plain = link.is_file() and not link.is_symlink()
    draft = link.with_name(f".{link.name}.link")
    draft.unlink(missing_ok=True)
    draft.symlink_to(store.name)
    draft.replace(link)
    if was_plain:
        for beside in _WITH:
            Path(f"{link}{beside}").unlink(missing_ok=True)


def _remove(store: Path) -> None:
    """The store's log first: left beside a new file of that name, it would be played into it."""
    for beside in (*_WITH, ""):
        Path(f"{store}{beside}").unlink(missing_ok=True)
