"""What is typed, or read from a line, of an application; and what of it cannot stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from outreach import audiences
from outreach.applications.models import Application
from outreach.applications.rules import Asked, Known, Purpose, Slot

MOST_PEOPLE: Final = 100_000
MOST_CANDIDATES: Final = 3
LENGTHS: Final = {
    "group_name": 80, "representative": 80, "contact": 80, "phone": 40, "mobile": 40, "mail": 120, "postcode": 10,
    "address": 200, "purpose": 400, "venue": 120, "note": 400,
}  # fmt: skip
"""The most that may be typed into each text."""


@dataclass(frozen=True, kw_only=True)
class ApplicationEntry:
    """An application as it came. The texts of `Application.SEALED` are persons': never log it.

    None for one of them leaves what is sealed as it is, when an application is corrected.
    """

    group_name: str
    channel: str
    received_on: date
    audience: str
    kind: str = Application.Kind.LECTURE
    representative: str | None = None
    contact: str | None = None
    phone: str | None = None
    mobile: str | None = None
    mail: str | None = None
    postcode: str | None = None
    address: str | None = None
    purpose: str = ""
    purpose_kind: str = Purpose.UNKNOWN
    theme: str = ""
    expected_people: int | None = None
    people_in_city: str = Known.UNKNOWN
    venue: str = ""
    area: str = ""
    venue_in_city: str = Known.UNKNOWN
    projector: str = Known.UNKNOWN
    microphone: str = Known.UNKNOWN
    parking: str = Known.UNKNOWN
    may_publish: str = Known.UNKNOWN
    note: str = ""
    slots: tuple[Slot, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<ApplicationEntry {self.channel} {self.received_on}>"

    @property
    def asked(self) -> Asked:
        return Asked(
            self.expected_people,
            self.people_in_city,
            self.venue_in_city,
            self.purpose_kind,
            self.slots,
            self.kind == Application.Kind.CLASS,
        )


def asked_of(application: Application) -> Asked:
    """The same of a stored application; reads its candidates."""
    slots = [Slot(one.day, one.starts_at, one.ends_at) for one in application.candidates.all()]
    return Asked(
        application.expected_people,
        application.people_in_city,
        application.venue_in_city,
        application.purpose_kind,
        slots,
        application.kind == Application.Kind.CLASS,
    )


def check(entry: ApplicationEntry, centre: Centre) -> None:
    """Raises EntryRefused with a reason for each field that cannot stand."""
    if faults := dict(_faults(entry, centre)):
        raise EntryRefused(faults)


def _faults(entry: ApplicationEntry, centre: Centre) -> Iterator[tuple[str, str]]:
    for name, longest in LENGTHS.items():
        if len(getattr(entry, name) or "") > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    if not entry.group_name.strip():
        yield "group_name", _("団体名を入力してください。")
    for name, value, known in _choices(entry, centre):
        if value not in known:
            yield name, _("選び直してください。")
    if entry.expected_people is not None and not 0 <= entry.expected_people <= MOST_PEOPLE:
        yield "expected_people", _("人数を確認してください。")
    yield from contact_faults(entry)
    yield from _day_faults(entry)


def contact_faults(entry: ApplicationEntry) -> Iterator[tuple[str, str]]:
    for name in ("phone", "mobile"):
        if (number := getattr(entry, name)) and spelling.phone_digits(number) is None:
            yield name, _("電話番号として読めません。市外局番から入力してください。")
    if entry.mail and not _is_mail(entry.mail.strip()):
        yield "mail", _("メールアドレスとして読めません。")


def _day_faults(entry: ApplicationEntry) -> Iterator[tuple[str, str]]:
    if entry.received_on > calendar.today():
        yield "received_on", _("受付日は今日か、それより前の日にしてください。")
    if len(entry.slots) > MOST_CANDIDATES:
        yield "day_1", _("候補日は3つまでです。")
    for position, slot in enumerate(entry.slots, start=1):
        if slot.ends_at <= slot.starts_at:
            yield f"ends_{position}", _("終了は開始より後の時刻にしてください。")


def _choices(entry: ApplicationEntry, centre: Centre) -> Iterator[tuple[str, str, Any]]:
    yield "channel", entry.channel, Application.Channel.values
    yield "kind", entry.kind, Application.Kind.values
    yield "audience", entry.audience, dict(audiences.choices())
    yield "purpose_kind", entry.purpose_kind, Purpose.values
    yield "theme", entry.theme, {"", *codes.codes(Kind.SCAM_TYPE).by_code}
    yield "area", entry.area, {"", *(code for code, _label in area_choices(centre))}
    for name in ("people_in_city", "venue_in_city", "projector", "microphone", "parking", "may_publish"):
        yield name, getattr(entry, name), Known.values


def _is_mail(text: str) -> bool:
    """Enough to see that it is no telephone number or name; whether it works, only a mail tells."""
    name, sign, host = text.rpartition("@")
    return bool(name and sign and "." in host.strip(".")) and not any(one.isspace() for one in text)
