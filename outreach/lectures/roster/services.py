"""Who speaks and where: entering, changing, showing and forgetting lecturers; the centre's rooms."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contacts, keys
from cases.protection.sealed import Sealer
from cases.records import codes
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.lectures.roster.models import Lecturer, Room
from outreach.words import Masking

SEALED: Final = ("name", "phone", "mail")
LONGEST: Final = {"label": 40, "name": 80, "phone": 40, "mail": 120}
MOST_LECTURES: Final = 366


class LecturerForgotten(CasesError):
    """Name and contact of the lecturer were destroyed; the row stays for the lectures that name it."""

    code: ClassVar[str] = "lecturer_forgotten"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この講師の名前と連絡先は消去済みです。"))


@dataclass(frozen=True, kw_only=True)
class LecturerEntry:
    """What is typed of a lecturer. None for `name`, `phone`, `mail` leaves what is sealed; themes are 手口."""

    label: str
    kind: str
    name: str | None = None
    phone: str | None = None
    mail: str | None = None
    themes: Sequence[str] = ()
    weekdays: Sequence[int] = ()
    yearly_cap: int | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class RoomEntry:
    name: str
    capacity: int | None = None
    equipment: str = ""
    is_active: bool = True


@transaction.atomic
def add_lecturer(entry: LecturerEntry, *, centre: Centre, by: Actor) -> Lecturer:
    """Raises EntryRefused."""
    lecturer = Lecturer(centre=centre)
    # Not by year: a contact lasts as long as the centre works with it.
    key, sealer = keys.create(lecturer.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    _fill(lecturer, entry)
    key.save(force_insert=True)
    _seal(lecturer, entry, sealer)
    lecturer.save(force_insert=True)
    audit.record("LECTURER_ADDED", by=by, centre=centre)
    return lecturer


@transaction.atomic
def change_lecturer(uid: uuid.UUID, entry: LecturerEntry, *, by: Actor) -> Lecturer:
    """Raises Lecturer.DoesNotExist outside the actor's scope, LecturerForgotten, EntryRefused."""
    lecturer = _locked(uid, by)
    if lecturer.forgotten_at is not None:
        raise LecturerForgotten
    _fill(lecturer, entry)
    _seal(lecturer, entry, keys.sealer(lecturer.sealed_owner))
    lecturer.save()
    audit.record("LECTURER_CHANGED", by=by, centre=lecturer.centre)
    return lecturer


@transaction.atomic
def forget_lecturer(uid: uuid.UUID, *, by: Actor) -> Lecturer:
    """Destroy name and contact, and the key under which older backups hold them. The label stays for old lectures.

    Raises Lecturer.DoesNotExist, LecturerForgotten.
    """
    lecturer = _locked(uid, by)
    if lecturer.forgotten_at is not None:
        raise LecturerForgotten
    lecturer.name = lecturer.phone = lecturer.mail = None
    _set_active(lecturer, is_active=False)
    lecturer.forgotten_at = timezone.now()
    lecturer.save()
    keys.destroy(lecturer.sealed_owner)
    audit.record("LECTURER_FORGOTTEN", by=by, centre=lecturer.centre)
    return lecturer


def reveal_lecturer(uid: uuid.UUID, *, by: Actor, purpose: str) -> dict[str, str]:
    """Name and contact, logged before they are opened.

    Raises Lecturer.DoesNotExist, LecturerForgotten, PurposeNeeded.
    """
    lecturer = Lecturer.objects.visible_to(by).select_related("centre").get(uid=uid)
    if lecturer.forgotten_at is not None:
        raise LecturerForgotten
    fields = [name for name in SEALED if getattr(lecturer, name) is not None]
    return contacts.reveal(lecturer, fields, by=by, centre=lecturer.centre, purpose=purpose)


