"""Keeping the master: a trader added and changed, names it goes by, numbers and addresses."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import corporate_number
from cases.protection import audit, keys, lookup, office
from cases.protection.sealed import Sealer
from cases.records.centre import Actor, Centre
from cases.records.trader import NAME_LENGTH, Trader, TraderKey, TraderMark, TraderName
from cases.services.entry import EntryRefused
from cases.services.traders import marks, names

TAG: Final = "TRADER_MARK"
TAG_BITS: Final = 8
"""Traders with a person's name are few: tags of 8 bits leave a handful of a thousand to open."""
_DIGEST_BITS: Final = 32
MOST_NAMES: Final = 30
MOST_MARKS: Final = 50


class TraderChangedMeanwhile(CasesError):
    """Somebody saved the trader after it was read for this change."""

    code: ClassVar[str] = "trader_changed_meanwhile"
    status: ClassVar[int] = 412

    def __init__(self) -> None:
        super().__init__(_("この事業者は、開いた後にほかの人が変更しました。最新の内容を確認してください。"))


class NumberTaken(CasesError):
    """Another trader of the centre has this 法人番号: `trader`, which may be the one that was looked for."""

    code: ClassVar[str] = "corporate_number_taken"
    status: ClassVar[int] = 409

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        super().__init__(_("この法人番号は「%(name)s」で登録済みです。") % {"name": trader.name})


@dataclass(frozen=True, kw_only=True)
class TraderDetails:
    """What is known of a trader. With `is_person`, `name` is a 屋号 or 呼び名 and the rest of the person is sealed."""

    name: str
    kana: str = ""
    kind: str = Trader.Kind.UNKNOWN
    is_person: bool = False
    corporate_number: str = ""
    prefecture: str = ""
    address: str = ""
    person_name: str = ""
    person_address: str = ""

    def __repr__(self) -> str:
        return "<TraderDetails>"


def check(details: TraderDetails) -> None:
    """Raises EntryRefused with every fault at once."""
    errors = {}
    if not names.fold(details.name):
        errors["name"] = _("名称を入力してください。")
    for name, most in (
        ("name", NAME_LENGTH), ("kana", NAME_LENGTH), ("address", 200), ("prefecture", 20), ("person_name", 200),
        ("person_address", 200),
    ):  # fmt: skip
        if len(getattr(details, name)) > most:
            errors[name] = _("%(most)s文字以内で入力してください。") % {"most": most}
    if details.kind not in Trader.Kind.values:
        errors["kind"] = _("選び直してください。")
    try:
        corporate_number.read(details.corporate_number)
    except corporate_number.NotACorporateNumber as refusal:
        errors["corporate_number"] = str(refusal)
    if details.is_person and (details.corporate_number or details.kind == Trader.Kind.COMPANY):
        errors["is_person"] = _("法人の名称は個人名にできません。個人名でないなら、印を外してください。")
    if errors:
        raise EntryRefused(errors)


@transaction.atomic
def add(uid: uuid.UUID, details: TraderDetails, *, centre: Centre, by: Actor) -> Trader:
    """A new trader of the centre. Idempotent by `uid`, which is minted when the form opens.

    Raises EntryRefused, NumberTaken, KeyNotMade.
    """
    check(details)
    list(
        Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk)
    )  # two with one number, or one form sent twice
    if (known := Trader.objects.filter(uid=uid, centre=centre).first()) is not None:
        return known
    trader = Trader(uid=uid, centre=centre, added_by_id=by.pk)
    _set(trader, details)
    trader.save(force_insert=True)
    _save_names(trader, [TraderName(trader=trader, is_main=True, text=trader.name, kana=trader.kana)])
    audit.record("TRADER_ADDED", by=by, centre=centre, reason=str(uid))
    return trader


