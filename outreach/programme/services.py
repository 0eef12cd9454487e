"""What staff change in the programme by hand."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from cases.protection import audit
from cases.records.centre import Actor
from outreach.programme.models import ProgrammeLine


@dataclass(frozen=True, kw_only=True)
class LineFigures:
    """The figures of a line. None is unknown, not 0."""

    sessions: int | None
    people: int | None
    quantity: Decimal | None
    cumulative: int | None
    in_total: bool
    note: str


@transaction.atomic
def change_line(pk: int, figures: LineFigures, *, by: Actor) -> ProgrammeLine:
    """Replace the figures of one line of the actor's centre. Raises ProgrammeLine.DoesNotExist."""
    line = ProgrammeLine.objects.select_for_update().get(pk=pk, centre_id__in=by.centre_ids)
    for name, value in vars(figures).items():
        setattr(line, name, value)
    line.save()
    audit.record("PROGRAMME_CHANGED", by=by, centre=line.centre)
    return line
