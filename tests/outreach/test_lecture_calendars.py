"""The school calendar, the week, and what calendar programs are given of several days and of changes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cases.errors import CasesError
from cases.files import FileNotUnderstood
from cases.protection.models import AuditEntry, DataKey
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.lectures import feed, services
from outreach.lectures.clashes import clashes
from outreach.lectures.models import Lecture
from outreach.lectures.school import services as school
from outreach.lectures.school.models import SchoolDays
from outreach.lectures.school.services import DaysEntry

pytestmark = pytest.mark.django_db
MakeLecture = Callable[..., Lecture]
SignIn = Callable[[Account], Client]
TABLE = """学校,区分,初日,最終日,行事名
,休業,2026/12/25,2027/1/7,冬季休業
北中学校,期末考査,令和8年12月8日,R8.12.10,
南小学校,,12/10,,運動会
南小学校,行事,いつか,,文化祭
南小学校,行事,2026/12/10,2026/12/1,逆
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-8-sig"])
def test_a_table_of_a_school_is_taken_and_bad_lines_are_told(writer: Account, encoding: str) -> None:
    taken = school.take_file("学校.csv", TABLE.encode(encoding), centre=writer.centre, by=writer)
    again = school.take_file("学校.csv", TABLE.encode(encoding), centre=writer.centre, by=writer)

    assert (taken.added, taken.same, [fault.line for fault in taken.faults]) == (3, 0, [5, 6])
    assert (again.added, again.same) == (0, 3)
    rows = SchoolDays.objects.values_list("school", "kind", "first", "last", "label")
    assert set(rows) == {
        ("", "HOLIDAY", date(2026, 12, 25), date(2027, 1, 7), "冬季休業"),
        ("北中学校", "EXAM", date(2026, 12, 8), date(2026, 12, 10), ""),
        ("南小学校", "EVENT", date(2026, 12, 10), date(2026, 12, 10), "運動会"),
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", "名前,電話\n山田,1\n".encode()), ("a.xls", b"x"), ("a.csv", b"\x00\x01"), ("a.csv", b"")],
)
def test_a_file_that_is_no_such_table_is_refused_on_its_page(
    name: str, data: bytes, writer: Account, signed_in: SignIn
) -> None:
    if data:
        with pytest.raises(FileNotUnderstood):
            school.take_file(name, data, centre=writer.centre, by=writer)

    answer = signed_in(writer).post(reverse("lecture-school-file"), {"file": SimpleUploadedFile(name, data)})

    assert answer.status_code == 422
    assert not SchoolDays.objects.exists()


@pytest.mark.parametrize(
    ("audience", "venue", "expected"),
    [
        ("SEITO", "北中学校 体育館", ["school_exam"]),
        ("SEITO", "北 中学校", ["school_exam"]),
        ("SEITO", "西中学校", []),
        ("JIDO", "南小学校", ["school_event"]),
        ("KOREISHA", "北中学校 体育館", []),
    ],
)
def test_the_school_year_stands_against_a_class_alone(
    audience: str, venue: str, expected: list[str], a_plan: Any, writer: Account
) -> None:
    school.take_file("学校.csv", TABLE.encode(), centre=writer.centre, by=writer)
    plan = a_plan(audience=audience, venue=venue)

    assert [clash.code for clash in clashes(plan, centre=writer.centre)] == expected
    if expected != ["school_exam"]:
        services.plan_lecture(plan, centre=writer.centre, by=writer)
        return
    with pytest.raises(EntryRefused) as refusal:
        services.plan_lecture(plan, centre=writer.centre, by=writer)
    assert list(refusal.value.errors) == ["go_on"]


