"""Contacts found again by what is sealed: one borrower a household, one subscriber an address, a group that comes back.

The rule of `lookup` for the key domain `contact`: a short keyed tag, shared by many values on purpose, narrows; the
few candidates are opened in here and compared, and only rows come out. A tag is as long as its table was when it was
written, so a table that grows needs no re-index: a look-up asks for every length that is there. Names of persons have
no tag (see `lookup`); NAME is for names of groups and firms.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from cases import spelling
from cases.protection import audit, keys, lookup
from cases.protection.keys import CONTACT_KINDS
from cases.protection.models import ContactTag
from cases.protection.sealed import HoldsSealed, Owner
from cases.records.centre import Actor, Centre

PHONE: Final = "PHONE"
ADDRESS: Final = "ADDRESS"
MAIL: Final = "MAIL"
NAME: Final = "NAME"
HOUSE: Final = "HOUSE"
"""An address with and without its room: `perhaps_of_one_house`."""

_KANJI_NUMBER: Final = re.compile(r"[一二三四五六七八九十]+(?=丁目|番|号)")
_DIGITS: Final = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)}
_ROOM: Final = re.compile(r"[0-9]+")

RowT = TypeVar("RowT", bound=models.Model)


def normal(field: str, text: str, centre: Centre) -> str:
    """The form under which a value is compared; empty where it is too little to tell anybody by.

    An address is its 町名 and its numbers: 「港区芝公園四丁目2番8号 芝コーポ101号室」 and 「芝公園4-2-8-101」 are one.
    """
    if field == PHONE:
        return spelling.phone_digits(text) or ""
    plain = "".join(spelling.variant_kanji(spelling.width(text)).split()).casefold()
    if field in (ADDRESS, HOUSE):
        return _household(plain, centre)
    return plain


def _forms(field: str, text: str, centre: Centre) -> set[str]:
    """The forms under which a value is looked up: its `normal` one, of a HOUSE without its last number as well."""
    whole = normal(field, text, centre)
    return ({whole, _without_room(whole)} if field == HOUSE else {whole}) - {""}


def _without_room(house: str) -> str:
    """`芝公園4-2-8-101` as `芝公園4-2-8`; empty where fewer than two numbers would be left."""
    shorter, _dash, _room = house.rpartition("-")
    return shorter if "-" in shorter else ""


def _household(plain: str, centre: Centre) -> str:
    for place in (centre.prefecture, centre.municipality):
        plain = plain.removeprefix(spelling.variant_kanji(place)) if place else plain
    plain = _KANJI_NUMBER.sub(lambda found: str(_number(found.group())), plain)
    numbers = _ROOM.findall(plain)
    if not numbers:
        return ""  # a town alone is many households
    town = plain[: plain.index(numbers[0])].rstrip(spelling.DASHES)
    return f"{town}{'-'.join(number.lstrip('0') or '0' for number in numbers)}"


def _number(kanji: str) -> int:
    """一 to 九十九."""
    tens, ten, ones = kanji.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[digit]) for digit in kanji))
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def retag(row: HoldsSealed, values: Mapping[str, Sequence[str]], *, centre: Centre) -> None:
    """Replace the tags of a row, in the transaction that saves it. `values`: plain texts by field; {} forgets all."""
    owner = row.sealed_owner
    if owner.kind not in CONTACT_KINDS:
        raise ValueError(f"{owner.kind} is no contact")
    ContactTag.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid).delete()
    made = [tag for field, texts in values.items() for tag in _tags(owner, field, texts, centre)]
    ContactTag.objects.bulk_create(made)


def _tags(owner: Owner, field: str, texts: Sequence[str], centre: Centre) -> list[ContactTag]:
    held = ContactTag.objects.filter(centre=centre, owner_kind=owner.kind, field=field).count()
    bits = lookup.bits_for(held)
    digests = [
        _digest(centre, owner.kind, field, form)
        for form in {form for text in texts for form in _forms(field, text, centre)}
    ]
    return [
        ContactTag(
            centre=centre, owner_kind=owner.kind, owner_uid=owner.uid, field=field, bits=bits,
            tag=lookup.tag(digest, bits),
        )
        for digest in digests
    ]  # fmt: skip


def same(
    rows: "models.QuerySet[RowT]", field: str, text: str, *, among: Sequence[str], by: Actor, centre: Centre
) -> list[RowT]:
    """Rows of which one of the sealed attributes `among` holds this value. One entry in the log."""
    return found(rows, field, [text], among=among, by=by, centre=centre).get(normal(field, text, centre), [])


def found(
    rows: "models.QuerySet[RowT]", field: str, texts: Collection[str], *, among: Sequence[str], by: Actor,
    centre: Centre,
) -> dict[str, list[RowT]]:  # fmt: skip
    """The same for many values at once, by their `normal` form; those that nobody has are left out.

    One entry in the log for all; none, and no look, where no text is such a value.
    """
    wanted = {normal(field, text, centre) for text in texts} - {""}
    if not wanted:
        return {}
    model: Any = rows.model
    uids = _candidates(model.OWNER_KIND, field, wanted, centre)
    held = list(rows.filter(uid__in=uids, centre=centre)) if uids else []
    sealers = keys.sealers(model.OWNER_KIND, uids, at={centre.pk}) if held else {}
    by_value: dict[str, list[RowT]] = {}
    for row in held:
        sealer = sealers.get(getattr(row, "uid"))  # noqa: B009 - a sealed row has one, models.Model says not so
        told = {normal(field, sealer.open(row, name), centre) for name in among} if sealer else set()  # type: ignore[arg-type]
        for value in told & wanted:
            by_value.setdefault(value, []).append(row)
    count = len({row.pk for same_rows in by_value.values() for row in same_rows})
    audit.record("CONTACT_LOOKED_UP", by=by, centre=centre, fields=[model.OWNER_KIND, field], count=count)
    return by_value


def perhaps_of_one_house(
    rows: "models.QuerySet[RowT]", address: str, *, among: str, by: Actor, centre: Centre
) -> list[RowT]:
    """Rows whose address is this one but for a last number that only one of the two has: a room left out, perhaps.

    One entry in the log; none, and no look, where the address is too little to tell. Rows without a HOUSE tag are
    not found (`tag_houses`).
    """
    wanted = _forms(HOUSE, address, centre)
    if not wanted:
        return []
    whole = normal(HOUSE, address, centre)
    model: Any = rows.model
    uids = _candidates(model.OWNER_KIND, HOUSE, wanted, centre)
    held = list(rows.filter(uid__in=uids, centre=centre)) if uids else []
    sealers = keys.sealers(model.OWNER_KIND, uids, at={centre.pk}) if held else {}
    found = []
    for row in held:
        if sealer := sealers.get(getattr(row, "uid")):  # noqa: B009 - a sealed row has one, models.Model says not so
            other = normal(HOUSE, sealer.open(row, among), centre)  # type: ignore[arg-type]
            if whole == _without_room(other) or other == _without_room(whole):
                found.append(row)
    audit.record(
        "CONTACT_LOOKED_UP", by=by, centre=centre, fields=[model.OWNER_KIND, HOUSE], count=len(found)
    )
    return found


def without_house(kind: str) -> "models.QuerySet[ContactTag]":
    """Tags of addresses of before there was a HOUSE."""
    tagged = ContactTag.objects.filter(owner_kind=kind, field=HOUSE, owner_uid=models.OuterRef("owner_uid"))
    return ContactTag.objects.filter(~models.Exists(tagged), owner_kind=kind, field=ADDRESS)


def tag_houses(rows: "models.QuerySet[RowT]", *, among: str, centre: Centre) -> None:
    """Give rows of a centre that have an ADDRESS tag alone their HOUSE: opened in here, nothing comes out."""
    model: Any = rows.model
    held = list(rows)
    sealers = keys.sealers(model.OWNER_KIND, {row.uid for row in held}, at={centre.pk})  # type: ignore[attr-defined]
    made = []
    for row in held:
        owner = row.sealed_owner  # type: ignore[attr-defined]
        if sealer := sealers.get(owner.uid):
            made += _tags(owner, HOUSE, [sealer.open(row, among)], centre)  # type: ignore[arg-type]
    ContactTag.objects.bulk_create(made)


def _candidates(kind: str, field: str, wanted: Collection[str], centre: Centre) -> set[UUID]:
    held = ContactTag.objects.filter(centre=centre, owner_kind=kind, field=field)
    digests = {_digest(centre, kind, field, text) for text in wanted}
    narrowed = Q(pk__in=[])
    for bits in set(held.values_list("bits", flat=True)):
        narrowed |= Q(bits=bits, tag__in={lookup.tag(digest, bits) for digest in digests})
    return set(held.filter(narrowed).values_list("owner_uid", flat=True))


def _digest(centre: Centre, kind: str, field: str, text: str) -> int:
    """Keyed apart for each kind, so that nobody who holds the table sees that a borrower also subscribes."""
    return lookup.digest(centre, f"{kind}/{field}", text)
