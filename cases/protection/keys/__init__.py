"""Keys: random keys by purpose, the data keys that they wrap, and the way back when they are lost.

`KEY_DIR/<domain>/…` holds 32 random bytes a file, mode 0400. Domains: `case` (a key-encryption key, KEK, per centre
and fiscal year, so that one year can be destroyed), `contact` (a KEK per centre for addresses of members and
lecturers), `index` (look-up tags and search terms), `audit`, `backup`. A process that may not open cases gets a
folder without `case`. KEKs may live in a program instead (`KEY_COMMAND`). Which KEKs there are, and which one a new
owner takes, stands in the ledger `KeyVersion`.
"""

from cases.protection.keys.digests import derived, domain_key, keyed_digest
from cases.protection.keys.errors import KeyMissing, KeyNotMade, WrapBroken
from cases.protection.keys.files import KEY_BYTES, prepare
from cases.protection.keys.kek import CONTACT_KINDS, NO_YEAR, Kek, domain_of
from cases.protection.keys.memory import forget
from cases.protection.keys.recovery import box_for_recovery
from cases.protection.keys.wrapping import (
    create,
    destroy,
    every_wrap,
    is_destroyed,
    move,
    sealer,
    sealers,
)

__all__ = [
    "CONTACT_KINDS",
    "KEY_BYTES",
    "NO_YEAR",
    "Kek",
    "KeyMissing",
    "KeyNotMade",
    "WrapBroken",
    "box_for_recovery",
    "create",
    "derived",
    "destroy",
    "domain_key",
    "domain_of",
    "every_wrap",
    "forget",
    "is_destroyed",
    "keyed_digest",
    "move",
    "prepare",
    "sealer",
    "sealers",
]
