"""Keys: random key files by purpose, and the data keys that they wrap.

`KEY_DIR/<domain>/…` holds 32 random bytes a file, mode 0400. Domains: `case` (a KEK per centre and fiscal year, so
that one year can be destroyed), `contact` (a KEK per centre for addresses of members and lecturers), `index`
(look-up tags and search terms), `audit`. A process that may not open cases gets a folder without `case`.
"""

import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection.models import DataKey
from cases.protection.sealed import FORMAT, Owner, Sealer, bound

KEY_BYTES: Final = 32
_NONCE: Final = 12
# Owner kinds that live in the domain `contact`; all others belong to `case`.
CONTACT_KINDS: Final = frozenset({"lecture", "member"})


class KeyMissing(CasesError):
    """The key that this value needs is not on this machine."""

    code: ClassVar[str] = "key_missing"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(_("鍵が見つかりません。管理者は鍵フォルダ(KEY_DIR)を確認してください。"))


def domain_of(owner_kind: str) -> str:
    return "contact" if owner_kind in CONTACT_KINDS else "case"


# --- Key files --------------------------------------------------------------------------------------------------
def _file(domain: str, name: str) -> Path:
    return Path(settings.KEY_DIR) / domain / f"{name}.key"


@cache
def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise KeyMissing from None
    if len(key) != KEY_BYTES:
        raise KeyMissing
    return key


def _ensure(path: Path) -> bytes:
    """The key in the file, made if there is none. Two processes that make it at once end with the same key."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            os.write(handle, secrets.token_bytes(KEY_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(draft, path)  # fails where another process was first: its key wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync_folder(path.parent)
    return _read(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prepare() -> None:
    """Make the key folder and the keys that do not depend on data. Safe to call again."""
    folder = Path(settings.KEY_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for domain in ("index", "audit"):
        _ensure(_file(domain, "v1"))
    signing = folder / "signing.key"
    if not signing.exists():
        signing.touch(mode=0o400)
        signing.chmod(0o600)
        signing.write_text(secrets.token_urlsafe(48), encoding="ascii")
        signing.chmod(0o400)


def forget() -> None:
    """Drop keys held in memory (tests, key changes)."""
    _read.cache_clear()
    derived.cache_clear()


@cache
def derived(purpose: str) -> bytes:
    """A key for one keyed digest (look-up tags of a centre, search terms …), from the index key.

    `purpose` names it for good, such as `lookup/phone/<centre uid>`.
    """
    return hmac.digest(_read(_file("index", "v1")), purpose.encode(), hashlib.sha256)


def keyed_digest(purpose: str, data: bytes) -> bytes:
    """32 bytes that tell equal data from different data, to holders of the index key alone."""
    return hmac.digest(derived(purpose), data, hashlib.sha256)


def domain_key(domain: str) -> bytes:
    """The one key of a domain that is not split by centre and year, such as `backup`; made where there is none.

    Raises OSError where KEY_DIR cannot be written and there is no key yet.
    """
    return _ensure(_file(domain, "v1"))


# --- Data keys --------------------------------------------------------------------------------------------------
def _kek_file(domain: str, centre_uid: uuid.UUID, cohort: int, version: int) -> Path:
    return _file(domain, f"{centre_uid.hex}-{cohort}-v{version}")


def _wrap_context(row: DataKey) -> bytes:
    numbers = f"{FORMAT}/{row.cohort}/{row.kek_version}".encode("ascii")
    return bound(b"wrap", row.owner_kind.encode("ascii"), row.owner_uid.bytes, row.centre_uid.bytes, numbers)


def create(owner: Owner, *, centre_uid: uuid.UUID, cohort: int) -> tuple[DataKey, Sealer]:
    """A fresh data key for a new owner: the row to save with it, and the sealer that uses it.

    `cohort` is the fiscal year whose KEK wraps it.
    """
    row = DataKey(
        owner_kind=owner.kind, owner_uid=owner.uid, centre_uid=centre_uid, cohort=cohort, kek_version=1
    )
    kek = _ensure(_kek_file(domain_of(owner.kind), centre_uid, cohort, row.kek_version))
    key, nonce = secrets.token_bytes(KEY_BYTES), os.urandom(_NONCE)
    row.wrapped = nonce + AESGCM(kek).encrypt(nonce, key, _wrap_context(row))
    return row, Sealer(owner, key)


def sealer(owner: Owner) -> Sealer:
    """The sealer of one owner. Raises KeyMissing where its key was destroyed or never made."""
    found = sealers(owner.kind, [owner.uid])
    if owner.uid not in found:
        raise KeyMissing
    return found[owner.uid]


def sealers(owner_kind: str, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Sealer]:
    """Sealers of many owners of one kind, in one query. Owners without a key are left out."""
    rows = DataKey.objects.filter(owner_kind=owner_kind, owner_uid__in=list(uids))
    return {row.owner_uid: _unwrapped(row) for row in rows}


def _unwrapped(row: DataKey) -> Sealer:
    kek = _read(_kek_file(domain_of(row.owner_kind), row.centre_uid, row.cohort, row.kek_version))
    wrapped = bytes(row.wrapped)
    try:
        key = AESGCM(kek).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _wrap_context(row))
    except (InvalidTag, ValueError):  # another key or row; or cut off before its end
        raise KeyMissing from None
    return Sealer(Owner(row.owner_kind, row.owner_uid), key)


def destroy(owner: Owner) -> None:
    """Forget the owner's key: its values cannot be opened again from this database."""
    DataKey.objects.filter(owner_kind=owner.kind, owner_uid=owner.uid).delete()
