"""気づき: read at the desk alone, decided on the log's word, forgotten with the case or after a year without one."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import watchers
from cases.law import calendar
from cases.protection import office
from cases.protection.models import AuditEntry, DataKey
from cases.records.worries import Worry
from cases.services import worries
from cases.services.entry import EntryRefused
from cases.services.retention import erasure
from cases.services.retention.models import Disposal
from cases.services.worries import WorryEntry, WorryWords
from tests import builders

pytestmark = pytest.mark.django_db
WORDS = WorryWords(
    person="山田 花子", phone="090-1234-5678", words="屋根の工事の請求書が何枚もあった", helper="佐藤"
)


@pytest.fixture
def desk():
    return builders.account()


def told(by, **more):
    given = {"uid": uuid.uuid4(), "received_on": calendar.today(), "channel": "PAPER", "consent": "NOT_ASKED",
             "sealed": WORDS, "member_kind": "COMMISSIONER", **more}  # fmt: skip
    return worries.record(WorryEntry(**given), centre=by.centre, by=by)


def stage(worry):
    return worries.stage_of(Worry.objects.with_case().get(pk=worry.pk))


def test_a_worry_is_numbered_sealed_and_kept_once(desk):
    first = told(desk)

    assert worries.record(
        WorryEntry(uid=first.uid, received_on=calendar.today(), channel="MAIL", consent="GIVEN", sealed=WORDS),
        centre=desk.centre, by=desk,
    ).pk == first.pk  # fmt: skip
    second = told(desk)
    assert int(second.number[-5:]) == int(first.number[-5:]) + 1
    assert str(first.words) == "●●●"
    assert worries.opened(first.uid, by=desk) == WORDS
    assert AuditEntry.objects.filter(action="WORRY_OPENED", reason=str(first.uid)).count() == 1
    assert first.sealed_owner.kind in office.KINDS


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, set()),
        ({"sealed": WorryWords(), "channel": "X", "area": "NOWHERE", "theme": "NOTHING"},
         {"words", "channel", "area", "theme"}),
        ({"received_on": calendar.today}, {"received_on"}),
        ({"member_uid": uuid.UUID(int=7)}, {"member"}),
    ],
)  # fmt: skip
def test_taking_a_worry_down(desk, given, wrong):
    if callable(given.get("received_on")):
        given = {"received_on": given["received_on"]() + timedelta(days=1)}
    refused = set()
    try:
        told(desk, **given)
    except EntryRefused as refusal:
        refused = set(refusal.errors)

    assert refused == wrong


def test_the_form_that_was_begun_from_it_is_the_case_behind_it(desk):
    worry = told(desk)
    intake = worries.begin_case(worry.uid, by=desk)

    assert worries.begin_case(worry.uid, by=desk) == intake
    assert stage(worry) == "BEGUN"
    case = builders.case(by=desk, uid=intake, route="WATCHER")
    assert stage(worry) == "CASE"
    assert list(Worry.objects.of_case(case.uid)) == [worry]
    with pytest.raises(worries.WorryDecided):
        worries.close(worry.uid, reason="DOUBLE", by=desk)
    summed = worries.summary(desk.centre_ids, calendar.today(), calendar.today() + timedelta(days=1))
    assert [(one.kind, one.received, one.cases) for one in summed] == [("COMMISSIONER", 1, 1)]


@pytest.mark.parametrize(
    ("decide", "state"),
    [
        (lambda worry, case, by: worries.join(worry.uid, case.uid, by=by), "JOINED"),
        (lambda worry, case, by: worries.pass_on(worry.uid, to="市の福祉課", by=by), "PASSED"),
        (lambda worry, case, by: worries.wait(worry.uid, until=calendar.today(), by=by), "WAITING"),
        (lambda worry, case, by: worries.close(worry.uid, reason="NO_TROUBLE", by=by), "CLOSED"),
    ],
    ids=["join", "pass", "wait", "close"],
)
def test_a_decision_counts_where_the_log_vouches_for_it(desk, decide, state):
    worry, by_hand = told(desk), told(desk)
    decide(worry, builders.case(by=desk), desk)
    worry.refresh_from_db()
    copied = {
        name: getattr(worry, name)
        for name in ("state", "passed_to", "follow_up_on", "close_reason", "decided_at")
    }
    Worry.objects.filter(pk=by_hand.pk).update(**copied, case_uid=worry.case_uid, decided_by=desk)

    rows = list(Worry.objects.with_case())

    assert worry.state == state
    assert worries.genuine(rows) == {worry.pk}
    assert Worry.objects.waiting().filter(pk=worry.pk).exists() == (state == "WAITING")


def test_what_was_joined_goes_with_its_case_and_its_line_stays(desk):
    worry, case = told(desk), builders.case(by=desk)
    worries.join(worry.uid, case.uid, by=desk)

    erasure.erase_case(case.uid, reason=Disposal.Ground.REQUEST, by=desk)

    worry.refresh_from_db()
    assert worry.words is None
    assert worry.forgotten_at
    assert not DataKey.objects.filter(owner_kind="worry").exists()
    assert stage(worry) == "JOINED"
    with pytest.raises(worries.WorryForgotten):
        worries.opened(worry.uid, by=desk)


def test_without_a_case_it_is_forgotten_after_a_year(desk, settings):
    settings.WORRY_KEPT_MONTHS = 12
    passed, waits, fresh = told(desk), told(desk), told(desk)
    worries.pass_on(passed.uid, to="福祉課", by=desk)
    worries.pass_on(fresh.uid, to="福祉課", by=desk)
    worries.wait(waits.uid, until=calendar.today(), by=desk)
    Worry.objects.exclude(pk=fresh.pk).update(decided_at=timezone.now() - timedelta(days=366))

    assert worries.is_old()
    while worries.clean_up():
        pass

    assert set(Worry.objects.filter(words__isnull=True)) == {passed}
    assert AuditEntry.objects.filter(action="WORRY_FORGOTTEN", reason=str(passed.uid)).exists()


def test_both_sides_say_how_handing_over_went(desk):
    worry = told(desk)
    worries.rate(worry.uid, member="GOOD", by=desk)
    worries.rate(worry.uid, centre="INCOMPLETE", by=desk)

    worry.refresh_from_db()
    assert (worry.member_verdict, worry.centre_verdict) == ("GOOD", "INCOMPLETE")
    with pytest.raises(EntryRefused):
        worries.rate(worry.uid, member="X", by=desk)


def test_nobody_of_another_centre_finds_it(desk):
    worry = told(desk)
    stranger = builders.account(at=builders.centre("kita"))

    for deed in (
        lambda: worries.opened(worry.uid, by=stranger),
        lambda: worries.begin_case(worry.uid, by=stranger),
        lambda: worries.rate(worry.uid, member="GOOD", by=stranger),
    ):
        with pytest.raises(Worry.DoesNotExist):
            deed()


def test_the_registry_of_members_is_filled_once():
    with pytest.raises(ValueError, match="twice"):
        watchers.register(lambda _centres: [])