@pytest.mark.parametrize("who", ["writer", "stranger", "manager"])
def test_days_are_typed_shown_and_removed_by_their_own_centre(
    request: Any, who: str, writer: Account, signed_in: SignIn, today: date
) -> None:
    mine = signed_in(writer)
    mine.post(reverse("lecture-schools"), {"kind": "EXAM", "first": "12/10", "label": "秋の考査"})
    row = SchoolDays.objects.get()
    assert "秋の考査" in mine.get(reverse("lecture-schools")).content.decode()

    answer = signed_in(request.getfixturevalue(who)).post(reverse("lecture-school-remove", args=[row.uid]))

    assert answer.status_code == {"writer": 302, "stranger": 404, "manager": 403}[who]
    assert SchoolDays.objects.exists() == (who != "writer")
    others = signed_in(request.getfixturevalue("stranger")).get(reverse("lecture-schools"))
    assert "秋の考査" not in others.content.decode()


def test_typed_days_in_the_wrong_order_are_refused(writer: Account) -> None:
    entry = DaysEntry(kind="EXAM", first=date(2026, 12, 10), last=date(2026, 12, 9))
    with pytest.raises(EntryRefused):
        school.add(entry, centre=writer.centre, by=writer)


def test_a_lecture_of_several_days_stands_on_each_day_of_week_and_month(
    a_lecture: MakeLecture, writer: Account, signed_in: SignIn, django_assert_num_queries: Any, today: date
) -> None:
    a_lecture(kind="PANEL", title="パネル展", held_on=date(2026, 11, 27), last_on=date(2026, 12, 2))
    client = signed_in(writer)

    for _time in range(2):
        with django_assert_num_queries(5):  # session, account, centre, lectures, who speaks
            week = client.get(reverse("lecture-week", args=[2026, 12, 1]))
        a_lecture(title="もう一つ", held_on=date(2026, 12, 3))
    month = client.get(reverse("lecture-month", args=[2026, 12]))

    assert [day.day.day for day in week.context["days"] if day.lectures] == [29, 30, 1, 2, 3]
    shown = [cell.day.day for cells in month.context["weeks"] for cell in cells if cell.lectures]
    assert shown == [29, 30, 1, 2, 3]
    assert client.get(reverse("lecture-week", args=[2026, 13, 1])).status_code == 404


def test_the_feed_counts_versions_and_gives_several_days_as_whole_days(
    a_lecture: MakeLecture, a_plan: Any, writer: Account, client: Client, today: date
) -> None:
    panel = a_lecture(
        kind="PANEL", mode="BOTH", title="とても長い名前のパネル展" * 5, held_on=date(2026, 12, 7),
        last_on=date(2026, 12, 11), meeting="https://meet.example.jp/secret",
    )  # fmt: skip
    moved = a_lecture(title="動いた講座")
    services.reschedule(moved.uid, a_plan(title="動いた講座", held_on=date(2026, 12, 11)), by=writer)
    services.cancel(moved.uid, by=writer)

    answer = client.get(reverse("lecture-feed", args=[feed.give_link(by=writer)]))

    assert b"secret" not in answer.content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    events = {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    whole, gone = events[panel.title], events["動いた講座"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2026, 12, 7), date(2026, 12, 12))
    assert "毎日 14:00〜15:00" in str(whole["description"])
    assert (int(whole["sequence"]), int(gone["sequence"])) == (0, 2)
    assert (str(gone["status"]), gone["dtstart"].dt.day) == ("CANCELLED", 11)


@pytest.mark.parametrize("is_over", [True, False])
def test_what_is_sealed_of_a_lecture_is_destroyed_once_it_is_over(
    is_over: bool, a_lecture: MakeLecture, writer: Account
) -> None:
    lecture = a_lecture(meeting="https://meet.example.jp/1")
    if not is_over:
        with pytest.raises(CasesError) as refusal:
            services.forget_persons(lecture.uid, by=writer)
        assert refusal.value.code == "lecture_still_open"
        return
    services.cancel(lecture.uid, by=writer)

    services.forget_persons(lecture.uid, by=writer)

    lecture.refresh_from_db()
    assert (lecture.lecturer, lecture.meeting) == (None, None)
    assert not DataKey.objects.filter(owner_kind="lecture").exists()
    assert AuditEntry.objects.filter(action="LECTURE_PERSONS_FORGOTTEN").count() == 1
