"""The list of members as a file: out without any person, and in with a look at every line before it is taken."""

import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.files import Cell, read_rows
from cases.law import calendar
from cases.protection import audit
from cases.records import codes
from cases.records.centre import Actor, Centre, area_choices
from cases.records.codes import Kind
from cases.watchers import WatcherKind
from outreach.network import services
from outreach.network.models import Member
from outreach.network.services import ContactEntry, MemberEntry
from outreach.words import Masking

MOST_BYTES: Final = 1024 * 1024
MOST_ROWS: Final = 2_000
BETWEEN: Final = "、"
HEADINGS: Final[Mapping[str, str]] = {
    "kind": "種類", "name": "名称", "areas": "地区", "channel": "送り方", "copies": "部数",
    "agreed_on": "協定の締結日", "agreement_from": "協定の始まり", "agreement_until": "協定の終わり",
    "is_council": "協議会の構成員", "duty_told_on": "秘密を守る義務を伝えた日",
    "receives_bulletins": "見守り通信", "topics": "通信の手口", "receives_alerts": "注意情報",
    "receives_shares": "個別の情報", "note": "メモ",
}  # fmt: skip
"""Columns of a member. The file is the office's own, in Japanese whatever language its reader has chosen."""
CONTACT_HEADINGS: Final[Mapping[str, str]] = {
    "post": "担当の役職・係", "contact_name": "担当者", "phone": "電話", "fax": "ファクス", "mail": "メール",
    "address": "住所",
}  # fmt: skip
"""Columns that may come in and never go out: whom to call is shown on the member's page, one by one."""
_YES: Final = frozenset({"はい", "○", "〇", "有", "yes", "1"})
_NO: Final = frozenset({"", "いいえ", "×", "無", "no", "0", "-"})
_FLAGS: Final = ("is_council", "receives_bulletins", "receives_alerts", "receives_shares")
_DAYS: Final = ("agreed_on", "agreement_from", "agreement_until", "duty_told_on")
# What a file without the column says; of a member that is known, what is kept stays.
_COLUMNS_NEEDED: Final = ("kind", "name")


class ListNotUnderstood(CasesError):
    """The file is no list of members; `line` is that of the file, 0 for none."""

    code: ClassVar[str] = "member_list_not_understood"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Line:
    """One line as it was read. With faults it is passed over; otherwise `state` says what taking it does.

    NEW, CHANGED or SAME. `what` names the member where it could be read; a fault quotes no cell.
    """

    number: int
    what: str
    state: str
    faults: tuple[str, ...] = ()
    entry: MemberEntry | None = None
    contact: ContactEntry | None = None
    member: Member | None = None


@dataclass(frozen=True)
class Taken:
    """Lines read, and what became of them."""

    read: int
    added: int
    changed: int
    same: int
    refused: int


def rows_out(centre: Centre, *, by: Actor) -> list[list[Cell]]:
    """Header and members in force, without persons; logged as a file that leaves. `read` takes it back."""
    members = Member.objects.filter(centre=centre).in_force()
    rows: list[list[Cell]] = [list(HEADINGS.values())]
    with translation.override("ja"):
        areas = dict(area_choices(centre))
        rows += [_row_out(member, areas, codes.codes(Kind.SCAM_TYPE)) for member in members]
    audit.record("MEMBERS_EXPORTED", by=by, centre=centre, count=len(rows) - 1)
    return rows


def _row_out(member: Member, areas: Mapping[str, str], scams: codes.Codes) -> list[Cell]:
    special: dict[str, Cell] = {
        "kind": str(WatcherKind(member.kind).label),
        "channel": str(Member.Channel(member.channel).label),
        "areas": BETWEEN.join(areas.get(code, code) for code in member.areas),
        "topics": BETWEEN.join(scams.text(code) for code in member.topics),
        **{name: "はい" if getattr(member, name) else "いいえ" for name in _FLAGS},
    }
    return [special.get(name, getattr(member, name)) for name in HEADINGS]


def read(name: str, data: bytes, *, centre: Centre) -> list[Line]:
    """Every line of a .csv or .xlsx list, and what taking it would do. Nothing is stored.

    Raises FileNotUnderstood, ListNotUnderstood.
    """
    table = read_rows(name, data)
    columns = _columns(table.header)
    members = Member.objects.filter(centre=centre).in_force().prefetch_related("contacts")
    known = {(row.kind, _plain(row.name)): row for row in members}
    reading = _Reading(centre, columns, known)
    lines: list[Line] = []
    for number, cells in table:
        if len(lines) >= MOST_ROWS:
            raise ListNotUnderstood(_("%(most)s行までです。") % {"most": f"{MOST_ROWS:,}"})
        lines.append(reading.line(number, cells))
    return lines


@transaction.atomic
def take(name: str, data: bytes, *, centre: Centre, by: Actor) -> Taken:
    """Store the lines without faults; the same file again changes nothing. Members that the file lacks stay.

    Raises FileNotUnderstood, ListNotUnderstood.
    """
    counts = dict.fromkeys(("NEW", "CHANGED", "SAME", "WRONG"), 0)
    lines = read(name, data, centre=centre)
    for line in lines:
        counts[_take(line, centre, by)] += 1
    audit.record("MEMBERS_IMPORTED", by=by, centre=centre, count=len(lines))
    return Taken(len(lines), counts["NEW"], counts["CHANGED"], counts["SAME"], counts["WRONG"])


def _take(line: Line, centre: Centre, by: Actor) -> str:
    if line.entry is None or line.faults:
        return "WRONG"
    if line.state == "SAME":
        return line.state
    if line.member is None:
        member = services.add(uuid.uuid4(), line.entry, centre=centre, by=by)
    else:
        member = line.member
        if services.entry_of(member) != line.entry:
            services.change(member.uid, line.entry, by=by)
    if line.contact is not None:
        first = member.contacts.first()
        services.keep_contact(member.uid, line.contact, by=by, instead_of=first.uid if first else None)
    return line.state


