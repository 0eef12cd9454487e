"""The attack day, to be repeated: with the source in hand, and in turn a database, a backup, an account, SQL, logs.

`docs/attack-day.md` tells what was tried by hand besides, and what stays open. Each attempt here has its honest twin
in the same set-up, so that a refusal cannot come for another reason.
"""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from cases.protection import confirming, masking
from cases.protection.audit import stored
from cases.protection.keys import KeyMissing, WrapBroken
from cases.protection.match import same_phone, surname
from cases.protection.models import MaskingWord
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.redacted import redacted_text
from cases.protection.reveal import reveal
from cases.records.case import Case
from cases.services import custody, followup, glass
from cases.services.followup import FollowUpEntry
from consult.shell import drafts
from consult.shell.drafts import Draft
from tests import builders

PHONE = "0859-33-7781"
NAME = "鰐淵 標子"
MARKED = builders.person(name=NAME, kana="ワニブチ シルシコ", phone=PHONE, address="米子市標町7-7-81")


def sql(statement, *parameters):
    """What somebody does who holds the database's password, and no key."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def uid_in_db(uid):
    return uid if connection.vendor == "postgresql" else uid.hex


@pytest.fixture
def counsellor(db):
    return builders.account(username="soudan")


@pytest.fixture
def stranger(db):
    """A counsellor of another centre, who also has the database's password."""
    return builders.account(at=builders.centre("yamate"), username="yoso")


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, caller=MARKED, narrative=f"{NAME}さんが{PHONE}から電話してきた。")


# --- SQL: rows carried over to one's own centre -----------------------------------------------------------------------
def carry_over(case, to):
    sql("UPDATE cases_case SET centre_id = %s, number = '2026-999999' WHERE id = %s", to.centre_id, case.pk)
    # and its tags, as if they were of the other centre
    sql("UPDATE cases_lookuptag SET centre_id = %s WHERE case_id = %s", to.centre_id, case.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_carried", [False, True])
def test_a_case_carried_over_to_another_centre_stays_shut_at_every_door(
    case, counsellor, stranger, is_carried
):
    reader = stranger if is_carried else counsellor
    if is_carried:
        carry_over(case, stranger)

    assert Case.objects.visible_to(reader).get() == case
    assert bool(redacted_text([case.uid], by=reader)) is not is_carried
    assert bool(surname("鰐淵", by=reader).case_pks) is not is_carried
    assert bool(same_phone(PHONE, by=reader).case_pks) is not is_carried
    if is_carried:
        glass.break_glass(case.uid, reason="急ぎで見る必要がある", by=reader, told=[])
        with pytest.raises(WrapBroken):
            reveal(case.uid, ["caller.name"], by=reader, purpose="CONSULTATION")
    else:
        assert reveal(case.uid, ["caller.name"], by=reader) == {"caller.name": NAME}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["the key's centre", "the key of one's own case"])
def test_nor_does_it_help_to_change_its_key_as_well(case, stranger, what):
    own = builders.case(by=stranger)
    carry_over(case, stranger)
    mine = sql("SELECT centre_uid, wrapped FROM cases_datakey WHERE owner_uid = %s", uid_in_db(own.uid))[0]
    victim = uid_in_db(case.uid)
    sql("UPDATE cases_datakey SET centre_uid = %s WHERE owner_uid = %s", mine[0], victim)
    if what == "the key of one's own case":
        sql("UPDATE cases_datakey SET wrapped = %s WHERE owner_uid = %s", mine[1], victim)

    with pytest.raises((BreakGlassNeeded, WrapBroken, KeyMissing)):
        reveal(case.uid, ["caller.name"], by=stranger, purpose="CONSULTATION")
    with pytest.raises((WrapBroken, KeyMissing)):
        redacted_text([case.uid], by=stranger)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_carried", [False, True])
def test_a_word_of_a_masking_list_is_read_by_its_own_centre_alone(counsellor, stranger, is_carried):
    masking.add("鰐淵", MaskingWord.Kind.DENY, centre=counsellor.centre, by=counsellor)
    reader = stranger if is_carried else counsellor
    sql("UPDATE cases_maskingword SET centre_id = %s", reader.centre_id)

    assert [word.text for word in masking.words(by=reader, centre=reader.centre)] == (
        [] if is_carried else ["鰐淵"]
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_carried", [False, True])
def test_a_draft_is_read_by_whoever_wrote_it(counsellor, is_carried):
    uid, colleague = uuid.uuid4(), builders.account()
    drafts.save(uid, {"caller-name": [NAME]}, sequence=1, by=counsellor)
    reader = colleague if is_carried else counsellor
    sql("UPDATE consult_draft SET account_id = %s", reader.pk)

    if is_carried:
        with pytest.raises(Draft.DoesNotExist):
            drafts.restore(uid, by=reader)
    else:
        assert drafts.restore(uid, by=reader) == ({"caller-name": [NAME]}, 1)


# --- SQL: the columns by which the door decides -----------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_real", [True, False])
def test_the_protection_of_a_case_is_taken_away_by_its_own_people_alone(case, counsellor, is_real):
    curious = builders.account()
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    if is_real:
        custody.guard(case.uid, is_guarded=False, by=counsellor)
    else:
        sql("UPDATE cases_case SET is_guarded = %s WHERE id = %s", False, case.pk)

    if is_real:
        assert reveal(case.uid, ["caller.name"], by=curious, purpose="CONSULTATION") == {"caller.name": NAME}
    else:
        with pytest.raises(BreakGlassNeeded):
            reveal(case.uid, ["caller.name"], by=curious, purpose="CONSULTATION")
        with pytest.raises(BreakGlassNeeded):
            confirming.proposals(case.uid, by=curious)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_real", [True, False])
def test_nobody_makes_himself_the_holder_of_a_case(case, counsellor, is_real):
    colleague = builders.account()
    if is_real:
        custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=counsellor)
        custody.take_over(case.uid, by=colleague)
    else:
        sql("UPDATE cases_case SET in_charge_id = %s WHERE id = %s", colleague.pk, case.pk)

    if is_real:
        assert reveal(case.uid, ["caller.name"], by=colleague) == {"caller.name": NAME}
    else:
        with pytest.raises(BreakGlassNeeded):
            reveal(case.uid, ["caller.name"], by=colleague)


@pytest.mark.django_db(transaction=True)
def test_a_case_that_was_changed_by_hand_still_opens_in_an_emergency_and_others_are_told(case, counsellor):
    sql("UPDATE cases_case SET in_charge_id = NULL, product = 'X' WHERE id = %s", case.pk)

    glass.break_glass(case.uid, reason="電話の途中で開けなくなった", by=counsellor, told=[])

    assert reveal(case.uid, ["caller.name"], by=counsellor, purpose="CONSULTATION") == {"caller.name": NAME}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_changed", [False, True])
def test_an_honest_change_does_not_make_a_change_by_hand_look_honest(case, counsellor, is_changed):
    curious = builders.account()
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    if is_changed:
        sql("UPDATE cases_case SET is_guarded = %s WHERE id = %s", False, case.pk)
    entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text="電話をした。")

    if is_changed:
        with pytest.raises(stored.ChangedByHand):
            followup.add_follow_up(case.uid, entry, by=curious)
        assert [fault.kind.value for fault in stored.cases([Case.objects.get()])] == ["CODE_REPLAYED"]
    else:
        followup.add_follow_up(case.uid, entry, by=curious)
        assert not list(stored.cases([Case.objects.get()]))
