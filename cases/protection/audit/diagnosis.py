"""What is wrong with one chain: read again, slowly, once the fast pass has seen that it is not whole.

A chain that was only written to meanwhile is found whole here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cases.protection.audit import chain
from cases.protection.audit.chain_keys import ChainKey
from cases.protection.audit.faults import Fault, Kind
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry

# Clocks of several machines differ by a little.
CLOCK_TOLERANCE: Final = timedelta(seconds=5)
# How far to look for the place that an entry was taken from.
_NEAR: Final = 40


def diagnose(name: str, held: dict[str, ChainKey]) -> list[Fault]:
    """Every fault of one chain; nothing for one that is whole. `held`: the keys by the name that chains begin with."""
    key = held.get(name.partition("/")[0])
    if key is None:
        return [Fault(Kind.KEY_MISSING, name)]
    before = AuditHead.objects.filter(chain=name).first()
    rows = list(AuditEntry.objects.filter(chain=name).order_by("seq", "pk"))
    after = AuditHead.objects.filter(chain=name).first()
    found = list(_Reading(name, rows, key, held, end=after.seq if after else None).faults())
    return found + list(_faults_of_end(name, rows, before, after))


def _faults_of_end(
    name: str, rows: Sequence[AuditEntry], before: AuditHead | None, after: AuditHead | None
) -> Iterator[Fault]:
    last = max((row.seq or 0 for row in rows), default=0)
    if after is None or before is None:
        if rows and after is None:
            yield Fault(Kind.HEAD_MISSING, name, last, rows[-1].pk)
    elif not rows:
        yield Fault(Kind.CHAIN_MISSING, name, before.seq)
    elif last < before.seq:
        yield Fault(Kind.TAIL_CUT, name, last + 1, detail=f"{before.seq - last}")
    elif last > after.seq:
        yield Fault(Kind.HEAD_RESET, name, after.seq, rows[-1].pk)
    elif last == after.seq and bytes(after.mac) != bytes(rows[-1].mac or b""):
        yield Fault(Kind.HEAD_CHANGED, name, last, rows[-1].pk)


@dataclass
class _Reading:
    """One walk along a chain. `mac` is what the next entry stands on, None where that is not known."""

    name: str
    rows: Sequence[AuditEntry]
    key: ChainKey
    held: dict[str, ChainKey]
    end: int | None = None  # where the head says that the chain ends
    mac: bytes | None = b""
    expected: int = 1
    shift: int = 0

    def faults(self) -> Iterator[Fault]:
        for place, row in enumerate(self.rows):
            seq = (row.seq or 0) - self.shift
            if seq < self.expected:
                yield self._twice(place, row)
                continue
            if seq > self.expected:
                kind = Kind.MISSING if self.expected > 1 else Kind.START_CUT
                yield self._fault(kind, row, seq=self.expected, detail=f"{seq - self.expected}")
                self.mac = None
            kind_or_none = self._kind(place, row, seq)
            if kind_or_none is not None:
                yield self._fault(kind_or_none, row)
            if kind_or_none is Kind.INSERTED:
                self.shift += 1
                continue
            self._step(place, row, seq, kind_or_none)
            if kind_or_none is None and place and row.at < self.rows[place - 1].at - CLOCK_TOLERANCE:
                yield self._fault(Kind.CLOCK_BACKWARDS, row)

    def _step(self, place: int, row: AuditEntry, seq: int, kind: Kind | None) -> None:
        """Set what the next entry has to stand on."""
        self.expected = seq + 1
        if kind is Kind.MAC_CHANGED:
            self.mac = self._mac(row, self.mac or b"", seq)
        elif kind is Kind.MAC_NULLED:
            # The MAC that it had is known where the entry itself is unchanged; the next one will tell.
            self.mac = self._mac(row, self.mac, seq) if self.mac is not None else None
        else:
            self.mac = bytes(row.mac or b"")

    def _fault(self, kind: Kind, row: AuditEntry, seq: int | None = None, detail: str = "") -> Fault:
        return Fault(kind, self.name, row.seq if seq is None else seq, row.pk, detail)

    def _twice(self, place: int, row: AuditEntry) -> Fault:
        same = bytes(row.mac or b"") == bytes(self.rows[place - 1].mac or b"")
        return self._fault(Kind.DUPLICATE if same else Kind.FORK, row)

    def _mac(self, row: AuditEntry, before: bytes, seq: int, key: ChainKey | None = None) -> bytes:
        """What the entry's MAC would be at this place of this chain."""
        held = row.chain, row.seq
        row.chain, row.seq = self.name, seq
        try:
            return chain.mac_of(row, before, key or self.key)
        finally:
            row.chain, row.seq = held

    def _kind(self, place: int, row: AuditEntry, seq: int) -> Kind | None:
        if row.mac is None:
            return Kind.MAC_NULLED
        if self.mac is None:
            return None  # what it stood on is gone, which is told of already
        mac = bytes(row.mac)
        if mac == self._mac(row, self.mac, seq):
            return None
        if not self._belongs(row):
            return Kind.MOVED
        if any(mac == self._mac(row, self.mac, seq, other) for other in self.held.values()):
            return Kind.FOREIGN_KEY
        if self._is_next(place, self.mac, seq, shift=1) or (self.end is not None and seq > self.end):
            return Kind.INSERTED
        near = self.rows[max(0, place - _NEAR) : place + _NEAR]
        before = [b"", *(bytes(other.mac or b"") for other in near)]
        if any(mac == self._mac(row, value, seq) for value in before):
            return None  # itself unchanged; the one before it is not, and was told of
        places = range(max(1, seq - _NEAR), seq + _NEAR)
        if any(mac == self._mac(row, value, other) for other in places for value in before):
            return Kind.REORDERED
        own = self._mac(row, self.mac, seq)
        return Kind.MAC_CHANGED if self._is_next(place, own, seq + 1) else Kind.ENTRY_CHANGED

    def _belongs(self, row: AuditEntry) -> bool:
        """Whether the entry speaks of what this chain is about (its day is in its MAC)."""
        subject = self.name.partition("/")[2]
        if subject == "begin":
            return row.action == chain.BEGUN
        own = chain.subject_of(row.case_uid, row.centre_uid, row.actor_uid, row.at)
        return subject.split("/")[:2] == own.split("/")[:2]

    def _is_next(self, place: int, before: bytes, seq: int, shift: int = 0) -> bool:
        """Whether the following entry stands on `before` at this place, where it is `shift` further on now."""
        if place + 1 >= len(self.rows):
            return False
        row = self.rows[place + 1]
        is_there = (row.seq or 0) - self.shift - shift == seq
        return is_there and row.mac is not None and bytes(row.mac) == self._mac(row, before, seq)
