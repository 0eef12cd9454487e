"""How many supporters there are and what they did, by 年度."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cases.law import calendar
from cases.records.centre import Centre
from outreach.supporters.models import Supporter, SupporterActivity, SupporterCourse


@dataclass(frozen=True)
class SupportersInYear:
    """`active` at the end of the 年度 (of the running one: today); `trained`: so many finished a first course by then.

    `trained` counts persons, also those who have left since: 修了者の累計. `acted`: who did anything in the 年度;
    `lectures`: at how many lectures of the calendar one of them took part.
    """

    fiscal_year: int
    joined: int
    left: int
    active: int
    trained: int
    renewed: int
    deeds: int
    people: int
    acted: int
    lectures: int


def by_year(centre: Centre) -> list[SupportersInYear]:
    """Every 年度 from the first registration to this one, the newest first. Three queries."""
    days = list(Supporter.objects.filter(centre=centre).values_list("joined_on", "left_on"))
    courses = list(
        SupporterCourse.objects.filter(supporter__centre=centre).values_list(
            "supporter", "completed_on", "is_renewal"
        )
    )
    of_centre = SupporterActivity.objects.filter(supporter__centre=centre).standing()
    deeds = list(of_centre.values_list("on", "people", "supporter", "lecture"))
    this_year = calendar.fiscal_year(calendar.today())
    first = min([calendar.fiscal_year(joined) for joined, _left in days] + [this_year])
    return [_year(year, days, courses, deeds) for year in range(this_year, first - 1, -1)]


def _year(
    year: int,
    days: Sequence[tuple[date, date | None]],
    courses: Sequence[tuple[int, date, bool]],
    deeds: Sequence[tuple[date, int | None, int, int | None]],
) -> SupportersInYear:
    start, end = calendar.fiscal_year_range(year)
    last = min(end - timedelta(days=1), calendar.today())
    done = [deed for deed in deeds if start <= deed[0] < end]
    return SupportersInYear(
        fiscal_year=year,
        joined=sum(start <= joined < end for joined, _left in days),
        left=sum(left is not None and start <= left < end for _joined, left in days),
        active=sum(joined <= last and (left is None or left >= last) for joined, left in days),
        trained=len({who for who, on, is_renewal in courses if on < end and not is_renewal}),
        renewed=sum(is_renewal and start <= on < end for _who, on, is_renewal in courses),
        deeds=len(done),
        people=sum(people or 0 for _on, people, _who, _lecture in done),
        acted=len({who for _on, _people, who, _lecture in done}),
        lectures=len({lecture for _on, _people, _who, lecture in done if lecture}),
    )


def in_year(centre: Centre, fiscal_year: int) -> SupportersInYear | None:
    """One 年度 of it; None for one before the register was begun or that has not come yet."""
    return next((row for row in by_year(centre) if row.fiscal_year == fiscal_year), None)


def renewals_due(centre: Centre, before: date) -> list[Supporter]:
    """Active supporters whose newest course has run out or does so before that day. Two queries."""
    active = (
        Supporter.objects.filter(centre=centre, left_on__isnull=True).for_list().prefetch_related("courses")
    )
    due = []
    for supporter in active:
        newest = next(iter(supporter.courses.all()), None)
        if newest is not None and newest.valid_until is not None and newest.valid_until < before:
            due.append(supporter)
    return due