def _columns(header: list[str]) -> dict[str, int]:
    plain = [unicodedata.normalize("NFKC", cell).strip() for cell in header]
    wanted = {**HEADINGS, **CONTACT_HEADINGS}
    found = {
        field: plain.index(normal)
        for field, heading in wanted.items()
        if (normal := unicodedata.normalize("NFKC", heading)) in plain
    }
    if lacking := [HEADINGS[name] for name in _COLUMNS_NEEDED if name not in found]:
        raise ListNotUnderstood(_("「%(names)s」の列がありません。") % {"names": BETWEEN.join(lacking)})
    return found


class _Reading:
    """Reads the lines of one file; remembers which members it has met, so that one is named once."""

    def __init__(
        self, centre: Centre, columns: Mapping[str, int], known: Mapping[tuple[str, str], Member]
    ) -> None:
        self._centre = centre
        self._columns = columns
        self._known = known
        self._met: set[tuple[str, str]] = set()
        self._masking = Masking(centre)
        with translation.override("ja"):
            self._areas = _by_label(area_choices(centre))
            self._kinds = _by_label(WatcherKind.choices)
            self._channels = _by_label(Member.Channel.choices)
        scams = codes.codes(Kind.SCAM_TYPE)
        self._scams = _by_label([(code.code, code.label) for code in scams.by_code.values()])

    def line(self, number: int, cells: list[str]) -> Line:
        given = {name: cells[place].removeprefix("'").strip() for name, place in self._columns.items()}
        faults: list[str] = []
        kind = self._code(given["kind"], self._kinds, "kind", faults)
        at = (kind, _plain(given["name"]))
        member = self._known.get(at)
        entry = self._entry(kind, given, member, faults)
        contact = _contact(given)
        if at in self._met:
            faults.append(_("名称: 同じ構成員の行が前にあります。"))
        self._met.add(at)
        if not faults:
            found = [*services.entry_faults(entry, self._centre), *_contact_faults(contact)]
            faults += [f"{_heading(name)}: {reason}" for name, reason in found]
        state = _state(member, entry, contact)
        return Line(number, given["name"][:60], state, tuple(faults), entry, contact, member)

    def _entry(
        self, kind: str, given: Mapping[str, str], member: Member | None, faults: list[str]
    ) -> MemberEntry:
        """What the line says; a column that the file lacks leaves what is kept."""
        start = (
            MemberEntry(kind=kind, name=given["name"], channel=Member.Channel.HAND)
            if member is None
            else services.entry_of(member)
        )
        values: dict[str, object] = {}
        for name in given.keys() & {"channel"}:
            values[name] = self._code(given[name], self._channels, name, faults)
        for name, known in (("areas", self._areas), ("topics", self._scams)):
            if name in given:
                words = [word for word in given[name].replace(",", BETWEEN).split(BETWEEN) if word.strip()]
                values[name] = tuple(self._code(word, known, name, faults) for word in words)
        for name in given.keys() & set(_FLAGS):
            values[name] = _yes(_plain(given[name]), name, faults)
        for name in given.keys() & set(_DAYS):
            values[name] = _day(given[name], name, faults)
        if "copies" in given:
            values["copies"] = _whole(_plain(given["copies"]), faults)
        if "note" in given:
            # As it would be stored, so that the same line again is no change.
            values["note"] = self._masking.text(given["note"])
        return replace(start, **values)  # type: ignore[arg-type]  # each by the name of its field

    def _code(self, text: str, known: Mapping[str, str], name: str, faults: list[str]) -> str:
        if (code := known.get(_plain(text))) is None:
            faults.append(_("%(column)s: 一覧にない言葉です。") % {"column": _heading(name)})
        return code or ""


def _by_label(choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Label or bare code → code."""
    pairs = [(str(code), str(label)) for code, label in choices]
    return {code: code for code, _label in pairs} | {_plain(label): code for code, label in pairs}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _heading(name: str) -> str:
    return HEADINGS.get(name) or CONTACT_HEADINGS.get("contact_name" if name == "name" else name, name)


def _yes(text: str, name: str, faults: list[str]) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        faults.append(_("%(column)s: はい か いいえ で書いてください。") % {"column": _heading(name)})
    return folded in _YES


def _day(text: str, name: str, faults: list[str]) -> date | None:
    try:
        return calendar.parse_date(text, today=calendar.today()) if text else None
    except calendar.DateNotUnderstood:
        faults.append(_("%(column)s: 日付として読めません。") % {"column": _heading(name)})
        return None


def _whole(text: str, faults: list[str]) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(services.MOST_COPIES))):
        faults.append(_("%(column)s: 数で書いてください。") % {"column": _heading("copies")})
        return 1
    return int(text)


def _contact(given: Mapping[str, str]) -> ContactEntry | None:
    names = {"contact_name": "name"}
    found = {names.get(name, name): given[name] for name in given.keys() & CONTACT_HEADINGS.keys()}
    contact = ContactEntry(**found)
    return None if contact.is_empty else contact


def _contact_faults(contact: ContactEntry | None) -> Iterator[tuple[str, str]]:
    if contact is not None:
        yield from services.contact_faults(contact)


def _state(member: Member | None, entry: MemberEntry, contact: ContactEntry | None) -> str:
    if member is None:
        return "NEW"
    if services.entry_of(member) != entry:
        return "CHANGED"
    if contact is None:
        return "SAME"
    digest = services.contact_digest(member, contact)
    return "SAME" if any(bytes(row.digest) == digest for row in member.contacts.all()) else "CHANGED"
