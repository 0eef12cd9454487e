"""The yen of erased cases in a report that was issued: counts and sums by which its table of amounts is counted anew.

An erased case keeps the class of its amounts alone (ADR 0041). For every issued report that counted it, its amount is
added to a sum and to a count below, at or above the printed median (ADR 0049): less than what the printed mean, median
and largest amount, held against the cases that still stand, say anyway. Together with these the same mean, median and
largest come out, or it is told that they do not.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cases.figures import measures
from cases.figures.facts import CASE
from cases.figures.limits import ELDER, YOUNG, AgeLimits
from cases.figures.measures import Amounts, year_before
from cases.figures.models import CaseFact
from cases.figures.questions import CONTRACT_YEN, PAID_YEN, Question
from cases.figures.reports import document
from cases.figures.reports.document import Head
from cases.figures.reports.models import Report, ReportAmounts
from cases.figures.reports.scope import ALL_AGES, Span, Taken, scope_of

MEASURES: Final = (CONTRACT_YEN, PAID_YEN)
GROUPS: Final = (ALL_AGES, ELDER, YOUNG)
_A_YEAR: Final = timedelta(days=366)
_COUNTS: Final = ("n", "total", "below", "at_low", "at_high", "above", "at_largest")
Yen = NDArray[np.int64]


def keep(report: Report, head: Head) -> None:
    """Where the middle and the largest amount of every row lie, when a report is issued. Once; in its transaction."""
    span = Span(report.span)
    scope = scope_of(
        report.centre, span, report.start, report.end, as_of=report.as_of, limits=head.limits
    )  # fmt: skip
    rows = []
    for measure in MEASURES:
        for question in (asked := scope.questions("age_group", measure=measure)):
            for group, yen in by_group(question).items():
                row = ReportAmounts(
                    report=report, measure=measure, group=group, is_before=question is not asked[0]
                )
                row.senior_from, row.young_to = scope.limits.senior_from, scope.limits.young_to
                if n := len(yen):
                    row.low, row.high, row.largest = int(yen[(n - 1) // 2]), int(yen[n // 2]), int(yen[-1])
                rows.append(row)
    ReportAmounts.objects.bulk_create(rows)


def by_group(question: Question) -> dict[str, Yen]:
    """The known amounts of all, of elders and of the young, rising."""
    found = measures.known_amounts(question)
    nothing: Yen = np.empty(0, dtype=np.int64)
    whole = np.sort(np.concatenate([nothing, *found.values()]))
    return {ALL_AGES: whole, **{code: found.get(code, nothing) for code in (ELDER, YOUNG)}}


def taken_from(report: Report) -> Taken:
    """What erasure took out of an issued report since."""
    return {
        (one.measure, one.group, one.is_before): one for one in ReportAmounts.objects.filter(report=report)
    }


# --- an erasure -----------------------------------------------------------------------------------------------------


def take_out(facts: Sequence[CaseFact]) -> None:
    """Add the amounts of a case to what was taken out of every issued report that counted them.

    `facts`: all of the case, in their order and still whole; in the transaction that makes them coarse.
    """
    stated = [fact for fact in facts if fact.what == CASE]
    if not any(getattr(fact, measure) is not None for fact in stated for measure in MEASURES):
        return
    for report in _reports_on(stated):
        standing = _standing(stated, report.as_of or 0)
        if standing is not None and standing.centre == report.centre_id:
            _add(report, standing)


def _reports_on(stated: Sequence[CaseFact]) -> Iterable[Report]:
    """The issued ones of the centre whose cut knew the case, with a period that one of its days may lie in."""
    days = [fact.received_on for fact in stated]
    return (
        Report.objects.filter(
            centre__in={fact.centre for fact in stated}, state=Report.State.ISSUED, as_of__gte=stated[0].seq
        )
        .filter(start__lte=max(days) + _A_YEAR, end__gt=min(days))
        .defer("data")
        .order_by("pk")
    )


def _standing(stated: Sequence[CaseFact], as_of: int) -> CaseFact | None:
    """What the log said of the case at the cut; None where it said nothing, or had taken it back."""
    held = [fact for fact in stated if fact.seq <= as_of]
    return held[-1] if held and held[-1].sign > 0 else None


def _add(report: Report, fact: CaseFact) -> None:
    rows = ReportAmounts.objects.select_for_update().filter(report=report)
    if not rows.exists():
        _keep_of_before(report)
    for row in rows:
        start, end = report.start, report.end
        if row.is_before:
            start, end = year_before(start), year_before(end)
        group = AgeLimits(row.senior_from, row.young_to).group_of(fact.age_band)
        yen = getattr(fact, row.measure)
        if yen is not None and start <= fact.received_on < end and row.group in (ALL_AGES, group):
            _count(row, yen)
            row.save(update_fields=_COUNTS)


def _keep_of_before(report: Report) -> None:
    """Of a report that was issued before these rows were kept."""
    keep(report, document.loaded(report.data).head)


def _count(row: ReportAmounts, yen: int) -> None:
    row.n += 1
    row.total += yen
    if row.low is None or row.high is None or row.largest is None:
        return
    row.below += yen < row.low
    row.at_low += yen == row.low
    row.at_high += yen == row.high != row.low
    row.above += yen > row.high
    row.at_largest += yen == row.largest


# --- counting anew --------------------------------------------------------------------------------------------------


def restored(found: Amounts, standing: Yen, taken: ReportAmounts) -> Amounts:
    """What stands together with what was taken out: the amounts of the report, as far as both fit together.

    `found` counts erased cases among the unknown. Where the middle of all is not what was kept, the median is None, so
    that a comparison tells it.
    """
    n = len(standing) + taken.n
    return Amounts(
        n=n,
        unknown=found.unknown - taken.n,
        total=int(standing.sum()) + taken.total,
        median=_median(standing, taken, n),
        largest=_largest(standing, taken),
    )


def _median(standing: Yen, taken: ReportAmounts, n: int) -> Fraction | None:
    if taken.low is None or taken.high is None:
        return None
    below = int(np.searchsorted(standing, taken.low)) + taken.below
    up_to_low = int(np.searchsorted(standing, taken.low, side="right")) + taken.below + taken.at_low
    above = len(standing) - int(np.searchsorted(standing, taken.high, side="right")) + taken.above
    at_high = int((standing == taken.high).sum()) + (
        taken.at_low if taken.low == taken.high else taken.at_high
    )
    below_high = n - above - at_high
    is_low = below <= (n - 1) // 2 < up_to_low
    is_high = below_high <= n // 2 < n - above
    return Fraction(taken.low + taken.high, 2) if is_low and is_high else None


def _largest(standing: Yen, taken: ReportAmounts) -> int | None:
    known = [int(standing[-1])] if len(standing) else []
    return max(
        known + ([taken.largest] if taken.largest is not None and taken.at_largest else []), default=None
    )
