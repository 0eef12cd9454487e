"""What is next for a lecture, who should speak, and the report once it was held."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import held
from cases.errors import CasesError
from cases.protection.models import AuditEntry
from cases.records.centre import Centre
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.lectures import choosing, services
from outreach.lectures.models import Lecture
from outreach.lectures.report.models import LectureReport
from outreach.lectures.report.services import ReportEntry, file_report
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.models import Lecturer
from outreach.lectures.roster.services import LecturerEntry
from outreach.lectures.steps import services as steps

pytestmark = pytest.mark.django_db
MakeLecture = Callable[..., Lecture]
SignIn = Callable[[Account], Client]
MakeLecturer = Callable[..., Lecturer]


@pytest.fixture
def a_lecturer(writer: Account) -> MakeLecturer:
    def make(label: str, **more: Any) -> Lecturer:
        entry = LecturerEntry(label=label, kind="COUNSELLOR", **more)
        return roster.add_lecturer(entry, centre=writer.centre, by=writer)

    return make


# --- Who should speak ---------------------------------------------------------------------------------------------
def test_the_roster_stands_in_order_of_theme_and_load_with_reasons_and_clashes_last(
    a_lecture: MakeLecture, a_lecturer: MakeLecturer
) -> None:
    named = a_lecturer("話せる人", themes=["INSPECTION"])
    busy = a_lecturer("忙しい人", themes=["INSPECTION"])
    taken = a_lecturer("先約のある人", themes=["INSPECTION"])
    for label, themes in (("何でも話せる人", ()), ("ほかの話の人", ("FAKE_POLICE",))):
        a_lecturer(label, themes=themes)
    a_lecturer("やめた人", is_active=False)
    a_lecture(lecturers=(busy.uid,), held_on=date(2026, 12, 3))
    a_lecture(lecturers=(taken.uid,), venue="南公民館")

    found = choosing.candidates(a_lecture())

    assert [one.lecturer.label for one in found] == [
        "話せる人", "忙しい人", "何でも話せる人", "ほかの話の人", "先約のある人",
    ]  # fmt: skip
    assert found[0].lecturer == named
    assert found[0].reasons == ["「点検商法」を話せます。", "今年度は0回です。"]
    assert [bool(one.against) for one in found] == [False] * 4 + [True]


def test_a_lecturer_with_something_against_the_day_is_chosen_only_with_a_reason(
    a_lecture: MakeLecture, a_lecturer: MakeLecturer, writer: Account, signed_in: SignIn
) -> None:
    taken = a_lecturer("相談員A")
    a_lecture(lecturers=(taken.uid,), venue="南公民館", title="先約")
    lecture, client = a_lecture(), signed_in(writer)
    address = reverse("lecture-choose", args=[lecture.uid])

    refused = client.post(address, {"lecturers": taken.uid})
    made = client.post(address, {"lecturers": taken.uid, "go_on": "前半だけ話す"})

    assert refused.status_code == 422
    assert "先約" in refused.content.decode()
    assert made.status_code == 302
    lecture.refresh_from_db()
    assert ([*lecture.lecturers.all()], lecture.go_on) == ([taken], "前半だけ話す")
    assert AuditEntry.objects.get(action="LECTURE_LECTURER_ASSIGNED").reason == "前半だけ話す"


@pytest.mark.parametrize("given", [[], ["00000000-0000-4000-8000-000000000001"]])
def test_nobody_or_somebody_unknown_is_not_chosen(
    given: list[str], a_lecture: MakeLecture, a_lecturer: MakeLecturer, writer: Account, signed_in: SignIn
) -> None:
    a_lecturer("相談員A")
    lecture = a_lecture()

    answer = signed_in(writer).post(reverse("lecture-choose", args=[lecture.uid]), {"lecturers": given})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["lecturers"])
    assert not lecture.lecturers.exists()


def test_several_are_chosen_at_once_and_stand_checked_the_next_time(
    a_lecture: MakeLecture, a_lecturer: MakeLecturer, writer: Account, signed_in: SignIn
) -> None:
    both = {a_lecturer("相談員A"), a_lecturer("弁護士会の講師")}
    a_lecturer("相談員B")
    lecture, client = a_lecture(), signed_in(writer)
    address = reverse("lecture-choose", args=[lecture.uid])

    client.post(address, {"lecturers": [one.uid for one in both]})

    assert set(lecture.lecturers.all()) == both
    page = client.get(address).content.decode()
    assert len(re.findall(r'name="lecturers"[^>]* checked>', page)) == 2
    week = client.get(reverse("lecture-week", args=[2026, 12, 10])).content.decode()
    assert "相談員A" in week
    assert "弁護士会の講師" in week


def test_a_reason_of_before_does_not_cover_what_is_new(
    a_lecture: MakeLecture, a_lecturer: MakeLecturer, a_plan: Any, writer: Account
) -> None:
    taken = a_lecturer("相談員A")
    a_lecture(held_on=date(2026, 11, 23), lecturers=(taken.uid,), venue="南公民館", go_on="祭りの日")
    lecture = a_lecture(held_on=date(2026, 11, 23), go_on="祭りの日")
    plan = {"held_on": date(2026, 11, 23), "go_on": "祭りの日"}

    services.reschedule(lecture.uid, a_plan(**plan, note="変更"), by=writer)  # nothing new
    with pytest.raises(EntryRefused) as refusal:
        services.reschedule(lecture.uid, a_plan(**plan, lecturers=(taken.uid,)), by=writer)

    assert list(refusal.value.errors) == ["go_on"]


# --- What is next -------------------------------------------------------------------------------------------------
def next_of(by: Account, today: date) -> list[tuple[str, str, bool]]:
    return [(str(step.due), step.what, step.is_late) for step in steps.next_steps(by, today)]


def test_steps_come_up_a_week_before_they_are_due_until_they_are_done(
    a_lecture: MakeLecture, writer: Account
) -> None:
    lecture = a_lecture()  # on 10 December, with a lecturer

    assert next_of(writer, date(2026, 11, 11)) == []
    assert next_of(writer, date(2026, 11, 20)) == [
        ("2026-11-19", "開催を決定する", True), ("2026-11-26", "講師に日時と会場を確かめる", False),
    ]  # fmt: skip
    services.confirm(lecture.uid, by=writer)
    steps.mark_done(lecture.uid, "LECTURER", by=writer)
    steps.mark_done(lecture.uid, "LECTURER", by=writer)
    assert next_of(writer, date(2026, 12, 1)) == [("2026-12-03", "教材と配布物を用意する", False)]
    steps.take_back(lecture.uid, "LECTURER", by=writer)
    assert len(next_of(writer, date(2026, 12, 1))) == 2
    assert AuditEntry.objects.filter(action__startswith="LECTURE_STEP_").count() == 2


def test_after_the_day_the_result_is_asked_for_and_then_the_report(
    a_lecture: MakeLecture, writer: Account, stranger: Account, today: date
) -> None:
    lecture = a_lecture(held_on=date(2026, 11, 18))

    assert [what for _due, what, _late in next_of(writer, today)] == ["結果を記録する"]
    services.record_result(lecture.uid, sessions=1, people=20, kind="LECTURE", by=writer)
    assert [what for _due, what, _late in next_of(writer, today)] == ["実施報告を書く"]
    file_report(lecture.uid, ReportEntry(), by=writer)
    assert next_of(writer, today) == next_of(stranger, today) == []


def test_an_applicant_is_told_where_there_is_one(a_lecture: MakeLecture, writer: Account) -> None:
    lecture = a_lecture(lecturer="")
    whats = {what for _due, what, _late in next_of(writer, date(2026, 12, 9))}
    Lecture.objects.filter(pk=lecture.pk).update(application="00000000-0000-4000-8000-000000000001")

    told = {what for _due, what, _late in next_of(writer, date(2026, 12, 9))}

    assert told - whats == {"申込者に連絡する"}
    assert "講師に日時と会場を確かめる" not in told


@pytest.mark.parametrize(("days", "fields"), [({"decide": 30}, []), ({"materials": 367}, ["materials"])])
def test_days_are_set_by_centre(
    days: dict[str, int], fields: list[str], a_lecture: MakeLecture, writer: Account, centre: Centre
) -> None:
    given = {"decide": 21, "lecturer": 14, "materials": 7, "applicant": 3, **days}
    a_lecture()
    if fields:
        with pytest.raises(EntryRefused) as refusal:
            steps.set_days(centre, given, by=writer)
        assert list(refusal.value.errors) == fields
        return
    steps.set_days(centre, given, by=writer)
    assert next_of(writer, date(2026, 11, 11)) == [("2026-11-10", "開催を決定する", True)]


def test_the_list_and_today_say_the_same_and_ask_the_same_however_many(
    a_lecture: MakeLecture, writer: Account, signed_in: SignIn, django_assert_num_queries: Any, today: date
) -> None:
    client = signed_in(writer)
    for count in (1, 5):
        for n in range(count):
            a_lecture(
                title=f"講座{count}{n}",
                held_on=date(2026, 12, 3),
                starts_at=time(9 + n),
                ends_at=time(10 + n),
            )
        held.forget_all()
        with django_assert_num_queries(
            9
        ):  # session, account, centre, days twice, coming, who speaks, steps done, held
            page = client.get(reverse("lecture-steps")).content.decode()
    assert "教材と配布物を用意する" in page
    assert "講座で次にすること" in client.get(reverse("today")).content.decode()


# --- The report ---------------------------------------------------------------------------------------------------
@pytest.fixture
def held_lecture(a_lecture: MakeLecture, writer: Account, today: date) -> Lecture:
    lecture = a_lecture(held_on=date(2026, 11, 18))
    return services.record_result(lecture.uid, sessions=1, people=20, kind="LECTURE", by=writer).lecture


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"bands": {"65_74": 12, "75_OVER": 5, "UNKNOWN": 3}}, []),
        ({"bands": {"65_74": 12}}, ["bands"]),
        ({"people": 12, "bands": {"65_74": 12}}, []),
        ({"bands": {"CATS": 20}}, ["bands"]),
        ({"answered": 10, "answers": {"understood": {"WELL": 6, "MOSTLY": 4}}}, []),
        ({"answered": 10, "answers": {"understood": {"WELL": 6, "MOSTLY": 5}}}, ["understood"]),
        ({"answers": {"harmed": {"YES": 1}}}, ["harmed"]),
        ({"answered": 10, "next_themes": {"INSPECTION": 9, "FAKE_POLICE": 9}}, []),
        ({"answered": 10, "next_themes": {"INSPECTION": 11}}, ["next_themes"]),
        ({"answered": 10, "next_themes": {"NO_SUCH": 1}}, ["next_themes"]),
        ({"cases": -1}, ["answered"]),
        ({"asked": "長" * 2001}, ["asked"]),
    ],
)
def test_what_a_report_adds_up_to(
    given: dict[str, Any], fields: list[str], held_lecture: Lecture, writer: Account
) -> None:
    if not fields:
        report = file_report(held_lecture.uid, ReportEntry(**given), by=writer).report
        held_lecture.refresh_from_db()
        assert sum(report.bands.values()) in (0, held_lecture.people)
        return
    with pytest.raises(EntryRefused) as refusal:
        file_report(held_lecture.uid, ReportEntry(**given), by=writer)
    assert list(refusal.value.errors) == fields
    assert not LectureReport.objects.exists()


def test_a_report_is_filed_on_its_page_and_its_questions_name_nobody(
    held_lecture: Lecture, writer: Account, signed_in: SignIn
) -> None:
    typed = {
        "people": "20", "band-65_74": "18", "band-UNKNOWN": "2", "answered": "15", "satisfied-VERY": "12",
        "theme-0": "FAKE_POLICE", "wished-0": "7", "theme-1": "FAKE_POLICE", "wished-1": "2", "cases": "1",
        "asked": "090-1234-5678からの電話は詐欺か",
    }  # fmt: skip

    page = signed_in(writer).post(reverse("lecture-report", args=[held_lecture.uid]), typed, follow=True)

    report = LectureReport.objects.get()
    assert (report.bands, report.next_themes) == ({"65_74": 18, "UNKNOWN": 2}, {"FAKE_POLICE": 9})
    assert report.asked == "〔電話〕からの電話は詐欺か"
    text = page.content.decode()
    assert "伏せて保存しました: 電話" in text
    assert "090" not in text
    assert AuditEntry.objects.filter(action="LECTURE_REPORT_FILED").count() == 1


def test_a_report_that_does_not_add_up_says_so_at_its_fields(
    held_lecture: Lecture, writer: Account, signed_in: SignIn
) -> None:
    typed = {
        "people": "20",
        "band-65_74": "18",
        "answered": "3",
        "satisfied-VERY": "4",
        "wished-0": "9",
        "theme-0": "FAKE_POLICE",
    }

    answer = signed_in(writer).post(reverse("lecture-report", args=[held_lecture.uid]), typed)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"band-UNKNOWN", "satisfied-VERY", "theme-0"}


def test_a_result_that_no_longer_fits_the_ages_is_refused(held_lecture: Lecture, writer: Account) -> None:
    file_report(held_lecture.uid, ReportEntry(bands={"65_74": 20}), by=writer)
    numbers: dict[str, Any] = {"sessions": 1, "kind": "LECTURE", "by": writer}

    services.record_result(held_lecture.uid, people=20, note="同じ", **numbers)
    with pytest.raises(EntryRefused) as refusal:
        services.record_result(held_lecture.uid, people=21, **numbers)

    assert list(refusal.value.errors) == ["people"]


def test_no_report_before_the_result(a_lecture: MakeLecture, writer: Account, today: date) -> None:
    with pytest.raises(CasesError) as refusal:
        file_report(a_lecture(held_on=date(2026, 11, 18)).uid, ReportEntry(), by=writer)
    assert refusal.value.code == "lecture_not_done"


@pytest.mark.parametrize("who", ["writer", "stranger", "manager"])
@pytest.mark.parametrize("name", ["lecture-report", "lecture-choose", "lecture-step"])
def test_what_is_done_with_a_lecture_of_another_centre_is_not_found(
    request: Any, name: str, who: str, a_lecture: MakeLecture, signed_in: SignIn
) -> None:
    answer = signed_in(request.getfixturevalue(who)).post(reverse(name, args=[a_lecture().uid]))

    assert answer.status_code in {"writer": {422, 409}, "stranger": {404}, "manager": {403}}[who]
