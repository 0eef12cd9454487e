"""消費生活サポーター: sealed persons, courses and renewals, counts by 年度, being forgotten."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases.errors import CasesError
from cases.protection.models import AuditEntry, ContactTag, DataKey
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.kpis import sources
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.supporters import cards, counts, services
from outreach.supporters.models import Supporter, SupporterActivity
from outreach.supporters.services import ActivityEntry, CourseEntry, Person, SupporterEntry
from tests.consult.desk.conftest import queries_of
from tests.outreach.nights import forgotten_at_night

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 20)
Make = Callable[..., Supporter]


@pytest.fixture
def entered(writer: Account) -> Make:
    def make(number: int = 1, *, days_ago: int = 0, **more: Any) -> Supporter:
        given = {"name": f"秘密 {number}", "phone": f"03-1234-{1000 + number}", **more}
        entry = SupporterEntry(person=Person(**given), joined_on=TODAY - timedelta(days=days_ago))
        return services.enter(entry, centre=writer.centre, by=writer)[0]

    return make


def test_a_supporter_is_a_number_and_who_it_is_is_sealed(
    entered: Make, writer: Account, stranger: Account
) -> None:
    first, second = entered(1), entered(2)
    stored = Supporter.objects.get(pk=first.pk)

    assert (first.number, second.number) == (1, 2)
    assert {str(stored.name), str(stored.phone)} == {"●●●"}
    assert services.reveal(first.uid, by=writer, purpose="OUTREACH")["name"] == "秘密 1"
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED").count() == 1
    with pytest.raises(Supporter.DoesNotExist):
        services.reveal(first.uid, by=stranger, purpose="OUTREACH")


def test_a_telephone_number_is_registered_once_until_its_owner_leaves(entered: Make, writer: Account) -> None:
    first = entered(1)
    with pytest.raises(EntryRefused) as refusal:
        entered(1)
    assert list(refusal.value.errors) == ["phone"]

    services.leave(first.uid, on=TODAY, by=writer)

    assert entered(1).number == 2
    assert entered(3, phone="").number == 3  # not everybody has one


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "12"}, "phone"),
        ({"address": "長" * 201}, "address"),
        ({"days_ago": -1}, "joined_on"),
    ],
)
def test_entering_a_supporter_wants_what_it_needs(entered: Make, fault: dict[str, Any], field: str) -> None:
    with pytest.raises(EntryRefused) as refusal:
        entered(1, **fault)
    assert list(refusal.value.errors) == [field]
    assert not Supporter.objects.exists()


def test_counts_of_a_year(entered: Make, writer: Account) -> None:
    old, new = entered(1, days_ago=300), entered(2)
    course = CourseEntry(title="消費者力アップ講座", completed_on=TODAY - timedelta(days=300))
    for _twice in range(2):
        services.add_course(old.uid, course, by=writer)
    services.add_course(new.uid, CourseEntry(title="消費者力アップ講座", completed_on=TODAY), by=writer)
    services.add_course(old.uid, CourseEntry(title="更新", completed_on=TODAY, is_renewal=True), by=writer)
    services.add_activity(new.uid, ActivityEntry(on=TODAY, kind="HANDOUT", people=30), by=writer)
    services.add_activity(new.uid, ActivityEntry(on=TODAY, kind="MEETING"), by=writer)
    services.leave(old.uid, on=TODAY - timedelta(days=1), by=writer)

    this_year, before = counts.by_year(writer.centre)

    assert (this_year.joined, this_year.left, this_year.active, this_year.trained) == (1, 1, 1, 2)
    assert (this_year.renewed, this_year.deeds, this_year.people) == (1, 2, 30)
    assert (before.fiscal_year, before.joined, before.active, before.trained) == (2025, 1, 1, 1)
    assert counts.in_year(writer.centre, 2024) is None


def test_training_that_runs_out_is_told_until_it_is_renewed(
    entered: Make, writer: Account, stranger: Account
) -> None:
    supporter = entered(1, days_ago=300)
    course = CourseEntry(
        title="講座", completed_on=TODAY - timedelta(days=300), valid_until=TODAY + timedelta(days=9)
    )
    services.add_course(supporter.uid, course, by=writer)
    assert (cards.renewals(writer) is not None, cards.renewals(stranger)) == (True, None)

    renewal = CourseEntry(title="更新", completed_on=TODAY, valid_until=date(2028, 11, 20), is_renewal=True)
    services.add_course(supporter.uid, renewal, by=writer)

    assert cards.renewals(writer) is None


@pytest.mark.parametrize(("left", "code"), [(False, None), (True, "supporter_not_in_state")])
def test_whoever_left_does_nothing_more(entered: Make, writer: Account, left: bool, code: str | None) -> None:
    supporter = entered(1)
    if left:
        services.leave(supporter.uid, on=TODAY, by=writer)
    try:
        services.add_activity(supporter.uid, ActivityEntry(on=TODAY, kind="VISIT"), by=writer)
        came = None
    except CasesError as refusal:
        came = refusal.code

    assert came == code


def test_who_left_is_forgotten_after_three_years_and_still_counts(entered: Make, writer: Account) -> None:
    stays, goes = entered(1, days_ago=10), entered(2, days_ago=10)
    services.leave(goes.uid, on=TODAY, by=writer)
    with pytest.raises(services.SupporterNotInState):
        services.forget(stays.uid, by=writer)

    with time_machine.travel("2029-11-19 10:00:00+09:00", tick=False):
        assert forgotten_at_night() == {"failed": 0}
        assert DataKey.objects.filter(owner_uid=goes.uid).exists()
    with time_machine.travel("2029-11-20 10:00:00+09:00", tick=False):
        assert forgotten_at_night() == {"failed": 0, "SUPPORTERS": 1}

    forgotten = Supporter.objects.get(pk=goes.pk)
    assert (forgotten.name, forgotten.phone) == (None, None)
    assert not DataKey.objects.filter(owner_uid=goes.uid).exists()
    assert list(ContactTag.objects.values_list("owner_uid", flat=True)) == [stays.uid]
    assert counts.by_year(writer.centre)[0].joined == 2


# --- lectures -------------------------------------------------------------------------------------------------------
Lectures = Callable[..., Lecture]


def at(held: Lecture, kind: str = "HELD", **more: Any) -> ActivityEntry:
    return ActivityEntry(**{"on": None, "kind": kind, "lecture": held.uid, **more})


def test_what_was_done_at_a_lecture_has_its_day_and_counts_once(
    entered: Make, a_lecture: Lectures, writer: Account
) -> None:
    one, other = entered(1, days_ago=30), entered(2, days_ago=30)
    held = a_lecture(held_on=TODAY - timedelta(days=3))
    activity, _masked = services.add_activity(one.uid, at(held), by=writer)
    services.add_activity(other.uid, at(held, "LECTURE"), by=writer)
    services.add_activity(other.uid, ActivityEntry(on=TODAY, kind="VISIT", people=4), by=writer)
    with pytest.raises(EntryRefused) as refusal:
        services.add_activity(one.uid, at(held), by=writer)

    year = counts.by_year(writer.centre)[0]
    assert activity.on == TODAY - timedelta(days=3)
    assert list(refusal.value.errors) == ["lecture"]
    assert (year.deeds, year.acted, year.lectures, year.people) == (3, 2, 1, 4)
    assert sources.source_of(writer.centre, "supporters.acted").count(writer.centre, 2026) == 2  # type: ignore[union-attr]


def test_a_lecture_that_is_called_off_is_no_deed(entered: Make, a_lecture: Lectures, writer: Account) -> None:
    held = a_lecture(held_on=TODAY)
    services.add_activity(entered(1).uid, at(held), by=writer)
    lectures.cancel(held.uid, by=writer)

    year = counts.by_year(writer.centre)[0]
    assert (year.deeds, year.acted, year.lectures) == (0, 0, 0)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"people": 3}, "people"),
        ({"on": TODAY - timedelta(days=4)}, "on"),
        ({"kind": "SLEPT"}, "kind"),
        ({"lecture": None}, "on"),
        ({"lecture": uuid.uuid4()}, "lecture"),
    ],
)
def test_a_deed_at_a_lecture_wants_what_fits_it(
    entered: Make, a_lecture: Lectures, writer: Account, more: dict[str, Any], field: str
) -> None:
    one, held = entered(1, days_ago=30), a_lecture(held_on=TODAY - timedelta(days=3))

    with pytest.raises(EntryRefused) as refusal:
        services.add_activity(one.uid, at(held, **more), by=writer)

    assert field in refusal.value.errors
    assert not SupporterActivity.objects.exists()


def test_a_lecture_of_another_centre_or_called_off_is_none(
    entered: Make, a_lecture: Lectures, writer: Account, stranger: Account
) -> None:
    one, off = entered(1), a_lecture(held_on=TODAY)
    lectures.cancel(off.uid, by=writer)

    for lecture in (a_lecture(held_on=TODAY, by=stranger), off):
        with pytest.raises(EntryRefused) as refusal:
            services.add_activity(one.uid, at(lecture), by=writer)
        assert "lecture" in refusal.value.errors


def test_the_pages_of_supporter_and_lecture_lead_to_each_other(
    entered: Make, a_lecture: Lectures, writer: Account
) -> None:
    one, held = entered(1), a_lecture(held_on=TODAY)
    client, page = Client(), reverse("supporter", args=[one.uid])
    client.force_login(writer)
    url = reverse("supporter-activity", args=[one.uid])
    given = {"kind": "HELD", "lecture": str(held.uid), "on": "", "note": ""}

    wrong = client.post(url, {**given, "people": "3"})
    client.post(url, {**given, "people": ""})

    assert (wrong.status_code, list(wrong.context["activity_form"].errors)) == (422, ["people"])
    assert wrong.context["activity_form"]["lecture"].value() == str(held.uid)
    assert reverse("lecture", args=[held.uid]) in client.get(page).content.decode()
    lecture_page = client.get(reverse("lecture", args=[held.uid])).content.decode()
    assert page in lecture_page
    assert "秘密 1" not in lecture_page


def test_the_database_counts_who_came_to_a_lecture_with_the_lecture(
    entered: Make, a_lecture: Lectures
) -> None:
    row = {"supporter": entered(1), "lecture": a_lecture(held_on=TODAY), "on": TODAY, "kind": "HELD"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SupporterActivity.objects.create(**row, people=3)
    SupporterActivity.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupporterActivity.objects.create(**row)


def test_the_database_lets_nobody_leave_before_they_came(entered: Make) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Supporter.objects.filter(pk=entered(1).pk).update(left_on=TODAY - timedelta(days=1))


def test_lists_show_numbers_and_ask_as_often_for_many_as_for_few(
    entered: Make, writer: Account, signed_in: Callable[[Account], Client]
) -> None:
    client, first = signed_in(writer), entered(1)
    urls = [reverse("supporters"), reverse("supporter", args=[first.uid])]
    few = [queries_of(partial(client.get, url)) for url in urls]
    for number in range(2, 9):
        entered(number)

    assert [queries_of(partial(client.get, url)) for url in urls] == few
    assert "秘密" not in "".join(client.get(url).content.decode() for url in urls)
    shown = client.post(reverse("supporter-person", args=[first.uid]), {"purpose": "OUTREACH"})
    found = client.post(reverse("supporters-find"), {"phone": "0312341001"})
    assert "秘密 1" in shown.content.decode()
    assert urls[1] in found.content.decode()
