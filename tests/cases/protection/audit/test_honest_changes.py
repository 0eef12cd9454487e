"""What the product itself changes in a case is never reported: each of these changes leaves its digest."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.protection import remasking
from cases.protection.audit import stored
from cases.records.case import Case
from cases.services import custody, followup
from cases.services.followup import FollowUpEntry
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db


def _linked(case: Case, by: Account) -> None:
    other = builders.case(by=by, caller=builders.person(name="鬼塚 紗都香"))
    custody.link(case.uid, other_uid=other.uid, kind="SAME_MATTER", by=by)


def _guarded(case: Case, by: Account) -> None:
    custody.guard(case.uid, is_guarded=True, by=by)


def _masked_again(case: Case, _by: Account) -> None:
    remasking._mask_again([case.pk])


@pytest.mark.parametrize("change", [_linked, _guarded, _masked_again])
def test_an_honest_change_is_no_fault(change: Callable[[Case, Account], None]) -> None:
    by = builders.account()
    case = builders.case(by=by, narrative="鬼塚紗都香さんの紹介だという。")
    entry = FollowUpEntry(
        uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text="また電話があった。"
    )
    followup.add_follow_up(case.uid, entry, by=by)

    change(Case.objects.get(pk=case.pk), by)

    assert [fault for batch in stored.batches() for fault in stored.cases(batch)] == []
