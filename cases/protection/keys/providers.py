"""Where KEKs live and who wraps with them: files of this machine (default), or a program (`KEY_COMMAND`).

A KEK is named, never tried: the name in the row says which key opens it, and no other is asked.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cases.protection.keys import disk, files, recovery
from cases.protection.keys.errors import WrapBroken
from cases.protection.keys.kek import Kek
from cases.protection.keys.memory import drop_on_forget, forget
from cases.protection.keys.programs import PROGRAM

_NONCE: Final = 12


class Provider(Protocol):
    """What wraps and unwraps data keys. Pairs are (bytes, context); answers come in the order given.

    `context` is bound: a wrapped key opens under the same KEK and the same context alone.
    """

    name: ClassVar[str]

    def make(self, kek: Kek) -> None:
        """Make the KEK; one that exists is left as it is. Raises KeyNotMade."""

    def exists(self, kek: Kek) -> bool:
        """Whether the KEK could be used now."""

    def wrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """Raises KeyMissing where there is no such KEK."""

    def unwrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """All of them or none. Raises KeyMissing where there is no such KEK, WrapBroken where one does not open."""

    def destroy(self, kek: Kek) -> None:
        """Make the KEK unusable for good, its sealed copy too; nothing happens where it is gone."""


class KeyFiles:
    """KEKs in `KEY_DIR/<domain>/<centre>-<cohort>-v<version>.key`; wrapped: 12-byte nonce, AES-256-GCM."""

    name: ClassVar[str] = "file"

    def make(self, kek: Kek) -> None:
        files.ensure(kek.domain, kek.file_name)

    def exists(self, kek: Kek) -> bool:
        path = files.path_of(kek.domain, kek.file_name)
        return path.is_file() and path.stat().st_size == files.KEY_BYTES

    def wrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        cipher = _cipher(kek)
        wrapped = []
        for key, context in pairs:
            nonce = os.urandom(_NONCE)
            wrapped.append(nonce + cipher.encrypt(nonce, key, context))
        return wrapped

    def unwrap(self, kek: Kek, pairs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        cipher = _cipher(kek)
        try:
            return [cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context) for wrapped, context in pairs]
        except (InvalidTag, ValueError):  # another key or row; or cut off before its end
            raise WrapBroken from None

    def destroy(self, kek: Kek) -> None:
        path = files.path_of(kek.domain, kek.file_name)
        disk.remove(recovery.copy_of(path))
        disk.remove(path)
        forget()


@cache
def _cipher(kek: Kek) -> AESGCM:
    return AESGCM(files.read(kek.domain, kek.file_name))


drop_on_forget(_cipher.cache_clear)
FILES: Final = KeyFiles()


def for_new() -> Provider:
    """The provider that makes new KEKs: the program where one is named, else files."""
    return PROGRAM if settings.KEY_COMMAND else FILES


def holding(kek: Kek) -> Provider:
    """The provider that has this KEK: a key made as a file stays one, also after a program took over."""
    return PROGRAM if settings.KEY_COMMAND and not FILES.exists(kek) else FILES
