"""Look-up on sealed values: short keyed tags narrow, opening and comparing decides.

A tag is shared by many values on purpose, so that a stolen table tells little about who is in it. How many bits it has
follows the size of the table: floor(log2(rows / 32)), so that a look-up opens 32 to 128 rows beside the right ones.
Phone numbers, whole readings (カナ) and accounts (by their number, without the bank) have tags. Surnames have none and
must never get any: ranking the tags of a column of surnames against public counts of surnames tells which is which.

A case has tags of its own centre, and of each centre that it is handed over to (`permit`): each made with that
centre's key, so that equal numbers in two centres' rows do not show as equal.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from cases import spelling
from cases.payees import Payee
from cases.protection.keys import keyed_digest
from cases.protection.models import LookupIndex, LookupPermit, LookupTag
from cases.records.case import Case
from cases.records.centre import Centre

PHONE: Final = "PHONE"
KANA: Final = "KANA"
KANA_FOLDED: Final = "KANA_FOLDED"
ACCOUNT: Final = "ACCOUNT"
TRADER_PHONE: Final = "TRADER_PHONE"
FIELDS: Final = (PHONE, KANA, KANA_FOLDED, ACCOUNT, TRADER_PHONE)

CANDIDATES: Final = 32
SMALLEST_TABLE: Final = 1024
GROWTH: Final = 4
_DIGEST_BITS: Final = 32


def bits_for(rows: int) -> int:
    """Length of a tag in a table of that many rows, in bits: 5 up to 2,047 rows, 10 at 50,000."""
    return int(math.log2(max(rows, SMALLEST_TABLE) / CANDIDATES))


def has_outgrown(bits: int, rows: int) -> bool:
    """Whether a table has four times the rows that its tags were made for, so that look-ups open too many."""
    return rows >= GROWTH * (CANDIDATES << bits)


# --- From values to tags ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Values:
    """What can be looked up, normalised: digits of telephone numbers, whole readings in katakana, keys of accounts.

    Never logged.
    """

    phones: frozenset[str] = frozenset()
    readings: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    trader_phones: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        phones: Iterable[str] = (),
        kanas: Iterable[str] = (),
        payees: Iterable[Payee | None] = (),
        trader_phones: Iterable[str] = (),
    ) -> "Values":
        """What is no telephone number, and a reading of fewer than three letters, cannot be looked up by tag."""
        readings = (reading_of(kana) for kana in kanas)
        return cls(
            _digits_of(phones),
            frozenset(reading for reading in readings if reading),
            frozenset(payee.key for payee in payees if payee is not None),
            _digits_of(trader_phones),
        )

    def __repr__(self) -> str:
        return "<Values>"

    def by_field(self) -> Mapping[str, frozenset[str]]:
        return {
            PHONE: self.phones,
            KANA: self.readings,
            KANA_FOLDED: frozenset(spelling.fold_kana(reading) for reading in self.readings),
            ACCOUNT: self.accounts,
            TRADER_PHONE: self.trader_phones,
        }


def _digits_of(phones: Iterable[str]) -> frozenset[str]:
    return frozenset(digits for phone in phones if (digits := spelling.phone_digits(phone)))


_SHORTEST_READING: Final = 3


def reading_of(kana: str) -> str:
    """A whole reading as it is compared: katakana without blanks; empty where it is too short to tell a person."""
    plain = spelling.katakana(kana)
    return plain if len(plain) >= _SHORTEST_READING else ""


Digests = frozenset[tuple[str, int]]
"""(field, first 32 bits of the keyed digest) of values at one centre; tags are cut from these."""


def digests(centre: Centre, values: Values) -> Digests:
    """Keyed digests of the values at a centre, with the key of version 1 of its index."""
    return frozenset(
        (field, digest(centre, field, value)) for field, found in values.by_field().items() for value in found
    )


def digest(centre: Centre, field: str, value: str) -> int:
    """The first 32 bits of the keyed digest. A longer tag begins with the shorter one that an old backup may hold,
    so that holding both tells no more than the longer alone."""
    keyed = keyed_digest(f"lookup/{field}/{centre.uid.hex}", value.encode())
    return int.from_bytes(keyed[: _DIGEST_BITS // 8])


def tag(found: int, bits: int) -> int:
    return found >> (_DIGEST_BITS - bits)


# --- The index of a centre --------------------------------------------------------------------------------------
def indexes(centre: Centre, *, lock: bool = False) -> dict[str, LookupIndex]:
    """The centre's index of each field, begun for a small table where there is none.

    Writers ask with `lock`, inside their transaction: a re-index cannot change its state between this answer and
    their rows, and so finds all rows of the state before.
    """
    rows = LookupIndex.objects.filter(centre=centre)
    if lock:
        rows = rows.select_for_update()
    found = {row.field: row for row in rows}
    if len(found) < len(FIELDS):
        begun = [LookupIndex(centre=centre, field=field, bits=bits_for(0)) for field in FIELDS]
        LookupIndex.objects.bulk_create(begun, ignore_conflicts=True)
        found = {row.field: row for row in rows.all()}
    return found


def _pair(index: LookupIndex, found: int) -> tuple[int, int | None]:
    """What a writer stores of a digest: the tag that is searched, and the coming one while a re-index fills it in."""
    if index.next_bits is None:
        return tag(found, index.bits), None
    if index.state == LookupIndex.State.FILLING:
        return tag(found, index.bits), tag(found, index.next_bits)
    return tag(found, index.next_bits), None


def rows(centre: Centre, wanted: Sequence[tuple[Case, Digests]]) -> list[LookupTag]:
    """Rows for cases at one centre, not yet stored; in the writer's transaction."""
    if not any(found for _case, found in wanted):
        return []
    held = indexes(centre, lock=True)
    made = []
    for case, found in wanted:
        pairs = sorted({(field, *_pair(held[field], keyed)) for field, keyed in found}, key=str)
        made += [
            LookupTag(case=case, centre=centre, field=field, tag=now, next_tag=coming)
            for field, now, coming in pairs
        ]
    return made


