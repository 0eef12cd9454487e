"""What the first door asks for: nothing at work, a purpose elsewhere, 緊急の閲覧 for guarded cases of others."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded, PurposeNeeded, ReasonNeeded
from cases.protection.reveal import QUIET_DAYS, Rule, needs_purpose, reveal, rule_for
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services import custody, followup, glass
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def taker():
    return builders.account()


@pytest.fixture
def colleague():
    return builders.account()


@pytest.fixture
def case(taker):
    return builders.case(by=taker, caller=builders.person())


def is_quiet(case):
    Case.objects.filter(pk=case.pk).update(changed_at=timezone.now() - timedelta(days=QUIET_DAYS, seconds=1))


def is_closed(case):
    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 21), by=SYSTEM)


def is_guarded(case):
    custody.guard(case.uid, is_guarded=True, by=SYSTEM)


@pytest.mark.parametrize(
    ("state", "taker_meets", "colleague_meets"),
    [
        (lambda _case: None, Rule.FREE, Rule.ASKED),
        (is_quiet, Rule.ASKED, Rule.ASKED),
        (is_closed, Rule.ASKED, Rule.ASKED),
        (is_guarded, Rule.FREE, Rule.GUARDED),
        (lambda case: (is_guarded(case), is_closed(case)), Rule.ASKED, Rule.GUARDED),
    ],
    ids=["at work", "quiet", "closed", "guarded", "guarded and closed"],
)
def test_the_rule_fits_the_case_and_the_person(case, taker, colleague, state, taker_meets, colleague_meets):
    state(case)
    case.refresh_from_db()

    assert (rule_for(case, taker), rule_for(case, colleague)) == (taker_meets, colleague_meets)
    assert needs_purpose(case, colleague) == (colleague_meets is Rule.ASKED)
    assert rule_for(case, SYSTEM) is Rule.ASKED


def test_on_ones_own_open_case_nothing_is_asked(case, taker):
    assert reveal(case.uid, ["caller.name"], by=taker) == {"caller.name": "山田 花子"}
    assert AuditEntry.objects.get(action="REVEALED").purpose == "CONSULTATION"


@pytest.mark.parametrize(
    ("purpose", "reason", "refusal"),
    [
        ("", "", PurposeNeeded),
        ("CONSULTATION", "", None),
        ("INSPECTION", " ", ReasonNeeded),
        ("INSPECTION", "年度の点検", None),
    ],
)
def test_on_a_case_of_somebody_else_a_purpose_is_asked_and_a_reason_with_the_rarer_ones(
    case, colleague, purpose, reason, refusal
):
    if refusal:
        with pytest.raises(refusal):
            reveal(case.uid, ["caller.name"], by=colleague, purpose=purpose, reason=reason)
    else:
        assert reveal(case.uid, ["caller.name"], by=colleague, purpose=purpose, reason=reason)
    assert AuditEntry.objects.filter(action="REVEALED").count() == (refusal is None)


def test_a_case_that_was_handed_over_is_the_receivers_and_no_longer_the_givers(case, taker, colleague):
    custody.hand_over(case.uid, to_uid=colleague.uid, note="", by=taker)
    case.refresh_from_db()
    assert (rule_for(case, taker), rule_for(case, colleague)) == (Rule.FREE, Rule.ASKED)

    custody.take_over(case.uid, by=colleague)

    case.refresh_from_db()
    assert (rule_for(case, taker), rule_for(case, colleague)) == (Rule.ASKED, Rule.FREE)
    is_guarded(case)
    case.refresh_from_db()
    assert (rule_for(case, taker), rule_for(case, colleague)) == (Rule.ASKED, Rule.FREE)


def test_a_guarded_case_opens_to_others_by_break_glass_alone(case, colleague):
    is_guarded(case)
    with pytest.raises(BreakGlassNeeded):
        reveal(case.uid, ["caller.name"], by=colleague, purpose="URGENT", reason="本人が危ないと連絡があった")

    glass.break_glass(case.uid, reason="本人が危ないと連絡があった", by=colleague, told=[])

    assert reveal(case.uid, ["caller.name"], by=colleague)["caller.name"] == "山田 花子"
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.purpose, entry.reason) == ("URGENT", "本人が危ないと連絡があった")
