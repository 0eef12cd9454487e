"""Keys of the chains: a process signs its entries with the key of the domain that it may open.

`KEY_DIR/{audit,contact,index}/chain-v<n>.key`. A process that may open contacts alone holds `contact` and no `audit`;
its entries go into chains of that key. A chain's name begins with the domain and a fingerprint of its key, so that
the verifier, who holds all of them, knows which key speaks and which one is missing.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from django.conf import settings
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection.keys.memory import drop_on_forget

# The first of these that a process holds is the one that it writes with.
DOMAINS: Final = ("audit", "contact", "index")
KEY_BYTES: Final = 32
_FINGERPRINT: Final = 6


class ChainKeyMissing(CasesError):
    """This process holds no key that could sign an entry: nothing may be shown or changed."""

    code: ClassVar[str] = "chain_key_missing"
    status: ClassVar[int] = 503

    def __init__(self) -> None:
        super().__init__(
            _(
                "操作記録の鍵が見つからないため、表示も変更もできません。鍵フォルダ(KEY_DIR)を確認してください。"
            )
        )


@dataclass(frozen=True)
class ChainKey:
    """A key and the name that its chains begin with, such as `audit.1f0c9a`."""

    name: str
    key: bytes

    def mac(self, message: bytes) -> bytes:
        return hmac.digest(self.key, message, hashlib.sha256)

    @property
    def of_rows(self) -> bytes:
        """The key of the digests over stored rows."""
        return self.mac(b"rows")


def writing() -> ChainKey:
    """The newest chain key of the first domain that this process holds. Raises ChainKeyMissing."""
    for domain in DOMAINS:
        if found := _held(Path(settings.KEY_DIR) / domain):
            return found[-1]
    raise ChainKeyMissing


def all_held() -> dict[str, ChainKey]:
    """Every chain key on this machine, by name: for the verifier."""
    held = (key for domain in DOMAINS for key in _held(Path(settings.KEY_DIR) / domain))
    return {key.name: key for key in held}


@cache
def _held(folder: Path) -> tuple[ChainKey, ...]:
    """The chain keys of one domain, the oldest version first."""
    try:
        files = sorted(folder.glob("chain-v*.key"), key=lambda file: int(file.stem.rpartition("v")[2]))
        keys = [file.read_bytes() for file in files]
    except (OSError, ValueError):
        raise ChainKeyMissing from None
    if any(len(key) != KEY_BYTES for key in keys):
        raise ChainKeyMissing
    return tuple(ChainKey(f"{folder.name}.{_fingerprint(key)}", key) for key in keys)


drop_on_forget(_held.cache_clear)


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"name of the chain key", hashlib.sha256).hex()[:_FINGERPRINT]
