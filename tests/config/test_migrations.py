"""The migrations make the tables that the models describe, which the other tests work on."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db

ANEW = """
import json
import django
django.setup()
from django.core.management import call_command
from tests.config.test_migrations import schema
call_command("migrate", verbosity=0)
print(json.dumps(schema()))
"""


def schema() -> dict[str, Any]:
    """Each of our tables with its columns and what is unique, indexed, checked or refers to another, by any name."""
    look = connection.introspection
    models = apps.get_models(include_auto_created=True)
    ours = {model._meta.db_table for model in models if not model.__module__.startswith("django.")}
    # On SQLite it looks for collations, of which there are none, and stumbles over a check like `IN (0, 5, 10)`.
    no_collations = mock.patch.object(look, "_get_column_collations", return_value={}, create=True)
    with connection.cursor() as cursor, no_collations:
        return {
            table: {
                "columns": sorted(
                    [column.name, look.get_field_type(column.type_code, column), column.null_ok]
                    for column in look.get_table_description(cursor, table)
                ),
                "rules": sorted(
                    json.dumps(
                        [
                            held["columns"],
                            *(held[kind] for kind in ("unique", "index", "check", "foreign_key")),
                        ]
                    )
                    for held in look.get_constraints(cursor, table).values()
                ),
                "samples": _samples(cursor, table),
            }
            for table in sorted(ours & set(look.table_names(cursor)))
        }


def _samples(cursor: Any, table: str) -> list[list[Any]]:
    """How much of each column PostgreSQL keeps for its planner; no model says it."""
    if connection.vendor == "sqlite":
        return []
    cursor.execute(
        "SELECT attname, attstattarget FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped",
        [table],
    )
    return sorted(list(row) for row in cursor.fetchall())


@contextmanager
def _empty_database(folder: Path) -> Iterator[str]:
    """The address of one, of the kind that the suite runs on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'anew.sqlite3'}"
        return
    name = f"anew_{uuid.uuid4().hex}"
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield f"{url.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name}")


def test_the_migrations_make_the_same_tables(tmp_path: Path) -> None:
    with _empty_database(tmp_path) as url:
        done = subprocess.run(
            [sys.executable, "-c", ANEW], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]

    made = json.loads(done.stdout)
    assert len(made) > 100
    assert made == json.loads(json.dumps(schema()))
