"""目立つ閲覧と緊急の閲覧: managers see them, and mark those of others as seen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.records.unusual import UnusualLooks
from cases.services import glass
from tests import builders
from tests.consult.manage.conftest import signed_in

REASON = "本人が危ないと警察から連絡があった"
PAGE = "looks"


@pytest.fixture
def other(centre):
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def opened(centre, other):
    case = builders.case(by=builders.account(at=centre))
    return glass.break_glass(case.uid, reason=REASON, by=other, told=[])


@pytest.fixture
def unusual(centre, other):
    return UnusualLooks.objects.create(
        account=other, centre=centre, kind="REVEALS", span="HOUR", since=timezone.now(), count=99, limit=40
    )


@pytest.mark.parametrize(("which", "name"), [("opened", "look-glass-seen"), ("unusual", "look-unusual-seen")])
def test_somebody_else_sees_it_once(request, manager, other, which, name):
    row = request.getfixturevalue(which)
    mark = reverse(name, args=[row.uid])
    assert "ほかの人が確かめます" in signed_in(other).get(reverse(PAGE)).content.decode()
    signed_in(other).post(mark)
    row.refresh_from_db()
    assert row.seen_at is None
    client = signed_in(manager)
    assert mark in client.get(reverse(PAGE)).content.decode()
    assert reverse(PAGE) in client.get(reverse("today")).content.decode()

    client.post(mark)

    row.refresh_from_db()
    assert row.seen_by == manager
    assert mark not in client.get(reverse(PAGE)).content.decode()
    assert reverse(PAGE) not in client.get(reverse("today")).content.decode()


def test_what_was_unusual_before_this_week_is_not_listed(manager, unusual):
    UnusualLooks.objects.update(since=timezone.now() - timedelta(days=8))

    assert "目立つ閲覧はありません" in signed_in(manager).get(reverse(PAGE)).content.decode()


def test_the_page_takes_as_many_queries_for_many_rows_as_for_one(
    manager, opened, unusual, django_assert_max_num_queries
):
    client = signed_in(manager)
    client.get(reverse(PAGE))
    with django_assert_max_num_queries(6):
        client.get(reverse(PAGE))
