"""PostgreSQL: `pg_dump` as a child, on a snapshot that this process holds, so that its moment and rows are known.

Its driver is loaded where it is used: 6 MB that no process of a machine with SQLite needs.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.backup.databases import LEFT_OUT, Snapshot
from cases.backup.telling import Tell
from cases.errors import CasesError

if TYPE_CHECKING:
    import psycopg

_DEBIAN: Final = Path("/usr/lib/postgresql")
_DUMP: Final = ("--format=custom", "--compress=0", "--no-owner", "--no-privileges")


class DumpRefused(CasesError):
    """PostgreSQL's own program is missing, too old, or failed."""

    code: ClassVar[str] = "dump_refused"
    status: ClassVar[int] = 503


@dataclass(frozen=True)
class Target:
    """A database on a server, as Django's settings name it."""

    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, used: Mapping[str, Any], *, name: str = "") -> "Target":
        return cls(
            name=name or str(used["NAME"]),
            host=str(used["HOST"] or ""),
            port=str(used["PORT"] or ""),
            user=str(used["USER"] or ""),
            password=str(used["PASSWORD"] or ""),
        )

    def environment(self) -> dict[str, str]:
        """For the children: nothing of it stands in the list of processes."""
        given = {
            "PGDATABASE": self.name,
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {**os.environ, **{name: value for name, value in given.items() if value}}

    def connect(self) -> "psycopg.Connection[Any]":
        import psycopg
        from psycopg.conninfo import make_conninfo

        given = {
            "dbname": self.name,
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
        }
        known = {name: value for name, value in given.items() if value}
        return psycopg.connect(make_conninfo(**known), autocommit=True)

    def url(self) -> str:
        """As DATABASE_URL takes it."""
        who = quote(self.user, safe="")
        if self.password:
            who += ":" + quote(self.password, safe="")
        at = f"{self.host}:{self.port}" if self.port else self.host
        return f"postgres://{who}@{quote(at, safe=':[]')}/{quote(self.name, safe='')}"


def live() -> Target:
    """The database that the product works on."""
    return Target.of(connection.settings_dict)


class Postgres:
    """The database of DATABASE_URL."""

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    @contextmanager
    def snapshot(self, scratch: Path, *, tell: Tell) -> Iterator[Snapshot]:
        target, taken_at = live(), timezone.now()
        with target.connect() as held:
            program = program_for(held, "pg_dump")
            held.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = held.execute("SELECT pg_export_snapshot()").fetchone()
            rows = rows_of(held)
            left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
            command = [program, *_DUMP, *left_out, f"--snapshot={row[0] if row else ''}"]
            with _running(command, target) as child:
                yield Snapshot(taken_at, rows | dict.fromkeys(LEFT_OUT, 0), _Output(child), None)


class _Output:
    """What a child writes; its end counts only where the child says that all went well."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child

    def read(self, size: int, /) -> bytes:
        data = self._child.stdout.read(size) if self._child.stdout else b""
        if not data and self._child.wait() != 0:
            raise DumpRefused(_said(self._child))
        return data


def _said(child: "subprocess.Popen[bytes]") -> str:
    program = Path(str(child.args[0] if isinstance(child.args, list) else child.args)).name
    return _(
        "%(program)s が途中で終わりました(終了コード %(code)s)。データベースの状態を確かめてください。"
    ) % {
        "program": program,
        "code": child.returncode,
    }


@contextmanager
def _running(command: list[str], target: Target) -> Iterator["subprocess.Popen[bytes]"]:
    """A child that does not outlive its use. Its messages may quote rows: nobody reads them."""
    child = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, no shell
        command,
        env=target.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        with child:
            try:
                yield child
            finally:
                if child.poll() is None:
                    child.kill()
    finally:
        child.wait()


def program_for(server: "psycopg.Connection[Any]", name: str) -> str:
    """The path of a client program that is not older than the server. Raises DumpRefused in words."""
    needed = server.info.server_version // 10000
    for path in _installed(name):
        if _major(path) >= needed:
            return path
    raise DumpRefused(
        _(
            "PostgreSQL %(version)d 用の %(program)s がありません。postgresql-client-%(version)d を入れてください。"
        )
        % {"program": name, "version": needed}
    )


def _installed(name: str) -> list[str]:
    """In the PATH, and where Debian keeps one per release, the newest first."""
    known = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True)
    found = shutil.which(name)
    return [*([found] if found else []), *map(str, known)]


def _major(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"\) (\d+)", answer.stdout)
    return int(number.group(1)) if number else 0


def rows_of(server: "psycopg.Connection[Any]") -> dict[str, int]:
    """How many rows each table of the product has, as this transaction sees them."""
    from psycopg import sql

    tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    counted = {}
    for (name,) in tables:
        row = server.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counted[str(name)] = int(row[0]) if row else 0
    return counted


def is_empty(target: Target) -> bool:
    """Whether the database has no table yet."""
    with target.connect() as server:
        row = server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return row is not None and row[0] == 0


def restore(payload: Path, target: Target) -> None:
    """Everything of the dump into an empty database, or nothing. Raises DumpRefused."""
    with target.connect() as server:
        program = program_for(server, "pg_restore")
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    command = [program, *options, f"--dbname={target.name}", str(payload)]
    with _running(command, target) as child:
        child.communicate()
    if child.returncode != 0:
        raise DumpRefused(_said(child))


@contextmanager
def scratch_database() -> Iterator[Target | None]:
    """An empty database beside the product's own, dropped afterwards; None where the role may make none."""
    from psycopg import errors, sql

    name = f"madoguchi_check_{os.getpid()}"
    with live().connect() as server:
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except errors.InsufficientPrivilege:
            yield None
            return
        try:
            yield Target.of(connection.settings_dict, name=name)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def contents(payload: Path) -> int:
    """How many entries `pg_restore --list` finds; 0 where it cannot read the dump."""
    with live().connect() as server:
        program = program_for(server, "pg_restore")
    answer = subprocess.run([program, "--list", str(payload)], capture_output=True, check=False)  # noqa: S603
    return sum(1 for line in answer.stdout.splitlines() if line and not line.startswith(b";"))
