"""In whose hands a case is: 支援措置, 引継ぎ, cases that belong together."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from cases.feed.models import FeedRow
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redacted import redacted_text
from cases.records.case import Case
from cases.records.custody import HandOver
from cases.records.links import CaseLink, linked_pks
from cases.services import custody, glass
from cases.services.custody import NoHandOverWaits
from cases.services.entry import EntryRefused
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def taker():
    return builders.account()


@pytest.fixture
def colleague():
    return builders.account()


@pytest.fixture
def case(taker):
    return builders.case(by=taker, caller=builders.person())


def logged(action):
    return AuditEntry.objects.filter(action=action).count()


def told(*cases):
    """Whether the other rooms have been told of every one of these cases since the last `forget`."""
    return {row.case_uid for row in FeedRow.objects.all()} >= {case.uid for case in cases}


# --- 支援措置 ---------------------------------------------------------------------------------------------------
def test_anybody_protects_a_case_and_once_is_enough(case, colleague):
    for _press in range(2):
        custody.guard(case.uid, is_guarded=True, by=colleague)

    case.refresh_from_db()
    assert case.is_guarded
    assert logged("CASE_GUARDED") == 1


@pytest.mark.parametrize(("who", "refused"), [("taker", False), ("colleague", True), ("with glass", False)])
def test_only_its_own_people_take_the_protection_away(case, taker, colleague, who, refused):
    custody.guard(case.uid, is_guarded=True, by=taker)
    by = taker if who == "taker" else colleague
    if who == "with glass":
        glass.break_glass(case.uid, reason="担当が休みで、解除の届けがあった", by=by, told=[])

    if refused:
        with pytest.raises(BreakGlassNeeded):
            custody.guard(case.uid, is_guarded=False, by=by)
    else:
        custody.guard(case.uid, is_guarded=False, by=by)
    case.refresh_from_db()
    assert case.is_guarded is refused


# --- 引継ぎ -----------------------------------------------------------------------------------------------------
def test_a_case_changes_hands_when_it_is_taken_and_its_note_is_part_of_the_record(case, taker, colleague):
    custody.hand_over(case.uid, to_uid=colleague.uid, note="山田花子さんは午後に在宅。", by=taker)
    case.refresh_from_db()
    assert case.holder_id == taker.pk
    assert [row.case for row in custody.waiting_for(colleague.pk)] == [case]

    custody.take_over(case.uid, by=colleague)

    case.refresh_from_db()
    assert (case.counsellor, case.in_charge) == (taker, colleague)
    assert set(Case.objects.in_hands_of(colleague.pk)) == {case}
    assert set(Case.objects.in_hands_of(taker.pk)) == set()
    assert custody.waiting_for(colleague.pk) == []
    words = redacted_text([case.uid], by=colleague, with_follow_ups=True)[case.uid]
    assert list(words.follow_ups.values()) == ["〔氏名〕さんは午後に在宅。"]


@pytest.mark.parametrize("who", ["self", "holder", "elsewhere", "stopped", "nobody", "colleague"])
def test_a_case_is_handed_to_a_working_colleague_of_the_centre(case, taker, colleague, who):
    manager = builders.account("MANAGER")
    stopped = builders.account()
    stopped.is_active = False
    stopped.save()
    to = {
        "self": manager.uid, "holder": taker.uid, "stopped": stopped.uid, "nobody": uuid.uuid4(),
        "elsewhere": builders.account(at=builders.centre("kita")).uid, "colleague": colleague.uid,
    }[who]  # fmt: skip

    if who == "colleague":
        custody.hand_over(case.uid, to_uid=to, note="", by=manager)
    else:
        with pytest.raises(EntryRefused):
            custody.hand_over(case.uid, to_uid=to, note="", by=manager)
    assert HandOver.objects.count() == (who == "colleague")


def test_only_the_person_it_is_offered_to_takes_it_and_only_while_it_waits(case, taker, colleague):
    third = builders.account()
    custody.hand_over(case.uid, to_uid=third.uid, note="", by=taker)
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)
    with pytest.raises(NoHandOverWaits):
        custody.take_over(case.uid, by=third)

    custody.take_over(case.uid, by=colleague)

    for late in (custody.take_over, custody.withdraw):
        with pytest.raises(NoHandOverWaits):
            late(case.uid, by=colleague)
    assert logged("HAND_OVER_TAKEN") == 1


@pytest.mark.parametrize(("who", "may"), [("taker", True), ("colleague", True), ("third", False)])
def test_an_offer_is_withdrawn_by_those_whom_it_concerns(case, taker, colleague, who, may):
    people = {"taker": taker, "colleague": colleague, "third": builders.account()}
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)

    if may:
        custody.withdraw(case.uid, by=people[who])
    else:
        with pytest.raises(NoHandOverWaits):
            custody.withdraw(case.uid, by=people[who])
    assert len(custody.waiting_for(colleague.pk)) == (not may)


def test_a_case_that_is_disposed_of_meanwhile_is_named_and_the_others_are_taken(
    taker, colleague, monkeypatch
):
    gone, kept = (builders.case(by=taker) for _n in range(2))
    for one in (gone, kept):
        custody.hand_over(one.uid, to_uid=colleague.uid, note="", by=taker)
    take_over = custody.take_over

    def disposed_of_first(case_uid, **given):
        if case_uid == gone.uid:
            Case.objects.filter(pk=gone.pk).delete()
        return take_over(case_uid, **given)

    monkeypatch.setattr(custody, "take_over", disposed_of_first)

    assert custody.take_all(by=colleague) == (1, [gone.number])


def test_others_do_not_pass_a_guarded_case_around(case, taker, colleague):
    custody.guard(case.uid, is_guarded=True, by=taker)
    third = builders.account()
    with pytest.raises(BreakGlassNeeded):
        custody.hand_over(case.uid, to_uid=third.uid, note="", by=colleague)

    assert custody.hand_over(case.uid, to_uid=third.uid, note="", by=taker)


def test_the_database_keeps_one_waiting_offer_a_case(case, taker, colleague):
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)

    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.create(case=case, from_account=taker, to_account=builders.account())


# --- Cases that belong together -----------------------------------------------------------------------------------
def test_two_cases_are_linked_once_seen_from_both_sides_and_the_other_rooms_are_told(case, taker):
    other = builders.case(by=taker)
    FeedRow.objects.all().delete()

    custody.link(case.uid, other_uid=other.uid, kind="SAME_PERSON", by=taker)
    custody.link(other.uid, other_uid=case.uid, kind="SAME_MATTER", by=taker)

    assert CaseLink.objects.get().kind == "SAME_MATTER"
    assert (linked_pks(case.pk), linked_pks(other.pk)) == ([other.pk], [case.pk])
    assert told(case, other)
    custody.unlink(other.uid, other_uid=case.uid, by=taker)
    custody.unlink(other.uid, other_uid=case.uid, by=taker)
    assert not CaseLink.objects.exists()
    assert (logged("CASES_LINKED"), logged("CASES_UNLINKED")) == (4, 2)


@pytest.mark.parametrize("which", ["itself", "elsewhere"])
def test_a_case_is_linked_with_another_one_of_the_same_centre(case, taker, which):
    other = case if which == "itself" else builders.case(by=builders.account(at=builders.centre("kita")))

    with pytest.raises((EntryRefused, Case.DoesNotExist)):
        custody.link(case.uid, other_uid=other.uid, kind="SAME_PERSON", by=taker)
    assert not CaseLink.objects.exists()


def test_an_offer_that_was_taken_back_and_made_to_wait_again_by_hand_passes_nothing(case, taker, colleague):
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)
    custody.withdraw(case.uid, by=taker)
    HandOver.objects.update(withdrawn_at=None)

    with pytest.raises(NoHandOverWaits):
        custody.take_over(case.uid, by=colleague)

    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)
    assert custody.take_over(case.uid, by=colleague).in_charge_id == colleague.pk
