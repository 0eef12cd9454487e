"""The school calendar: typed, taken from a table, and asked whether a day is free."""

import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import FileNotUnderstood, read_rows
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.lectures.school.models import SchoolDays

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_LINES: Final = 2000
LONGEST_NAME: Final = 60
MOST_DAYS: Final = 366
# Headings as schools and boards of education write them.
_HEADINGS: Final = {
    "school": ("学校", "学校名"),
    "kind": ("種類", "区分"),
    "first": ("初日", "開始", "開始日", "日付", "年月日"),
    "last": ("最終日", "終了", "終了日"),
    "label": ("名前", "行事", "行事名", "内容", "備考"),
}
_KINDS: Final = {
    SchoolDays.Kind.EXAM: ("試験", "テスト", "考査", "入試"),
    SchoolDays.Kind.HOLIDAY: ("休業", "休み", "休校", "夏休", "冬休", "春休", "振替", "代休"),
    SchoolDays.Kind.EVENT: ("行事", "運動会", "体育祭", "文化祭", "遠足", "修学旅行", "卒業式", "入学式"),
}


@dataclass(frozen=True, kw_only=True)
class DaysEntry:
    """`school` empty: every school of the city. `last` None: one day."""

    kind: str
    first: date
    last: date | None = None
    school: str = ""
    label: str = ""


@dataclass(frozen=True)
class Fault:
    """A line of a file that was not taken. The reason quotes no cell."""

    line: int
    reason: str


@dataclass(frozen=True)
class Taken:
    """What became of a file: lines that are new, lines that were there, and lines with a fault."""

    added: int
    same: int
    faults: Sequence[Fault]


@transaction.atomic
def add(entry: DaysEntry, *, centre: Centre, by: Actor) -> SchoolDays:
    """Days typed by hand; told twice they are one row. Raises EntryRefused."""
    if faults := dict(_faults(entry)):
        raise EntryRefused(faults)
    row, is_new = _put(entry, centre)
    if is_new:
        audit.record("SCHOOL_DAYS_ADDED", by=by, centre=centre)
    return row


@transaction.atomic
def remove(uid: uuid.UUID, *, by: Actor) -> None:
    """Raises SchoolDays.DoesNotExist outside the actor's scope."""
    row = SchoolDays.objects.visible_to(by).select_related("centre").get(uid=uid)
    row.delete()
    audit.record("SCHOOL_DAYS_REMOVED", by=by, centre=row.centre)


@transaction.atomic
def take_file(name: str, data: bytes, *, centre: Centre, by: Actor) -> Taken:
    """Every line that can be read is taken, the others are told by number; the same file again changes nothing.

    Raises FileNotUnderstood for a file that is no such table.
    """
    added, same, faults = 0, 0, []
    for line, entry in _lines(name, data):
        if isinstance(entry, str):
            faults.append(Fault(line, entry))
            continue
        if wrong := dict(_faults(entry)):
            faults.append(Fault(line, next(iter(wrong.values()))))
            continue
        _row, is_new = _put(entry, centre)
        added, same = added + is_new, same + (not is_new)
    audit.record("SCHOOL_DAYS_IMPORTED", by=by, centre=centre, count=max(added, 1))
    return Taken(added, same, faults)


def against(centre: Centre, first: date, last: date, venue: str) -> list[SchoolDays]:
    """Days of the whole city, and of a school that the venue names, that meet [first, last]; one query."""
    rows = SchoolDays.objects.filter(centre=centre, first__lte=last, last__gte=first)
    place = _plain(venue)
    return [row for row in rows if not row.school or _plain(row.school) in place]


def _put(entry: DaysEntry, centre: Centre) -> tuple[SchoolDays, bool]:
    return SchoolDays.objects.get_or_create(
        centre=centre,
        school=entry.school.strip(),
        kind=entry.kind,
        first=entry.first,
        last=entry.last or entry.first,
        defaults={"label": entry.label.strip()},
    )


def _faults(entry: DaysEntry) -> Iterator[tuple[str, str]]:
    if entry.kind not in SchoolDays.Kind.values:
        yield "kind", _("選び直してください。")
    if entry.last is not None and not timedelta() <= entry.last - entry.first <= timedelta(days=MOST_DAYS):
        yield "last", _("最終日は初日から1年以内の日にしてください。")
    for field in ("school", "label"):
        if len(getattr(entry, field).strip()) > LONGEST_NAME:
            yield field, _("%(most)s文字以内で入力してください。") % {"most": LONGEST_NAME}


def _lines(name: str, data: bytes) -> Iterator[tuple[int, DaysEntry | str]]:
    """Line number, and what the line says or why it cannot be read."""
    if len(data) > MOST_BYTES:
        raise FileNotUnderstood("too_large", _("ファイルが大きすぎます(%(n)dMBまで)。") % {"n": 2})
    table = read_rows(name, data)
    columns = _columns(table.header)
    for count, (line, cells) in enumerate(table, 1):
        if count > MOST_LINES:
            raise FileNotUnderstood("too_many_rows", _("行が多すぎます(%(n)d行まで)。") % {"n": MOST_LINES})
        cell = {key: cells[at].strip() for key, at in columns.items()}
        try:
            yield line, _entry(cell)
        except CasesError as fault:
            yield line, str(fault)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what. Raises FileNotUnderstood where no column holds the first day."""
    plain = [_plain(name) for name in header]
    found = {
        key: plain.index(name)
        for key, names in _HEADINGS.items()
        for name in reversed(names)
        if name in plain
    }
    if "first" not in found:
        raise FileNotUnderstood(
            "no_header",
            _("「初日」か「日付」の列が必要です。ほかの列は「学校」「種類」「最終日」「名前」です。"),
        )
    return found


def _entry(cell: dict[str, str]) -> DaysEntry:
    today = calendar.today()
    words = cell.get("kind") or cell.get("label", "")
    last = cell.get("last", "")
    return DaysEntry(
        school=cell.get("school", ""),
        kind=_kind(words),
        first=calendar.parse_date(cell["first"], today=today),
        last=calendar.parse_date(last, today=today) if last else None,
        label=cell.get("label", ""),
    )


def _kind(words: str) -> str:
    """The kind that the words name; an entry without any is an event. Never refused: the label says what it is."""
    plain = _plain(words)
    return next(
        (kind for kind, names in _KINDS.items() if any(name in plain for name in names)),
        SchoolDays.Kind.EVENT,
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
