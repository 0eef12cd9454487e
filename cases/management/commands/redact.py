"""`manage.py redact`: JSON lines in, JSON lines out. Needs no database and no key."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.jsonlines import USAGE, BadLine, line_of, read_lines, refuse_unknown, text_of
from cases.protection.redaction import Party, redact

_KEYS = frozenset({"text", "parties"})
_PARTY_KEYS = frozenset({"name", "kana", "phones", "address"})


class Command(BaseCommand):
    """A thin door to `cases.protection.redaction.redact`."""

    help = "Masks personal data in JSON lines: {text, parties?} in, {masked, spans} out."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input line by line; each answer is flushed before the next line is read."""
        try:
            for line_no, line in read_lines():
                sys.stdout.buffer.write(line_of(_answer(line_no, line)).encode() + b"\n")
                sys.stdout.buffer.flush()
        except BadLine as refused:
            raise CommandError(str(refused), returncode=USAGE) from None


def _answer(line_no: int, line: dict[str, Any]) -> dict[str, Any]:
    refuse_unknown(line_no, line, _KEYS)
    if not isinstance(line.get("text"), str):
        raise BadLine(line_no, 'expected text under "text"')
    redaction = redact(line["text"], _parties(line_no, line.get("parties")))
    return {
        "masked": redaction.masked,
        "spans": [[span.start, span.end, span.kind, span.tier] for span in redaction.spans],
    }


def _parties(line_no: int, given: object) -> list[Party]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(party, dict) for party in given):
        raise BadLine(line_no, 'expected a list of objects under "parties"')
    return [_party(line_no, party) for party in given]


def _party(line_no: int, given: dict[str, Any]) -> Party:
    refuse_unknown(line_no, given, _PARTY_KEYS, ' in "parties"')
    phones = given.get("phones")
    if phones is None:
        phones = []
    if not isinstance(phones, list) or not all(isinstance(phone, str) for phone in phones):
        raise BadLine(line_no, 'expected a list of texts under "phones"')
    name, kana, address = (text_of(line_no, given, key) for key in ("name", "kana", "address"))
    return Party(name=name, kana=kana, phones=tuple(phones), address=address)
