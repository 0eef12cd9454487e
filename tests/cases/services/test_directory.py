"""ほかの機関: the shipped list under what a centre knows better, and when it was last checked."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from cases.protection.models import AuditEntry
from cases.records.directory import ReferralBody, shipped_uid
from cases.services import directory
from cases.services.directory import BodyChangedMeanwhile, BodyEntry
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db

POLICE = shipped_uid("POLICE_9110")
OURS = BodyEntry(kind="WELFARE", name="北町地域包括支援センター", kana="キタマチ", phone="000-000-0000")


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def save(counsellor):
    def change(entry=OURS, *, uid=None, revision=0):
        return directory.save_body(
            uid or uuid.uuid4(), entry, revision=revision, centre=counsellor.centre, by=counsellor
        )

    return change


def by_uid(centre, **more):
    return {body.uid: body for body in directory.bodies(centre, **more)}


def test_a_new_centre_has_the_shipped_bodies_and_none_is_called_checked(counsellor):
    found = by_uid(counsellor.centre)

    assert found[POLICE].entry.phone == "#9110"
    assert all(body.last_checked_on is None and body.revision == 0 for body in found.values())
    assert not ReferralBody.objects.exists()


def test_the_directory_is_one_query(counsellor, save, django_assert_num_queries):
    for number in range(3):
        save(replace(OURS, name=f"機関{number}"))

    with django_assert_num_queries(1):
        directory.bodies(counsellor.centre)


def test_what_a_centre_changes_holds_there_alone(counsellor, save):
    shipped = directory.body_of(counsellor.centre, POLICE)
    save(replace(shipped.entry, hours="平日9時〜17時"), uid=POLICE)

    assert by_uid(counsellor.centre)[POLICE].entry.hours == "平日9時〜17時"
    assert by_uid(builders.centre("kita"))[POLICE] == shipped


@pytest.mark.parametrize(("revision", "is_refused"), [(1, False), (0, True)])
def test_the_second_of_two_editors_is_shown_what_the_first_saved(counsellor, save, revision, is_refused):
    uid = save().uid
    later = replace(OURS, phone="111-111-1111")

    if is_refused:
        with pytest.raises(BodyChangedMeanwhile) as refused:
            save(later, uid=uid, revision=revision)
        assert refused.value.latest.entry == OURS
    else:
        assert save(later, uid=uid, revision=revision).revision == 2


def test_a_double_click_adds_one_body(save):
    uid = uuid.uuid4()

    assert save(uid=uid) == save(uid=uid)
    assert AuditEntry.objects.filter(action="BODY_CHANGED").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "あ" * 81}, "name"),
        ({"kind": "NONE"}, "kind"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://[broken"}, "url"),
        ({"url": "https://example.jp/"}, None),
    ],
)
def test_an_entry_is_refused_by_field(save, changed, field):
    if field is None:
        assert save(replace(OURS, **changed)).entry.url
    else:
        with pytest.raises(EntryRefused) as refused:
            save(replace(OURS, **changed))
        assert set(refused.value.errors) == {field}


# --- Checked --------------------------------------------------------------------------------------------------
def test_checking_notes_day_and_person_once(counsellor, time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)

    for _click in range(2):
        body = directory.mark_checked(POLICE, centre=counsellor.centre, by=counsellor)

    assert (body.last_checked_on, body.checked_by) == (date(2026, 11, 23), str(counsellor))
    assert [entry.reason for entry in AuditEntry.objects.filter(action="BODY_CHECKED")] == [str(POLICE)]


@pytest.mark.parametrize(
    ("today", "is_due"),
    [(date(2027, 11, 22), False), (date(2027, 11, 23), True), (date(2028, 1, 1), True)],
)
def test_a_body_is_due_a_year_after_it_was_checked(counsellor, time_machine, today, is_due):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)
    body = directory.mark_checked(POLICE, centre=counsellor.centre, by=counsellor)

    assert body.is_due(today) is is_due
    assert directory.overdue_count(counsellor, today) == int(is_due)
    assert (POLICE in {due.uid for due in directory.due_for_check(counsellor.centre, today)}) is is_due


def test_a_year_before_the_29th_of_february_is_the_28th():
    assert directory.year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_an_unknown_body_cannot_be_checked(counsellor):
    with pytest.raises(ReferralBody.DoesNotExist):
        directory.mark_checked(uuid.uuid4(), centre=counsellor.centre, by=counsellor)


def test_a_closed_body_is_offered_to_nobody_and_old_records_still_name_it(counsellor):
    directory.close_body(POLICE, is_closed=True, centre=counsellor.centre, by=counsellor)

    assert POLICE not in by_uid(counsellor.centre)
    assert POLICE in by_uid(counsellor.centre, with_closed=True)
    assert directory.body_of(counsellor.centre, POLICE).name == "警察相談専用電話"
    assert directory.referred([POLICE], directory.bodies(counsellor.centre, with_closed=True)) == []

    directory.close_body(POLICE, is_closed=False, centre=counsellor.centre, by=counsellor)
    assert POLICE in by_uid(counsellor.centre)


# --- Reading --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("警察", True),
        ("ケイサツソウダン", True),
        ("けいさつ", True),
        ("#9110", True),
        ("動物園", False),
    ],
)
def test_a_body_is_found_by_name_reading_or_number(counsellor, text, is_found):
    found = directory.holding(text, directory.bodies(counsellor.centre))

    assert (POLICE in {body.uid for body in found}) is is_found


def test_english_shows_where_nobody_has_written_over_it(counsellor, save):
    save(replace(directory.body_of(counsellor.centre, POLICE).entry, hours="平日9時〜17時"), uid=POLICE)

    with translation.override("en"):
        entry = by_uid(counsellor.centre)[POLICE].entry

    assert (entry.name, entry.hours) == ("Police advice line", "平日9時〜17時")
