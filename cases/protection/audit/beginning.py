"""The first chained entry: it seals together what was logged before there were chains.

A migration holds no keys, so entries from before have no MAC. The chain `begin` holds one entry that says how many
they are, up to which key, and a digest over all of them. After it an entry without a MAC is a fault, and so is any
change of the old ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cases.protection.audit import chain, chain_keys, checkpoints
from cases.protection.audit.chain_keys import ChainKey
from cases.protection.audit.entries import entry
from cases.protection.audit.models import AuditCheckpoint, AuditHead
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM

_CHUNK: Final = 2000


@dataclass(frozen=True)
class Before:
    """Entries without a place in a chain: how many, the highest key, and the digest over all of them."""

    count: int
    last_pk: int
    digest: bytes


def begin() -> AuditEntry | None:
    """Begin the chains of a database, once. None where they have begun, or were begun and then wiped out.

    Whoever empties heads and MACs cannot have the rest sealed anew: the local checkpoints speak against it.
    """
    begun = AuditHead.objects.exists() or AuditEntry.objects.filter(seq__isnull=False).exists()
    if begun or AuditCheckpoint.objects.exists() or checkpoints.local_file().exists():
        return None
    key = chain_keys.writing()
    before = before_chains(key)
    row = entry(
        "CHAINS_BEGUN", by=SYSTEM, count=before.count, reason=str(before.last_pk), digest=before.digest
    )
    chain.append([row])
    checkpoints.make()
    return row


def before_chains(key: ChainKey, up_to: int | None = None) -> Before:
    """What stands in the log without a MAC, in the order of its keys; flat in memory."""
    count, last, digest = 0, 0, b""
    for row in _rows(up_to):
        digest = chain.mac_of(row, digest, key)
        count, last = count + 1, row.pk
    return Before(count, last, digest)


def _rows(up_to: int | None) -> Iterator[AuditEntry]:
    found = AuditEntry.objects.filter(mac__isnull=True).order_by("pk")
    if up_to is not None:
        found = found.filter(pk__lte=up_to)
    return found.iterator(chunk_size=_CHUNK)
