"""Which cases are in PIO-NET: what a person noted counts, and nothing else."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import held
from cases.law import calendar
from cases.protection.audit.stored import ChangedByHand
from cases.protection.models import AuditEntry
from cases.records import codes
from cases.records.case import Case, new_uid
from cases.records.registration import CopyingPlan, Registration
from cases.services import followup
from cases.services.entry import EntryRefused
from cases.services.followup import ChangedMeanwhile, FollowUpEntry
from cases.services.pionet import plan, registering
from cases.services.pionet.registering import RegistrationTaken, State
from tests import builders

pytestmark = pytest.mark.django_db


def count_waiting(by):
    """As asked when what was held is too old."""
    held.forget_all()
    return registering.count_waiting(by)


@pytest.fixture
def by():
    return builders.account()


def closed(by, **more):
    day = more.pop("closed_on", None) or calendar.today()
    received = more.pop("received_at", builders.RECEIVED_AT)
    case = builders.case(by=by, received_at=received, **more)
    return followup.close_case(case.uid, outcome="ADVICE", closed_on=day, by=by)


def registered(case, by, **more):
    given = {
        "uid": new_uid(),
        "number": "R8-000123",
        "registered_on": calendar.today(),
        "revision": case.revision,
        **more,
    }
    return registering.register(case.uid, by=by, **given)


def state(case):
    return registering.standing_of(Case.objects.get(pk=case.pk)).state


def test_a_case_is_not_there_then_there_then_changed_since(by):
    case = closed(by)
    assert state(case) is State.NOT_YET

    row = registered(case, by, number=" Ｒ８－０００１２３ ")
    assert (row.number, row.revision, row.account) == ("R8-000123", case.revision, by)
    assert state(case) is State.REGISTERED

    followup.reopen_case(case.uid, by=by)
    assert state(case) is State.CHANGED_SINCE

    again = Case.objects.get(pk=case.pk)
    registered(again, by)
    assert state(case) is State.REGISTERED
    assert Registration.objects.filter(case=case, is_last=True).count() == 1


@pytest.mark.parametrize(("change", "is_card"), [("follow_up", False), ("reopen", True)])
def test_a_follow_up_alone_changes_no_card(by, change, is_card):
    case = closed(by)
    registered(case, by)
    if change == "reopen":
        followup.reopen_case(case.uid, by=by)
    else:
        entry = FollowUpEntry(uid=new_uid(), happened_at=builders.RECEIVED_AT, kind="NOTE", text="届いた")
        followup.add_follow_up(case.uid, entry, by=by)

    standing = registering.standing_of(Case.objects.get(pk=case.pk))

    assert standing.state is State.CHANGED_SINCE
    assert standing.is_card_changed is is_card
    assert registering.count_changed(by) == int(is_card)
    assert [one.case.pk for one in registering.changed_since(by, most=9)] == [case.pk]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "山田花子"}, "number"),
        ({"number": "1" * 33}, "number"),
        (lambda: {"registered_on": calendar.today() + timedelta(days=1)}, "registered_on"),
        ({"registered_on": calendar.local_date(builders.RECEIVED_AT) - timedelta(days=1)}, "registered_on"),
    ],
)
def test_a_number_or_day_that_cannot_be_is_refused(by, given, field):
    case = closed(by)
    with pytest.raises(EntryRefused) as refused:
        registered(case, by, **builders.given(given))

    assert list(refused.value.errors) == [field]
    assert not Registration.objects.exists()


def test_the_same_click_twice_is_one_registration_and_another_content_is_refused(by):
    case, uid = closed(by), new_uid()
    first = registered(case, by, uid=uid)

    assert registered(case, by, uid=uid) == first
    with pytest.raises(RegistrationTaken):
        registered(case, by, uid=uid, number="R8-9")
    with pytest.raises(RegistrationTaken):
        registered(closed(by), by, uid=uid)
    assert AuditEntry.objects.filter(action="PIONET_REGISTERED").count() == 1


def test_what_changed_after_the_page_opened_is_not_registered_unseen(by):
    case = closed(by)
    followup.reopen_case(case.uid, by=by)

    with pytest.raises(ChangedMeanwhile):
        registered(case, by)


def test_a_case_of_another_centre_does_not_exist(by):
    case = closed(by)
    with pytest.raises(Case.DoesNotExist):
        registered(case, builders.account(at=builders.centre("kita")))


# --- What is put in by hand has no effect -------------------------------------------------------------------------


def slipped_in(case, by, **more):
    given = {
        "uid": uuid.uuid4(), "number": "R8-1", "registered_on": calendar.today(), "revision": case.revision,
        "account": by,
    }  # fmt: skip
    return Registration.objects.create(case=case, **{**given, **more})


def test_a_row_that_somebody_slipped_in_hides_no_case(by):
    case = closed(by)
    slipped_in(case, by)

    assert state(case) is State.NOT_YET
    assert [one.case.pk for one in registering.waiting(by, most=9)] == [case.pk]
    assert count_waiting(by)[0] == 1


def yesterday():
    return calendar.today() - timedelta(days=1)


@pytest.mark.parametrize(
    "changed", [{"number": "R8-2"}, {"revision": 99}, lambda: {"registered_on": yesterday()}]
)
def test_a_row_that_was_changed_by_hand_counts_no_longer(by, changed):
    case = closed(by)
    registered(case, by)
    assert count_waiting(by) == (0, 0)
    Registration.objects.filter(case=case).update(**builders.given(changed))

    assert state(case) is State.NOT_YET
    assert count_waiting(by)[0] == 1


def test_a_registration_of_one_case_does_not_count_for_another(by):
    case, other = closed(by), closed(by)
    registered(case, by)
    Registration.objects.filter(case=case).update(case=other)

    assert state(other) is State.NOT_YET
    assert count_waiting(by)[0] == 2


def test_a_case_that_was_rewritten_by_hand_is_not_registered(by):
    case = closed(by)
    Case.objects.filter(pk=case.pk).update(contract_yen=1)

    with pytest.raises(ChangedByHand):
        registered(case, by)


# --- Lists ----------------------------------------------------------------------------------------------------------


def test_closed_cases_wait_the_longest_first_and_open_ones_and_ledgers_do_not(by):
    first = closed(by, closed_on=calendar.today() - timedelta(days=1))
    second = closed(by)
    builders.case(by=by)
    ledger = closed(by)
    Case.objects.filter(pk=ledger.pk).update(source=Case.Source.IMPORT)
    registered(closed(by), by)

    waiting = registering.waiting(by, most=9)

    assert [(one.case.pk, one.days) for one in waiting] == [(first.pk, 1), (second.pk, 0)]
    assert count_waiting(by) == (2, 1)


def test_lists_take_the_same_number_of_queries_for_one_case_and_for_five(by):
    closed(by)
    registered(closed(by), by)
    registering.waiting(by, most=9)  # what was proven once is not asked again
    counts = []
    for _round in range(2):
        codes.codes(codes.Kind.KIND)  # read afresh, so that their seconds in memory do not end in the middle
        with CaptureQueriesContext(connection) as queries:
            registering.waiting(by, most=9)
            registering.changed_since(by, most=9)
        counts.append(len(queries))
        for _n in range(4):
            closed(by)

    assert counts[0] == counts[1]


# --- The plan -------------------------------------------------------------------------------------------------------


def test_cases_before_the_day_that_the_centre_named_count_as_registered(by):
    case = closed(by)
    plan.change(by.centre, fields="", since=calendar.today() + timedelta(days=1), by=by)
    assert count_waiting(by) == (0, 0)

    plan.change(by.centre, fields="", since=case.received_on, by=by)
    assert count_waiting(by)[0] == 1


def test_a_plan_put_in_by_hand_has_no_effect(by):
    closed(by)
    fields = "item,label,limit,form\nkind,区分,,\n"
    CopyingPlan.objects.create(centre=by.centre, since=calendar.today() + timedelta(days=1), fields=fields)

    assert count_waiting(by)[0] == 1
    assert plan.of(by.centre).fields == plan.shipped()


def test_the_centre_may_choose_fields_names_limits_and_forms(by):
    text = "item,label,limit,form\nsubject,件名,30,\nreceived_on,,,digits\n"

    held = plan.change(by.centre, fields=text, since=None, by=by)

    assert [(field.item, field.label, field.limit, field.form) for field in held.fields] == [
        ("subject", "件名", 30, ""), ("received_on", "受付日", None, "digits"),
    ]  # fmt: skip
    assert plan.of(builders.centre("kita")).fields == plan.shipped()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,b\n", 1),
        ("item,label,limit,form\n", 1),
        ("item,label,limit,form\nparty.name,氏名,,\n", 2),
        ("item,label,limit,form\nkind,区分,-1,\n", 2),
        ("item,label,limit,form\nkind,区分,,slash\n", 2),
        ("item,label,limit,form\nreceived_on,日,,us\n", 2),
        ("item,label,limit,form\nkind,区分,,\nkind,区分,,\n", 3),
        ("item,label,limit,form\nkind,区分,,,\n", 2),
        ('item,label,limit,form\nkind,"区"分,,\n', 2),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_line(by, text, line):
    with pytest.raises(plan.PlanNotUnderstood) as refused:
        plan.change(by.centre, fields=text, since=None, by=by)

    assert str(refused.value).startswith(f"{line}行目")
    assert not CopyingPlan.objects.exists()
