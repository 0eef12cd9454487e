"""End of the month: PIO-NET's counts beside ours, by 受付月 and 相談区分, and the cases that may explain a difference.

Nothing is stored: what is pasted is counts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final

from django.db.models import Count
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import codes
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.codes import Kind
from cases.services.pionet import registering
from cases.services.pionet.registering import Listed, State

LONGEST: Final = 20_000  # characters
MOST_LINES: Final = 120
MOST_CASES: Final = 50
_MONTH: Final = re.compile(r"(\d{4})[-/年.](\d{1,2})月?")
_TOTALS: Final = frozenset({"計", "合計", "総計", "total"})
_PARTED: Final = re.compile(r"[\t,]")

Counts = Mapping[tuple[date, str], int]


class CountsNotUnderstood(CasesError):
    """A line of what was pasted is no month with its counts."""

    code: ClassVar[str] = "counts_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(_("%(line)d行目: %(reason)s") % {"line": line, "reason": reason})


@dataclass(frozen=True)
class Line:
    """One month (its first day) and 相談区分: their count and ours, and cases that may explain a difference."""

    month: date
    kind: str
    theirs: int
    ours: int
    may_explain: tuple[Listed, ...] = ()
    further: int = 0

    @property
    def difference(self) -> int:
        """How many more PIO-NET has."""
        return self.theirs - self.ours


def read(text: str) -> dict[tuple[date, str], int]:
    """What is pasted from a sheet or typed: a header of 月 and 相談区分, then a line per month; or 月, 区分, 件数 each.

    Columns are parted by tabs or commas; a total is passed over. Raises CountsNotUnderstood.
    """
    if len(text) > LONGEST:
        raise CountsNotUnderstood(1, _("長すぎます。"))
    lines = [
        (number, [cell.strip() for cell in _PARTED.split(spelling.width(_without_commas(line)))])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not lines:
        raise CountsNotUnderstood(1, _("件数を貼り付けてください。"))
    if len(lines) > MOST_LINES:
        raise CountsNotUnderstood(MOST_LINES + 1, _("%(most)d行までにしてください。") % {"most": MOST_LINES})
    first = lines[0][1]
    if _MONTH.fullmatch(first[0]):
        return _by_triples(lines)
    if len(lines) > 1 and len(first) == 3 and _MONTH.fullmatch(lines[1][1][0]) and _kind(lines[1][1][1]):
        return _by_triples(lines[1:])
    return _by_table(first, lines[1:])


def _without_commas(line: str) -> str:
    """「1,234」 in quotes or beside tabs is one number."""
    if "\t" in line:
        return re.sub(r"(?<=\d),(?=\d{3}\b)", "", line)
    return re.sub(r'"(\d{1,3}(?:,\d{3})+)"', lambda number: number[1].replace(",", ""), line)


def _kind(text: str) -> str:
    """The code of a 相談区分 given by code or label, in the reader's language or Japanese; empty for none."""
    known = codes.codes(Kind.KIND).by_code
    return next((code for code, row in known.items() if text in (code, row.label, row.text)), "")


def _by_triples(lines: Iterable[tuple[int, list[str]]]) -> dict[tuple[date, str], int]:
    found: dict[tuple[date, str], int] = {}
    for number, cells in lines:
        if len(cells) != 3:
            raise CountsNotUnderstood(number, _("「月、相談区分、件数」の3列にしてください。"))
        month, kind = _month(cells[0], number), _kind(cells[1])
        if cells[1] in _TOTALS:
            continue
        if not kind:
            raise CountsNotUnderstood(number, _("相談区分が分かりません。"))
        _put(found, month, kind, cells[2], number)
    return found


def _by_table(header: Sequence[str], lines: Iterable[tuple[int, list[str]]]) -> dict[tuple[date, str], int]:
    kinds = [_kind(cell) for cell in header]
    if not any(kinds):
        raise CountsNotUnderstood(1, _("1行目に「月」と相談区分の名前を並べてください。"))
    for cell, kind in zip(header[1:], kinds[1:], strict=True):
        if cell and not kind and cell not in _TOTALS:
            raise CountsNotUnderstood(1, _("相談区分が分かりません。"))
    found: dict[tuple[date, str], int] = {}
    for number, cells in lines:
        if cells[0] in _TOTALS:
            continue
        month = _month(cells[0], number)
        for kind, cell in zip(kinds, cells, strict=False):
            if kind:
                _put(found, month, kind, cell, number)
    return found


def _month(text: str, number: int) -> date:
    parts = _MONTH.fullmatch(text)
    if parts is None or not 1 <= int(parts[2]) <= 12 or not 1950 <= int(parts[1]) <= 9998:
        raise CountsNotUnderstood(number, _("月を「2026-11」のように書いてください。"))
    return date(int(parts[1]), int(parts[2]), 1)


def _put(found: dict[tuple[date, str], int], month: date, kind: str, text: str, number: int) -> None:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise CountsNotUnderstood(number, _("件数は数字にしてください。"))
    if (month, kind) in found:
        raise CountsNotUnderstood(number, _("同じ月と相談区分が2回あります。"))
    found[month, kind] = int(text)


def compare(theirs: Counts, *, by: Actor) -> list[Line]:
    """Every month and 相談区分 that was given, in order; where counts differ, the cases that may explain it.

    Those are: not registered yet (we have more), and changed on the card since their registration (either way).
    """
    months = sorted({month for month, _kind in theirs})
    kinds = list(codes.codes(Kind.KIND).by_code)
    lines: list[Line] = []
    for month in months:
        ours = _ours(month, by)
        given = sorted((kind for at, kind in theirs if at == month), key=kinds.index)
        is_same = all(theirs[month, kind] == ours.get(kind, 0) for kind in given)
        open_ends = [] if is_same else _open_ends(month, by)
        lines += [_line(month, kind, theirs[month, kind], ours.get(kind, 0), open_ends) for kind in given]
    return lines


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _ours(month: date, by: Actor) -> dict[str, int]:
    cases = Case.objects.visible_to(by).filter(received_on__gte=month, received_on__lt=_next(month))
    return dict(cases.order_by().values_list("kind").annotate(Count("pk")))


def _open_ends(month: date, by: Actor) -> list[Listed]:
    """Cases of the month that are not in PIO-NET as they are now, by 受付日."""
    cases = registering.belonging(by).filter(received_on__gte=month, received_on__lt=_next(month))
    found = list(cases.for_list().order_by("received_on", "pk"))
    standings = registering.standings(found)
    today = calendar.today()
    return [
        Listed(case, standings[case.pk], (today - case.received_on).days)
        for case in found
        if standings[case.pk].state is State.NOT_YET or standings[case.pk].is_card_changed
    ]


def _line(month: date, kind: str, theirs: int, ours: int, open_ends: Sequence[Listed]) -> Line:
    if theirs == ours:
        return Line(month, kind, theirs, ours)
    # A changed card may have stood under another 区分 there.
    found = [one for one in open_ends if one.case.kind == kind or one.standing.state is State.CHANGED_SINCE]
    return Line(month, kind, theirs, ours, tuple(found[:MOST_CASES]), max(0, len(found) - MOST_CASES))