@transaction.atomic
def save_room(entry: RoomEntry, *, centre: Centre, by: Actor, uid: uuid.UUID | None = None) -> Room:
    """A new room, or the room `uid` changed. Raises Room.DoesNotExist outside the actor's scope, EntryRefused."""
    room = Room.objects.visible_to(by).select_for_update().get(uid=uid) if uid else Room(centre=centre)
    if faults := dict(_room_faults(entry, room)):
        raise EntryRefused(faults)
    room.name, room.capacity = entry.name.strip(), entry.capacity
    room.equipment, room.is_active = entry.equipment.strip(), entry.is_active
    room.save()
    audit.record("LECTURE_ROOM_SAVED", by=by, centre=room.centre)
    return room


def lecturer_choices(centre: Centre, *, kept: Collection[int] = ()) -> list[tuple[str, str]]:
    """Uids and labels of those who speak now; `kept` are the keys of those that a row names already."""
    rows = Lecturer.objects.for_list().filter(centre=centre)
    return [
        (str(row.uid), f"{row.label} ({row.get_kind_display()})")
        for row in rows
        if row.is_active or row.pk in kept
    ]


def room_choices(centre: Centre, *, kept: int | None = None) -> list[tuple[str, str]]:
    rows = Room.objects.filter(centre=centre)
    return [(str(row.uid), _told(row)) for row in rows if row.is_active or row.pk == kept]


def _told(room: Room) -> str:
    if room.capacity is None:
        return room.name
    return _("%(name)s(定員%(capacity)s人)") % {"name": room.name, "capacity": room.capacity}


def _locked(uid: uuid.UUID, by: Actor) -> Lecturer:
    found = Lecturer.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    return found.get(uid=uid)


def _fill(lecturer: Lecturer, entry: LecturerEntry) -> None:
    """Raises EntryRefused. The label is masked as any free text, so that it cannot become a name by a slip."""
    lecturer.label = Masking(lecturer.centre).text(entry.label.strip())
    if faults := dict(_faults(entry, lecturer)):
        raise EntryRefused(faults)
    lecturer.kind = entry.kind
    _set_active(lecturer, is_active=entry.is_active)
    lecturer.themes, lecturer.weekdays = sorted(set(entry.themes)), sorted(set(entry.weekdays))
    lecturer.yearly_cap = entry.yearly_cap


def _set_active(lecturer: Lecturer, *, is_active: bool) -> None:
    lecturer.is_active = is_active
    lecturer.inactive_since = None if is_active else lecturer.inactive_since or calendar.today()


def _seal(lecturer: Lecturer, entry: LecturerEntry, sealer: Sealer) -> None:
    for name in SEALED:
        if (given := getattr(entry, name)) is not None:
            sealer.seal(lecturer, name, given.strip())


def _faults(entry: LecturerEntry, lecturer: Lecturer) -> Iterator[tuple[str, str]]:
    for name, longest in LONGEST.items():
        if len(getattr(entry, name) or "") > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    if not lecturer.label:
        yield "label", _("入力してください。")
    others = Lecturer.objects.filter(centre=lecturer.centre, label=lecturer.label).exclude(pk=lecturer.pk)
    if others.exists():
        yield "label", _("同じ呼び名の講師がいます。")
    if entry.kind not in Lecturer.Kind.values:
        yield "kind", _("選び直してください。")
    if not set(entry.themes) <= set(codes.codes(codes.Kind.SCAM_TYPE).by_code):
        yield "themes", _("選び直してください。")
    if not set(entry.weekdays) <= set(range(7)):
        yield "weekdays", _("選び直してください。")
    if entry.yearly_cap is not None and not 1 <= entry.yearly_cap <= MOST_LECTURES:
        yield "yearly_cap", _("上限は1から366までで入力してください。")


def _room_faults(entry: RoomEntry, room: Room) -> Iterator[tuple[str, str]]:
    name = entry.name.strip()
    if not name:
        yield "name", _("入力してください。")
    elif len(name) > 80:
        yield "name", _("%(most)s文字以内で入力してください。") % {"most": 80}
    elif Room.objects.filter(centre=room.centre, name=name).exclude(pk=room.pk).exists():
        yield "name", _("同じ名前の部屋があります。")
    if len(entry.equipment) > 400:
        yield "equipment", _("%(most)s文字以内で入力してください。") % {"most": 400}
    if entry.capacity is not None and not 1 <= entry.capacity <= 30_000:
        yield "capacity", _("人数を確認してください。")
