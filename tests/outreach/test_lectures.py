"""講座: planning, warnings, results, the sealed lecturer, the calendar feed."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cases.errors import CasesError
from cases.protection.models import AuditEntry
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.lectures import feed, services
from outreach.lectures.models import CalendarLink, Lecture
from outreach.lectures.services import LecturePlan
from outreach.lectures.warnings import warnings_for
from tests import builders

pytestmark = pytest.mark.django_db
MakeLecture = Callable[..., Lecture]
MakePlan = Callable[..., LecturePlan]
SignIn = Callable[[Account], Client]


def test_a_planned_lecture_is_logged_and_its_lecturer_is_sealed(a_lecture: MakeLecture) -> None:
    lecture = Lecture.objects.get(uid=a_lecture().uid)

    assert str(lecture.lecturer) == "●●●"
    assert "秘密".encode() not in lecture.lecturer.envelope
    assert AuditEntry.objects.filter(action="LECTURE_PLANNED").count() == 1


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, None),
        ({"title": " "}, "title"),
        ({"venue": ""}, "venue"),
        ({"title": "長" * 81}, "title"),
        ({"ends_at": time(14)}, "ends_at"),
        ({"theme": "NO_SUCH"}, "theme"),
        ({"audience": "CATS"}, "audience"),
        ({"age_group": "CATS"}, "age_group"),
        ({"area": "NOWHERE"}, "area"),
        ({"expected_people": -1}, "expected_people"),
    ],
)
def test_planning_a_lecture(
    a_plan: MakePlan, writer: Account, fault: dict[str, Any], field: str | None
) -> None:
    if field is None:
        assert services.plan_lecture(a_plan(), centre=writer.centre, by=writer).masked == []
        return
    with pytest.raises(EntryRefused) as refusal:
        services.plan_lecture(a_plan(**fault), centre=writer.centre, by=writer)
    assert list(refusal.value.errors) == [field]
    assert not Lecture.objects.exists()


def test_personal_data_is_masked_when_a_plan_is_saved(a_plan: MakePlan, writer: Account) -> None:
    plan = a_plan(
        title="山田花子さんの会", note="連絡は090-1234-5678へ", venue="北公民館(東京都港区芝公園4-2-8)"
    )

    saved = services.plan_lecture(plan, centre=writer.centre, by=writer)

    assert saved.lecture.note == "連絡は〔電話〕へ"
    assert "花子" not in saved.lecture.title
    assert "電話" in saved.masked
    assert "芝公園4-2-8" in saved.lecture.venue  # where people are to come


@pytest.mark.parametrize(
    ("state", "verb", "code"),
    [
        ("PLANNED", "confirm", None),
        ("PLANNED", "cancel", None),
        ("CONFIRMED", "cancel", None),
        ("CANCELLED", "confirm", "lecture_not_open"),
        ("CANCELLED", "cancel", "lecture_not_open"),
        ("CANCELLED", "reschedule", "lecture_not_open"),
        ("CONFIRMED", "reschedule", None),
        ("CANCELLED", "record_result", "lecture_not_open"),
        ("CONFIRMED", "record_result", None),
    ],
)
def test_what_a_lecture_may_become(
    a_lecture: MakeLecture, a_plan: MakePlan, writer: Account, state: str, verb: str, code: str | None
) -> None:
    lecture = a_lecture(held_on=date(2026, 11, 4))
    Lecture.objects.filter(pk=lecture.pk).update(state=state)
    more: dict[str, dict[str, Any]] = {
        "reschedule": {"plan": a_plan(venue="南公民館")},
        "record_result": {"sessions": 1, "people": 20, "kind": "LECTURE"},
    }
    act = getattr(services, verb)

    if code is None:
        act(lecture.uid, by=writer, **more.get(verb, {}))
        assert AuditEntry.objects.count() == 2
        return
    with pytest.raises(CasesError) as refusal:
        act(lecture.uid, by=writer, **more.get(verb, {}))
    assert refusal.value.code == code
    assert AuditEntry.objects.count() == 1


def test_a_new_plan_without_a_lecturer_keeps_the_one_that_is_sealed(
    a_lecture: MakeLecture, a_plan: MakePlan, writer: Account
) -> None:
    lecture = a_lecture()
    before = Lecture.objects.get(pk=lecture.pk).lecturer

    services.reschedule(lecture.uid, a_plan(lecturer=None, starts_at=time(13)), by=writer)

    after = Lecture.objects.get(pk=lecture.pk)
    assert before is not None
    assert after.lecturer is not None
    assert (after.starts_at, after.lecturer.envelope) == (time(13), before.envelope)


def test_no_result_before_the_day(a_lecture: MakeLecture, writer: Account, today: date) -> None:
    lecture = a_lecture(held_on=date(2026, 11, 21))

    with pytest.raises(services.LectureNotHeldYet):
        services.record_result(lecture.uid, sessions=1, people=1, kind="LECTURE", by=writer)


@pytest.mark.parametrize("change", [{"state": "DONE"}, {"people": 5}, {"ends_at": time(13)}])
def test_the_database_refuses_half_a_result_and_an_end_before_the_start(
    a_lecture: MakeLecture, change: dict[str, Any]
) -> None:
    lecture = a_lecture()

    with pytest.raises(IntegrityError), transaction.atomic():
        Lecture.objects.filter(pk=lecture.pk).update(**change)


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ({}, "同じ会場・同じ時間帯"),
        ({"venue": "南公民館"}, "同じ時間帯に別の会場"),
        ({"starts_at": time(15), "ends_at": time(16)}, ""),
        ({"held_on": date(2026, 12, 11)}, ""),
    ],
)
def test_two_lectures_at_once(a_lecture: MakeLecture, other: dict[str, Any], warned: str) -> None:
    lecture = a_lecture()
    a_lecture(title="別の講座", **other)

    found = warnings_for(lecture)

    assert [text for text in found if "別の講座" in text] == found
    assert (warned in found[0]) if warned else (found == [])


def test_a_lecture_of_another_centre_or_a_cancelled_one_does_not_clash(
    a_lecture: MakeLecture, stranger: Account, writer: Account
) -> None:
    lecture = a_lecture()
    a_lecture(by=stranger)
    services.cancel(a_lecture().uid, by=writer)

    assert warnings_for(lecture) == []


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({"held_on": date(2026, 11, 23)}, "祝日"),
        ({"held_on": date(2026, 12, 12)}, "土曜日"),
        ({"held_on": date(2026, 12, 29)}, "年末年始"),
        ({"held_on": date(2026, 12, 28)}, ""),
        ({"starts_at": time(8, 59), "ends_at": time(10)}, "9時から17時"),
        ({"starts_at": time(16), "ends_at": time(17)}, ""),
        ({"starts_at": time(16), "ends_at": time(17, 1)}, "9時から17時"),
        ({"starts_at": time(13), "ends_at": time(15, 1)}, "2時間"),
    ],
)
def test_days_and_hours_to_look_at_twice(a_lecture: MakeLecture, given: dict[str, Any], warned: str) -> None:
    found = warnings_for(a_lecture(**given, go_on="町内会の行事に合わせる"))

    assert (len(found) == 1 and warned in found[0]) if warned else (found == [])


# --- Pages ------------------------------------------------------------------------------------------------------
def form_of(**more: Any) -> dict[str, Any]:
    return {
        "title": "講座", "audience": "KOREISHA", "age_group": "ALL", "held_on": "2026-12-10", "starts_at": "14時半",
        "ends_at": "1530", "venue": "北公民館", "lecturer": "秘密 講師", **more,
    }  # fmt: skip


def test_a_lecture_called_off_keeps_its_page_and_takes_no_result(
    a_lecture: MakeLecture, writer: Account, signed_in: SignIn
) -> None:
    lecture, client = a_lecture(), signed_in(writer)

    gone = client.post(reverse("lecture-cancel", args=[lecture.uid]), follow=True)
    late = client.post(reverse("lecture-result", args=[lecture.uid]), {"kind": "LECTURE", "sessions": ""})

    assert (gone.status_code, late.status_code) == (200, 422)
    assert gone.context["lecture"].state == "CANCELLED"


def test_a_lecture_is_planned_through_the_page(writer: Account, signed_in: SignIn) -> None:
    answer = signed_in(writer).post(reverse("lecture-new"), form_of(note="090-1234-5678"), follow=True)

    lecture = Lecture.objects.get()
    assert (lecture.starts_at, lecture.ends_at) == (time(14, 30), time(15, 30))
    page = answer.content.decode()
    assert "講座を登録しました" in page
    assert "伏せて保存しました: 電話" in page
    assert "秘密 講師" not in page


@pytest.mark.parametrize("fault", [{"starts_at": "25:00"}, {"held_on": "いつか"}, {"ends_at": "14:00"}])
def test_a_faulty_plan_comes_back_with_what_was_typed(
    writer: Account, signed_in: SignIn, fault: dict[str, str]
) -> None:
    answer = signed_in(writer).post(reverse("lecture-new"), form_of(title="私の講座", **fault))

    assert answer.status_code == 422
    assert "私の講座" in answer.content.decode()
    assert not Lecture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_lecturer_is_shown_on_request_and_the_log_knows(
    a_lecture: MakeLecture, writer: Account, signed_in: SignIn
) -> None:
    lecture = a_lecture()
    client = signed_in(writer)

    hidden = client.get(reverse("lecture", args=[lecture.uid])).content.decode()
    shown = client.post(reverse("lecture-lecturer", args=[lecture.uid]), {"purpose": "INSPECTION"})

    assert "秘密 講師" not in hidden
    assert "秘密 講師" in shown.content.decode()
    entry = AuditEntry.objects.get(action="CONTACT_REVEALED")
    assert (entry.fields, entry.purpose, entry.actor_uid) == (["lecturer"], "INSPECTION", writer.uid)


PAGES = ["lecture", "lecture-change"]
ACTIONS = ["lecture-change", "lecture-confirm", "lecture-cancel", "lecture-result", "lecture-lecturer"]


@pytest.mark.parametrize("who", ["writer", "stranger", "manager"])
@pytest.mark.parametrize(("method", "name"), [("get", n) for n in PAGES] + [("post", n) for n in ACTIONS])
def test_lectures_of_another_centre_are_not_found_and_other_roles_are_refused(
    request: Any, a_lecture: MakeLecture, signed_in: SignIn, who: str, method: str, name: str
) -> None:
    lecture = a_lecture(held_on=date(2026, 11, 4))
    account = request.getfixturevalue(who)

    answer = getattr(signed_in(account), method)(reverse(name, args=[lecture.uid]))

    expected = {"writer": {200, 302, 422}, "stranger": {404}, "manager": {403}}
    if who == "writer" and name == "lecture-lecturer":
        assert answer.status_code == 422  # no purpose given
    assert answer.status_code in expected[who]


@pytest.mark.usefixtures("today")  # the list shows what is still to come
def test_a_stranger_sees_neither_list_nor_month_of_others(
    a_lecture: MakeLecture, writer: Account, stranger: Account, signed_in: SignIn
) -> None:
    a_lecture(title="うちの講座")
    addresses = [reverse("lectures"), reverse("lecture-month", args=[2026, 12])]

    own = [signed_in(writer).get(address).content.decode() for address in addresses]
    others = [signed_in(stranger).get(address).content.decode() for address in addresses]

    assert [("うちの講座" in page) for page in own + others] == [True, True, False, False]


@pytest.mark.parametrize(
    ("year", "month", "status"),
    [(2026, 12, 200), (2026, 2, 200), (2026, 13, 404), (1, 1, 404), (10**20, 1, 404)],
)
def test_a_month_has_whole_weeks_from_sunday_to_saturday(
    writer: Account, signed_in: SignIn, year: int, month: int, status: int
) -> None:
    answer = signed_in(writer).get(reverse("lecture-month", args=[year, month]))

    assert answer.status_code == status
    if status == 200:
        weeks = answer.context["weeks"]
        assert {len(week) for week in weeks} == {7}
        assert {week[0].day.weekday() for week in weeks} == {6}
        days = [cell.day for week in weeks for cell in week if not cell.is_other]
        assert (days[0].day, len(days)) == (1, 31 if month == 12 else 28)


def test_lists_ask_the_same_number_of_questions_however_long(
    a_lecture: MakeLecture, writer: Account, signed_in: SignIn, django_assert_num_queries: Any, today: date
) -> None:
    client = signed_in(writer)
    for count in (1, 7):
        for n in range(count):
            a_lecture(title=f"講座{n}")
        with django_assert_num_queries(6):  # session, account, centre, count, page, link
            client.get(reverse("lectures"))
        with django_assert_num_queries(5):  # session, account, centre, lectures, who speaks
            client.get(reverse("lecture-month", args=[2026, 12]))


# --- Calendar feed ----------------------------------------------------------------------------------------------
def test_the_feed_is_a_calendar_in_japanese_time_without_a_person(
    a_lecture: MakeLecture, writer: Account, client: Client
) -> None:
    lecture = a_lecture(title='講座; その1, "引用"\\')
    services.cancel(a_lecture(title="中止の講座").uid, by=writer)
    token = feed.give_link(by=writer)

    answer = client.get(reverse("lecture-feed", args=[token]))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "秘密".encode() not in answer.content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar = Calendar.from_ical(answer.content)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(events) == 2
    event = events[f"lecture-{lecture.uid}@madoguchi"]
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert event["dtstart"].dt.isoformat() == "2026-12-10T14:00:00+09:00"
    assert str(event["summary"]) == lecture.title
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert {str(event["status"]) for event in events.values()} == {"TENTATIVE", "CANCELLED"}


def test_the_feed_holds_the_own_centre_alone(
    a_lecture: MakeLecture, writer: Account, stranger: Account, client: Client
) -> None:
    a_lecture(by=stranger, title="よその講座")

    answer = client.get(reverse("lecture-feed", args=[feed.give_link(by=writer)]))

    assert not Calendar.from_ical(answer.content).walk("VEVENT")


@pytest.mark.parametrize("ended", ["", "revoked", "replaced", "no role", "left", "guessed"])
def test_a_calendar_address_ends(writer: Account, client: Client, ended: str) -> None:
    token = feed.give_link(by=writer)
    if ended == "revoked":
        feed.take_back_link(by=writer)
    elif ended == "replaced":
        feed.give_link(by=writer)
    elif ended in ("no role", "left"):
        Account.objects.filter(pk=writer.pk).update(
            **({"is_active": False} if ended == "left" else {"role_codes": ["COUNSELLOR"]})
        )
    elif ended == "guessed":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert client.get(reverse("lecture-feed", args=[token])).status_code == (404 if ended else 200)


def test_the_token_is_not_stored_and_is_shown_once(writer: Account, signed_in: SignIn) -> None:
    client = signed_in(writer)

    page = client.post(reverse("calendar-link"))

    token = page.context["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert token.encode() not in bytes(CalendarLink.objects.get().token_digest)
    assert token not in client.get(reverse("lectures")).content.decode()


def test_accounts_of_one_centre_have_addresses_of_their_own(writer: Account, client: Client) -> None:
    colleague = builders.account("OUTREACH", at=writer.centre)
    mine = feed.give_link(by=writer)
    feed.give_link(by=colleague)
    feed.take_back_link(by=colleague)

    assert client.get(reverse("lecture-feed", args=[mine])).status_code == 200
