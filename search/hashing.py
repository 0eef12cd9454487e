"""Terms as the engines see them: keyed digests. Whoever holds an engine's files learns no word from them.

How often a term occurs, and in which cases together with others, still shows; who knows how often the words of such
cases occur can guess common ones.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Final

from cases.protection import keys

TERM_BYTES: Final = 5
"""40 bits: among 100,000 different words about one pair in 200 collections meets by chance."""

_PURPOSE: Final = "search/term/v1"
_HELD: Final = 200_000


class TermHasher:
    """Words to digests of `TERM_BYTES` bytes, remembered in memory."""

    def __init__(self, digest: Callable[[bytes], bytes]) -> None:
        self._digest = digest
        self._known: dict[str, bytes] = {}

    def term(self, word: str) -> bytes:
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _HELD:
                self._known.clear()
            found = self._known[word] = self._digest(word.encode("utf-8", "surrogatepass"))[:TERM_BYTES]
        return found

    def packed(self, words: Iterable[str]) -> bytes:
        """The digests of the words in order, one behind the other."""
        return b"".join(map(self.term, words))


def unpacked(packed: bytes) -> list[bytes]:
    """The digests of packed terms, in order."""
    return [packed[at : at + TERM_BYTES] for at in range(0, len(packed), TERM_BYTES)]


def product_hasher() -> TermHasher:
    """The hasher of this installation. Raises KeyMissing."""
    return _hasher_of(keys.derived(_PURPOSE))


@lru_cache(maxsize=1)
def _hasher_of(_key: bytes) -> TermHasher:
    # The key decides only which memory of words is used: another key starts another one.
    return TermHasher(partial(keys.keyed_digest, _PURPOSE))


def key_mark() -> str:
    """Tells one key from another, without telling the key: part of an engine's version. Raises KeyMissing."""
    return keys.keyed_digest(_PURPOSE, b"\x00which key").hex()[:8]
