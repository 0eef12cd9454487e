"""A year's keys are not destroyed under a record that must still be kept."""

from datetime import date, timedelta

import pytest

from cases.protection.keys import destruction
from cases.protection.keys.rotation import Cohort
from cases.services.retention import due, holds
from cases.services.retention.models import LegalHold
from cases.services.retention.rules import RecordClass
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch):
    monkeypatch.setattr(destruction, "GRACE", timedelta())


def destroy(case):
    cohort = Cohort("case", case.centre.uid, 2026)
    return destruction.destroy_cohort(cohort, by="課長", reason="保存年限", with_rows=True)


def test_what_is_due_lets_its_year_go(closed):
    assert destroy(closed(date(2027, 3, 31))).wrapped_rows == 1


def test_what_is_not_yet_due_keeps_its_year(closed, manager):
    case, _later = closed(date(2026, 5, 1)), closed(date(2027, 3, 31))
    due.set_years(manager.centre, RecordClass.CONSULTATION, years=10, from_on=date(2032, 4, 10), by=manager)

    with pytest.raises(destruction.KeyInUse, match="保存期限前の相談が2件"):
        destroy(case)


def test_a_hold_keeps_the_year_until_it_is_lifted(closed, manager):
    case = closed(date(2027, 3, 31))
    hold = holds.place(case.uid, ground=LegalHold.Ground.LITIGATION, by=builders.account("MANAGER"))

    with pytest.raises(destruction.KeyInUse, match="保存停止中の相談が1件"):
        destroy(case)

    holds.lift(hold.uid, by=manager)
    assert destroy(case).wrapped_rows == 1
