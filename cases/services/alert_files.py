"""Many alerts at once, out of a CSV or Excel file that another body gave. All of its lines are taken, or none."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import Table, read_rows
from cases.law import calendar
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services import alert_mail, alerts, guidance
from cases.services.alerts import AlertEntry
from cases.services.entry import EntryRefused

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 500
MOST_FAULTS: Final = 50
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("件名", "タイトル", "題名", "title"),
    "source": ("発信元", "発信者", "出典", "source"),
    "scam_type": ("手口", "scam_type"),
    "valid_from": ("いつから", "発信日", "開始日", "日付", "valid_from"),
    "valid_until": ("いつまで", "終了日", "期限", "valid_until"),
    "text": ("内容", "本文", "text"),
    "link": ("リンク", "URL", "link"),
    "marks": ("目印", "marks"),
}
"""Headings of the columns by field; the first is the one that the page names. Others in the file are passed over."""
BETWEEN_MARKS: Final = "、"


class AlertsNotUnderstood(CasesError):
    """Lines that cannot be taken; nothing of the file was. `faults`: line of the file, field and reason, no value."""

    code: ClassVar[str] = "alerts_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__(_("取り込めない行があります。直してから、もう一度選んでください。"))
        self.faults = list(faults[:MOST_FAULTS])


@dataclass(frozen=True)
class Taken:
    """How many lines came on the register, how many stood there already, and how many of the new look personal."""

    entered: int
    known: int
    personal: int


def read(name: str, data: bytes, *, batch: uuid.UUID, centre: Centre) -> list[AlertEntry]:
    """The alerts of a file. The uid of each comes from `batch`, which the form mints, and from its line.

    Raises FileNotUnderstood, AlertsNotUnderstood.
    """
    table = read_rows(name, data)
    columns = _columns(table)
    found: list[AlertEntry] = []
    faults: list[tuple[int, str]] = []
    for line, cells in table:
        if len(found) >= MOST_ROWS:
            raise AlertsNotUnderstood([(line, _("%(most)d行までです。") % {"most": MOST_ROWS})])
        given = {field: cells[place].strip() for field, place in columns.items()}
        try:
            found.append(_checked(given, uuid.uuid5(batch, str(line)), centre))
        except EntryRefused as refused:
            faults += [(line, f"{HEADINGS[field][0]}: {why}") for field, why in refused.errors.items()]
    if faults:
        raise AlertsNotUnderstood(faults)
    return found


def _columns(table: Table) -> dict[str, int]:
    plain = [name.strip().casefold() for name in table.header]
    columns = {
        field: place
        for field, headings in HEADINGS.items()
        for place in [
            next((plain.index(one.casefold()) for one in headings if one.casefold() in plain), None)
        ]
        if place is not None
    }
    if "title" not in columns:
        raise AlertsNotUnderstood([(table.header_line, _("「件名」の列がありません。"))])
    return columns


def _checked(given: Mapping[str, str], uid: uuid.UUID, centre: Centre) -> AlertEntry:
    errors = {}
    days: dict[str, date | None] = {}
    for field in ("valid_from", "valid_until"):
        try:
            days[field] = _day(given.get(field, ""))
        except calendar.DateNotUnderstood as refused:
            errors[field] = str(refused)
            days[field] = None
    scam_type = _scam_type(given.get("scam_type", ""), centre)
    if scam_type is None:
        errors["scam_type"] = _("この手口はありません。番号か名前を書くか、空欄にしてください。")
    entry = AlertEntry(
        uid=uid,
        source=_source(given.get("source", "")),
        title=given["title"],
        text=given.get("text", ""),
        scam_type=scam_type or "",
        link=given.get("link", ""),
        valid_from=days["valid_from"] or calendar.today(),
        valid_until=days["valid_until"],
        marks="\n".join(given.get("marks", "").replace(BETWEEN_MARKS, "\n").splitlines()),
    )
    try:
        plain = alerts.checked(entry, centre)
    except EntryRefused as refused:
        raise EntryRefused(errors | refused.errors) from None
    if errors:
        raise EntryRefused(errors)
    return plain


def _day(text: str) -> date | None:
    return calendar.parse_date(text, today=calendar.today()) if text else None


def _source(text: str) -> str:
    by_label = {str(label): value for value, label in Alert.Source.choices}
    known = by_label.get(text) or (text if text in Alert.Source.values else alert_mail.source_of(text))
    return known or Alert.Source.OTHER


def _scam_type(text: str, centre: Centre) -> str | None:
    """The code for a number, a name or a code; empty for nothing, None for what the centre does not have."""
    if not text:
        return ""
    for code in codes.codes(Kind.SCAM_TYPE).by_code.values():
        is_meant = text in (code.code, code.label, code.text, code.attributes.get("no"))
        if is_meant and code.is_for(centre.uid):
            return code.code
    return None


@transaction.atomic
def take(entries: Sequence[AlertEntry], *, centre: Centre, by: Actor) -> Taken:
    """Put them on the register; one that stands there word for word, and is in force, is passed over."""
    in_force = Alert.objects.filter(centre=centre).in_force(calendar.today())
    held = set(in_force.values_list("source", "title", "text", "valid_from"))
    new = [one for one in entries if (one.source, one.title, one.text, one.valid_from) not in held]
    for entry in new:
        alerts.enter(entry, centre=centre, by=by)
    personal = sum(bool(guidance.looks_personal(one.title, one.text, one.marks)) for one in new)
    return Taken(len(new), len(entries) - len(new), personal)
