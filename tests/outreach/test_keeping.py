"""Persons of 啓発 are forgotten when their years are over: told before, gone with their key, also after a kill."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.jobs.models import Job
from cases.law import calendar
from cases.protection import keys
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry, DataKey
from cases.records.centre import SYSTEM
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.keeping import nightly, services
from outreach.keeping.models import ContactYears
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.roster.models import Lecturer
from outreach.lectures.roster.services import LecturerEntry
from outreach.network import services as network
from outreach.network.models import Member, MemberContact
from outreach.network.services import ContactEntry, MemberEntry
from tests.outreach.nights import forgotten_at_night

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
NAME = "鬼塚 紗都香"
Lectures = Callable[..., Lecture]


def ended_member(by: Account, name: str = "みなと新聞店") -> Member:
    entry = MemberEntry(kind="AGREEMENT", name=name, channel="HAND")
    member = network.add(uuid.uuid4(), entry, centre=by.centre, by=by)
    network.keep_contact(member.uid, ContactEntry(name=NAME, phone="03-1234-5678"), by=by)
    return network.end(member.uid, on=TODAY, by=by)


def lecturer(by: Account, label: str = "外部の弁護士", **more: Any) -> Lecturer:
    entry = LecturerEntry(label=label, kind="OUTSIDE", name=NAME, **more)
    return roster.add_lecturer(entry, centre=by.centre, by=by)


def night_of(day: str) -> dict[str, Any]:
    with time_machine.travel(f"{day} 03:00:00+09:00", tick=False):
        return forgotten_at_night()


def test_contacts_of_a_member_that_left_go_with_their_key_after_a_year(writer: Account) -> None:
    member = ended_member(writer)
    stays = network.add(
        uuid.uuid4(), MemberEntry(kind="POLICE", name="署", channel="FAX"), centre=writer.centre, by=writer
    )

    assert night_of("2027-11-19") == {"failed": 0}
    assert MemberContact.objects.count() == 1
    assert night_of("2027-11-20") == {"failed": 0, "MEMBERS": 1}
    assert not MemberContact.objects.exists()
    with pytest.raises(KeyMissing):
        keys.sealer(member.sealed_owner)
    assert DataKey.objects.filter(owner_uid=stays.uid).exists()
    assert Member.objects.get(pk=member.pk).name == "みなと新聞店"
    entry = AuditEntry.objects.get(action="MEMBER_CONTACTS_FORGOTTEN")
    assert (entry.actor_uid, entry.reason) == (SYSTEM.uid, str(member.uid))
    assert night_of("2027-11-21") == {"failed": 0}


@pytest.mark.parametrize(("spoke_on", "day"), [(None, "2029-11-20"), (date(2026, 12, 10), "2029-12-10")])
def test_a_lecturer_goes_three_years_after_the_list_or_the_last_lecture(
    writer: Account, a_lecture: Lectures, spoke_on: date | None, day: str
) -> None:
    gone = lecturer(writer)
    if spoke_on:
        held = a_lecture(held_on=spoke_on)
        lectures.assign(held.uid, [gone.uid], by=writer)
    roster.change_lecturer(
        gone.uid, LecturerEntry(label=gone.label, kind="OUTSIDE", is_active=False), by=writer
    )
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()

    assert night_of(before) == {"failed": 0}
    assert night_of(day) == {"failed": 0, "LECTURERS": 1}
    assert Lecturer.objects.get(pk=gone.pk).name is None
    assert not DataKey.objects.filter(owner_uid=gone.uid).exists()


def test_a_lecturer_who_is_on_the_list_again_stays(writer: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    back = lecturer(writer)
    off = LecturerEntry(label=back.label, kind="OUTSIDE", is_active=False)
    roster.change_lecturer(back.uid, off, by=writer)
    listed = services.falling_due

    def then_back(*args: Any) -> list[services.Falling]:
        found = listed(*args)
        roster.change_lecturer(back.uid, LecturerEntry(label=back.label, kind="OUTSIDE"), by=writer)
        return found

    monkeypatch.setattr(services, "falling_due", then_back)
    night_of("2029-11-20")

    assert Lecturer.objects.get(pk=back.pk).name is not None


@pytest.mark.parametrize(("state", "goes"), [("DONE", True), ("CANCELLED", True), ("PLANNED", False)])
def test_persons_of_a_lecture_go_a_year_after_it_and_not_while_it_is_planned(
    writer: Account, a_lecture: Lectures, state: str, goes: bool
) -> None:
    held = a_lecture(held_on=TODAY, lecturer=NAME)
    if state == "DONE":
        lectures.record_result(held.uid, sessions=1, people=31, kind="LECTURE", by=writer)
    elif state == "CANCELLED":
        lectures.cancel(held.uid, by=writer)

    assert night_of("2027-11-19") == {"failed": 0}
    assert night_of("2027-11-20") == ({"failed": 0, "LECTURES": 1} if goes else {"failed": 0})
    assert (Lecture.objects.get(pk=held.pk).lecturer is None) is goes


class Killed(BaseException):
    pass


def test_a_run_killed_in_the_middle_leaves_whole_members_and_is_gone_on_from(
    writer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [ended_member(writer, f"第{n}販売店") for n in range(4)]
    real, calls = keys.destroy, []

    def killing(owner: Any) -> None:
        calls.append(owner)
        if len(calls) == 3:
            raise Killed
        real(owner)

    with time_machine.travel("2027-11-20 03:00:00+09:00", tick=False) as clock:
        with monkeypatch.context() as patch:
            patch.setattr(keys, "destroy", killing)
            with pytest.raises(Killed):
                forgotten_at_night()
        left = Member.objects.filter(forgotten_at=None)
        assert (left.count(), MemberContact.objects.count()) == (2, 2)
        assert DataKey.objects.filter(owner_uid__in=[one.uid for one in members]).count() == 2
        clock.shift(timedelta(hours=1))

        assert forgotten_at_night() == {"failed": 0, "MEMBERS": 4}
    assert not DataKey.objects.filter(owner_uid__in=[one.uid for one in members]).exists()
    assert (Job.objects.get(kind=nightly.JOB).done, MemberContact.objects.count()) == (4, 0)


def test_one_that_fails_stops_no_other_and_health_says_so(
    writer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_member(writer, "第1販売店")
    ended_member(writer, "第2販売店")
    real, calls = keys.destroy, []

    def failing(owner: Any) -> None:
        calls.append(owner)
        if len(calls) == 1:
            raise ValueError(NAME)
        real(owner)

    monkeypatch.setattr(keys, "destroy", failing)

    assert night_of("2027-11-20") == {"failed": 1, "MEMBERS": 1}
    assert MemberContact.objects.count() == 1
    assert night_of("2027-11-21") == {"failed": 0, "MEMBERS": 1}


# --- the years --------------------------------------------------------------------------------------------------
def test_longer_years_hold_at_once_and_shorter_ones_after_a_week(writer: Account) -> None:
    ended_member(writer)

    def due() -> date:
        return services.falling_due(writer.centre, date(2099, 1, 1))[0].day

    services.set_years({"MEMBERS": 5}, centre=writer.centre, by=writer)
    assert due() == date(2031, 11, 20)
    with time_machine.travel("2029-11-20 10:00:00+09:00", tick=False):
        services.set_years({"MEMBERS": 2}, centre=writer.centre, by=writer)
        assert due() == date(2029, 11, 27)
    assert night_of("2029-11-26") == {"failed": 0}
    with time_machine.travel("2029-11-26 10:00:00+09:00", tick=False):
        services.set_years({"MEMBERS": 5}, centre=writer.centre, by=writer)  # thought better of it
        assert due() == date(2031, 11, 20)
        assert ContactYears.objects.count() == 1
        services.set_years({"MEMBERS": 2}, centre=writer.centre, by=writer)
    assert night_of("2029-12-02") == {"failed": 0}
    assert night_of("2029-12-03") == {"failed": 0, "MEMBERS": 1}


def test_the_same_years_again_write_nothing(writer: Account) -> None:
    services.set_years({"MEMBERS": 1, "SUPPORTERS": 3}, centre=writer.centre, by=writer)

    assert not ContactYears.objects.exists()
    assert not AuditEntry.objects.filter(action="CONTACT_YEARS_SET").exists()


@pytest.mark.parametrize("wanted", [{"MEMBERS": 0}, {"MEMBERS": 51}, {"APPLICANTS": 2}, {"NOBODY": 2}])
def test_years_that_cannot_be_are_refused_and_nothing_is_set(writer: Account, wanted: dict[str, int]) -> None:
    with pytest.raises(EntryRefused) as refusal:
        services.set_years({"SUPPORTERS": 4, **wanted}, centre=writer.centre, by=writer)

    assert set(refusal.value.errors) == set(wanted)
    assert not ContactYears.objects.exists()


def test_the_database_refuses_years_out_of_range_and_two_of_one_day(writer: Account) -> None:
    row = {"centre": writer.centre, "kind": "MEMBERS", "from_on": calendar.today()}
    ContactYears.objects.create(**row, years=2)

    for more in ({"years": 3}, {"years": 0, "kind": "SUPPORTERS"}, {"years": 51, "kind": "SUPPORTERS"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactYears.objects.create(**{**row, **more})


# --- the page ---------------------------------------------------------------------------------------------------
def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_the_list_says_before_who_will_be_forgotten_and_names_no_person(
    writer: Account, manager: Account, stranger: Account
) -> None:
    ended_member(writer)
    with time_machine.travel("2027-09-01 10:00:00+09:00", tick=False):
        page = signed_in(writer).get(reverse("outreach-keeping")).content.decode()
        foreign = signed_in(stranger).get(reverse("outreach-keeping")).content.decode()

    assert "みなと新聞店" in page
    assert "2027-11-20" in page
    assert "紗都香" not in page
    assert reverse("outreach-years") not in page
    assert "みなと新聞店" not in foreign
    with time_machine.travel("2027-08-01 10:00:00+09:00", tick=False):
        assert "みなと新聞店" not in signed_in(manager).get(reverse("outreach-keeping")).content.decode()


def test_a_manager_sets_the_years_and_a_wrong_number_comes_back_at_its_field(
    writer: Account, manager: Account
) -> None:
    client, at = signed_in(manager), reverse("outreach-years")
    years = {"MEMBERS": "2", "SUPPORTERS": "4", "LECTURES": "1", "LECTURERS": "3"}
    wrong = client.post(at, {**years, "MEMBERS": "百"})

    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"MEMBERS"}
    assert 'value="百"' in wrong.content.decode()
    assert signed_in(writer).post(at, years).status_code == 403
    assert client.post(at, years).status_code == 302
    assert set(ContactYears.objects.values_list("kind", "years")) == {("MEMBERS", 2), ("SUPPORTERS", 4)}


def test_the_page_asks_as_often_for_many_as_for_few(
    writer: Account, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(writer)
    client.get(reverse("outreach-keeping"))
    for n in range(5):
        ended_member(writer, f"第{n}販売店")

    with time_machine.travel("2027-11-20 10:00:00+09:00", tick=False), django_assert_max_num_queries(20):
        client.get(reverse("outreach-keeping"))


def test_a_lecturer_is_off_the_list_since_a_day(writer: Account) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lecturer.objects.filter(pk=lecturer(writer).pk).update(is_active=False)