def matching(centre: Centre, field: str, value: str) -> Q:
    """Tags that a value has at a centre: both columns while a re-index runs, so that no row is missed meanwhile."""
    keyed = digest(centre, field, value)
    index = LookupIndex.objects.filter(centre=centre, field=field).first()
    bits = bits_for(0) if index is None else index.bits
    held = Q(centre=centre, field=field)
    if index is None or index.next_bits is None:
        return held & Q(tag=tag(keyed, bits))
    coming = tag(keyed, index.next_bits)
    now = coming if index.state == LookupIndex.State.SWITCHING else tag(keyed, bits)
    return held & (Q(tag=now) | Q(next_tag=coming))


# --- Which centres ----------------------------------------------------------------------------------------------
def permitted(case: Case) -> list[Centre]:
    """The case's own centre, and those that it was handed over to."""
    more = Centre.objects.filter(pk__in=LookupPermit.objects.filter(case=case).values("centre"))
    return [case.centre, *more.exclude(pk=case.centre_id)]


def retag(case: Case, values: Values) -> None:
    """Replace the tags of a case at every permitted centre, in the caller's transaction."""
    case.lookup_tags.all().delete()
    for centre in permitted(case):
        LookupTag.objects.bulk_create(rows(centre, [(case, digests(centre, values))]))


def outgrown() -> list[Centre]:
    """Centres of which an index has outgrown its tags, or a re-index was begun and not finished."""
    found = {
        index.centre_id
        for index in LookupIndex.objects.all()
        if index.state != LookupIndex.State.STEADY
        or has_outgrown(
            index.bits, LookupTag.objects.filter(centre=index.centre_id, field=index.field).count()
        )
    }
    return list(Centre.objects.filter(pk__in=found).order_by("pk"))
