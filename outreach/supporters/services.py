"""What staff do with the register of supporters. Each verb is one transaction with its entry in the log."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit, contact_match, contacts, keys
from cases.protection.sealed import Sealer
from cases.records.centre import Actor, Centre, area_choices
from cases.services.entry import EntryRefused
from outreach.lectures.models import Lecture
from outreach.supporters.models import Supporter, SupporterActivity, SupporterCourse
from outreach.words import Masking

MOST_PEOPLE: Final = 100_000
_LONGEST: Final = {"name": 80, "kana": 80, "phone": 40, "mail": 120, "address": 200}


class SupporterNotInState(CasesError):
    """The supporter has left, is still active, or is forgotten: what was asked for does not fit."""

    code: ClassVar[str] = "supporter_not_in_state"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("このサポーターの登録の状態では、その操作はできません。"))


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who supports. Never logged, never stored in the open."""

    name: str
    kana: str = ""
    phone: str = ""
    mail: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "<Person>"


@dataclass(frozen=True, kw_only=True)
class SupporterEntry:
    person: Person
    joined_on: date
    area: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CourseEntry:
    title: str
    completed_on: date
    valid_until: date | None = None
    is_renewal: bool = False


@dataclass(frozen=True, kw_only=True)
class ActivityEntry:
    """`on` None: the first day of the `lecture`, given by its uid."""

    on: date | None
    kind: str
    lecture: uuid.UUID | None = None
    people: int | None = None
    note: str = ""


def enter(entry: SupporterEntry, *, centre: Centre, by: Actor) -> tuple[Supporter, list[str]]:
    """A new supporter with the next number, and which kinds of personal data were masked in the note.

    Raises EntryRefused, also where an active supporter has this telephone number; that look stays in the log.
    """
    with transaction.atomic():
        Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)  # numbers in turn
        if faults := dict(_faults(entry, centre)):
            raise EntryRefused(faults)
        active = Supporter.objects.filter(left_on__isnull=True)
        if not contact_match.same(
            active, contact_match.PHONE, entry.person.phone, among=["phone"], by=by, centre=centre
        ):
            return _enter(entry, centre, by)
    raise EntryRefused({"phone": _("この電話番号のサポーターが登録されています。")})