@transaction.atomic
def change(uid: uuid.UUID, details: TraderDetails, *, revision: int, by: Actor) -> Trader:
    """Replace what is known of a trader; its other names and its marks stay. `revision`: the one that was opened.

    Sealed values that are given empty stay as they are. Raises Trader.DoesNotExist, EntryRefused, NumberTaken,
    TraderChangedMeanwhile.
    """
    check(details)
    trader = locked(uid, by)
    if trader.revision != revision:
        raise TraderChangedMeanwhile
    if trader.is_person != details.is_person and trader.marks.exists():
        raise EntryRefused(
            {"is_person": _("電話番号などを外してから変えてください(保護のしかたが変わるためです)。")}
        )
    before = trader.name
    _set(trader, details)
    trader.revision += 1
    trader.save()
    trader.names.filter(is_main=False, text=trader.name).delete()
    main = trader.names.get(is_main=True)
    main.text, main.kana = trader.name, trader.kana
    _save_names(trader, [main])
    if before != trader.name and not trader.is_person:
        _add_name(trader, before, "")
    audit.record("TRADER_CHANGED", by=by, centre=trader.centre, reason=str(uid))
    return trader


def locked(uid: uuid.UUID, by: Actor) -> Trader:
    """Raises Trader.DoesNotExist outside the actor's scope."""
    mine = Trader.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre")
    return mine.get(uid=uid)


def _set(trader: Trader, details: TraderDetails) -> None:
    number = corporate_number.read(details.corporate_number)
    taken = Trader.objects.filter(centre=trader.centre, corporate_number=number).exclude(uid=trader.uid)
    if number and (other := taken.first()) is not None:
        raise NumberTaken(other)
    trader.name, trader.kind = " ".join(details.name.split()), details.kind
    trader.is_person = details.is_person
    trader.prefecture = details.prefecture.strip()
    trader.corporate_number = number
    is_open = not details.is_person
    trader.kana = " ".join(details.kana.split()) if is_open else ""
    trader.address = details.address.strip() if is_open else ""
    if is_open:
        trader.person_name = trader.person_address = None
        return
    trader.kind = Trader.Kind.SOLE
    sealer = sealer_of(trader)
    for name in ("person_name", "person_address"):
        if text := getattr(details, name).strip():
            sealer.seal(trader, name, text)


