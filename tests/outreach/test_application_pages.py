"""The pages of applications: entered, judged, decided, found, never showing who applied before it is asked."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.applications import deciding, rulebooks
from outreach.applications.models import Application
from outreach.lectures.models import Lecture
from outreach.lectures.plans import LecturePlan
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.services import LecturerEntry, RoomEntry
from outreach.lectures.services import plan_lecture
from tests import applications

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


def typed(**more: Any) -> dict[str, Any]:
    first, second = applications.slot(40), applications.slot(50)
    return {
        "channel": "PHONE", "received_on": "今日", "kind": "LECTURE", "group_name": "北町あおぞら会",
        "purpose_kind": "LEARNING", "theme": "INSPECTION", "audience": "KOREISHA", "expected_people": "25",
        "people_in_city": "YES", "venue": "北公民館", "venue_in_city": "YES", "projector": "UNKNOWN",
        "microphone": "YES", "parking": "NO", "may_publish": "YES",
        "day_1": first.day.isoformat(), "starts_1": "14時", "ends_1": "1530",
        "day_2": second.day.isoformat(), "starts_2": "10:00", "ends_2": "11:00",
        **applications.PERSONS, **more,
    }  # fmt: skip


@pytest.fixture
def row(writer: Account) -> Application:
    return applications.received(by=writer)


def test_an_application_is_entered_decided_and_told(writer: Account, signed_in: SignIn) -> None:
    client = signed_in(writer)
    client.post(reverse("application-new"), typed())
    row = Application.objects.get()

    before = client.get(reverse("application", args=[row.uid])).content.decode()
    answer = client.post(reverse("application-decide", args=[row.uid]), {"choice": "2"}, follow=True)

    assert "秘密" not in before
    assert "chip--error" not in before
    lecture = Lecture.objects.get()
    assert (lecture.held_on, f"{lecture.starts_at:%H:%M}") == (applications.slot(50).day, "10:00")
    assert "決定通知書を出す" in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"group_name": ""}, "group_name"),
        ({"starts_1": ""}, "starts_1"),
        ({"day_2": "2月30日"}, "day_2"),
        ({"ends_1": "13:00"}, "ends_1"),
        ({"phone": "なし"}, "phone"),
        ({"audience": "STUDENTS"}, "audience"),
    ],
)
def test_a_refused_form_names_its_field(
    writer: Account, signed_in: SignIn, fault: dict[str, str], field: str
) -> None:
    answer = signed_in(writer).post(reverse("application-new"), typed(**fault))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Application.objects.exists()


@pytest.mark.parametrize(("reason", "is_decided"), [("", False), ("会場の都合による", True)])
def test_another_time_may_be_typed_and_what_breaks_a_rule_wants_a_reason(
    writer: Account, row: Application, signed_in: SignIn, reason: str, is_decided: bool
) -> None:
    day = applications.workday(45).isoformat()
    given = {"choice": "0", "day": day, "starts": "18:00", "ends": "19:00", "reason": reason}

    answer = signed_in(writer).post(reverse("application-decide", args=[row.uid]), given)

    assert answer.status_code == (302 if is_decided else 422)
    assert Lecture.objects.exists() is is_decided
    if not is_decided:
        assert "時間帯" in str(answer.context["decide_form"].errors["reason"])


def test_who_applied_is_shown_on_the_answer_to_a_post_alone(
    writer: Account, row: Application, signed_in: SignIn
) -> None:
    client = signed_in(writer)
    found = client.post(reverse("application-find"), {"words": "090-8765-4321"}).content.decode()
    shown = client.post(reverse("application-applicant", args=[row.uid])).content.decode()
    plain = client.get(reverse("application", args=[row.uid])).content.decode()
    listed = client.get(reverse("applications")).content.decode()

    assert "北町あおぞら会" in found
    assert "秘密 代表" in shown
    assert all("秘密" not in page for page in (found, plain, listed))
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED").count() == 1


def test_the_form_of_a_correction_does_not_hold_the_persons(
    writer: Account, row: Application, signed_in: SignIn
) -> None:
    client, url = signed_in(writer), reverse("application-change", args=[row.uid])

    page = client.get(url).content.decode()
    client.post(url, typed(**dict.fromkeys(applications.PERSONS, ""), venue="南公民館"))

    assert "秘密" not in page
    row.refresh_from_db()
    assert (row.venue, row.contact is not None) == ("南公民館", True)


def test_the_same_group_on_the_same_theme_within_a_year_is_warned_of(
    writer: Account, row: Application, signed_in: SignIn
) -> None:
    deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)
    again = applications.received(by=writer)
    other = applications.received(by=writer, theme="FAKE_POLICE")
    client = signed_in(writer)

    warned = [
        client.get(reverse("application", args=[one.uid])).context["same_theme"] for one in (again, other)
    ]

    assert [bool(one) for one in warned] == [True, False]


def test_a_clash_stands_beside_its_candidate(writer: Account, row: Application, signed_in: SignIn) -> None:
    deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)
    again = applications.received(by=writer, group_name="南町の会")

    candidates = signed_in(writer).get(reverse("application", args=[again.uid])).context["candidates"]

    assert [one.is_free for one in candidates] == [False, True]


@pytest.fixture
def who(writer: Account) -> dict[str, Any]:
    """Two lecturers and a room; the first lecturer and the room are taken at the time of the first candidate."""
    made: dict[str, Any] = {
        label: roster.add_lecturer(
            LecturerEntry(label=label, kind="COUNSELLOR"), centre=writer.centre, by=writer
        )
        for label in ("相談員A", "相談員B")
    }
    made["room"] = roster.save_room(RoomEntry(name="研修室"), centre=writer.centre, by=writer)
    day = applications.slot(40)
    plan = LecturePlan(
        title="先約", held_on=day.day, starts_at=day.starts_at, ends_at=day.ends_at, venue="", audience="IPPAN",
        lecturers=(made["相談員A"].uid,), room=made["room"].uid,
    )  # fmt: skip
    plan_lecture(plan, centre=writer.centre, by=writer)
    return made


def test_candidates_stand_beside_who_and_what_is_free(
    writer: Account, row: Application, who: dict[str, Any], signed_in: SignIn
) -> None:
    compared = signed_in(writer).get(reverse("application", args=[row.uid])).context["compared"]

    free = {str(one.of): [not against for against in one.against] for rows in compared.groups for one in rows}
    assert free == {"相談員A": [False, True], "相談員B": [True, True], "研修室": [False, True]}


def test_lecturers_and_room_are_chosen_at_the_decision(
    writer: Account, row: Application, who: dict[str, Any], signed_in: SignIn
) -> None:
    given = {
        "choice": "2", "lecturers": [who["相談員A"].uid, who["相談員B"].uid], "room": who["room"].uid,
        "travel_before": "20",
    }  # fmt: skip

    signed_in(writer).post(reverse("application-decide", args=[row.uid]), given)

    lecture = Lecture.objects.get(application=row.uid)
    assert set(lecture.lecturers.all()) == {who["相談員A"], who["相談員B"]}
    assert (lecture.room, lecture.venue, lecture.travel_before) == (who["room"], "研修室", 20)


@pytest.mark.parametrize(("reason", "status"), [("", 422), ("前半だけ話す", 302)])
def test_a_clash_at_the_decision_wants_a_reason_and_keeps_what_was_chosen(
    writer: Account, row: Application, who: dict[str, Any], signed_in: SignIn, reason: str, status: int
) -> None:
    given = {
        "choice": "1", "lecturers": [who["相談員A"].uid], "room": who["room"].uid, "reason": reason
    }  # fmt: skip

    answer = signed_in(writer).post(reverse("application-decide", args=[row.uid]), given)

    assert answer.status_code == status
    if status == 302:
        assert Lecture.objects.get(application=row.uid).go_on == reason
        return
    form = answer.context["decide_form"]
    assert "相談員Aは「先約」" in form.errors["reason"][0]
    assert "部屋は「先約」" in form.errors["reason"][0]
    assert form["lecturers"].value() == [str(who["相談員A"].uid)]
    assert not Lecture.objects.filter(application=row.uid).exists()


def test_another_time_is_compared_as_well_once_it_is_typed(
    writer: Account, row: Application, who: dict[str, Any], signed_in: SignIn
) -> None:
    day = applications.slot(40)
    given = {
        "choice": "0", "day": day.day.isoformat(), "starts": "14:30", "ends": "15:30", "room": who["room"].uid
    }  # fmt: skip

    answer = signed_in(writer).post(reverse("application-decide", args=[row.uid]), given)

    rooms = answer.context["compared"].groups[1]
    assert [bool(against) for against in rooms[0].against] == [True, False, True]


def test_rows_of_another_centre_are_not_chosen_at_the_decision(
    writer: Account, row: Application, stranger: Account, signed_in: SignIn
) -> None:
    theirs = roster.add_lecturer(
        LecturerEntry(label="よその講師", kind="OUTSIDE"), centre=stranger.centre, by=stranger
    )
    given = {"choice": "1", "lecturers": [theirs.uid]}

    answer = signed_in(writer).post(reverse("application-decide", args=[row.uid]), given)

    assert list(answer.context["decide_form"].errors) == ["lecturers"]
    assert not Lecture.objects.exists()


def test_a_page_of_another_centre_is_not_found_whatever_is_sent(
    row: Application, stranger: Account, signed_in: SignIn
) -> None:
    client = signed_in(stranger)
    acts = (
        "ask",
        "arrange",
        "allow",
        "decide",
        "refuse",
        "withdraw",
        "assign",
        "erase",
        "change",
        "applicant",
    )
    for name in acts:
        assert client.post(reverse(f"application-{name}", args=[row.uid]), {"x": "y"}).status_code == 404, (
            name
        )
    assert client.get(reverse("application", args=[row.uid])).status_code == 404
    assert client.get(reverse("application", args=[uuid.uuid4()])).status_code == 404


def test_the_address_of_a_proposal_begins_the_form(writer: Account, signed_in: SignIn) -> None:
    url = reverse("application-new") + "?theme=INSPECTION&audience=KOREISHA&area=&kind=CLASS&proposal=x"

    form = signed_in(writer).get(url).context["form"]

    assert (form["theme"].value(), form["audience"].value(), form["kind"].value()) == (
        "INSPECTION", "KOREISHA", "CLASS",
    )  # fmt: skip


def test_the_rules_are_the_managers(writer: Account, manager: Account, signed_in: SignIn) -> None:
    url = reverse("application-rules")
    given = {
        "least_people": "5", "least_candidates": "1", "lead_days": "14", "weekdays": ["0", "5"], "opens": "8:30",
        "closes": "20時", "shortest": "20", "longest": "180", "refused": ["PROFIT"], "school_exempt": [],
        "keep_years": "2", "symbol": "港消", "venue_in_city": "on",
    }  # fmt: skip

    assert signed_in(writer).get(url).status_code == 403
    assert signed_in(manager).post(url, given | {"longest": "10"}).status_code == 422
    assert signed_in(manager).post(url, given).status_code == 302
    book = rulebooks.of(manager.centre)
    assert (book.weekdays, book.members_in_city, f"{book.closes:%H:%M}") == ((0, 5), False, "20:00")
