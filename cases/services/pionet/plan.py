"""The order in which fields are copied, how long each may be, and since when: data that a centre may change.

The shipped order is what is publicly known of the card and not PIO-NET's own screen, which no public page shows:
compare it with yours once, and change the CSV.
"""

import csv
import hashlib
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.held import Proven
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.registration import CopyingPlan
from cases.services.pionet.items import DATE_FORMS, ITEMS

SHIPPED: Final = Path(__file__).parent / "data" / "fields.csv"
COLUMNS: Final = ("item", "label", "limit", "form")
MOST_FIELDS: Final = 100
LABEL_LENGTH: Final = 40
LONGEST: Final = 20_000
CHANGED: Final = "PIONET_PLAN_CHANGED"


class PlanNotUnderstood(CasesError):
    """A line of the CSV names no item, or something that it cannot be."""

    code: ClassVar[str] = "plan_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(_("%(line)d行目: %(reason)s") % {"line": line, "reason": reason})


@dataclass(frozen=True)
class Field:
    """One field of PIO-NET: what goes into it, its name there, and its limit in characters (None: not known)."""

    item: str
    label: str
    limit: int | None = None
    form: str = ""


@dataclass(frozen=True)
class Plan:
    fields: tuple[Field, ...]
    since: date | None
    text: str


_proven: Final = Proven[tuple[uuid.UUID, str]]()


def of(centre: Centre) -> Plan:
    """The plan in force: the centre's newest that the log vouches for, else the shipped one from the beginning."""
    row = CopyingPlan.objects.filter(centre=centre).first()
    if row is None or not _is_vouched(row, centre):
        return Plan(shipped(), None, SHIPPED.read_text(encoding="utf-8"))
    text = row.fields or SHIPPED.read_text(encoding="utf-8")
    return Plan(read(text), row.since, text)


def _is_vouched(row: CopyingPlan, centre: Centre) -> bool:
    """A plan may be years old: its entry is looked for in the whole log, so once for each process."""

    def ask() -> bool:
        return next(audit.vouched(CHANGED, centre_uid=centre.uid, reason=_told(row)), None) is not None

    return _proven.holds((centre.uid, _told(row)), ask)


@cache
def shipped() -> tuple[Field, ...]:
    return read(SHIPPED.read_text(encoding="utf-8"))


@transaction.atomic
def change(centre: Centre, *, fields: str, since: date | None, by: Actor) -> Plan:
    """Put the plan of a centre anew; empty `fields` are the shipped ones. Raises PlanNotUnderstood."""
    if fields.strip():
        read(fields)
    row = CopyingPlan.objects.create(centre=centre, fields=fields.strip(), since=since, account_id=by.pk)
    audit.record("PIONET_PLAN_CHANGED", by=by, centre=centre, reason=_told(row))
    return of(centre)


def _told(row: CopyingPlan) -> str:
    digest = hashlib.sha256(row.fields.encode()).hexdigest()
    return f"{row.uid} {row.since.isoformat() if row.since else '-'} {digest}"


def read(text: str) -> tuple[Field, ...]:
    """The fields of a CSV with the header item,label,limit,form. Raises PlanNotUnderstood."""
    if len(text) > LONGEST:
        raise PlanNotUnderstood(1, _("長すぎます。"))
    found = tuple(_fields(text))
    if not 0 < len(found) <= MOST_FIELDS:
        raise PlanNotUnderstood(1, _("項目は1個から%(most)d個までです。") % {"most": MOST_FIELDS})
    return found


def _fields(text: str) -> Iterator[Field]:
    lines = csv.DictReader(io.StringIO(text.strip()), restval="", strict=True)
    try:
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise PlanNotUnderstood(
                1, _("1行目は「%(header)s」にしてください。") % {"header": ",".join(COLUMNS)}
            )
        seen: set[str] = set()
        for line in lines:
            one = _field(line, lines.line_num)
            if one.item in seen:
                raise PlanNotUnderstood(lines.line_num, _("同じ項目が2回あります。"))
            seen.add(one.item)
            yield one
    except csv.Error:
        raise PlanNotUnderstood(lines.line_num + 1, _("CSVとして読めません。")) from None


def _field(line: dict[str, str], number: int) -> Field:
    if None in line:
        raise PlanNotUnderstood(number, _("列が多すぎます。"))
    item, label, limit, form = (line[name].strip() for name in COLUMNS)
    if item not in ITEMS:
        raise PlanNotUnderstood(number, _("知らない項目です。"))
    if len(label) > LABEL_LENGTH:
        raise PlanNotUnderstood(number, _("名前は%(most)d文字までです。") % {"most": LABEL_LENGTH})
    if limit and not (limit.isascii() and limit.isdigit() and 0 < int(limit) <= LONGEST):
        raise PlanNotUnderstood(number, _("上限は文字数か空欄にしてください。"))
    if form not in DATE_FORMS or (form and not ITEMS[item].is_day):
        raise PlanNotUnderstood(number, _("形は日付の項目だけに、slash・digits・warekiのどれかを書きます。"))
    return Field(item, label or str(ITEMS[item].label), int(limit) if limit else None, form)
