"""応援: called with one key, seen by the own centre alone, answered once, over after half an hour."""

import pytest

from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.help_calls import HelpCall
from cases.services import help_calls
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-20 10:00 +0900", tick=False)
    return time_machine


@pytest.fixture
def caller():
    return builders.account()


@pytest.fixture
def chief(caller):
    return builders.account("MANAGER", at=caller.centre)


def call(by, **more):
    return help_calls.call(centre=by.centre, by=by, **more)


def logged(action):
    return AuditEntry.objects.filter(action=action).count()


def test_a_call_says_who_and_where_and_pressing_again_changes_nothing(caller, chief):
    case = builders.case(by=caller)
    for _press in range(2):
        call(caller, case_uid=case.uid)

    [seen] = help_calls.waiting(chief)
    assert (seen.account, seen.case.number, seen.is_on_call) == (caller, case.number, False)
    assert logged("HELP_CALLED") == 1


def test_another_centre_sees_nothing_and_answers_nothing(caller):
    row = call(caller)
    stranger = builders.account("MANAGER", at=builders.centre("hikari"))

    assert help_calls.waiting(stranger) == []
    with pytest.raises(HelpCall.DoesNotExist):
        help_calls.answer(row.uid, by=stranger)
    with pytest.raises(Case.DoesNotExist):
        call(stranger, case_uid=builders.case(by=caller).uid)


def test_the_first_who_answers_counts_and_the_caller_sees_who(caller, chief):
    row, late = call(caller), builders.account("MANAGER", at=caller.centre)
    for by in (chief, late):
        help_calls.answer(row.uid, by=by)

    assert help_calls.mine(caller).answered_by == chief
    assert logged("HELP_ANSWERED") == 1


@pytest.mark.parametrize(("who", "may"), [("caller", True), ("chief", True), ("colleague", False)])
def test_a_call_is_ended_by_its_people(caller, chief, who, may):
    row = call(caller)
    help_calls.answer(row.uid, by=chief)
    by = {"caller": caller, "chief": chief, "colleague": builders.account(at=caller.centre)}[who]

    if may:
        help_calls.end(row.uid, by=by)
    else:
        with pytest.raises(HelpCall.DoesNotExist):
            help_calls.end(row.uid, by=by)
    assert (help_calls.mine(caller) is None) is may


@pytest.mark.parametrize(("minutes", "waits"), [(29, 1), (30, 0)])
def test_a_call_ends_itself_after_half_an_hour_and_the_next_is_a_new_one(caller, chief, now, minutes, waits):
    first = call(caller)
    now.shift(60 * minutes)

    assert len(help_calls.waiting(chief)) == waits
    assert (call(caller).pk == first.pk) is bool(waits)
