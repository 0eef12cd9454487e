"""Lines of the programme that registers count: shown beside what was typed, taken over only by somebody's word."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.programme.models import ProgrammeLine


class ProposalGone(CasesError):
    """The registers no longer count this line: something was corrected meanwhile."""

    code: ClassVar[str] = "proposal_gone"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("台帳の数が変わりました。画面を開き直してください。"))


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A line as a register counts it. Unknown numbers are None, never 0."""

    measure: str
    kind: str
    unit: str = ""
    sessions: int | None = None
    people: int | None = None
    quantity: Decimal | None = None
    cumulative: int | None = None

    @property
    def figures(self) -> tuple[object, ...]:
        return self.sessions, self.people, self.quantity, self.cumulative


@dataclass(frozen=True)
class Beside:
    """A proposal and the line that stands for it in the 年度 (same 施策, 種類 and unit), if any."""

    proposed: Proposed
    line: ProgrammeLine | None

    @property
    def state(self) -> str:
        """NEW, SAME or DIFFERS."""
        if self.line is None:
            return "NEW"
        typed = self.line.sessions, self.line.people, self.line.quantity, self.line.cumulative
        return "SAME" if typed == self.proposed.figures else "DIFFERS"


Build = Callable[[Centre, int], list[Proposed]]
_builds: dict[str, Build] = {}


def register(name: str, build: Build) -> None:
    if name in _builds:
        raise ValueError(f"the proposals {name} are registered twice")
    _builds[name] = build


def of_year(centre: Centre, fiscal_year: int) -> list[Beside]:
    """What the registers count in a 年度, each beside its typed line."""
    lines = {
        (line.measure, line.kind, line.unit): line
        for line in ProgrammeLine.objects.filter(
            centre=centre, fiscal_year=fiscal_year, is_repeated=False
        ).order_by("-occurrence", "-pk")
    }
    found = [one for build in _builds.values() for one in build(centre, fiscal_year)]
    return [Beside(one, lines.get((one.measure, one.kind, one.unit))) for one in found]


@transaction.atomic
def take(
    measure: str, kind: str, *, fiscal_year: int, replaces: int | None, centre: Centre, by: Actor
) -> ProgrammeLine:
    """Put what the registers count now into the programme: a new line, or over the figures of the line `replaces`.

    A typed line is replaced only where its key is named: whoever asks has seen its figures.
    Raises ProposalGone where the registers count no such line, or another line stands there meanwhile.
    """
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    same = [
        one
        for one in of_year(centre, fiscal_year)
        if (one.proposed.measure, one.proposed.kind) == (measure, kind)
    ]
    if not same or (same[0].line.pk if same[0].line else None) != replaces:
        raise ProposalGone
    proposed, line = same[0].proposed, same[0].line
    if line is None:
        last = ProgrammeLine.objects.filter(centre=centre).aggregate(n=Max("position"))["n"] or 0
        line = ProgrammeLine(
            centre=centre,
            fiscal_year=fiscal_year,
            measure=measure,
            kind=kind,
            unit=proposed.unit,
            position=last + 1,
        )
    # Only what was done carries figures; the registers say that it was.
    line.state, line.reason = ProgrammeLine.State.DONE, ""
    line.sessions, line.people = proposed.sessions, proposed.people
    line.quantity, line.cumulative = proposed.quantity, proposed.cumulative
    line.save()
    audit.record("PROGRAMME_COUNTED", by=by, centre=centre)
    return line
