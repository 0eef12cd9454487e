"""`manage.py breakdown`: one question as JSON on stdin, one answer as JSON on stdout."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.figures import code_maps, measures, periods, wire
from cases.figures.code_maps import CodeMapMissing
from cases.figures.comparing import Days
from cases.figures.dimensions import PARTY
from cases.figures.measures import Question, QuestionNotUnderstood
from cases.law import calendar
from cases.records.centre import Centre

USAGE = 2


class Command(BaseCommand):
    help = "Counts consultations by one to three dimensions: one JSON question in, one JSON answer out."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--list", action="store_true", help="print the names of dimensions, measures and subjects"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        answer = wire.names() if options["list"] else _answered(_read())
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _read() -> Mapping[str, Any]:
    try:
        given = json.loads(sys.stdin.buffer.read())
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise _refused("stdin: expected one JSON value") from error
    if not isinstance(given, dict):
        raise _refused("stdin: expected a JSON object")
    return given


def _answered(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        days = _days(given)
        return wire.answered(_question(given, days), _compared(given, days))
    except (QuestionNotUnderstood, CodeMapMissing) as error:
        raise _refused(str(error)) from error


def _days(given: Mapping[str, Any]) -> Days:
    """[from, to), or what the period named stands for today."""
    if (period := _text(given, "period")) and not (_text(given, "from") or _text(given, "to")):
        return periods.days_of(period, calendar.today())
    start, end = _day(given, "from"), _day(given, "to")
    return periods.asked_days(period, start, end, calendar.today())


def _compared(given: Mapping[str, Any], days: Days) -> Days | None:
    start, end = (
        _day(given, name) if _text(given, name) else None for name in ("compare_from", "compare_to")
    )
    return periods.compared_days(_text(given, "compare"), start, end, days, calendar.today())


def _question(given: Mapping[str, Any], days: Days) -> Question:
    as_of, table = _number(given, "as_of"), _number(given, "code_map")
    centre_ids = _centres(_text(given, "centre"))
    return Question(
        centre_ids=centre_ids,
        start=days.start,
        end=days.end,
        rows=_required(given, "rows"),
        columns=_text(given, "columns"),
        measure=_text(given, "measure") or measures.CASES,
        filters=_filters(given),
        as_of=as_of,
        subject=_text(given, "subject") or PARTY,
        layers=_text(given, "layers"),
        code_map=None if table is None else code_maps.numbered(centre_ids, table),
    )


def _number(given: Mapping[str, Any], key: str) -> int | None:
    number = given.get(key)
    if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 0):
        raise _refused(f"{key}: expected a whole number, as an earlier answer gave it")
    return number


def _centres(code: str | None) -> frozenset[int]:
    """The centre of that code, or every one."""
    by_code = dict(Centre.objects.values_list("code", "pk"))
    if code is None:
        return frozenset(by_code.values())
    if code not in by_code:
        raise _refused("centre: expected the code of a centre")
    return frozenset({by_code[code]})


def _day(given: Mapping[str, Any], key: str) -> date:
    try:
        return date.fromisoformat(_required(given, key))
    except ValueError as error:
        raise _refused(f"{key}: expected a date such as 2026-04-01") from error


def _filters(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Per dimension a list of codes; a single code may stand alone."""
    filters = given.get("filters") or {}
    if not isinstance(filters, dict):
        raise _refused("filters: expected an object of dimension names and code lists")
    listed = {name: [codes] if isinstance(codes, str) else codes for name, codes in filters.items()}
    for name, codes in listed.items():
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise _refused(f"filters.{name}: expected a list of codes")
    return listed


def _required(given: Mapping[str, Any], key: str) -> str:
    text = _text(given, key)
    if text is None:
        raise _refused(f"{key}: expected, but absent")
    return text


def _text(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise _refused(f"{key}: expected a text")
    return value


def _refused(message: str) -> CommandError:
    return CommandError(message, returncode=USAGE)
