"""A row that no genuine entry of the log stands behind is as if it were not there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.protection.audit.vouching import vouched
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.reveal import reveal
from cases.records.custody import BreakGlass, HandOver
from cases.services import custody, glass
from tests import builders

REASON = "本人が危ないと警察から連絡があった"
HOWS = ("done", "row", "row and entry", "row and copied entry")


@pytest.fixture
def case(db):
    return builders.case(by=builders.account(), caller=builders.person())


@pytest.fixture
def curious(db):
    return builders.account()


def forge_entry(case, action, by, *, mac=b"m" * 32, reason=""):
    """What somebody with the database's password, and no key, can write behind the end of the case's chain."""
    end = AuditEntry.objects.filter(case_uid=case.uid).order_by("-seq").first()
    AuditEntry.objects.create(
        action=action, actor_id=by.pk, actor_uid=by.uid, role=by.role, case_uid=case.uid, reason=reason,
        centre_uid=case.centre.uid, chain=end.chain, seq=end.seq + 1, mac=mac,
    )  # fmt: skip


def open_glass_as(how, case, by):
    if how == "done":
        glass.break_glass(case.uid, reason=REASON, by=by, told=[case.counsellor_id])
        return
    if how == "row and entry":
        forge_entry(case, "GLASS_BROKEN", by)
    elif how == "row and copied entry":  # genuine, but of another case
        other = builders.case(by=case.counsellor)
        glass.break_glass(other.uid, reason=REASON, by=by, told=[])
        copied = AuditEntry.objects.get(action="GLASS_BROKEN", case_uid=other.uid)
        forge_entry(case, "GLASS_BROKEN", by, mac=bytes(copied.mac))
    now = timezone.now()
    BreakGlass.objects.create(
        case=case, centre=case.centre, account=by, reason="x", opened_at=now, ends_at=now + timedelta(hours=9)
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", HOWS)
def test_only_an_emergency_look_that_the_log_knows_opens_a_guarded_case(case, curious, how):
    custody.guard(case.uid, is_guarded=True, by=case.counsellor)
    open_glass_as(how, case, curious)

    if how == "done":
        assert reveal(case.uid, ["caller.name"], by=curious) == {"caller.name": "山田 花子"}
    else:
        with pytest.raises(BreakGlassNeeded):
            reveal(case.uid, ["caller.name"], by=curious)


@pytest.mark.django_db
def test_an_emergency_look_whose_row_was_made_longer_ends_after_an_hour(case, curious, time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)
    custody.guard(case.uid, is_guarded=True, by=case.counsellor)
    open_glass_as("done", case, curious)
    BreakGlass.objects.update(ends_at=timezone.now() + timedelta(days=300))

    time_machine.shift(timedelta(minutes=60))
    assert custody.guard(case.uid, is_guarded=True, by=curious).is_guarded
    time_machine.shift(timedelta(seconds=1))
    with pytest.raises(BreakGlassNeeded):
        custody.guard(case.uid, is_guarded=False, by=curious)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["done", "row", "row and entry"])
def test_only_an_offer_that_the_log_knows_can_be_taken(case, curious, how):
    if how == "done":
        custody.hand_over(case.uid, to_uid=curious.uid, note="", by=case.counsellor)
    else:
        HandOver.objects.create(case=case, from_account=case.counsellor, to_account=curious)
    if how == "row and entry":
        forge_entry(case, "HAND_OVER_OFFERED", case.counsellor, reason=str(curious.uid))

    if how == "done":
        assert custody.take_over(case.uid, by=curious).in_charge_id == curious.pk
    else:
        with pytest.raises(custody.NoHandOverWaits):
            custody.take_over(case.uid, by=curious)


@pytest.mark.django_db
def test_an_entry_vouches_for_its_own_actor_case_and_time(case, curious):
    open_glass_as("done", case, curious)
    fits = {"actor_uid": curious.uid, "case_uid": case.uid}

    assert next(vouched("GLASS_BROKEN", **fits), None)
    assert not list(vouched("GLASS_BROKEN", **{**fits, "actor_uid": case.counsellor.uid}))
    assert not list(vouched("GLASS_BROKEN", **{**fits, "case_uid": builders.case().uid}))
    assert not list(vouched("GLASS_BROKEN", **fits, since=timezone.now() + timedelta(seconds=1)))
