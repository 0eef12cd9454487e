"""What is said beside every number: as of when, what is uncoded, what is unapproved, which check went wrong."""

import uuid
from datetime import date, datetime

import pytest
from django.utils import timezone

from cases import held
from cases.figures import freshness
from cases.figures.freshness import Uncoded
from cases.health import registry
from cases.health.registry import Group, Level, Reading
from cases.law.calendar import TOKYO
from cases.services import approval, followup
from cases.services.followup import FollowUpEntry
from tests import builders

pytestmark = pytest.mark.django_db

CLOSED = {"outcome": "ADVICE", "closed_on": date(2026, 11, 21)}


def now_of(centre, **more):
    held.forget_all()
    return freshness.freshness(frozenset({centre.pk}), **more)


@pytest.fixture
def by(db):
    return builders.account()


@pytest.fixture
def approver(by):
    return builders.account("APPROVER", at=by.centre)


def approved(case, by, approver):
    approval.ask(case.uid, uid=uuid.uuid4(), by=by)
    case.refresh_from_db()
    approval.approve(case.uid, uid=uuid.uuid4(), revision=case.revision, by=approver, able=[approver.pk])


def test_without_a_record_there_is_no_time_and_nothing_to_do(by):
    found = now_of(by.centre)

    assert (found.as_of, found.recorded_at, found.moment) == (0, None, "記録なし")
    assert (found.uncoded, found.unapproved) == (Uncoded(), None)
    assert freshness.lines(found) == [
        ("分類が済んでいない相談", "ありません"),
        ("決裁が済んでいない終了相談", "決裁は使っていません"),
    ]


def test_each_thing_that_is_not_coded_is_counted(by):
    builders.case(by=by, product="HEALTH_FOOD")
    builders.case(by=by, product="HEALTH_FOOD", is_provisional=True)
    builders.case(by=by, product="", sales_method="")
    builders.case(by=by, product="HEALTH_FOOD", scam_main="UNCLASSIFIED")
    builders.case(by=builders.account(at=builders.centre("kita")), product="")

    found = now_of(by.centre)

    assert found.uncoded == Uncoded(provisional=1, without_scam=1, without_product=1, without_sales_method=1)
    assert found.uncoded_text == (
        "分類が暫定 1件、手口が未分類 1件、商品・役務が未入力 1件、販売購入形態が未入力 1件"
    )


def test_only_the_period_that_is_asked_for_counts(by):
    builders.case(by=by, product="", received_at=datetime(2026, 3, 31, 10, tzinfo=TOKYO), is_provisional=True)
    builders.case(by=by, product="", received_at=datetime(2026, 4, 1, 10, tzinfo=TOKYO), is_provisional=True)

    found = now_of(by.centre, start=date(2026, 4, 1), end=date(2027, 4, 1))

    assert (found.uncoded.without_product, found.uncoded.provisional) == (1, 1)


def test_a_closed_case_is_unapproved_until_somebody_approves_its_present_state(by, approver):
    builders.case(by=by)  # open: nothing to approve yet
    case, other = (builders.case(by=by, **CLOSED) for _n in range(2))
    assert now_of(by.centre).unapproved is None

    approved(case, by, approver)
    assert now_of(by.centre).unapproved == 1

    approved(other, by, approver)
    assert now_of(by.centre).unapproved_text == "ありません"

    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text="電話があった。")
    followup.add_follow_up(case.uid, entry, by=by)
    is_changed = approval.state_of(type(case).objects.get(pk=case.pk)) is approval.State.CHANGED_AFTER
    assert now_of(by.centre).unapproved == int(is_changed)


def test_an_earlier_cut_is_told_from_now(by):
    builders.case(by=by, product="")
    first = now_of(by.centre)
    builders.case(by=by, product="")

    again = now_of(by.centre, as_of=first.as_of)

    assert (again.as_of, again.recorded_at, again.uncoded) == (first.as_of, first.recorded_at, first.uncoded)
    assert (first.is_past, again.is_past) == (False, True)
    assert now_of(by.centre).uncoded.without_product == 2


def test_what_may_make_numbers_wrong_stands_beside_them(by, monkeypatch):
    row = Reading(
        name="nightly.recount",
        label="集計の数え直し",
        state="失敗しました",
        level=Level.ERROR,
        of_figures=True,
    )
    monkeypatch.setattr(registry, "_sources", {})
    registry.register("nights", Group.NIGHT, "", lambda: [row], of_figures=True)

    found = now_of(by.centre)

    assert found.failures == (row,)
    assert freshness.lines(found)[-1] == ("確かめてください", "集計の数え直し: 失敗しました")


def test_questions_do_not_grow_with_the_cases(by, approver, django_assert_max_num_queries):
    for _n in range(3):
        approved(builders.case(by=by, **CLOSED), by, approver)
    held.forget_all()
    registry.readings()

    with django_assert_max_num_queries(7):
        freshness.freshness(frozenset({by.centre.pk}))
