"""Triggers that keep the log append-only in the database itself.

They stop a mistake and a stolen application account; whoever owns the tables can drop them, and is then found by the
verifier. On PostgreSQL the tables should belong to another role than the one the product signs in with: then
`REVOKE UPDATE, DELETE, TRUNCATE ON cases_auditentry FROM madoguchi` holds even without them (docs/guide.md).

SQLite forgets the triggers of a table that a migration makes anew, so they are looked after at each `migrate`.
"""

from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Table, what is refused.
_KEPT: Final = (
    ("cases_auditentry", ("UPDATE", "DELETE", "TRUNCATE")),
    ("cases_audithead", ("DELETE", "TRUNCATE")),
    ("cases_auditcheckpoint", ("UPDATE", "DELETE", "TRUNCATE")),
)
_MESSAGE: Final = "the audit log is append-only"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place. Safe to call again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION cases_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$"
            )
        for table, verb in _pairs(connection):
            cursor.execute(_drop(connection, table, verb))
            cursor.execute(_create(connection, table, verb))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration backwards, and for a test suite that empties its database."""
    with connection.cursor() as cursor:
        for table, verb in _pairs(connection):
            cursor.execute(_drop(connection, table, verb))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not there, or not switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'audit_keep_%' AND tgenabled <> 'D'"
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_keep_%'"
            )
        held = {row[0] for row in cursor.fetchall()}
    return sorted({_name(table, verb) for table, verb in _pairs(connection)} - held)


def look_after(using: str, **_context: object) -> None:
    """After each `migrate`: what a migration lost is put back."""
    connection = connections[using]
    tables = connection.introspection.table_names()
    if all(table in tables for table, _verbs in _KEPT) and missing(connection):
        install(connection)


def _pairs(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    pairs = [(table, verb) for table, verbs in _KEPT for verb in verbs]
    return [pair for pair in pairs if connection.vendor == "postgresql" or pair[1] != "TRUNCATE"]


def _name(table: str, verb: str) -> str:
    return f"audit_keep_{table.removeprefix('cases_')}_{verb.lower()}"


def _create(connection: BaseDatabaseWrapper, table: str, verb: str) -> str:
    name = _name(table, verb)
    if connection.vendor == "postgresql":
        does = "FOR EACH STATEMENT EXECUTE FUNCTION cases_audit_refuse()"
    else:
        does = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {does}"


def _drop(connection: BaseDatabaseWrapper, table: str, verb: str) -> str:
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {_name(table, verb)}{where}"
