"""Two persons, or one with a record of it."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.protection.models import AuditEntry
from cases.records.later_review import LaterReview
from cases.records.links import CaseLink, linked_pks
from cases.services import oversight
from tests import builders

pytestmark = pytest.mark.django_db
KIND = LaterReview.Kind.BREAK_GLASS


def test_two_different_people_leave_nothing_to_review():
    first, second = builders.account(), builders.account()

    assert (
        oversight.by_second_person(KIND, uuid.uuid4(), first_pk=first.pk, centre=first.centre, by=second)
        is None
    )
    assert not LaterReview.objects.exists()


@pytest.mark.parametrize(("colleague", "refused"), [(None, False), ("working", True), ("stopped", False)])
def test_the_same_person_is_let_through_only_where_nobody_else_works(colleague, refused):
    alone = builders.account()
    if colleague:
        other = builders.account()
        other.is_active = colleague == "working"
        other.save()
    subject = uuid.uuid4()

    if refused:
        with pytest.raises(oversight.SecondPersonNeeded):
            oversight.by_second_person(KIND, subject, first_pk=alone.pk, centre=alone.centre, by=alone)
    else:
        row = oversight.by_second_person(KIND, subject, first_pk=alone.pk, centre=alone.centre, by=alone)
        again = oversight.by_second_person(KIND, subject, first_pk=alone.pk, centre=alone.centre, by=alone)
        assert row == again
    assert LaterReview.objects.count() == (not refused)
    assert AuditEntry.objects.filter(action="DONE_ALONE").count() == (not refused)


def test_a_colleague_who_may_not_do_it_is_no_second_person():
    alone, colleague = builders.account("MANAGER"), builders.account()
    row = {"first_pk": alone.pk, "centre": alone.centre, "by": alone}

    with pytest.raises(oversight.SecondPersonNeeded):
        oversight.by_second_person(KIND, uuid.uuid4(), **row, able={alone.pk, colleague.pk})

    assert oversight.by_second_person(KIND, uuid.uuid4(), **row, able={alone.pk})


def test_somebody_else_reviews_and_once_is_enough():
    alone = builders.account()
    row = oversight.note_alone(KIND, uuid.uuid4(), centre=alone.centre, by=alone)
    later = builders.account("MANAGER")
    with pytest.raises(oversight.NotForOneself):
        oversight.review(row.uid, by=alone)

    first = oversight.review(row.uid, by=later)
    second = oversight.review(row.uid, by=builders.account("MANAGER"))

    assert (first.reviewed_by, second.reviewed_by) == (later, later)
    assert AuditEntry.objects.filter(action="ALONE_REVIEWED").count() == 1


def test_acts_of_another_centre_do_not_exist():
    alone = builders.account(at=builders.centre("kita"))
    row = oversight.note_alone(KIND, uuid.uuid4(), centre=alone.centre, by=alone)

    with pytest.raises(LaterReview.DoesNotExist):
        oversight.review(row.uid, by=builders.account("MANAGER"))


def test_the_database_refuses_half_a_review():
    alone = builders.account()
    row = oversight.note_alone(KIND, uuid.uuid4(), centre=alone.centre, by=alone)

    with pytest.raises(IntegrityError), transaction.atomic():
        LaterReview.objects.filter(pk=row.pk).update(reviewed_at=timezone.now())


def test_a_link_is_found_from_both_sides_and_stored_in_one_order():
    first, second = builders.case(), builders.case()
    CaseLink.objects.create(first=first, second=second, kind=CaseLink.Kind.SAME_PERSON)

    assert (linked_pks(first.pk), linked_pks(second.pk)) == ([second.pk], [first.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseLink.objects.create(first=second, second=first, kind=CaseLink.Kind.SAME_MATTER)
