"""The recovery key in words for people: SLIP-39 shares, two of three, or one in a sealed envelope.

A share is 33 words; one alone tells nothing. A new split of the same key leaves the sealed copies as they are, and
the old sheets valid among themselves: they must be destroyed.
"""

import re
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils.translation import gettext as _
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from cases.protection.keys import recovery
from cases.protection.keys.errors import RecoveryRefused

HOLDERS: Final = 3
NEEDED: Final = 2
# The words carry 256 random bits; slow hashing adds nothing but waiting.
_ITERATION_EXPONENT: Final = 0


def new_private_key() -> bytes:
    """The private half of a new recovery key, 32 bytes. It is shown in shares and forgotten."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_half(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def split(private: bytes, *, envelope: bool = False) -> list[str]:
    """The words of each holder: three shares of which two suffice, or one for a sealed envelope."""
    group = (1, 1) if envelope else (NEEDED, HOLDERS)
    [shares] = generate_mnemonics(1, [group], private, iteration_exponent=_ITERATION_EXPONENT)
    return [str(share) for share in shares]


def joined(texts: Sequence[str]) -> bytes:
    """The private half from the words of enough holders; numbers and line ends between the words do not matter.

    Raises RecoveryRefused in words: a slip of the pen, too few, of different splits, or of another recovery key.
    """
    shares = [_share(number, text) for number, text in enumerate(texts, start=1)]
    if len({share.identifier for share in shares}) > 1:
        raise RecoveryRefused(_("別々のときに分けた控えが混ざっています。同じ日付の控えを集めてください。"))
    given = {share.index: share for share in shares}
    needed = shares[0].member_threshold if shares else NEEDED
    if len(given) < needed:
        raise RecoveryRefused(
            _("%(needed)d人分の言葉が必要です(いま%(given)d人分)。") % {"needed": needed, "given": len(given)}
        )
    try:
        private = bytes(combine_mnemonics([share.mnemonic() for share in list(given.values())[:needed]]))
    except MnemonicError:
        raise RecoveryRefused(_("言葉から鍵を組み立てられません。控えを確かめてください。")) from None
    expected = recovery.public_key()
    if expected is not None and public_half(private) != expected:
        raise RecoveryRefused(_("この控えは、いまの復旧の鍵のものではありません。"))
    return private


def needed_by(text: str) -> int:
    """How many holders the split of this share wants. Raises RecoveryRefused."""
    return int(_share(1, text).member_threshold)


def _share(number: int, text: str) -> Share:
    words = " ".join(re.findall("[a-z]+", text.lower()))
    try:
        return Share.from_mnemonic(words)
    except MnemonicError:
        raise RecoveryRefused(
            _("%(number)d枚目の言葉が正しくありません。写し間違いがないか確かめてください。")
            % {"number": number}
        ) from None
