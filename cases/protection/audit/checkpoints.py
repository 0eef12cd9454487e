"""Checkpoints: signed lists of heads that leave the machine, so that a cut tail shows even where heads were put back.

Every five minutes, or sooner after 1,000 entries, the heads that have moved are listed by name. Their Merkle root and
the hash of the checkpoint before are signed with Ed25519. The line goes to a file beside the data and to the sinks of
`AUDIT_SINKS`; only the latter are another machine. Listing what moved, not all heads, keeps a checkpoint small in a
centre with a million cases, and says of a missing entry which chain it is missing from.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases.protection.audit import sinks
from cases.protection.audit.models import AuditCheckpoint, AuditHead
from cases.protection.models import AuditEntry
from cases.protection.sealed import bound

EVERY: Final = timedelta(minutes=5)
ENTRIES: Final = 1000
MOST_LEAVES: Final = 2000
_TAIL: Final = 1 << 20  # bytes; the longest line has half of that
_LABEL: Final = b"madoguchi audit checkpoint 1\n"

Leaf = tuple[str, int, str]


@dataclass(frozen=True)
class Line:
    """A checkpoint as it is signed and sent."""

    number: int
    at: str
    before: str
    root: str
    leaves: tuple[Leaf, ...]
    signature: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError for what is no checkpoint."""
        try:
            held: dict[str, Any] = json.loads(text)
            leaves = tuple((str(c), int(s), str(m)) for c, s, m in held["leaves"])
            at, before, root = (str(held[name]) for name in ("at", "before", "root"))
            return cls(int(held["number"]), at, before, root, leaves, str(held["signature"]))
        except (KeyError, TypeError) as fault:
            raise ValueError("not a checkpoint") from fault

    def text(self) -> str:
        return json.dumps(vars(self), separators=(",", ":"))

    def short(self) -> str:
        """Without its leaves, for sinks that take short lines; the root stands for them."""
        return json.dumps({**vars(self), "leaves": len(self.leaves)}, separators=(",", ":"))

    @property
    def signed(self) -> bytes:
        parts = (str(self.number), self.at, self.before, self.root)
        return _LABEL + bound(*(part.encode() for part in parts))

    @property
    def hash(self) -> str:
        """What the next checkpoint holds of this one."""
        return hashlib.sha256(self.signed).hexdigest()


def merkle_root(leaves: tuple[Leaf, ...]) -> str:
    """The root over the leaves in the given order (as in RFC 6962; an odd one goes up as it is)."""
    level = [
        hashlib.sha256(b"\0" + bound(chain.encode(), str(seq).encode(), mac.encode())).digest()
        for chain, seq, mac in leaves
    ] or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        up = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        level = up + level[len(level) - len(level) % 2 :]
    return level[0].hex()


# --- Signing ----------------------------------------------------------------------------------------------------
def _key_file() -> Path:
    return Path(settings.KEY_DIR) / "audit" / "checkpoint-v1.key"


@cache
def _signing_key(file: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def may_sign() -> bool:
    """Whether this process holds the signing key; the worker on the machine with `KEY_DIR/audit` does."""
    return _key_file().is_file()


def public_key() -> str:
    """The public half in PEM, to be kept outside: with it anybody can check the lines that left the machine."""
    public = _signing_key(_key_file()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def is_signed(line: Line, key: Ed25519PublicKey | None = None) -> bool:
    try:
        public = key or _signing_key(_key_file()).public_key()
        public.verify(bytes.fromhex(line.signature), line.signed)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- Making -----------------------------------------------------------------------------------------------------
def is_wanted() -> bool:
    """A cheap look: heads have moved, and it is time or there is much."""
    if not may_sign() or not AuditHead.objects.filter(is_due=True).exists():
        return False
    last = AuditCheckpoint.objects.order_by("-number").only("at", "entries_to").first()
    if last is None or timezone.now() - last.at >= EVERY:
        return True
    newest = AuditEntry.objects.aggregate(pk=Max("pk"))["pk"] or 0
    return bool(newest - last.entries_to >= ENTRIES)


def make(now: datetime | None = None) -> bool:
    """Sign the heads that have moved, write the line beside the data; True where more heads wait.

    Heads that somebody writes to at this moment are left for the next one.
    """
    with transaction.atomic():
        heads = list(
            AuditHead.objects.filter(is_due=True)
            .order_by("chain")
            .select_for_update(skip_locked=True)[:MOST_LEAVES]
        )
        if not heads:
            return False
        last = AuditCheckpoint.objects.order_by("-number").first()
        line = _next(last, heads, now or timezone.now())
        AuditCheckpoint.objects.create(
            number=line.number,
            at=datetime.fromisoformat(line.at),
            line=line.text(),
            entries_to=AuditEntry.objects.aggregate(pk=Max("pk"))["pk"] or 0,
        )
        AuditHead.objects.filter(pk__in=[head.pk for head in heads]).update(is_due=False)
    catch_up_local()
    return len(heads) == MOST_LEAVES


def _next(last: AuditCheckpoint | None, heads: list[AuditHead], at: datetime) -> Line:
    leaves = tuple((head.chain, head.seq, bytes(head.mac).hex()) for head in heads)
    before = Line.read(last.line) if last else None
    line = Line(
        number=before.number + 1 if before else 1,
        at=at.isoformat(),
        before=before.hash if before else "",
        root=merkle_root(leaves),
        leaves=leaves,
        signature="",
    )
    signature = _signing_key(_key_file()).sign(line.signed).hex()
    return Line(**{**vars(line), "signature": signature})


def local_file() -> Path:
    """Beside the data: it stops whoever has the database alone. It is not off the machine."""
    return Path(settings.DATA_DIR) / "audit-checkpoints.jsonl"


def catch_up_local() -> None:
    """Write to the local file what it lacks; a stop between commit and file is made good at the next checkpoint."""
    file = local_file()
    held = last_number(file)
    for row in AuditCheckpoint.objects.filter(number__gt=held).order_by("number").iterator(chunk_size=50):
        sinks.append_line(file, row.line)


def last_number(file: Path) -> int:
    """The number of the last line of a file of checkpoints, 0 where there is none that can be read."""
    if not file.exists():
        return 0
    with file.open("rb") as held:
        held.seek(max(0, file.stat().st_size - _TAIL))
        whole = [line for line in held.read().split(b"\n")[:-1] if line]
    try:
        return Line.read(whole[-1].decode()).number if whole else 0
    except ValueError:
        return 0
