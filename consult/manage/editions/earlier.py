"""The same tables of the period a year before, as they were published: nothing of them is counted anew."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures.measures import year_before
from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.figures.releases.reading import Of, PrintedTable
from cases.figures.reports.scope import Span, name_of, whole_period
from cases.services import releases

_ALIKE: Final = (
    "rows",
    "columns",
    "layers",
    "measure",
    "subject",
    "filters",
    "merged",
    "age_limits",
    "code_map",
)
Earlier = Mapping[tuple[int, Of], PrintedTable]
"""By the place of a table in the release that it stands beside, and what its numbers are."""


def of_year_before(release: Release) -> Earlier:
    """Tables that ask the same of the period a year before, of the newest release to everybody that was out by then.

    Only where limits of ages and codes are the same: else the numbers are of other things.
    """
    wanted = {_asked(kept, is_before=True): place for place, kept in enumerate(release.asked)}
    if release.number is None or release.centre is None or not wanted:
        return {}
    out = Release.objects.filter(
        centre=release.centre, state=Release.State.RELEASED, audience=Release.Audience.PUBLIC,
        number__lt=release.number,
    )  # fmt: skip
    alike: dict[int, dict[int, int]] = {}
    for pk, asked in out.order_by("-number").values_list("pk", "asked"):
        places = {at: wanted[key] for at, kept in enumerate(asked) if (key := _asked(kept)) in wanted}
        if places:
            alike[pk] = places
    found: dict[tuple[int, Of], PrintedTable] = {}
    read = {other.pk: other for other in releases.whole(Release.objects.filter(pk__in=alike))}
    for pk, places in alike.items():
        for table in _tables(read[pk]):
            if table.place in places and not table.withheld:
                found.setdefault((places[table.place], table.of), table)
    return found


def _tables(release: Release) -> tuple[PrintedTable, ...]:
    """None of a release that the log does not vouch for."""
    try:
        return reading.tables(release)
    except reading.NotReleased:
        return ()


def _asked(kept: Mapping[str, Any], *, is_before: bool = False) -> str:
    """What a question asks, title aside; with `is_before` of the period a year before."""
    days = [date.fromisoformat(kept[name]) for name in ("from", "to")]
    if is_before:
        days = [year_before(day) for day in days]
    return repr([*days, *(kept.get(name) for name in _ALIKE)])


def name_of_period(table: PrintedTable) -> str:
    """「令和6年度」, 「令和6年10月」, or that it is the same time of the year before."""
    start, end = (date.fromisoformat(table.question[name]) for name in ("from", "to"))
    for span in (Span.YEAR, Span.MONTH):
        if whole_period(span, start) == (start, end):
            return name_of(span, start)
    return _("前年の同じ期間")
