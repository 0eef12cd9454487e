"""Lecturers, rooms and what stands against a time: said, and gone over only with a typed reason."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.protection.models import AuditEntry, DataKey
from cases.records.closed_days import ClosedDay
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.lectures import services
from outreach.lectures.clashes import clashes
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.models import Lecturer, Room
from outreach.lectures.roster.services import LecturerEntry, LecturerForgotten, RoomEntry
from outreach.lectures.services import LecturePlan

pytestmark = pytest.mark.django_db
MakeLecture = Callable[..., Lecture]
MakePlan = Callable[..., LecturePlan]
SignIn = Callable[[Account], Client]


@pytest.fixture
def lecturer(writer: Account) -> Lecturer:
    entry = LecturerEntry(
        label="相談員A", kind="COUNSELLOR", name="秘密 講師", phone="090-1234-5678", weekdays=[3], yearly_cap=2,
        themes=["INSPECTION"],
    )  # fmt: skip
    return roster.add_lecturer(entry, centre=writer.centre, by=writer)


@pytest.fixture
def room(writer: Account) -> Room:
    return roster.save_room(RoomEntry(name="第1研修室", capacity=30), centre=writer.centre, by=writer)


def codes_of(plan: LecturePlan, by: Account) -> list[str]:
    return [clash.code for clash in clashes(plan, centre=by.centre)]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"starts_at": time(15, 30), "ends_at": time(16)}, ["lecturer_twice"]),
        # The one is back at half past three, the other sets out then.
        ({"starts_at": time(16), "ends_at": time(17)}, []),
        ({"starts_at": time(15, 30), "ends_at": time(16), "venue": "北公民館"}, []),
        ({"starts_at": time(14, 30), "ends_at": time(15, 30)}, ["lecturer_twice", "same_time"]),
        ({"held_on": date(2026, 12, 17)}, []),
    ],
)
def test_a_lecturer_is_not_in_two_places_with_the_way_between(
    other: dict[str, Any],
    expected: list[str],
    a_lecture: MakeLecture,
    a_plan: MakePlan,
    lecturer: Lecturer,
    writer: Account,
) -> None:
    a_lecture(lecturers=(lecturer.uid,), travel_after=30)  # 14 to 15 in 北公民館
    plan = a_plan(**{"venue": "南公民館", "lecturers": (lecturer.uid,), "travel_before": 30, **other})

    assert codes_of(plan, writer) == expected
    if "lecturer_twice" not in expected:
        services.plan_lecture(plan, centre=writer.centre, by=writer)
        return
    with pytest.raises(EntryRefused) as refusal:
        services.plan_lecture(plan, centre=writer.centre, by=writer)
    assert list(refusal.value.errors) == ["go_on"]
    assert Lecture.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"held_on": date(2026, 12, 11)}, "lecturer_off"),
        ({"theme": "FAKE_POLICE"}, "lecturer_theme"),
        ({"title": "三度目"}, "lecturer_cap"),
    ],
)
def test_what_a_lecturer_takes_on(
    given: dict[str, Any],
    code: str,
    a_lecture: MakeLecture,
    a_plan: MakePlan,
    lecturer: Lecturer,
    writer: Account,
) -> None:
    assert codes_of(a_plan(lecturers=(lecturer.uid,)), writer) == []
    if code == "lecturer_cap":
        for day in (date(2026, 12, 3), date(2027, 1, 7)):
            a_lecture(lecturers=(lecturer.uid,), held_on=day)

    assert codes_of(a_plan(lecturers=(lecturer.uid,), **given), writer) == [code]


def test_each_of_several_lecturers_is_told_by_name(
    a_lecture: MakeLecture, a_plan: MakePlan, lecturer: Lecturer, writer: Account
) -> None:
    other = roster.add_lecturer(
        LecturerEntry(label="弁護士会の講師", kind="OUTSIDE"), centre=writer.centre, by=writer
    )
    a_lecture(title="先約", lecturers=(other.uid,), venue="南公民館")
    plan = a_plan(lecturers=(lecturer.uid, other.uid))

    with pytest.raises(EntryRefused) as refusal:
        services.plan_lecture(plan, centre=writer.centre, by=writer)
    made = services.plan_lecture(
        a_plan(lecturers=(lecturer.uid, other.uid), go_on="後半だけ話す"), centre=writer.centre, by=writer
    ).lecture

    assert "弁護士会の講師は「先約」(14:00から)と重なります" in refusal.value.errors["go_on"]
    assert "相談員Aは" not in refusal.value.errors["go_on"]
    assert set(made.lecturers.all()) == {lecturer, other}
    roster.forget_lecturer(other.uid, by=writer)
    assert {str(one) for one in made.lecturers.all()} == {"相談員A", "弁護士会の講師"}


def test_a_change_of_plan_replaces_who_speaks(
    a_lecture: MakeLecture, a_plan: MakePlan, lecturer: Lecturer, writer: Account
) -> None:
    made = a_lecture(lecturers=(lecturer.uid,))

    services.reschedule(made.uid, a_plan(), by=writer)

    assert not made.lecturers.exists()


@pytest.mark.parametrize("is_same_room", [True, False])
def test_a_room_is_used_once_at_a_time_on_every_day_of_an_exhibition(
    is_same_room: bool, a_lecture: MakeLecture, a_plan: MakePlan, room: Room, writer: Account
) -> None:
    a_lecture(kind="PANEL", held_on=date(2026, 12, 7), last_on=date(2026, 12, 11), venue="", room=room.uid)
    plan = a_plan(venue="第1研修室", room=room.uid) if is_same_room else a_plan()

    assert codes_of(plan, writer) == (["room_twice"] if is_same_room else ["same_time"])


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 23), "holiday"),
        (date(2026, 12, 29), "turn_of_year"),
        (date(2026, 12, 1), "closed"),
        (date(2026, 12, 5), None),  # a Saturday on which the centre opens
    ],
)
def test_days_on_which_it_is_held_only_with_a_reason(
    day: date, code: str | None, a_plan: MakePlan, writer: Account
) -> None:
    ClosedDay.objects.create(centre=writer.centre, day=date(2026, 12, 1))
    ClosedDay.objects.create(centre=writer.centre, day=date(2026, 12, 5), is_open=True)
    plan = a_plan(held_on=day)

    assert codes_of(plan, writer) == ([code] if code else [])
    if code:
        with pytest.raises(EntryRefused):
            services.plan_lecture(plan, centre=writer.centre, by=writer)
    saved = services.plan_lecture(
        a_plan(held_on=day, go_on="山田花子さんの町内会の行事 090-1234-5678"), centre=writer.centre, by=writer
    )
    entry = AuditEntry.objects.get(action="LECTURE_PLANNED")
    assert "090" not in saved.lecture.go_on + entry.reason
    assert "町内会の行事" in entry.reason


def test_the_page_asks_for_the_reason_and_shows_it_from_then_on(writer: Account, signed_in: SignIn) -> None:
    client = signed_in(writer)
    typed = {
        "title": "講座", "audience": "KOREISHA", "age_group": "ALL", "held_on": "2026-11-23", "starts_at": "10:00",
        "ends_at": "11:00", "venue": "北公民館",
    }  # fmt: skip

    before = client.get(reverse("lecture-new")).content.decode()
    asked = client.post(reverse("lecture-new"), typed)
    told = client.post(reverse("lecture-new"), {**typed, "go_on": "秋まつりに合わせる"}, follow=True)

    assert 'name="go_on"' not in before
    assert asked.status_code == 422
    assert 'name="go_on"' in asked.content.decode()
    assert "開催日は祝日です。" in asked.content.decode()
    assert "行う理由: 秋まつりに合わせる" in told.content.decode()


def test_rows_of_another_centre_are_not_chosen(
    a_plan: MakePlan, lecturer: Lecturer, room: Room, writer: Account, stranger: Account
) -> None:
    with pytest.raises(EntryRefused) as refusal:
        services.plan_lecture(
            a_plan(lecturers=(lecturer.uid,), room=room.uid), centre=stranger.centre, by=stranger
        )
    assert list(refusal.value.errors) == ["lecturers", "room"]


# --- Roster -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "相談員A"}, "label"),
        ({"kind": "CAT"}, "kind"),
        ({"themes": ["NO_SUCH"]}, "themes"),
        ({"weekdays": [7]}, "weekdays"),
        ({"yearly_cap": 0}, "yearly_cap"),
        ({}, None),
    ],
)
def test_entering_a_lecturer(
    fault: dict[str, Any], field: str | None, lecturer: Lecturer, writer: Account
) -> None:
    entry = LecturerEntry(**{"label": "相談員B", "kind": "COUNSELLOR", "name": "秘密", **fault})
    if field is None:
        assert str(roster.add_lecturer(entry, centre=writer.centre, by=writer).name) == "●●●"
        return
    with pytest.raises(EntryRefused) as refusal:
        roster.add_lecturer(entry, centre=writer.centre, by=writer)
    assert list(refusal.value.errors) == [field]


@pytest.mark.django_db(transaction=True)
def test_a_contact_is_shown_by_post_with_an_entry_until_it_is_forgotten(
    lecturer: Lecturer, writer: Account, signed_in: SignIn
) -> None:
    client = signed_in(writer)
    page = client.get(reverse("lecturer", args=[lecturer.uid])).content.decode()
    shown = client.post(reverse("lecturer-contact", args=[lecturer.uid]), {"purpose": "CONSULTATION"})
    client.post(reverse("lecturer-forget", args=[lecturer.uid]))

    assert "秘密 講師" not in page + client.get(reverse("lecture-roster")).content.decode()
    assert "090-1234-5678" in shown.content.decode()
    assert AuditEntry.objects.get(action="CONTACT_REVEALED").fields == ["name", "phone"]
    lecturer.refresh_from_db()
    assert (lecturer.name, lecturer.is_active, lecturer.label) == (None, False, "相談員A")
    assert not DataKey.objects.filter(owner_kind="lecturer").exists()
    with pytest.raises(LecturerForgotten):
        roster.reveal_lecturer(lecturer.uid, by=writer, purpose="CONSULTATION")


@pytest.mark.parametrize("who", ["writer", "stranger", "manager"])
@pytest.mark.parametrize("name", ["lecturer", "lecture-room", "lecturer-contact", "lecturer-forget"])
def test_the_roster_of_another_centre_is_not_found(
    request: Any, name: str, who: str, lecturer: Lecturer, room: Room, signed_in: SignIn
) -> None:
    row = room if name == "lecture-room" else lecturer
    address = reverse(name, args=[row.uid])

    answer = signed_in(request.getfixturevalue(who)).post(address)

    assert answer.status_code in {"writer": {302, 422}, "stranger": {404}, "manager": {403}}[who]


def test_the_roster_asks_the_same_however_many_speak(
    writer: Account, lecturer: Lecturer, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(writer)
    for count in (1, 4):
        for n in range(count):
            entry = LecturerEntry(label=f"講師{count}{n}", kind="OUTSIDE")
            roster.add_lecturer(entry, centre=writer.centre, by=writer)
        client.get(reverse("lecture-roster"))
        with django_assert_num_queries(6):  # session, account, centre, lecturers, their loads, rooms
            client.get(reverse("lecture-roster"))


# --- Kinds and their numbers --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "numbers", "fields"),
    [
        ("LECTURE", {"people": 20, "views": 300}, []),
        ("LECTURE", {}, ["people"]),
        ("LECTURE", {"people": 20, "quantity": 5}, ["quantity"]),
        ("STREAM", {"views": 300}, []),
        ("STREAM", {"people": 300}, ["people", "views"]),
        ("HANDOUT", {"quantity": 500}, []),
        ("HANDOUT", {"people": 500}, ["quantity"]),
        ("PANEL", {}, []),
        ("PANEL", {"views": 1}, ["views"]),
        ("LOAN", {"quantity": -1}, ["quantity"]),
        ("MEETING", {"people": 100_001}, ["people"]),
    ],
)
def test_each_kind_has_its_numbers_and_no_others(
    kind: str,
    numbers: dict[str, int],
    fields: list[str],
    a_lecture: MakeLecture,
    writer: Account,
    today: date,
) -> None:
    lecture = a_lecture(kind=kind, held_on=date(2026, 11, 18))
    if not fields:
        services.record_result(lecture.uid, sessions=1, kind=kind, by=writer, **numbers)
        return
    with pytest.raises(EntryRefused) as refusal:
        services.record_result(lecture.uid, sessions=1, kind=kind, by=writer, **numbers)
    assert list(refusal.value.errors) == fields
    if numbers and all(value >= 0 for value in numbers.values()) and kind != "MEETING":
        with pytest.raises(IntegrityError), transaction.atomic():
            Lecture.objects.filter(pk=lecture.pk).update(
                state="DONE", sessions=1, result_kind=kind, **numbers
            )


def test_a_hand_out_and_a_film_stand_beside_the_totals_of_the_year(
    a_lecture: MakeLecture, writer: Account, today: date
) -> None:
    from outreach.programme.matrix import programme_of

    given: list[tuple[str, dict[str, int]]] = [
        ("LECTURE", {"people": 20}), ("EVENT", {"people": 300}), ("HANDOUT", {"quantity": 500}),
        ("STREAM", {"views": 41}), ("MEETING", {"people": 8}),
    ]  # fmt: skip
    for kind, numbers in given:
        lecture = a_lecture(kind=kind, held_on=date(2026, 11, 18))
        services.record_result(lecture.uid, sessions=1, kind=kind, by=writer, **numbers)

    programme = programme_of(writer.centre, 2026)

    assert (programme.totals.sessions, programme.totals.people) == (2, 320)
    told = {line.kind: (line.people, line.quantity, line.unit) for line in programme.own}
    assert told["配布"] == (None, 500, "枚")
    assert told["配信"] == (None, 41, "回視聴")
