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
from cases.protection.sealed import HoldsSealed
from cases.records.centre import Actor, Centre

PHONE: Final = "PHONE"
ADDRESS: Final = "ADDRESS"
MAIL: Final = "MAIL"
NAME: Final = "NAME"

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
    if field == ADDRESS:
        return _household(plain, centre)
    return plain


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
    made = []
    for field, texts in values.items():
        held = ContactTag.objects.filter(centre=centre, owner_kind=owner.kind, field=field).count()
        bits = lookup.bits_for(held)
        for text in {normal(field, text, centre) for text in texts} - {""}:
            digest = _digest(centre, owner.kind, field, text)
            made.append(
                ContactTag(
                    centre=centre, owner_kind=owner.kind, owner_uid=owner.uid, field=field, bits=bits,
                    tag=lookup.tag(digest, bits),
                )
            )  # fmt: skip
    ContactTag.objects.bulk_create(made)


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
