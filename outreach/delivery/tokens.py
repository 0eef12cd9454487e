"""The word by which a mail that comes back names its subscriber. It tells nothing to who has no index key."""

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator
from typing import Final

from cases.protection import keys

_LENGTH: Final = 26
_WORD: Final = re.compile(rf"(?<![A-Z2-7])[A-Z2-7]{{{_LENGTH}}}(?![A-Z2-7])")


def token_of(subscriber: uuid.UUID) -> str:
    """26 capital letters and digits (130 bits), the same each time; only its digest is stored."""
    return base64.b32encode(keys.keyed_digest("subscriber/token", subscriber.bytes)).decode("ascii")[:_LENGTH]


def digests_in(text: str) -> Iterator[bytes]:
    """Digests of every word in a text that may be a token; mail programs may have changed its letters' case."""
    for word in _WORD.findall(text.upper()):
        yield hashlib.sha256(word.encode()).digest()
