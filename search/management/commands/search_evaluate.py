"""`manage.py search_evaluate`: documents and questions in, the best documents of each question out."""

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jsonlines import USAGE, BadLine, line_of, read_lines, text_of
from search.evaluate import Trial, elasticsearch, embedded

EMBEDDED, ELASTICSEARCH = "embedded", "elasticsearch"
ENGINES: Final = {EMBEDDED: embedded, ELASTICSEARCH: elasticsearch}


class Command(BaseCommand):
    """A thin door to `search.evaluate.Trial`."""

    help = "Answers questions over documents with the product's own search: {qid, hits} per question."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--documents", type=Path, required=True, help="JSON lines {id, text}, or .gz")
        parser.add_argument(
            "--queries", type=Path, required=True, help="JSON lines {qid, q, exclude?}, or .gz"
        )
        parser.add_argument("--engine", choices=[EMBEDDED, ELASTICSEARCH], default=EMBEDDED)
        parser.add_argument("--top", type=int, default=10)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["engine"] == ELASTICSEARCH and not settings.ELASTICSEARCH_URLS:
            raise CommandError("--engine elasticsearch: ELASTICSEARCH_URLS is not set", returncode=USAGE)
        if options["top"] < 1:
            raise CommandError("--top: expected a number from 1", returncode=USAGE)
        documents, queries = options["documents"], options["queries"]
        with ENGINES[options["engine"]]() as engine:
            ids: list[Any] = []
            trial = Trial(engine, _texts(documents, ids))
            places: dict[str, set[int]] = defaultdict(set)
            for place, found in enumerate(ids):
                places[_key(found)].add(place)
            for line_no, query in _lines(queries):
                keys = [_key(one) for one in _excluded(query)]
                held = {place for key in keys if key in places for place in places[key]}
                question = _required_text(queries, line_no, query, "q")
                hits = trial.best(question, exclude=held, top=options["top"])
                answer = {"qid": _id(queries, line_no, query, "qid"), "hits": [ids[place] for place in hits]}
                self.stdout.write(line_of(answer))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects of the file. Raises CommandError (exit 2) for a file or line that cannot be read."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            yield from read_lines(cast(IO[bytes], stream))
    except BadLine as bad:
        raise CommandError(f"{path.name}: {bad}", returncode=USAGE) from None
    except (OSError, EOFError, zlib.error) as error:
        raise CommandError(f"{path.name}: {error}", returncode=USAGE) from error


def _texts(path: Path, ids: list[Any]) -> Iterator[str]:
    """The texts in order; their ids are left in `ids`."""
    for line_no, document in _lines(path):
        text = _required_text(path, line_no, document, "text")
        ids.append(_id(path, line_no, document, "id"))
        yield text


def _required_text(path: Path, line_no: int, value: dict[str, Any], key: str) -> str:
    if value.get(key) is None:
        raise CommandError(f'{path.name}: line {line_no}: expected text under "{key}"', returncode=USAGE)
    try:
        text = text_of(line_no, value, key)
    except BadLine as bad:
        raise CommandError(f"{path.name}: {bad}", returncode=USAGE) from None
    return text


def _id(path: Path, line_no: int, value: dict[str, Any], key: str) -> Any:
    """Any JSON value but null: it goes out in the type it came in. What JSON has no sign for (NaN) is none."""
    try:
        if json.dumps(value.get(key), allow_nan=False) != "null":
            return value[key]
    except ValueError:
        pass
    raise CommandError(f'{path.name}: line {line_no}: expected an id under "{key}"', returncode=USAGE)


def _excluded(query: dict[str, Any]) -> list[Any]:
    exclude = query.get("exclude")
    if exclude is None:
        return []
    return exclude if isinstance(exclude, list) else [exclude]


def _key(value: Any) -> str:
    """Ids compared as JSON: 1 is not "1"."""
    return json.dumps(value, sort_keys=True)
