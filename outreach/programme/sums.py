"""Whether the lines add up to what was printed, and how much of it were 講座, イベント and 配信."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from outreach.programme.matrix import Totals
from outreach.programme.models import ProgrammeLine, PublishedSum


@dataclass(frozen=True)
class Check:
    """A printed sum beside ours. `lines` are those that make it up; a number that was not printed is not compared."""

    said: PublishedSum
    sessions: int
    people: int
    lines: Sequence[ProgrammeLine]

    @property
    def is_right(self) -> bool:
        return self.said.sessions in (None, self.sessions) and self.said.people in (None, self.people)

    @property
    def written(self) -> str:
        """「5 + 3 + 5 + 3 = 16回」, with what was printed where that is another number."""
        parts = " + ".join(f"{line.sessions:,}" for line in self.lines if line.sessions is not None) or "0"
        text = _("%(parts)s = %(sum)s回") % {"parts": parts, "sum": f"{self.sessions:,}"}
        people = " + ".join(f"{line.people:,}" for line in self.lines if line.people is not None) or "0"
        return text + " / " + _("%(parts)s = %(sum)s人") % {"parts": people, "sum": f"{self.people:,}"}


def checked(sums: Iterable[PublishedSum], lines: Sequence[ProgrammeLine]) -> list[Check]:
    """Each printed sum against the lines of its year that add up."""
    found = []
    for said in sums:
        counted = [
            line
            for line in lines
            if line.in_total
            and line.fiscal_year == said.fiscal_year
            and line.measure.startswith(said.begins_with)
        ]
        found.append(
            Check(
                said,
                sum(line.sessions or 0 for line in counted),
                sum(line.people or 0 for line in counted),
                counted,
            )
        )
    return found


def by_kind(lines: Iterable[ProgrammeLine]) -> dict[str, Totals]:
    """What the lines that add up come to, by 種類: a year of events reaches more people with fewer sessions."""
    found: dict[str, Totals] = {}
    for line in lines:
        if line.in_total:
            before = found.get(line.kind, Totals(0, 0))
            found[line.kind] = Totals(
                before.sessions + (line.sessions or 0), before.people + (line.people or 0)
            )
    return found


def kinds_by_year(
    lines: Collection[ProgrammeLine], years: Iterable[int]
) -> list[tuple[str, list[Totals | None]]]:
    """Of each 種類 that adds up its sums year by year, None where a year has none of it."""
    by_year = [by_kind(line for line in lines if line.fiscal_year == year) for year in years]
    kinds = dict.fromkeys(kind for found in by_year for kind in found)
    return [(kind, [found.get(kind) for found in by_year]) for kind in kinds]
