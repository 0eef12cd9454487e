"""The migration that gives facts of before the new columns: afterwards they say what they would say if stated now."""

import importlib
import uuid
from pathlib import Path

import pytest
from django.apps import apps

from cases import migrations
from cases.figures import erasure
from cases.figures.recount import recount
from cases.models import CaseFact, FactLog
from cases.services import followup
from cases.services.followup import FollowUpEntry
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def migration():
    name = next(Path(migrations.__file__).parent.glob("*_facts_stated_anew.py")).stem
    return importlib.import_module(f"cases.migrations.{name}")


@pytest.fixture
def of_before(migration):
    """A case that was closed, one with a 経過, one erased; their facts without the new columns, 経過 unstated."""
    by = builders.account()
    closed = builders.case(
        by=by, relation="SELF", product="BASIC_COSMETICS", issue_main="CONTRACT", harm="HARM"
    )
    going_on, erased = builders.case(by=by, relation="CHILD", caller_age=40), builders.case(by=by)
    followup.close_case(closed.uid, outcome="ADVICE", closed_on=closed.received_on, by=by)
    call = FollowUpEntry(
        uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text="助言", minutes=10
    )
    followup.add_follow_up(going_on.uid, call, by=by)
    erasure.forget(erased.uid)
    erased.delete()
    FactLog.objects.get_or_create(pk=FactLog.ONLY)
    CaseFact.objects.filter(what="CONTACT").delete()
    CaseFact.objects.update(**dict.fromkeys(migration.NEW, ""))


def test_facts_of_before_say_what_the_cases_say(of_before, migration):
    log = FactLog.objects.get().uid

    migration.state_anew(apps, None)

    assert recount().differences == []
    assert FactLog.objects.get().uid != log
    erased = CaseFact.objects.get(case_uid=None)
    assert (erased.caller_age_band, erased.harm, erased.product_middle) == ("ERASED",) * 3
    closed = CaseFact.objects.filter(outcome="ADVICE").get()
    assert (closed.caller_age_band, closed.product_middle, closed.issues) == (
        "75_79",
        "BASIC_COSMETICS",
        "CONTRACT",
    )


def test_going_back_forgets_the_contacts(of_before, migration):
    migration.state_anew(apps, None)
    assert CaseFact.objects.filter(what="CONTACT").count() == 1
    migration.forget_contacts(apps, None)
    assert not CaseFact.objects.filter(what="CONTACT").exists()


def test_the_bands_of_the_migration_are_those_of_today(migration):
    from cases.records.ages import band_of

    for age in range(131):
        assert next(code for end, code in migration.BANDS if age < end) == band_of(age)
