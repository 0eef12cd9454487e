"""`Sealed`: the one name for a protected value, its envelope, and the model field that stores nothing else.

A sealed value prints `●●●` wherever it is printed. It is made by a `Sealer`, which knows whose key it holds and
binds owner, row and label into the ciphertext, so a value moved to another row, field or person does not open.
"""

import os
import struct
import uuid
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple, NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.utils.translation import gettext as _

from cases.errors import CasesError

MASK: Final = "●●●"
FORMAT: Final = 1
_HEADER: Final = struct.Struct("!BB")  # format, version of the data key
_NONCE: Final = 12
_TAG: Final = 16
_HEADER_OF: Final = [_HEADER.pack(FORMAT, version) for version in range(256)]
_LEAST: Final = _HEADER.size + _NONCE + _TAG
_NONCE_AT: Final = slice(_HEADER.size, _HEADER.size + _NONCE)
_BODY_AT: Final = slice(_HEADER.size + _NONCE, None)
# What `bound` puts before the 16 bytes of a uid.
UUID_LENGTH: Final = struct.pack("!I", 16)


class Owner(NamedTuple):
    """Whose key protects a value: a case, a draft, an upload, a member …"""

    kind: str
    uid: uuid.UUID


class SealBroken(CasesError):
    """The value does not belong here, was changed, or its key is not the right one."""

    code: ClassVar[str] = "seal_broken"
    status: ClassVar[int] = 500

    def __init__(self) -> None:
        super().__init__(_("保護された値を開けません。値が別の場所へ移されたか、書き換えられています。"))


class Sealed:
    """A ciphertext that hides itself: it prints as ●●●, refuses pickling and comparing by content."""

    __slots__ = ("_envelope",)

    def __init__(self, envelope: bytes) -> None:
        self._envelope = envelope

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a sealed value is not pickled")

    @property
    def envelope(self) -> bytes:
        """The stored bytes: header, nonce, ciphertext, tag."""
        return self._envelope


class HoldsSealed(Protocol):
    """A row with sealed fields."""

    uid: uuid.UUID

    @property
    def sealed_owner(self) -> Owner: ...


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Stores `Sealed` or NULL. `label` is bound into the ciphertext and never changes, whatever the field is called."""

    def __init__(self, *, label: str, **options: Any) -> None:
        self.label = label
        super().__init__(**{**options, "null": True, "blank": True, "editable": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for implied in ("null", "blank", "editable"):
            options.pop(implied, None)
        return name, path, args, {**options, "label": self.label}

    def from_db_value(self, value: bytes | None, *_context: object) -> Sealed | None:
        return None if value is None else Sealed(value if type(value) is bytes else bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.label} takes a sealed value only")
        envelope = None if value is None else value.envelope
        return super().get_db_prep_value(envelope, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.label} cannot be compared in the database")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        return MASK


def label_of(row: HoldsSealed, field: str) -> str:
    """The label bound into values of this field. Raises TypeError for a field that seals nothing."""
    return _label_of(type(row), field)


@cache
def _label_of(model: type, field: str) -> str:
    found = model._meta.get_field(field)  # type: ignore[attr-defined]
    if not isinstance(found, SealedField):
        raise TypeError(f"{field} is not a sealed field")
    return found.label


class Sealer:
    """Seals and opens values of one owner with its data key. Made by `cases.protection.keys` alone.

    Opening is for the doors (`reveal`, `contacts`, `match`, `redacted`): everything else holds `Sealed` values.
    """

    __slots__ = ("_cipher", "_header", "_owner_part", "owner")

    def __init__(self, owner: Owner, key: bytes, *, version: int = 1) -> None:
        self.owner = owner
        self._header = _HEADER_OF[version]
        # With the length of the row's uid, which follows it in every context.
        self._owner_part = _part(owner.kind) + UUID_LENGTH + owner.uid.bytes + UUID_LENGTH
        self._cipher = AESGCM(key)

    def seal(self, row: HoldsSealed, field: str, text: str) -> None:
        """Set the field to the sealed text; empty text becomes NULL."""
        setattr(row, field, self.sealed(label_of(row, field), row.uid, text) if text else None)

    def sealed(self, label: str, row_uid: uuid.UUID, text: str) -> Sealed:
        data = _pad(text.encode("utf-8", "surrogatepass"), _block(label))
        return Sealed(self.sealed_bytes(label, row_uid, data))

    def sealed_bytes(self, label: str, row_uid: uuid.UUID, data: bytes) -> bytes:
        return self.sealed_with(os.urandom(_NONCE), label, row_uid, data)

    def sealed_with(self, nonce: bytes, label: str, row_uid: uuid.UUID, data: bytes) -> bytes:
        """The same with a given nonce, for known-answer tests alone: a nonce must never serve twice."""
        return self._header + nonce + self._cipher.encrypt(nonce, data, self._context(label, row_uid))

    def open(self, row: HoldsSealed, field: str) -> str:
        """The text of the field, empty where none is stored. Raises SealBroken."""
        value = getattr(row, field)
        if value is None:
            return ""
        return self.opened(_label_of(type(row), field), row.uid, value)

    def opened(self, label: str, row_uid: uuid.UUID, value: Sealed) -> str:
        return _unpad(self.opened_bytes(label, row_uid, value.envelope)).decode("utf-8", "surrogatepass")

    def opened_bytes(self, label: str, row_uid: uuid.UUID, envelope: bytes) -> bytes:
        if len(envelope) < _LEAST or envelope[: _HEADER.size] != self._header:
            raise SealBroken
        try:
            return self._cipher.decrypt(
                envelope[_NONCE_AT], envelope[_BODY_AT], self._context(label, row_uid)
            )
        except InvalidTag:
            raise SealBroken from None

    def _context(self, label: str, row_uid: uuid.UUID) -> bytes:
        """Header, then label, owner and row, each behind its length: as `bound` joins them, but made in parts."""
        return _head(self._header, label) + self._owner_part + row_uid.bytes


@cache
def _head(header: bytes, label: str) -> bytes:
    return header + _part(label)


@cache
def _part(word: str) -> bytes:
    """A label or an owner kind as `bound` writes it; there are a few dozen of them."""
    return bound(word.encode("ascii"))


def bound(*parts: bytes) -> bytes:
    """Parts joined so that no two lists give the same bytes: each behind its length."""
    return b"".join(struct.pack("!I", len(part)) + part for part in parts)


_TINY, _SHORT, _LONG = 16, 32, 64
# Nearly all of one length: a wider block would hide nothing more.
_ALIKE: Final = frozenset({"person.phone", "person.birth_date", "person.postcode"})


def _block(label: str) -> int:
    return _TINY if label in _ALIKE else _SHORT


def _pad(data: bytes, least: int = _SHORT) -> bytes:
    """Hide lengths: a one byte, then zeros up to the next 32 bytes, 64 from 128 on, 16 for what is all alike."""
    block = _LONG if len(data) >= 4 * _SHORT else least
    return data + b"\x80" + b"\x00" * (-(len(data) + 1) % block)


def _unpad(data: bytes) -> bytes:
    """Raises SealBroken where nothing marks the end: no value of ours is sealed without it."""
    marked = data.rstrip(b"\x00")
    if not marked.endswith(b"\x80"):
        raise SealBroken
    return marked[:-1]
