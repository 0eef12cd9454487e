"""A call that came of a lecture: said at the desk in one field, counted at the lecture without pointing at a case."""

import uuid
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.figures.came_of import came_of
from cases.figures.models import CaseFact
from cases.law import calendar
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.services import followup
from cases.services.entry import EntryRefused
from cases.services.retention import erasure
from consult.desk.card.form import IntakeForm
from consult.shell.accounts import Account
from outreach.lectures import services
from outreach.lectures.models import Lecture
from outreach.lectures.plans import LecturePlan
from tests import builders

pytestmark = pytest.mark.django_db


def held(*, by: Account, days: int = -10, **more: Any) -> Lecture:
    plan: dict[str, Any] = {
        "title": "点検商法を断る練習", "held_on": calendar.today() + timedelta(days=days), "starts_at": time(10),
        "ends_at": time(11), "venue": "北公民館", "audience": "KOREISHA", "lecturer": "秘密 講師", "go_on": "練習",
        **more,
    }  # fmt: skip
    return services.plan_lecture(LecturePlan(**plan), centre=by.centre, by=by).lecture


@pytest.fixture
def outreach(desk: Account) -> Account:
    return builders.account("OUTREACH", at=desk.centre)


@pytest.fixture
def desk(db: None) -> Account:
    return builders.account()


@pytest.fixture
def client(desk: Account) -> Client:
    client = Client()
    client.force_login(desk)
    return client


def choices(desk: Account, **more: Any) -> list[str]:
    form = IntakeForm(centre=desk.centre, closes=True, **more)
    return (
        [label for value, label in form.fields["lecture"].choices if value]
        if "lecture" in form.fields
        else []
    )


def test_the_desk_chooses_among_the_lectures_of_a_year_and_sees_no_person(
    desk: Account, outreach: Account
) -> None:
    assert choices(desk) == []
    other = builders.account("OUTREACH", at=builders.centre("kita"))
    held(by=other, title="よそのセンター")
    held(by=outreach, days=-400, title="古い講座")
    held(by=outreach, days=9, title="これからの講座")
    services.cancel(held(by=outreach, title="中止の講座").uid, by=outreach)
    held(by=outreach, days=-30, title="前の講座", venue="", mode="ONLINE")
    held(by=outreach)

    day, before = (calendar.month_and_day(calendar.today() - timedelta(days=days)) for days in (10, 30))
    assert choices(desk) == [f"1 {day} 点検商法を断る練習(北公民館)", f"2 {before} 前の講座"]


def test_a_call_that_names_a_lecture_is_saved_with_the_route(
    client: Client, desk: Account, outreach: Account
) -> None:
    lecture, uid = held(by=outreach), uuid.uuid4()
    page = client.get(reverse("intake", args=[uid])).content.decode()

    saved = client.post(
        reverse("intake", args=[uid]),
        {
            "received_at": "今日", "channel": "PHONE", "kind": "COMPLAINT", "narrative": "講座で聞いた手口と同じだ",
            "scam_main": "INSPECTION", "lecture": str(lecture.uid),
        },
    )  # fmt: skip

    assert 'name="lecture"' in page
    assert saved.status_code == 302
    case = Case.objects.get(uid=uid)
    assert (case.lecture, case.route) == (lecture.uid, "LECTURE")
    assert CaseFact.objects.get(case_uid=uid).route == "LECTURE"
    shown = client.get(reverse("case", args=[uid])).content.decode()
    assert "点検商法を断る練習(北公民館)" in shown


def test_another_route_stays(desk: Account, outreach: Account) -> None:
    case = builders.case(by=desk, lecture=held(by=outreach).uid, route="HOTLINE")

    assert case.route == "HOTLINE"


@pytest.mark.parametrize("is_known", [False, True])
def test_a_lecture_of_another_centre_or_none_is_refused(desk: Account, is_known: bool) -> None:
    other = builders.account("OUTREACH", at=builders.centre("kita"))
    uid = held(by=other).uid if is_known else uuid.uuid4()

    with pytest.raises(EntryRefused) as refusal:
        builders.case(by=desk, lecture=uid)

    assert list(refusal.value.errors) == ["lecture"]


def test_a_change_of_the_lecture_is_a_change_of_the_case(desk: Account, outreach: Account) -> None:
    entry = builders.entry(uid=uuid.uuid4())
    case = builders.case(by=desk, uid=entry.uid, received_at=entry.received_at)
    before = audit.digest_of(Case.objects.get(pk=case.pk))
    lecture = held(by=outreach)

    followup.correct_case(replace(entry, lecture=lecture.uid), revision=case.revision, by=desk)

    now = Case.objects.get(pk=case.pk)
    log = AuditEntry.objects.filter(action="CASE_CORRECTED").latest("pk")
    assert now.lecture == lecture.uid
    assert bytes(log.digest) == audit.digest_of(now) != before
    assert [(fact.sign, fact.route) for fact in CaseFact.objects.filter(case_uid=case.uid).order_by("seq")] == [
        (1, ""), (-1, ""), (1, "LECTURE"),
    ]  # fmt: skip


def test_an_old_lecture_that_the_case_names_is_still_offered_when_it_is_corrected(
    client: Client, desk: Account, outreach: Account
) -> None:
    lecture = held(by=outreach, days=-400, title="古い講座")
    case = builders.case(by=desk, lecture=lecture.uid)

    assert any("古い講座" in label for label in choices(desk, initial={"lecture": str(case.lecture)}))


@pytest.mark.parametrize(
    ("count", "roles", "shown"),
    [(0, (), None), (2, (), None), (3, (), 3), (2, ("MANAGER",), 2), (0, ("MANAGER",), 0)],
)
def test_few_calls_of_a_lecture_are_not_told_to_outreach(
    desk: Account, outreach: Account, count: int, roles: tuple[str, ...], shown: int | None
) -> None:
    lecture = held(by=outreach)
    services.record_result(lecture.uid, sessions=1, people=20, kind="LECTURE", by=outreach)
    for _n in range(count):
        builders.case(by=desk, lecture=lecture.uid)
    outreach.role_codes = ["OUTREACH", *roles]
    outreach.save()
    client = Client()
    client.force_login(outreach)

    page = client.get(reverse("lecture", args=[lecture.uid]))

    assert page.context["came"].cases == shown
    assert ("3件未満" in page.content.decode()) is (shown is None)


def test_an_erased_case_is_counted_no_more(desk: Account, outreach: Account) -> None:
    lecture = held(by=outreach)
    case = builders.case(by=desk, lecture=lecture.uid)
    assert came_of(lecture.uid, desk.centre, is_exact=True).cases == 1

    manager = builders.account("MANAGER", at=desk.centre)
    erasure.erase_case(case.uid, reason="本人の求め", by=manager)

    assert came_of(lecture.uid, desk.centre, is_exact=True).cases == 0
