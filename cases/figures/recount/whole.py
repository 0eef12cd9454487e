"""One recount from beginning to end."""

from collections.abc import Callable, Collection
from typing import Final

from cases.figures.facts import CASE, CONTACT
from cases.figures.models import CaseFact
from cases.figures.recount import cells, copied, questions
from cases.figures.recount.differences import Difference, Report
from cases.figures.recount.live import Live, walk
from cases.figures.still import still
from cases.law import calendar
from cases.records.centre import Centre

# So often is a centre counted again where cases were saved meanwhile.
ATTEMPTS: Final = 3

Advance = Callable[[int], None]


def recount(centre_ids: Collection[int] | None = None, advance: Advance = lambda done: None) -> Report:
    """Everything, or the centres named; `advance` is told of cases and facts as they are looked at. Changes nothing."""
    report = begun()
    for centre in centres(centre_ids):
        of_centre(report, centre, advance)
    report.add(copied.differences(advance))
    return report


def begun() -> Report:
    return Report(as_of=last_seq(), facts=CaseFact.objects.count())


def centres(centre_ids: Collection[int] | None = None) -> list[Centre]:
    held = Centre.objects.all() if centre_ids is None else Centre.objects.filter(pk__in=centre_ids)
    return list(held.order_by("code"))


def size() -> int:
    """What `advance` will count up to, about."""
    return 2 * CaseFact.objects.count()


def last_seq() -> int:
    return CaseFact.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def of_centre(report: Report, centre: Centre, advance: Advance) -> None:
    """One centre, added to the report."""
    for _attempt in range(ATTEMPTS):
        before = last_seq()
        live = walk(centre.pk, advance)
        if before == last_seq():
            break
    report.cases += live.count_of(CASE)
    report.contacts += live.count_of(CONTACT)
    report.add(_of_log(live, centre))
    if before != last_seq():
        report.is_complete = False
        return
    report.add(questions.differences(live, centre.pk, centre.code, before))
    _of_cells(report, centre, advance)


def _of_cells(report: Report, centre: Centre, advance: Advance) -> None:
    night = calendar.today().toordinal()
    for _attempt in range(ATTEMPTS):
        before = last_seq()
        with still():  # every question is of one cut: facts are read once
            found = list(cells.differences(centre.pk, centre.code, before, night, advance))
        if before == last_seq():
            report.add(found)
            return
    report.is_complete = False


def _of_log(live: Live, centre: Centre) -> list[Difference]:
    return [
        Difference("log", centre.code, column, "", 0, statements)
        for column, statements in sorted(live.differing.items())
    ]
