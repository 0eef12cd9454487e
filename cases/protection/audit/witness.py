"""Checkpoints against the entries, and against the copies that an attacker in the database could not reach."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from django.db import connection

from cases.protection.audit import checkpoints
from cases.protection.audit.checkpoints import Leaf, Line
from cases.protection.audit.faults import Fault, Kind
from cases.protection.audit.models import AuditCheckpoint, AuditHead
from cases.protection.models import AuditEntry

_AT_ONCE: Final = 400


def stored(after: int = 0) -> Iterator[tuple[int, list[Fault]]]:
    """Each stored checkpoint with its faults, in the order of their numbers."""
    before: Line | None = None
    for row in AuditCheckpoint.objects.filter(number__gte=after).order_by("number").iterator(chunk_size=20):
        try:
            line = Line.read(row.line)
        except ValueError:
            yield row.number, [Fault(Kind.CHECKPOINT_UNREADABLE, detail=str(row.number))]
            continue
        found = list(_faults_of_line(line, before, is_first=before is None and after > 1))
        if line.number != row.number:
            found.append(Fault(Kind.CHECKPOINT_DIFFERS, detail=str(row.number)))
        before = line
        yield row.number, found


def copies(file: Path) -> Iterator[Fault]:
    """What a file of checkpoints, such as one that an off-host sink kept, says against the database."""
    before: Line | None = None
    with file.open(encoding="utf-8") as lines:
        for place, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                line = Line.read(text)
            except ValueError:
                yield Fault(Kind.CHECKPOINT_UNREADABLE, detail=f"{file.name}:{place}")
                continue
            if before is not None and line.number <= before.number:
                continue  # a sink may have been sent a line twice
            yield from _faults_of_line(line, before, is_first=before is None)
            yield from _against_database(line)
            before = line


def _against_database(line: Line) -> Iterator[Fault]:
    row = AuditCheckpoint.objects.filter(number=line.number).first()
    if row is None:
        yield Fault(Kind.CHECKPOINT_MISSING, detail=str(line.number))
    else:
        try:
            same = Line.read(row.line) == line
        except ValueError:
            same = False
        if not same:
            yield Fault(Kind.CHECKPOINT_DIFFERS, detail=str(line.number))


def _faults_of_line(line: Line, before: Line | None, *, is_first: bool) -> Iterator[Fault]:
    """Signature, root, the link to the one before; then every head that it lists."""
    number = str(line.number)
    if not checkpoints.is_signed(line):
        yield Fault(Kind.CHECKPOINT_SIGNATURE, detail=number)
        return  # what nobody signed says nothing about the entries
    if checkpoints.merkle_root(line.leaves) != line.root:
        yield Fault(Kind.CHECKPOINT_SIGNATURE, detail=number)
        return
    if before is None:
        if line.number > 1 and not is_first:
            yield Fault(Kind.CHECKPOINT_MISSING, detail=f"1-{line.number - 1}")
    elif line.number != before.number + 1:
        yield Fault(Kind.CHECKPOINT_MISSING, detail=f"{before.number + 1}-{line.number - 1}")
    elif line.before != before.hash:
        yield Fault(Kind.CHECKPOINT_BROKEN, detail=number)
    yield from _against_entries(line.leaves)


def _against_entries(leaves: Sequence[Leaf]) -> Iterator[Fault]:
    for start in range(0, len(leaves), _AT_ONCE):
        part = leaves[start : start + _AT_ONCE]
        held = _macs(part)
        for chain, seq, mac in part:
            found = held.get((chain, seq))
            if found == mac:
                continue
            if found is not None:
                yield Fault(Kind.FORK, chain, seq)
            elif AuditEntry.objects.filter(chain=chain).exists():
                yield Fault(Kind.TAIL_CUT if _is_end(chain, seq) else Kind.MISSING, chain, seq)
            else:
                yield Fault(Kind.CHAIN_MISSING, chain, seq)


def _is_end(chain: str, seq: int) -> bool:
    head = AuditHead.objects.filter(chain=chain).first()
    return head is None or head.seq < seq or not AuditEntry.objects.filter(chain=chain, seq__gt=seq).exists()


def _macs(leaves: Iterable[Leaf]) -> dict[tuple[str, int], str]:
    """The MACs at these places, by one index look-up each."""
    places = [(chain, seq) for chain, seq, _mac in leaves]
    values = ", ".join(["(CAST(%s AS text), CAST(%s AS bigint))"] * len(places))
    query = (  # our own table's name and marks for the parameters
        f"WITH wanted(chain, seq) AS (VALUES {values}) SELECT wanted.chain, wanted.seq, held.mac FROM wanted "  # noqa: S608 - no text from outside
        f"JOIN {AuditEntry._meta.db_table} held ON held.chain = wanted.chain AND held.seq = wanted.seq"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [part for place in places for part in place])
        return {(chain, seq): bytes(mac or b"").hex() for chain, seq, mac in cursor.fetchall()}
