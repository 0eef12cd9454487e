"""How the first rows are understood, to be looked at before anything is taken in: coded fields and no words."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from cases.services.entry import CaseEntry
from cases.services.ledger import uploads
from cases.services.ledger.models import ImportRun
from cases.services.ledger.reasons import Fault
from cases.services.ledger.rows import plan_for, understand


@dataclass(frozen=True)
class Sample:
    """One row: what of it is kept in the open, or why it is refused."""

    line: int
    entry: CaseEntry | None
    faults: list[Fault]

    @property
    def received_on(self) -> date | None:
        return self.entry.received_on if self.entry else None


def sample(run: ImportRun, *, rows: int, now: datetime) -> list[Sample]:
    """Raises KeyMissing where the file is gone, SealBroken, FileNotUnderstood."""
    table = uploads.table_of(run)
    plan = plan_for(run.centre, table.header, run.columns, now=now, closed_as=run.closed_as)
    found = (understand(plan, line, cells) for line, cells in islice(table, rows))
    return [Sample(row.line, row.entry, row.faults) for row in found]
