"""What a case holds, as a keyed digest: kept with every change of it, compared by the verifier.

Without it an old ciphertext put back in its own place opens without complaint. The digest says which values were
there: 16 bytes over the coded columns and 手口, then 8 bytes for each sealed value of the case and its persons and
for each 経過 and each row of the card, in the order of their bytes. Empty values have no part, so a new nullable column
changes no digest.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from cases.protection.audit import chain_keys
from cases.protection.sealed import Sealed, SealedField, bound
from cases.records import card
from cases.records.card import CardRow
from cases.records.case import Case, CaseScamType
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson

CODES_BYTES: Final = 16
TAG_BYTES: Final = 8
# Set by the database or by every save; they tell nothing that the entry does not.
_NOT_COVERED: Final = frozenset({"id", "entered_at", "changed_at"})

_SEALED_OF_CASE: Final = tuple(
    field for field in Case._meta.concrete_fields if isinstance(field, SealedField)
)
_SEALED_OF_PERSON: Final = tuple(
    field for field in CasePerson._meta.concrete_fields if isinstance(field, SealedField)
)
_SEALED_OF_ROW: Final = {
    model: tuple(field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField))
    for model in card.ROWS
}
CODED: Final = tuple(
    field.attname
    for field in Case._meta.concrete_fields
    if not isinstance(field, SealedField) and field.attname not in _NOT_COVERED
)


@dataclass(frozen=True)
class Contents:
    """The digests of what a case holds. `tags`: 8 bytes each with the place that it stands for."""

    codes: bytes
    tags: dict[bytes, str]

    def packed(self) -> bytes:
        return self.codes + b"".join(sorted(self.tags))


def digest_of(case: Case) -> bytes:
    """The digest of a case as it is stored now, a query for each kind of row; its sealed columns must be loaded."""
    people = list(CasePerson.objects.filter(case=case))
    scams = list(CaseScamType.objects.filter(case=case))
    follow_ups = list(FollowUp.objects.filter(case=case))
    return digest_of_rows(case, people, scams, follow_ups, card.rows_of(case))


def digest_of_rows(
    case: Case,
    people: Sequence[CasePerson],
    scams: Sequence[CaseScamType],
    follow_ups: Sequence[FollowUp],
    more: Sequence[CardRow],
) -> bytes:
    """The same from rows in memory, which are about to be stored or were read together with others."""
    return contents_of(case, people, scams, follow_ups, more, chain_keys.writing().of_rows).packed()


def contents_of(
    case: Case,
    people: Iterable[CasePerson],
    scams: Iterable[CaseScamType],
    follow_ups: Iterable[FollowUp],
    more: Iterable[CardRow],
    key: bytes,
) -> Contents:
    tags: dict[bytes, str] = {}
    for field in _SEALED_OF_CASE:
        _add(tags, key, field, case.uid.bytes, getattr(case, field.attname))
    for person in people:
        for field in _SEALED_OF_PERSON:
            _add(tags, key, field, person.uid.bytes + person.role.encode(), getattr(person, field.attname))
    for row in follow_ups:
        tags[_tag(key, b"follow_up", row.uid.bytes, _plain_of(row), *_envelopes(row))] = "follow_up"
    for part in more:
        name = part._meta.model_name or ""
        tags[_tag(key, name.encode(), part.uid.bytes, *_parts_of(part))] = name
    return Contents(codes_of(case, scams, key), tags)


def _add(tags: dict[bytes, str], key: bytes, field: SealedField, place: bytes, value: Sealed | None) -> None:
    if value is not None:
        tags[_tag(key, field.label.encode(), place, value.envelope)] = field.label


def _tag(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, bound(*parts), hashlib.sha256)[:TAG_BYTES]


def _parts_of(row: CardRow) -> list[bytes]:
    """What a row of the card holds: its place and open columns, then its sealed values."""
    held = (getattr(row, name) for name in ("position", *row.OPEN))
    plain = [b"" if value is None else _plain(value).encode() for value in held]
    sealed = (getattr(row, name) for name in _SEALED_OF_ROW[type(row)])
    return [*plain, *(b"" if value is None else value.envelope for value in sealed)]


def _plain_of(row: FollowUp) -> bytes:
    plain = f"{row.kind} {_plain(row.happened_at)} {row.counsellor_id or ''}"
    # What is empty has no part, so that the digests of earlier releases hold.
    if row.minutes is not None:
        plain += f" minutes={row.minutes}"
    if row.withdrawn_at is not None:
        plain += f" withdrawn {_plain(row.withdrawn_at)} {row.withdrawn_by_id or ''}"
    return plain.encode()


def _envelopes(row: FollowUp) -> list[bytes]:
    return [value.envelope if value is not None else b"" for value in (row.text, row.text_redacted)]


def codes_of(case: Case, scams: Iterable[CaseScamType], key: bytes) -> bytes:
    """The digest of what a case holds in the open."""
    held = ((name, getattr(case, name)) for name in CODED)
    # 0 is an amount and stays; what is empty has no part.
    given = [(name, v) for name, v in held if not (v is None or v is False or v == "")]
    parts = [f"{name}={_plain(value)}".encode() for name, value in given]
    parts += sorted(f"scam={row.code} {row.is_main}".encode() for row in scams)
    return hmac.digest(key, bound(*parts), hashlib.sha256)[:CODES_BYTES]


def _plain(value: object) -> str:
    """The same text for the same value, whether it was just set or came from either database."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
    return str(value)


def unpacked(digest: bytes) -> tuple[bytes, set[bytes]]:
    """Codes and tags of a stored digest."""
    tags = digest[CODES_BYTES:]
    return digest[:CODES_BYTES], {tags[i : i + TAG_BYTES] for i in range(0, len(tags), TAG_BYTES)}
