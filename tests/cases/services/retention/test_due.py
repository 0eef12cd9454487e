"""What falls due, what a person decided about it, and what stops it."""

from datetime import date

import pytest

from cases.models import AuditEntry, LegalHold
from cases.records.case import Case
from cases.services import followup
from cases.services.retention import due, holds
from cases.services.retention.due import Falling, falling_due, keeping_of
from cases.services.retention.rules import RecordClass, class_of
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2032, 4, 10)


def numbers(centre, day=TODAY):
    return list(
        due.due_by(centre, day, due.periods_of(centre)).order_by("number").values_list("number", flat=True)
    )


def test_closed_cases_fall_due_on_the_day_and_open_ones_never(closed, manager):
    last_day, next_day = closed(date(2027, 3, 31)), closed(date(2027, 4, 1))
    builders.case(received_at=builders.RECEIVED_AT)

    assert numbers(manager.centre, date(2032, 3, 31)) == []
    assert numbers(manager.centre, date(2032, 4, 1)) == [last_day.number]
    assert numbers(manager.centre, date(2033, 4, 1)) == [last_day.number, next_day.number]


def test_a_reopened_case_is_not_due(closed, manager):
    case = closed(date(2027, 3, 31))
    followup.reopen_case(case.uid, by=builders.account())

    assert numbers(manager.centre) == []
    assert keeping_of(Case.objects.get()).due_on is None


@pytest.mark.parametrize("kind", ["COMPLAINT", "INQUIRY", "REQUEST"])
@pytest.mark.parametrize("outcome", ["ADVICE", "INFORMATION", "NOT_NEEDED", "MEDIATED"])
def test_the_database_gives_the_class_that_the_rule_gives(closed, kind, outcome):
    case = closed(date(2030, 5, 1), kind=kind, outcome=outcome)

    assert due.judged(Case.objects.all()).get().record_class == class_of(kind, outcome)
    assert keeping_of(case).record_class == class_of(kind, outcome)


def test_a_person_gives_another_class_and_takes_it_back(closed, manager):
    case = closed(date(2027, 3, 31))

    due.set_class(case, RecordClass.LITIGATION, by=manager)
    assert numbers(manager.centre) == []
    assert keeping_of(case).due_on == date(2037, 4, 1)

    due.set_class(case, None, by=manager)
    assert numbers(manager.centre) == [case.number]
    assert AuditEntry.objects.filter(action="RECORD_CLASS_SET", case_uid=case.uid).count() == 2


@pytest.mark.parametrize(("years", "is_due"), [(5, True), (6, False)])
def test_a_centre_sets_its_own_years_from_a_day_on(closed, manager, years, is_due):
    closed(date(2027, 3, 31))
    elsewhere = builders.account("MANAGER", at=builders.centre("kita"))
    due.set_years(elsewhere.centre, RecordClass.CONSULTATION, years=30, from_on=TODAY, by=elsewhere)
    due.set_years(manager.centre, RecordClass.CONSULTATION, years=years, from_on=TODAY, by=manager)

    assert bool(numbers(manager.centre)) == is_due
    entry = AuditEntry.objects.filter(action="RETENTION_YEARS_SET").last()
    assert (entry.actor_uid, entry.reason) == (manager.uid, f"CONSULTATION {years} 2032-04-10")


@pytest.mark.parametrize(("years", "from_on"), [(0, TODAY), (51, TODAY), (5, date(2032, 4, 9))])
def test_years_out_of_range_or_for_the_past_are_refused(manager, years, from_on):
    with pytest.raises(due.YearsRefused):
        due.set_years(manager.centre, RecordClass.CONSULTATION, years=years, from_on=from_on, by=manager)


def test_what_falls_due_is_announced_by_day_and_class(closed, manager, django_assert_num_queries):
    held = closed(date(2027, 3, 31))
    closed(date(2027, 3, 30))
    closed(date(2029, 5, 1), kind="INQUIRY")
    closed(date(2028, 5, 1))
    holds.place(held.uid, ground=LegalHold.Ground.AUDIT, by=manager)

    with django_assert_num_queries(2):
        found = falling_due(manager.centre, date(2033, 4, 1))

    assert found == [
        Falling(date(2032, 4, 1), RecordClass.CONSULTATION, 2, 1),
        Falling(date(2033, 4, 1), RecordClass.INFORMATION, 1, 0),
    ]


def test_a_hold_lasts_until_it_is_lifted(closed, manager, second):
    case = closed(date(2027, 3, 31))
    hold = holds.place(case.uid, ground=LegalHold.Ground.LITIGATION, by=manager, reference="法務 第12号")
    assert holds.is_held(case)

    for _twice in range(2):
        holds.lift(hold.uid, by=second)

    hold.refresh_from_db()
    assert (holds.is_held(case), hold.lifted_by) == (False, second)
    assert AuditEntry.objects.filter(action="HOLD_LIFTED").count() == 1


def test_holds_of_another_centre_do_not_exist(closed, manager):
    case = closed(date(2027, 3, 31))
    elsewhere = builders.account("MANAGER", at=builders.centre("kita"))
    hold = holds.place(case.uid, ground=LegalHold.Ground.OTHER, by=manager)

    with pytest.raises(Case.DoesNotExist):
        holds.place(case.uid, ground=LegalHold.Ground.OTHER, by=elsewhere)
    with pytest.raises(LegalHold.DoesNotExist):
        holds.lift(hold.uid, by=elsewhere)
    with pytest.raises(Case.DoesNotExist):
        due.set_class(case, RecordClass.SERIOUS, by=elsewhere)
