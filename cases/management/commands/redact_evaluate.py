"""`manage.py redact_evaluate --names FILE`: how well unknown names are masked. One JSON object out."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.jsonlines import USAGE, BadLine, read_lines
from cases.protection.redaction.evaluation import Annotated, evaluate

_PERSON = "人名"


class Command(BaseCommand):
    """A thin door to `cases.protection.redaction.evaluation`. Needs no database and no key."""

    help = "Measures the masking of names on JSON lines {text, entities: [{span: [start, end], type}]}, .gz accepted."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--names", required=True, metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with _opened(options["names"]) as stream:
                found = evaluate(_sentences(stream))
        except OSError as failure:
            raise CommandError(
                f"{options['names']}: {failure.strerror or 'not readable'}", returncode=USAGE
            ) from None
        except BadLine as refused:
            raise CommandError(str(refused), returncode=USAGE) from None
        shares = (
            "sure", "with_suggestions", "characters_sure", "characters_with_suggestions",
            "precision_sure", "precision_suggested",
        )  # fmt: skip
        answer = {name: getattr(found, name).value for name in shares} | {
            "names": found.sure.whole,
            "sentences": found.sentences,
            "characters": found.characters,
            "characters_per_second": found.characters_per_second,
        }
        sys.stdout.write(json.dumps(answer) + "\n")


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _sentences(stream: IO[bytes]) -> Iterator[Annotated]:
    """Other keys and other types of entities are ignored. Raises BadLine."""
    for line_no, line in read_lines(stream):
        text, entities = line.get("text"), line.get("entities", [])
        if not isinstance(text, str) or not isinstance(entities, list):
            raise BadLine(line_no, 'expected text under "text" and a list under "entities"')
        yield Annotated(text, tuple(_name(line_no, found, text) for found in entities if _is_person(found)))


def _is_person(entity: object) -> bool:
    return isinstance(entity, dict) and entity.get("type") == _PERSON


def _name(line_no: int, entity: dict[str, Any], text: str) -> tuple[int, int]:
    span = entity.get("span")
    if (
        not isinstance(span, list)
        or len(span) != 2
        or not all(isinstance(at, int) for at in span)
        or not 0 <= span[0] < span[1] <= len(text)
    ):
        raise BadLine(line_no, 'expected "span": [start, end] inside the text')
    return span[0], span[1]
