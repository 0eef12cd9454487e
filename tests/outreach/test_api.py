"""`/api/v1/` of outreach: the same services, typed answers, nothing sealed in them."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consult.shell.accounts import Account
from outreach.applications import deciding
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.services import LecturerEntry
from tests import applications, builders

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
JSON = "application/json"
BODY = {
    "title": "講座", "held_on": "2026-12-12", "starts_at": "14:00", "ends_at": "15:00", "venue": "北公民館",
    "audience": "KOREISHA", "lecturer": "秘密 講師",
}  # fmt: skip


def test_a_lecture_is_planned_and_read_without_its_lecturer(writer: Account, signed_in: SignIn) -> None:
    client = signed_in(writer)

    made = client.post(reverse("api-lectures"), BODY, JSON)

    assert made.status_code == 201
    body = made.json()
    assert body["warnings"] == ["開催日は土曜日です。"]
    assert (body["has_lecturer"], body["state"]) == (True, "PLANNED")
    read = client.get(reverse("api-lecture", args=[body["uid"]]))
    listed = client.get(reverse("api-lectures"))
    assert read.json() == body
    assert [row["uid"] for row in listed.json()["results"]] == [body["uid"]]
    assert "秘密" not in (made.content + read.content + listed.content).decode()


@pytest.mark.parametrize(
    ("more", "status", "pointer"),
    [
        ({}, 201, None),
        ({"held_on": "いつか"}, 400, "/held_on"),
        ({"ends_at": "13:00"}, 422, "/ends_at"),
        ({"theme": "NO_SUCH"}, 422, "/theme"),
    ],
)
def test_planning_by_api(
    writer: Account, signed_in: SignIn, more: dict[str, str], status: int, pointer: str | None
) -> None:
    answer = signed_in(writer).post(reverse("api-lectures"), {**BODY, **more}, JSON)

    assert answer.status_code == status
    if pointer:
        assert answer["Content-Type"].startswith("application/problem+json")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert Lecture.objects.count() == (1 if status == 201 else 0)


def test_lecturers_of_the_roster_are_given_by_uid(writer: Account, signed_in: SignIn) -> None:
    both = [
        roster.add_lecturer(LecturerEntry(label=label, kind="OFFICER"), centre=writer.centre, by=writer)
        for label in ("相談員A", "相談員B")
    ]
    client, uids = signed_in(writer), [str(one.uid) for one in both]

    made = client.post(reverse("api-lectures"), {**BODY, "lecturers": uids}, JSON)
    refused = client.post(reverse("api-lectures"), {**BODY, "lecturers": [str(uuid.uuid4())]}, JSON)

    assert made.json()["lecturers"] == uids
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/lecturers"]


def test_applications_are_read_without_who_applied(
    writer: Account, signed_in: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    row, client = applications.received(by=writer), signed_in(writer)
    held = applications.received(by=writer, group_name="南町の会")
    lecture = deciding.decide(held.uid, deciding.times_of(held)[0], by=writer)

    read = client.get(reverse("api-application", args=[row.uid]))
    with django_assert_num_queries(5):  # session, account, applications, their candidates, their letters
        listed = client.get(reverse("api-applications"))
    decided = client.get(reverse("api-applications"), {"state": "DECIDED"}).json()["results"]

    body = read.json()
    assert (body["group_name"], body["state"], body["lecture"]) == ("北町あおぞら会", "RECEIVED", None)
    assert (body["waits_for"], body["next_step"]) == ("OFFICE", "内容を確かめる")
    assert [one["day"] for one in body["candidates"]] == [
        applications.slot(days).day.isoformat() for days in (40, 50)
    ]
    assert len(listed.json()["results"]) == 2
    assert [(one["uid"], one["lecture"]) for one in decided] == [(str(held.uid), str(lecture.uid))]
    told = (read.content + listed.content).decode()
    assert not [value for value in applications.PERSONS.values() if value in told]


def test_bulletins_are_listed_by_state_and_read_with_their_words(
    a_bulletin: Callable[..., Bulletin],
    writer: Account,
    signed_in: SignIn,
    stated: Callable[..., None],
    today: date,
) -> None:
    stated(2)
    draft, issued = a_bulletin("DRAFT"), a_bulletin("ISSUED", period="FOUR_WEEKS")
    client = signed_in(writer)

    listed = client.get(reverse("api-bulletins"), {"state": "ISSUED"}).json()["results"]
    read = client.get(reverse("api-bulletin", args=[issued.uid])).json()

    assert [row["uid"] for row in listed] == [str(issued.uid)]
    assert len(client.get(reverse("api-bulletins")).json()["results"]) == 2
    assert (read["state"], read["number"], read["advice"]) == ("ISSUED", 1, issued.advice)
    assert read["released"] == ""  # two are too few
    assert client.get(reverse("api-bulletin", args=[draft.uid])).json()["state"] == "DRAFT"


def test_rising_topics_by_api(
    writer: Account, signed_in: SignIn, stated: Callable[..., None], today: date
) -> None:
    stated(9, on=date(2026, 11, 10))
    stated(1, on=date(2026, 6, 1))

    topics = signed_in(writer).get(reverse("api-topics")).json()

    assert [topic["scam"] for topic in topics] == ["INSPECTION"]
    assert len(topics[0]["series"]) == 24
    assert topics[0]["reasons"][0]["sentence"].startswith("直近4週で9件")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("OUTREACH", {"api-topics", "api-lectures", "api-applications", "api-bulletins"}),
        ("MANAGER", {"api-topics", "api-bulletins"}),
        ("COUNSELLOR", set()),
        ("", set()),
    ],
)
def test_who_may_call(db: None, signed_in: SignIn, role: str, allowed: set[str]) -> None:
    client = signed_in(builders.account(role)) if role else Client()

    for name in ("api-topics", "api-lectures", "api-applications", "api-bulletins"):
        status = client.get(reverse(name)).status_code
        assert status == (200 if name in allowed else 403 if role else 401)


def test_rows_of_other_centres_are_not_found(
    a_lecture: Callable[..., Lecture],
    a_bulletin: Callable[..., Bulletin],
    writer: Account,
    stranger: Account,
    signed_in: SignIn,
) -> None:
    client = signed_in(stranger)
    application = applications.received(by=writer)
    lecture, bulletin = a_lecture(), a_bulletin()

    assert client.get(reverse("api-lecture", args=[lecture.uid])).status_code == 404
    assert client.get(reverse("api-bulletin", args=[bulletin.uid])).status_code == 404
    assert client.get(reverse("api-application", args=[application.uid])).status_code == 404
    assert client.get(reverse("api-applications")).json()["results"] == []
    assert client.get(reverse("api-lectures")).json()["results"] == []
    assert client.get(reverse("api-bulletins")).json()["results"] == []
