"""How many consultations came of a lecture, as far as the reader may know: a few of them would point at persons.

Counted from what the desk said of each call, as it stands now; an erased case is counted no more.
"""

import uuid
from dataclasses import dataclass

from cases.figures.releases.rules import rule_of
from cases.records.case import Case
from cases.records.centre import Centre


@dataclass(frozen=True)
class CameOf:
    """`cases` is None where there are fewer than `below`, none included: which of these it is, is not told."""

    cases: int | None
    below: int


def came_of(lecture: uuid.UUID, centre: Centre, *, is_exact: bool) -> CameOf:
    """`is_exact`: for whoever may open the cases; else the threshold of the centre's members holds. Two queries."""
    below = 0 if is_exact else rule_of(centre).members_below
    count = Case.objects.filter(centre=centre, lecture=lecture).count()
    return CameOf(count if count >= below else None, below)
