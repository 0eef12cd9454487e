"""What staff change in the programme by hand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor, Centre
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
    state: str = ""
    reason: str = ""
    is_repeated: bool = False
    cumulative_since: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """What tells a line from the others of its year."""

    fiscal_year: int
    measure: str
    section: str
    kind: str
    unit: str


class LineRefused(CasesError):
    """What was typed does not go together; `field` is where."""

    code: ClassVar[str] = "line_refused"
    status: ClassVar[int] = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def change_line(pk: int, figures: LineFigures, *, by: Actor) -> ProgrammeLine:
    """Replace the figures of one line of the actor's centre. Raises ProgrammeLine.DoesNotExist, LineRefused."""
    _refuse_what_contradicts(figures)
    line = ProgrammeLine.objects.select_for_update().get(pk=pk, centre_id__in=by.centre_ids)
    for name, value in vars(figures).items():
        setattr(line, name, value)
    line.save()
    audit.record("PROGRAMME_CHANGED", by=by, centre=line.centre)
    return line


@transaction.atomic
def add_line(new: NewLine, figures: LineFigures, *, centre: Centre, by: Actor) -> ProgrammeLine:
    """One more line of a year, after the others. Raises LineRefused, also where the same line is there already."""
    _refuse_what_contradicts(figures)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if ProgrammeLine.objects.filter(centre=centre, **vars(new)).exists():
        raise LineRefused("measure", _("同じ施策・担当課・種類・単位の行が、その年度にもうあります。"))
    last = ProgrammeLine.objects.filter(centre=centre).order_by("-position").first()
    line = ProgrammeLine.objects.create(
        centre=centre, position=last.position + 1 if last is not None else 1, **vars(new), **vars(figures)
    )
    audit.record("PROGRAMME_CHANGED", by=by, centre=centre)
    return line


def _refuse_what_contradicts(figures: LineFigures) -> None:
    numbers = (figures.sessions, figures.people, figures.quantity)
    if figures.is_repeated and figures.in_total:
        raise LineRefused("is_repeated", _("再掲は合計に入れられません。もとの行で足しています。"))
    if figures.state and any(number is not None for number in numbers):
        raise LineRefused("state", _("実施でない行に、回数・人数・数量は入りません。"))
    if figures.state == ProgrammeLine.State.STOPPED and not figures.reason:
        raise LineRefused("reason", _("中止の理由を入れてください。"))
