"""Rows into cases, batch by batch: each batch is one transaction, and the same row never counts twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any, Final

from django.db import transaction

from cases.backup.models import ErasureNote
from cases.files.table import Line
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services import intake
from cases.services.entry import CaseEntry
from cases.services.ledger.models import ImportedRow
from cases.services.ledger.reasons import Fault
from cases.services.ledger.rows import Plan, Understood, understand

BATCH: Final = 250


@dataclass(frozen=True)
class Counts:
    """Rows so far: every row read is one of added, known (an earlier import had it), repeated, refused."""

    line: int = 0
    read: int = 0
    added: int = 0
    known: int = 0
    repeated: int = 0
    conflicts: int = 0
    refused: int = 0
    noted: int = 0

    def plain(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> "Counts":
        return cls(**stored) if stored else cls()


@dataclass
class _Batch:
    """What became of some rows, before anything is written."""

    new: list[Understood] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    known: int = 0
    repeated: int = 0
    conflicts: int = 0
    refused: int = 0
    noted: int = 0


Saved = Callable[[Counts, list[Fault]], None]


def load(
    rows: Iterable[Line],
    plan: Plan,
    *,
    by: Actor,
    start: Counts | None = None,
    saved: Saved,
    between: Callable[[Counts], None],
    is_dry: bool = False,
) -> Counts:
    """Make cases of the rows behind `start.line`; returns the counts of the whole file.

    `saved` runs inside the transaction of its batch and may store where to go on from, `between` runs outside
    and may raise to stop. A dry run goes the same way and writes nothing but what `saved` writes.
    Raises FileNotUnderstood where the file breaks off further down: the batches before it are in.
    """
    counts = start or Counts()
    seen: dict[Any, bytes] = {}
    ahead = (row for row in rows if row[0] > counts.line)
    for some in _batches(ahead):
        between(counts)
        batch = _sorted_out([understand(plan, line, cells) for line, cells in some], plan, seen)
        prepared = (
            [] if is_dry else intake.prepare([_entry(row) for row in batch.new], centre=plan.centre, by=by)
        )
        counts = _added_up(counts, batch, some)
        with transaction.atomic():
            if prepared:
                intake.save(prepared, centre=plan.centre)
                _remember(plan, batch.new)
            saved(counts, batch.faults)
    between(counts)
    return counts


def _batches(rows: Iterable[Line]) -> Iterator[list[Line]]:
    iterator = iter(rows)
    while some := list(islice(iterator, BATCH)):
        yield some


def _entry(row: Understood) -> CaseEntry:
    if row.entry is None:
        raise TypeError("a refused row has no entry")
    return row.entry


def _sorted_out(understood: list[Understood], plan: Plan, seen: dict[Any, bytes]) -> _Batch:
    """`seen`: uid → digest of the rows of this file before, so that a repeated row is told from a known one."""
    uids = [row.entry.uid for row in understood if row.entry is not None]
    stored = {row.case_uid: bytes(row.row_digest) for row in ImportedRow.objects.filter(case_uid__in=uids)}
    taken = set(Case.objects.filter(uid__in=uids).values_list("uid", flat=True)) - set(stored)
    erased = set(ErasureNote.objects.filter(case_uid__in=uids).values_list("case_uid", flat=True))
    batch = _Batch()
    for row in understood:
        if row.entry is None:
            batch.refused += 1
            batch.faults += [fault for fault in row.faults if not fault.is_note]
            continue
        uid = row.entry.uid
        if uid in erased:
            batch.refused += 1
            batch.faults.append(Fault(row.line, 0, "", "erased"))
            continue
        before = seen.get(uid) or stored.get(uid)
        if uid in taken or (before is not None and before != row.row_digest):
            batch.conflicts += 1
            batch.refused += 1
            batch.faults.append(Fault(row.line, _number_column(plan), "ledger_number", "conflict"))
        elif uid in seen:
            batch.repeated += 1
            batch.faults.append(Fault(row.line, 0, "", "same_row", is_note=True))
        elif before is not None:
            batch.known += 1
        else:
            batch.new.append(row)
            batch.faults += row.faults
            batch.noted += bool(row.faults)
        seen.setdefault(uid, before or row.row_digest)
    return batch


def _number_column(plan: Plan) -> int:
    return plan.places.get("ledger_number", -1) + 1


def _added_up(counts: Counts, batch: _Batch, some: list[Line]) -> Counts:
    return replace(
        counts,
        line=some[-1][0],
        read=counts.read + len(some),
        added=counts.added + len(batch.new),
        known=counts.known + batch.known,
        repeated=counts.repeated + batch.repeated,
        conflicts=counts.conflicts + batch.conflicts,
        refused=counts.refused + batch.refused,
        noted=counts.noted + batch.noted,
    )


def _remember(plan: Plan, rows: list[Understood]) -> None:
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(centre=plan.centre, case_uid=_entry(row).uid, row_digest=row.row_digest)
            for row in rows
        ],
        ignore_conflicts=True,  # two people may import one file at once
    )