def sealer_of(trader: Trader) -> Sealer:
    """The sealer of a trader with a person's name; its key is made where there is none yet."""
    found = keys.sealers(Trader.OWNER_KIND, [trader.uid], at=[trader.centre_id])
    if trader.uid in found:
        return found[trader.uid]
    key, sealer = keys.create(trader.sealed_owner, centre_uid=trader.centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    return sealer


# --- Names ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_name(uid: uuid.UUID, text: str, kana: str, *, by: Actor) -> Trader:
    """Another name that the trader goes by; one that it has already changes nothing.

    Raises Trader.DoesNotExist, EntryRefused.
    """
    trader = locked(uid, by)
    plain = " ".join(text.split())
    if not names.fold(plain) or max(len(plain), len(kana)) > NAME_LENGTH:
        raise EntryRefused({"text": _("名前を入力してください(%(most)s文字まで)。") % {"most": NAME_LENGTH}})
    if trader.names.count() >= MOST_NAMES:
        raise EntryRefused({"text": _("名前は%(most)s個までです。") % {"most": MOST_NAMES}})
    if _add_name(trader, plain, " ".join(kana.split())):
        audit.record("TRADER_CHANGED", by=by, centre=trader.centre, reason=str(uid))
    return trader


def _add_name(trader: Trader, text: str, kana: str) -> bool:
    if trader.names.filter(text=text).exists():
        return False
    _save_names(trader, [TraderName(trader=trader, text=text, kana=kana)])
    return True


@transaction.atomic
def remove_name(uid: uuid.UUID, name_uid: uuid.UUID, *, by: Actor) -> None:
    """Take one of the other names away; gone already changes nothing. Raises Trader.DoesNotExist."""
    trader = locked(uid, by)
    deleted, _rows = trader.names.filter(uid=name_uid, is_main=False).delete()
    if deleted:
        audit.record("TRADER_CHANGED", by=by, centre=trader.centre, reason=str(uid))


def _save_names(trader: Trader, rows: Iterable[TraderName]) -> None:
    """Store names with what a search finds them by."""
    for row in rows:
        row.folded = f"{names.fold(row.text)} {names.fold(row.kana)}".strip()
        row.save()
        row.keys.all().delete()
        TraderKey.objects.bulk_create(keys_of(row, trader))


def keys_of(row: TraderName, trader: Trader) -> list[TraderKey]:
    found = names.keys(row.text)
    for key, rank in names.keys(row.kana).items():
        found[key] = min(rank, found.get(key, rank))
    return [
        TraderKey(centre_id=trader.centre_id, name=row, trader=trader, rank=rank, key=key.encode())
        for key, rank in sorted(found.items())
    ]


# --- Marks ----------------------------------------------------------------------------------------------------------
def tag_of(centre: Centre, value: str) -> int:
    return lookup.digest(centre, TAG, value) >> (_DIGEST_BITS - TAG_BITS)


@transaction.atomic
def add_mark(uid: uuid.UUID, kind: str, text: str, *, by: Actor) -> Trader:
    """A number or an address of the trader; one that it has already changes nothing.

    Raises Trader.DoesNotExist, EntryRefused, MarkRefused.
    """
    trader = locked(uid, by)
    if kind not in TraderMark.Kind.values:
        raise EntryRefused({"kind": _("選び直してください。")})
    value = marks.normal(kind, text)
    held = list(trader.marks.all())
    if len(held) >= MOST_MARKS:
        raise EntryRefused({"text": _("%(most)s件までです。") % {"most": MOST_MARKS}})
    row = TraderMark(trader=trader, kind=kind)
    if trader.is_person:
        sealer = sealer_of(trader)
        if any(one.kind == kind and sealer.open(one, "sealed_value") == value for one in held):
            return trader
        row.tag = tag_of(trader.centre, value)
        sealer.seal(row, "sealed_value", value)
    elif any(one.kind == kind and one.value == value for one in held):
        return trader
    else:
        row.value = value
    row.save(force_insert=True)
    audit.record("TRADER_CHANGED", by=by, centre=trader.centre, reason=str(uid))
    return trader


@transaction.atomic
def remove_mark(uid: uuid.UUID, mark_uid: uuid.UUID, *, by: Actor) -> None:
    """Take a mark away; gone already changes nothing. Raises Trader.DoesNotExist."""
    trader = locked(uid, by)
    deleted, _rows = trader.marks.filter(uid=mark_uid).delete()
    if deleted:
        audit.record("TRADER_CHANGED", by=by, centre=trader.centre, reason=str(uid))


# --- A trader with a person's name, opened ---------------------------------------------------------------------------
@dataclass(frozen=True)
class OpenedPerson:
    """What is sealed of a trader: shown to a person, after an entry in the log."""

    name: str
    address: str
    marks: dict[uuid.UUID, str]

    def __repr__(self) -> str:
        return "<OpenedPerson>"


def opened(trader: Trader, *, by: Actor) -> OpenedPerson:
    """Open what is sealed of a trader in the actor's scope; the entry is committed before. Raises KeyMissing."""
    rows = list(trader.marks.filter(tag__isnull=False))
    texts = office.opened(
        "TRADER_OPENED",
        [(trader, "person_name"), (trader, "person_address"), *((row, "sealed_value") for row in rows)],
        by=by,
        centre=trader.centre,
        about=trader.uid,
    )
    shown = [
        spelling.phone_display(text) if row.kind == TraderMark.Kind.PHONE else text
        for row, text in zip(rows, texts[2:], strict=True)
    ]
    return OpenedPerson(texts[0], texts[1], dict(zip((row.uid for row in rows), shown, strict=True)))
