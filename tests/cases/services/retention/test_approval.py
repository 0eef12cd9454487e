"""Rows that say "approved" erase nothing: the worker asks the log what a person approved."""

from datetime import date

import pytest
from django.utils import timezone

from cases import jobs
from cases.jobs.models import Job
from cases.models import Disposal, DisposalItem
from cases.records.case import Case
from cases.services.retention import disposal
from tests import builders

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 31)


def run_worker():
    while jobs.claim_and_run(worker="w"):
        pass


def put_in_by_sql(case, by):
    """What somebody with the database's password, and no key, writes: a disposal that looks approved, and its job."""
    now = timezone.now()
    made = Disposal.objects.create(
        centre=case.centre, ground="ORDER", proposed_by=by, decided_by=by, decided_at=now, state="APPROVED"
    )
    DisposalItem.objects.create(disposal=made, case=case, record_class="CONSULTATION")
    Job.objects.create(kind=disposal.KIND, arguments={"disposal": str(made.uid)}, centre=case.centre)


@pytest.mark.parametrize("is_real", [True, False])
def test_a_disposal_that_was_written_into_the_rows_erases_nothing(closed, manager, second, is_real):
    case = closed(DUE)
    if is_real:
        made = disposal.propose_one(case.uid, ground=Disposal.Ground.ORDER, by=manager)
        disposal.approve(made.uid, by=second)
    else:
        put_in_by_sql(case, manager)

    run_worker()

    job = Job.objects.get(kind=disposal.KIND)
    assert (Case.objects.exists(), job.error_code) == ((False, "") if is_real else (True, "not_approved"))


@pytest.mark.parametrize("change", ["a case was added", "another ground", "nothing"])
def test_what_was_changed_after_the_approval_is_not_erased(closed, manager, second, change):
    case, bystander = closed(DUE), builders.case()
    made = disposal.propose_one(case.uid, ground=Disposal.Ground.ORDER, by=manager)
    disposal.approve(made.uid, by=second)
    if change == "a case was added":
        DisposalItem.objects.create(disposal=made, case=bystander, record_class="CONSULTATION")
    elif change == "another ground":
        Disposal.objects.update(ground="REQUEST")

    run_worker()

    assert Case.objects.filter(pk=bystander.pk).exists()
    assert Case.objects.filter(pk=case.pk).exists() == (change == "another ground")
    assert Job.objects.get(kind=disposal.KIND).error_code == ("" if change == "nothing" else "not_approved")


def test_a_disposal_of_last_year_cannot_be_used_again(closed, manager, second):
    case, bystander = closed(DUE), builders.case()
    made = disposal.propose_one(case.uid, ground=Disposal.Ground.ORDER, by=manager)
    disposal.approve(made.uid, by=second)
    run_worker()
    DisposalItem.objects.create(disposal=made, case=bystander, record_class="CONSULTATION")
    job = Job.objects.create(kind=disposal.KIND, arguments={"disposal": str(made.uid)}, cursor={})

    run_worker()

    job.refresh_from_db()
    assert (Case.objects.get(), job.error_code) == (bystander, "not_approved")
