"""What staff do with stock. Each verb is one transaction with its entry in the log; no balance falls below zero."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.lectures.models import Lecture
from outreach.network.models import Member
from outreach.stock.models import StockBalance, StockItem, StockMovement, StockPlace, StockVersion
from outreach.words import Masking

What = StockMovement.What
MOST: Final = 1_000_000
_GOES: Final = (What.HANDED_OUT, What.DISPOSED, What.MOVED)
_COMES: Final = (What.RECEIVED, What.RETURNED, What.COUNTED)


class NotSoMuch(CasesError):
    """More was to be taken from a place than lies there."""

    code: ClassVar[str] = "not_so_much"
    status: ClassVar[int] = 409

    def __init__(self, place: StockPlace, number: int) -> None:
        super().__init__(
            _("%(place)sにあるのは%(n)dです。それより多くは動かせません。")
            % {"place": place.name, "n": number}
        )


@dataclass(frozen=True, kw_only=True)
class ItemEntry:
    name: str
    kind: str = StockItem.Kind.HANDOUT
    unit: str = "枚"
    low_at: int = 0
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class MovementEntry:
    """A movement. Of a count by hand `number` is the difference; of a use, how many were shown (0: only shown)."""

    version: uuid.UUID
    place: uuid.UUID
    what: str
    number: int
    on: date
    place_to: uuid.UUID | None = None
    lecture: uuid.UUID | None = None
    member: uuid.UUID | None = None
    recipient: str = ""
    note: str = ""


@dataclass(frozen=True)
class Moved:
    """The row, kinds of personal data that were masked, and what to tell of a withdrawn version (empty: nothing)."""

    movement: StockMovement
    masked: list[str]
    warning: str


@transaction.atomic
def save_item(uid: uuid.UUID, entry: ItemEntry, *, centre: Centre, by: Actor) -> StockItem:
    """A new item, or other settings of one. Raises EntryRefused; StockItem.DoesNotExist for one of another centre."""
    if not entry.name.strip():
        raise EntryRefused({"name": _("入力してください。")})
    if StockItem.objects.filter(centre=centre, name=entry.name.strip()).exclude(uid=uid).exists():
        raise EntryRefused({"name": _("同じ名前の物があります。")})
    if StockItem.objects.filter(uid=uid).exists():
        item = StockItem.objects.select_for_update().get(uid=uid, centre_id__in=by.centre_ids)
    else:
        item = StockItem(uid=uid, centre=centre)
    for name, value in vars(entry).items():
        setattr(item, name, value.strip() if isinstance(value, str) else value)
    item.save()
    audit.record("STOCK_ITEM_SAVED", by=by, centre=centre)
    return item


@transaction.atomic
def add_version(item_uid: uuid.UUID, *, name: str, issued_on: date | None, by: Actor) -> StockVersion:
    """Raises StockItem.DoesNotExist, EntryRefused."""
    item = StockItem.objects.select_related("centre").get(uid=item_uid, centre_id__in=by.centre_ids)
    if not name.strip() or item.versions.filter(name=name.strip()).exists():
        raise EntryRefused({"name": _("まだ無い版の名前を入力してください。")})
    version = StockVersion.objects.create(item=item, name=name.strip(), issued_on=issued_on)
    audit.record("STOCK_VERSION_ADDED", by=by, centre=item.centre)
    return version


@transaction.atomic
def withdraw_version(uid: uuid.UUID, *, reason: str, by: Actor) -> StockVersion:
    """From today on its use is warned of. Raises StockVersion.DoesNotExist, EntryRefused without a reason."""
    rows = StockVersion.objects.select_related("item__centre").select_for_update(of=("self",))
    version = rows.get(uid=uid, item__centre_id__in=by.centre_ids)
    if not reason.strip():
        raise EntryRefused({"reason": _("使用をやめた理由を入力してください。")})
    if version.withdrawn_on is None:
        version.withdrawn_on = calendar.today()
        version.withdrawn_reason = Masking(version.item.centre).text(reason.strip())
        version.save(update_fields=["withdrawn_on", "withdrawn_reason"])
        audit.record("STOCK_VERSION_WITHDRAWN", by=by, centre=version.item.centre, reason=audit.typed(reason))
    return version


@transaction.atomic
def add_place(name: str, *, centre: Centre, by: Actor) -> StockPlace:
    """The place of this name, made where there is none. Raises EntryRefused without a name."""
    if not name.strip():
        raise EntryRefused({"name": _("入力してください。")})
    place, is_new = StockPlace.objects.get_or_create(centre=centre, name=name.strip())
    if is_new:
        audit.record("STOCK_PLACE_ADDED", by=by, centre=centre)
    return place


@transaction.atomic
def move(entry: MovementEntry, *, by: Actor) -> Moved:
    """Write a movement and the balances that it changes.

    Raises StockVersion.DoesNotExist and StockPlace.DoesNotExist outside the actor's scope, EntryRefused, NotSoMuch.
    """
    version = StockVersion.objects.select_related("item__centre").get(
        uid=entry.version, item__centre_id__in=by.centre_ids
    )
    centre = version.item.centre
    # One lock for a centre's places: two movements between the same two never wait for each other.
    places = {place.uid: place for place in StockPlace.objects.select_for_update().filter(centre=centre)}
    if entry.place not in places:
        raise StockPlace.DoesNotExist
    if faults := dict(_faults(entry, places, by)):
        raise EntryRefused(faults)
    place, place_to = places[entry.place], places.get(entry.place_to) if entry.place_to else None
    if entry.what in _GOES:
        _change(version, place, -entry.number)
    elif entry.what in _COMES:
        _change(version, place, entry.number)
    if place_to is not None:
        _change(version, place_to, entry.number)
    masking = Masking(centre)
    row = StockMovement.objects.create(
        centre=centre, version=version, place=place, place_to=place_to, what=entry.what, number=entry.number,
        on=entry.on, lecture=entry.lecture, member=entry.member, recipient=masking.venue(entry.recipient.strip()),
        note=masking.text(entry.note.strip()), moved_by_id=by.pk,
    )  # fmt: skip
    audit.record("STOCK_MOVED", by=by, centre=centre, fields=[entry.what], count=abs(entry.number))
    return Moved(row, masking.masked, _warning(version, entry))


def _change(version: StockVersion, place: StockPlace, number: int) -> None:
    balance, _is_new = StockBalance.objects.get_or_create(version=version, place=place)
    if balance.number + number < 0:
        raise NotSoMuch(place, balance.number)
    balance.number += number
    balance.save(update_fields=["number"])


def _warning(version: StockVersion, entry: MovementEntry) -> str:
    if version.withdrawn_on is None or entry.what not in (What.HANDED_OUT, What.USED):
        return ""
    return _("「%(version)s」は%(on)sに使用をやめた版です: %(reason)s") % {
        "version": version, "on": version.withdrawn_on, "reason": version.withdrawn_reason,
    }  # fmt: skip


def _faults(
    entry: MovementEntry, places: dict[uuid.UUID, StockPlace], by: Actor
) -> Iterator[tuple[str, str]]:
    if entry.what not in What.values:
        yield "what", _("選び直してください。")
        return
    least = {What.COUNTED: -MOST, What.USED: 0}.get(What(entry.what), 1)
    if not least <= entry.number <= MOST or (entry.what == What.COUNTED and entry.number == 0):
        yield "number", _("数を確認してください。")
    if entry.what == What.COUNTED and not entry.note.strip():
        yield "note", _("数え直しで分かった違いの理由を入力してください。")
    if entry.on > calendar.today():
        yield "on", _("今日より後の日は記録できません。")
    for name, longest in (("recipient", 100), ("note", 200)):
        if len(getattr(entry, name)) > longest:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": longest}
    yield from _faults_of_ends(entry, places, by)


def _faults_of_ends(
    entry: MovementEntry, places: dict[uuid.UUID, StockPlace], by: Actor
) -> Iterator[tuple[str, str]]:
    """Where it goes: another place, a lecture, a member."""
    if (entry.what == What.MOVED) != (entry.place_to is not None) or entry.place_to == entry.place:
        yield "place_to", _("移すときだけ、移す先の置き場所を選んでください。")
    elif entry.place_to is not None and entry.place_to not in places:
        yield "place_to", _("選び直してください。")
    if entry.lecture and not Lecture.objects.visible_to(by).filter(uid=entry.lecture).exists():
        yield "lecture", _("選び直してください。")
    if entry.member and not Member.objects.visible_to(by).filter(uid=entry.member).exists():
        yield "member", _("選び直してください。")
