"""緊急の閲覧: a reason, a time, somebody told; it ends by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.protection.models import AuditEntry
from cases.protection.reveal import Rule, open_glass, rule_for
from cases.records.case import Case
from cases.records.custody import BreakGlass
from cases.records.later_review import LaterReview
from cases.services import glass
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db
REASON = "本人が危ないと警察から連絡があった"


@pytest.fixture
def case():
    return builders.case(caller=builders.person())


@pytest.fixture
def manager():
    return builders.account("MANAGER")


def broken(case, by, **more):
    return glass.break_glass(case.uid, **{"reason": REASON, "by": by, "told": [case.counsellor_id], **more})


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"reason": "あ" * 9 + " "}, "reason"),
        ({"reason": "あ" * 201}, "reason"),
        ({"minutes": 61}, "minutes"),
    ],
)
def test_it_needs_a_reason_and_a_time_of_an_hour_at_most(case, manager, more, field):
    if field:
        with pytest.raises(EntryRefused) as refusal:
            broken(case, manager, **more)
        assert list(refusal.value.errors) == [field]
    else:
        assert broken(case, manager, **more).told == 1
    assert AuditEntry.objects.filter(action="GLASS_BROKEN", case_uid=case.uid).count() == (field is None)


@pytest.mark.parametrize("minutes", glass.MINUTES)
def test_it_ends_by_itself(case, manager, time_machine, minutes):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)
    broken(case, manager, minutes=minutes)

    time_machine.shift(timedelta(minutes=minutes, seconds=-1))
    assert rule_for(case, manager) is Rule.GLASS
    time_machine.shift(timedelta(seconds=1))
    assert rule_for(case, manager) is Rule.ASKED


def test_it_is_for_one_person_and_one_case(case, manager):
    broken(case, manager)

    assert open_glass(case, manager)
    assert open_glass(builders.case(), manager) is None
    assert open_glass(case, builders.account("MANAGER")) is None


def test_it_can_be_ended_early_and_opening_it_twice_is_opening_it_once(case, manager):
    assert broken(case, manager) == broken(case, manager, minutes=60)

    glass.end_glass(case.uid, by=manager)

    assert open_glass(case, manager) is None
    with pytest.raises(glass.NoGlassOpen):
        glass.end_glass(case.uid, by=manager)


def test_names_in_the_reason_are_masked(case, manager):
    row = broken(case, manager, reason="山田花子さんの家族から至急の電話があった")

    assert row.reason == "〔氏名〕さんの家族から至急の電話があった"


@pytest.mark.parametrize(("told", "listed"), [([7], 0), ([], 1), (["self"], 1)])
def test_where_nobody_can_be_told_it_waits_for_a_later_review(case, manager, told, listed):
    row = broken(case, manager, told=[manager.pk if who == "self" else who for who in told])

    assert LaterReview.objects.filter(subject_uid=row.uid, acted_by=manager).count() == listed


def test_somebody_else_marks_it_as_seen(case, manager):
    row = broken(case, manager)
    with pytest.raises(glass.NotOwnGlass):
        glass.note_seen(row.uid, by=manager)
    first = builders.account("MANAGER")

    glass.note_seen(row.uid, by=first)
    glass.note_seen(row.uid, by=builders.account("MANAGER"))

    row.refresh_from_db()
    assert row.seen_by == first
    assert AuditEntry.objects.filter(action="GLASS_SEEN").count() == 1


def test_cases_of_another_centre_do_not_exist(case):
    stranger = builders.account("MANAGER", at=builders.centre("kita"))
    row = broken(case, builders.account("MANAGER"))

    with pytest.raises(Case.DoesNotExist):
        broken(case, stranger)
    with pytest.raises(BreakGlass.DoesNotExist):
        glass.note_seen(row.uid, by=stranger)


def test_the_database_refuses_one_that_ends_before_it_begins(case, manager):
    row = broken(case, manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=row.pk).update(ends_at=timezone.now() - timedelta(hours=1))