def _enter(entry: SupporterEntry, centre: Centre, by: Actor) -> tuple[Supporter, list[str]]:
    last = Supporter.objects.filter(centre=centre).aggregate(n=Max("number"))["n"] or 0
    supporter = Supporter(
        centre=centre, number=last + 1, area=entry.area, joined_on=entry.joined_on, entered_by_id=by.pk
    )
    key, sealer = keys.create(supporter.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    _seal(supporter, sealer, entry.person)
    masking = Masking(centre)
    supporter.note = masking.text(entry.note.strip())
    supporter.save(force_insert=True)
    _retag(supporter, entry.person)
    audit.record("SUPPORTER_ENTERED", by=by, centre=centre)
    return supporter, masking.masked


def _seal(supporter: Supporter, sealer: Sealer, person: Person) -> None:
    for name in Supporter.SEALED:
        sealer.seal(supporter, name, getattr(person, name).strip())


def _retag(supporter: Supporter, person: Person) -> None:
    contact_match.retag(supporter, {contact_match.PHONE: [person.phone]}, centre=supporter.centre)


@transaction.atomic
def correct(uid: uuid.UUID, person: Person, *, by: Actor) -> Supporter:
    """Replace who it is. Raises Supporter.DoesNotExist, SupporterNotInState once forgotten, EntryRefused."""
    supporter = _locked(uid, by)
    if supporter.forgotten_on:
        raise SupporterNotInState
    if faults := dict(_person_faults(person)):
        raise EntryRefused(faults)
    _seal(supporter, keys.sealer(supporter.sealed_owner), person)
    supporter.save(update_fields=list(Supporter.SEALED))
    _retag(supporter, person)
    audit.record("SUPPORTER_CORRECTED", by=by, centre=supporter.centre)
    return supporter


@transaction.atomic
def leave(uid: uuid.UUID, *, on: date, by: Actor) -> Supporter:
    """The registration ends. Raises Supporter.DoesNotExist, SupporterNotInState, EntryRefused."""
    supporter = _active(uid, by)
    if not supporter.joined_on <= on <= calendar.today():
        raise EntryRefused({"on": _("登録日から今日までの日にしてください。")})
    supporter.left_on = on
    supporter.save(update_fields=["left_on"])
    audit.record("SUPPORTER_LEFT", by=by, centre=supporter.centre)
    return supporter


@transaction.atomic
def add_course(uid: uuid.UUID, entry: CourseEntry, *, by: Actor) -> SupporterCourse:
    """A finished course. The same again is the one that exists. Raises as `leave`."""
    supporter = _active(uid, by)
    faults = {}
    if not entry.title.strip():
        faults["title"] = _("入力してください。")
    if entry.completed_on > calendar.today():
        faults["completed_on"] = _("今日より後の日は記録できません。")
    if entry.valid_until is not None and entry.valid_until < entry.completed_on:
        faults["valid_until"] = _("修了日より後の日にしてください。")
    if faults:
        raise EntryRefused(faults)
    course, is_new = SupporterCourse.objects.get_or_create(
        supporter=supporter, title=entry.title.strip(), completed_on=entry.completed_on,
        defaults={"valid_until": entry.valid_until, "is_renewal": entry.is_renewal},
    )  # fmt: skip
    if is_new:
        audit.record("SUPPORTER_COURSE_ADDED", by=by, centre=supporter.centre)
    return course


@transaction.atomic
def add_activity(uid: uuid.UUID, entry: ActivityEntry, *, by: Actor) -> tuple[SupporterActivity, list[str]]:
    """What the supporter did, and which kinds of personal data were masked in the note. Raises as `leave`."""
    supporter = _active(uid, by)
    lecture = None
    if entry.lecture is not None:
        lecture = Lecture.objects.standing().filter(uid=entry.lecture, centre=supporter.centre).first()
    on = entry.on or (lecture.held_on if lecture else None)
    faults = dict(_activity_faults(entry, supporter, lecture, on))
    if faults or on is None:
        raise EntryRefused(faults)
    masking = Masking(supporter.centre)
    activity = SupporterActivity.objects.create(
        supporter=supporter,
        on=on,
        kind=entry.kind,
        lecture=lecture,
        people=entry.people,
        note=masking.text(entry.note.strip()),
    )
    audit.record("SUPPORTER_ACTIVITY_ADDED", by=by, centre=supporter.centre)
    return activity, masking.masked


def _activity_faults(
    entry: ActivityEntry, supporter: Supporter, lecture: Lecture | None, on: date | None
) -> Iterator[tuple[str, str]]:
    if entry.kind not in SupporterActivity.Kind.values:
        yield "kind", _("選び直してください。")
    if entry.lecture is not None and lecture is None:
        yield "lecture", _("選び直してください。")
    elif lecture and supporter.activities.filter(lecture=lecture, kind=entry.kind).exists():
        yield "lecture", _("この講座のこの活動は、もう記録されています。")
    if on is None:
        yield "on", _("日を入れるか、講座を選んでください。")
    elif not supporter.joined_on <= on <= calendar.today():
        yield "on", _("登録日から今日までの日にしてください。")
    elif lecture and not lecture.held_on <= on <= lecture.last_day:
        yield "on", _("講座の日にするか、空けておいてください。")
    if lecture and entry.people is not None:
        yield "people", _("講座の参加人数は、講座の記録に入れます。空けておいてください。")
    elif entry.people is not None and not 0 <= entry.people <= MOST_PEOPLE:
        yield "people", _("人数を確認してください。")


def reveal(uid: uuid.UUID, *, by: Actor, purpose: str) -> dict[str, str]:
    """Who it is, logged before it is opened. Raises Supporter.DoesNotExist, PurposeNeeded."""
    supporter = Supporter.objects.visible_to(by).select_related("centre").get(uid=uid)
    if supporter.forgotten_on:
        return dict.fromkeys(Supporter.SEALED, "")
    return contacts.reveal(supporter, Supporter.SEALED, by=by, centre=supporter.centre, purpose=purpose)


def find(centre: Centre, phone: str, *, by: Actor) -> list[Supporter]:
    """Supporters of the centre with this telephone number; the look is logged."""
    rows = Supporter.objects.visible_to(by)
    return contact_match.same(rows, contact_match.PHONE, phone, among=["phone"], by=by, centre=centre)


@transaction.atomic
def forget(uid: uuid.UUID, *, by: Actor) -> Supporter:
    """Destroy the key of a supporter who has left: nobody opens the values again. Courses and deeds still count.

    Raises Supporter.DoesNotExist, SupporterNotInState while active.
    """
    supporter = _locked(uid, by)
    if supporter.left_on is None:
        raise SupporterNotInState
    if supporter.forgotten_on:
        return supporter
    contact_match.retag(supporter, {}, centre=supporter.centre)
    keys.destroy(supporter.sealed_owner)
    for name in Supporter.SEALED:
        setattr(supporter, name, None)
    supporter.forgotten_on = calendar.today()
    supporter.save(update_fields=[*Supporter.SEALED, "forgotten_on"])
    audit.record("SUPPORTER_FORGOTTEN", by=by, centre=supporter.centre)
    return supporter


def _locked(uid: uuid.UUID, by: Actor) -> Supporter:
    rows = Supporter.objects.visible_to(by).select_related("centre").select_for_update(of=("self",))
    return rows.get(uid=uid)


def _active(uid: uuid.UUID, by: Actor) -> Supporter:
    supporter = _locked(uid, by)
    if supporter.left_on is not None:
        raise SupporterNotInState
    return supporter


def _faults(entry: SupporterEntry, centre: Centre) -> Iterator[tuple[str, str]]:
    yield from _person_faults(entry.person)
    if entry.joined_on > calendar.today():
        yield "joined_on", _("今日より後の日は記録できません。")
    if entry.area not in {"", *(code for code, _label in area_choices(centre))}:
        yield "area", _("選び直してください。")
    if len(entry.note) > 200:
        yield "note", _("%(most)s文字以内で入力してください。") % {"most": 200}


def _person_faults(person: Person) -> Iterator[tuple[str, str]]:
    for name, longest in _LONGEST.items():
        if len(getattr(person, name)) > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    if not person.name.strip():
        yield "name", _("入力してください。")
    if person.phone.strip() and spelling.phone_digits(person.phone) is None:
        yield "phone", _("電話番号を確認してください。")
