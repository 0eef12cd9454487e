"""`manage.py suppress`: one table as JSON in, what to hide of it as JSON out. Needs no database and no key."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.gate import wire
from cases.gate.hiding import Refused, hide
from cases.jsonlines import USAGE, BadLine


class Command(BaseCommand):
    """A thin door to `cases.gate.hiding.hide`."""

    help = (
        "Hides small counts of a table and what would give them away: one JSON value in, one JSON value out."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input whole, answer once."""
        try:
            answer = hide(_read(sys.stdin.buffer.read()))
        except BadLine as refused:
            raise CommandError(str(refused), returncode=USAGE) from None
        if isinstance(answer, Refused):
            given: dict[str, Any] = {"suppressed": None, "refused": answer.why}
        else:
            given = {
                "suppressed": answer.cells,
                "intervals": answer.intervals,
                "cost": answer.cost,
                "optimal": answer.optimal,
            }
        self.stdout.write(json.dumps(given, ensure_ascii=False))


def _read(given: bytes) -> wire.Asked:
    """The question. Raises BadLine."""
    try:
        text = given.decode("utf-8-sig")
        value = json.loads(text, parse_constant=float)
    except UnicodeDecodeError:
        raise BadLine(1, "expected UTF-8") from None
    except json.JSONDecodeError as refused:
        raise BadLine(refused.lineno, "expected one JSON value") from None
    except (ValueError, RecursionError):
        raise BadLine(1, "expected one JSON value") from None
    try:
        return wire.read(value)
    except wire.TableNotUnderstood as refused:
        before = text.partition(json.dumps(refused.key))[0] if refused.key else ""
        raise BadLine(1 + before.count("\n") if before != text else 1, str(refused)) from None
