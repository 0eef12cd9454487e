"""注意情報: entering what came from outside, ending it, and what is in force beside a call by 手口 and by words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.alerts import Alert
from cases.records.centre import Actor, Centre
from cases.records.codes import Kind
from cases.services import alert_marks
from cases.services.alert_mail import TEXT_LENGTH, TITLE_LENGTH
from cases.services.alert_marks import By, Call
from cases.services.directory import is_web_address
from cases.services.entry import EntryRefused

OTHERS_SHOWN: Final = 3
MET_SHOWN: Final = 5
FRESH_DAYS: Final = 7


class AlertTaken(CasesError):
    """The uid is taken by an alert with other words, which must not hide these."""

    code: ClassVar[str] = "alert_taken"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この注意情報は別の内容で保存済みです。画面を開き直し、新しい注意情報として登録してください。")
        )


@dataclass(frozen=True, kw_only=True)
class AlertEntry:
    """One alert. `valid_until` is its last day, None where it holds until somebody ends it.

    `marks`: names, numbers, sites and words by which a call is known to be about it, one on a line.
    """

    uid: uuid.UUID
    source: str
    title: str
    text: str
    scam_type: str
    link: str
    valid_from: date
    valid_until: date | None
    marks: str = ""


_KEPT: Final = ("source", "title", "text", "scam_type", "link", "valid_from", "valid_until", "marks")


@transaction.atomic
def enter(entry: AlertEntry, *, centre: Centre, by: Actor) -> Alert:
    """Put an alert on the register. Idempotent by its uid. Raises EntryRefused, AlertTaken."""
    plain = checked(entry, centre)
    same = Alert.objects.filter(uid=entry.uid).first()
    if same is not None:
        if same.centre_id != centre.pk or any(getattr(same, name) != getattr(plain, name) for name in _KEPT):
            raise AlertTaken
        return same
    row = Alert(uid=plain.uid, centre=centre, entered_by_id=by.pk)
    for name in _KEPT:
        setattr(row, name, getattr(plain, name))
    row.save(force_insert=True)
    audit.record("ALERT_ENTERED", by=by, centre=centre, reason=str(row.uid))
    return row


def checked(entry: AlertEntry, centre: Centre) -> AlertEntry:
    """The entry without blanks around. Raises EntryRefused with every fault at once."""
    plain = replace(
        entry,
        title=" ".join(entry.title.split()),
        text=entry.text.replace("\r\n", "\n").strip(),
        link=entry.link.strip(),
        marks="\n".join(alert_marks.lines(entry.marks)),
    )
    errors = {}
    if not plain.title:
        errors["title"] = _("件名を入力してください。")
    for name, most in (("title", TITLE_LENGTH), ("text", TEXT_LENGTH), ("link", 500)):
        if len(getattr(plain, name)) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}
    if fault := _fault_of_marks(plain.marks.splitlines()):
        errors["marks"] = fault
    if plain.source not in Alert.Source.values:
        errors["source"] = _("選び直してください。")
    known = codes.codes(Kind.SCAM_TYPE).by_code.get(plain.scam_type)
    if plain.scam_type and (known is None or not known.is_for(centre.uid)):
        errors["scam_type"] = _("選び直してください。")
    if plain.link and not is_web_address(plain.link):
        errors["link"] = _("https:// か http:// で始まるアドレスを入力してください。")
    if plain.valid_until is not None and plain.valid_until < plain.valid_from:
        errors["valid_until"] = _("「いつから」の日か、それより後の日を入力してください。")
    if errors:
        raise EntryRefused(errors)
    return plain


def _fault_of_marks(lines: list[str]) -> str:
    if len(lines) > alert_marks.MOST_LINES:
        return _("目印は%(most)s行までです。") % {"most": alert_marks.MOST_LINES}
    if any(len(line) > alert_marks.LINE_LENGTH for line in lines):
        return _("1行は%(most)s文字以内で入力してください。") % {"most": alert_marks.LINE_LENGTH}
    if not all(map(alert_marks.is_told_apart, lines)):
        return _("目印は3文字以上の言葉か、電話番号、サイトにしてください。")
    return ""


@transaction.atomic
def end(uid: uuid.UUID, *, by: Actor) -> Alert:
    """Take an alert out of force now; again changes nothing. Raises Alert.DoesNotExist."""
    row = Alert.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=uid)
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = timezone.now(), by.pk
        row.save(update_fields=["ended_at", "ended_by"])
        audit.record("ALERT_ENDED", by=by, centre=row.centre, reason=str(row.uid))
    return row


@dataclass(frozen=True)
class Beside:
    """The alerts that stand beside a call: those of its 手口 first, then the newest others."""

    of_scam: list[Alert]
    others: list[Alert]


def beside(scam_type: str, *, centre: Centre) -> Beside:
    """What is in force today for a 手口, or one above it, and a few others. One query."""
    rows = list(Alert.objects.filter(centre=centre).in_force(calendar.today()).defer("text"))
    meant = set(_related(scam_type)) if scam_type else set()
    current = codes.codes(Kind.SCAM_TYPE).current
    of_scam = [row for row in rows if row.scam_type and current(row.scam_type) in meant]
    return Beside(of_scam, [row for row in rows if row not in of_scam][:OTHERS_SHOWN])


@dataclass(frozen=True)
class Met:
    """An alert that a call speaks of, and by what."""

    alert: Alert
    by: list[By]


def about(call: Call, *, centre: Centre) -> list[Met]:
    """Alerts in force that have a number, a site or a word in common with what is typed of a call, the surest first.

    Whatever its 手口. One query; nothing of the call is kept or logged, since alerts are published words.
    """
    rows = Alert.objects.filter(centre=centre).in_force(calendar.today())
    found = [
        Met(row, by)
        for row in rows
        if (by := alert_marks.common(alert_marks.of_alert(row.marks, f"{row.title}\n{row.text}"), call))
    ]
    return sorted(found, key=lambda one: list(By).index(one.by[0]))[:MET_SHOWN]


def _related(scam_type: str) -> Iterable[str]:
    """The 手口, the one above it and those below it."""
    known = codes.codes(Kind.SCAM_TYPE)
    code = known.current(scam_type)
    if code not in known.by_code:
        return [code]
    below = [row.code for row in known.by_code.values() if row.parent == code]
    return [code, known.by_code[code].parent, *below]


def fresh(actor: Actor, today: date) -> list[Alert]:
    """Those in force that began or came within the last seven days, newest first. One query."""
    since = date.fromordinal(today.toordinal() - FRESH_DAYS + 1)
    rows = Alert.objects.visible_to(actor).in_force(today).defer("text")
    return [row for row in rows if row.valid_from >= since or calendar.local_date(row.entered_at) >= since]
