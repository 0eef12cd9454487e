"""What falls due and when: the years of each class at a centre, and the cases that they end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django.db import transaction
from django.db.models import Case as SqlCase
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.services.retention.models import CaseClass, Disposal, DisposalItem, LegalHold, RetentionYears
from cases.services.retention.rules import (
    DEFAULT_YEARS,
    INFORMATION_KINDS,
    INFORMATION_OUTCOMES,
    LEAST_YEARS,
    MOST_YEARS,
    Period,
    RecordClass,
    class_of,
    due_on,
    last_closing_year_due,
)

_GROUPED: Final = ("closed_on", "record_class", "is_held")
Periods = Mapping[str, Sequence[Period]]

_CLASS: Final = Coalesce(
    F("kept_as__record_class"),
    SqlCase(
        When(Q(kind__in=INFORMATION_KINDS) | Q(outcome__in=INFORMATION_OUTCOMES), then=Value("INFORMATION")),
        default=Value("CONSULTATION"),
        output_field=CharField(),
    ),
)


class YearsRefused(CasesError):
    """Years out of range, or a first day that lies in the past."""

    code: ClassVar[str] = "years_refused"


def periods_of(centre: Centre) -> dict[str, list[Period]]:
    """The years of every class at the centre, oldest first; one query."""
    found = {str(one): [Period(DEFAULT_YEARS[one])] for one in RecordClass}
    for row in RetentionYears.objects.filter(centre=centre).order_by("from_on"):
        found[row.record_class].append(Period(row.years, row.from_on))
    return found


@transaction.atomic
def set_years(
    centre: Centre, record_class: RecordClass, *, years: int, from_on: date, by: Actor
) -> RetentionYears:
    """From that day on the class is kept so many years; the same day again replaces it.

    A day before today is refused: nothing is judged afresh for the past. Raises YearsRefused.
    """
    if not LEAST_YEARS <= years <= MOST_YEARS:
        raise YearsRefused(
            _("年数は%(least)d年から%(most)d年までにしてください。")
            % {"least": LEAST_YEARS, "most": MOST_YEARS}
        )
    if from_on < calendar.today():
        raise YearsRefused(_("適用日は今日以降にしてください。"))
    row, _is_new = RetentionYears.objects.update_or_create(
        centre=centre,
        record_class=record_class,
        from_on=from_on,
        defaults={"years": years, "set_by_id": by.pk},
    )
    audit.record(
        "RETENTION_YEARS_SET", by=by, centre=centre, reason=f"{record_class} {years} {from_on.isoformat()}"
    )
    return row


@transaction.atomic
def set_class(case: Case, record_class: RecordClass | None, *, by: Actor) -> None:
    """Give the case a class of its own, or (None) the one of its codes again. Raises Case.DoesNotExist."""
    locked = Case.objects.visible_to(by).select_for_update(of=("self",)).get(pk=case.pk)
    if record_class is None:
        CaseClass.objects.filter(case=locked).delete()
    else:
        CaseClass.objects.update_or_create(
            case=locked, defaults={"record_class": record_class, "set_by_id": by.pk}
        )
    audit.record("RECORD_CLASS_SET", by=by, case=case, reason=str(record_class or ""))


def judged(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """The cases with `record_class` and `is_held`."""
    in_force = LegalHold.objects.filter(case=OuterRef("pk"), lifted_at__isnull=True)
    return cases.annotate(record_class=_CLASS, is_held=Exists(in_force))


def due_by(centre: Centre, until: date, periods: Periods) -> QuerySet[Case, Any]:
    """Closed cases of the centre that are due or fall due by that day, held ones too; open ones never."""
    ended, today = Q(), calendar.today()
    for name, some in periods.items():
        year = last_closing_year_due(until, some, today)
        ended |= Q(record_class=name, closed_on__lt=calendar.fiscal_year_range(year)[1])
    closed = Case.objects.filter(centre=centre, closed_on__isnull=False)
    return judged(closed).filter(ended)


def not_yet_proposed(cases: QuerySet[Case, Any]) -> QuerySet[Case, Any]:
    """Without the cases that a batch under way holds already."""
    taken = DisposalItem.objects.filter(
        case=OuterRef("pk"), disposal__state__in=Disposal.OPEN, is_kept=False, skipped=""
    )
    return cases.filter(~Exists(taken))


@dataclass(frozen=True)
class Falling:
    """Cases of one class that fall due on one day; `held` of them are stopped."""

    day: date
    record_class: RecordClass
    count: int
    held: int


def falling_due(centre: Centre, until: date) -> list[Falling]:
    """What is due or falls due up to and including that day, by day and class. Two queries."""
    periods, today = periods_of(centre), calendar.today()
    groups = due_by(centre, until, periods).order_by().values_list(*_GROUPED).annotate(n=Count("pk"))
    counts: Counter[tuple[date, str]] = Counter()
    held: Counter[tuple[date, str]] = Counter()
    for closed_on, name, is_held, n in groups:
        day = due_on(calendar.fiscal_year(closed_on), periods[name], today)
        counts[day, name] += n
        held[day, name] += n * bool(is_held)
    order = RecordClass.values
    return [
        Falling(day, RecordClass(name), n, held[day, name])
        for (day, name), n in sorted(counts.items(), key=lambda one: (one[0][0], order.index(one[0][1])))
    ]


@dataclass(frozen=True)
class Keeping:
    """How a case is kept: its class, since when a person gave it, the day it falls due (None while open), holds."""

    record_class: RecordClass
    is_given: bool
    due_on: date | None
    holds: Sequence[LegalHold]

    @property
    def last_day(self) -> date | None:
        """保存期限: the last day on which the record must be there; None while the case is open."""
        return self.due_on - timedelta(days=1) if self.due_on else None

    @property
    def is_held(self) -> bool:
        return any(hold.lifted_at is None for hold in self.holds)


def keeping_of(case: Case) -> Keeping:
    """Three queries; no value of the case is opened."""
    given = CaseClass.objects.filter(case=case).first()
    record_class = RecordClass(given.record_class) if given else class_of(case.kind, case.outcome)
    day = None
    if case.closed_on is not None:
        periods = periods_of(case.centre)[record_class]
        day = due_on(calendar.fiscal_year(case.closed_on), periods, calendar.today())
    return Keeping(record_class, given is not None, day, list(case.holds.select_related("placed_by")))
