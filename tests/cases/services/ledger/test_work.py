"""The sealed file and its job: checked, imported, stopped, resumed, and nothing personal in the open."""

import pytest
from django.db import connection

from cases import jobs
from cases.jobs.models import Job
from cases.protection.models import SealedChunk
from cases.records.case import Case
from cases.services.ledger import loading, uploads, work
from cases.services.ledger.columns import ColumnsNotMatched
from cases.services.ledger.models import ImportFault, ImportRun
from cases.services.ledger.sample import sample
from cases.services.ledger.work import ImportNotReady
from tests import builders
from tests.cases.services.ledger.ledgers import csv_bytes, many, rows
from tests.cases.services.ledger.test_rows import NOW

pytestmark = pytest.mark.django_db

PERSONAL = ("鬼塚", "紗都香", "オニヅカ", "0000-1234", "00001234", "港北町", "蛯沢", "屋根の工事を契約")


@pytest.fixture
def manager():
    return builders.account("MANAGER")


def received(manager, table, name="鬼塚さんの台帳.csv") -> ImportRun:
    return uploads.receive(name, csv_bytes(table), centre=manager.centre, by=manager)


def worked_off(job: Job) -> Job:
    assert jobs.claim_and_run(job.uid, worker="w")
    return Job.objects.get(pk=job.pk)


def checked(run, manager) -> ImportRun:
    assert worked_off(work.start_check(run, by=manager)).state == Job.State.DONE
    return ImportRun.objects.get(pk=run.pk)


def test_a_file_is_checked_then_imported_then_gone(manager):
    run = received(manager, [*many(3), *rows({"受付年月日": "5/7"})[1:]])

    run = checked(run, manager)
    assert Case.objects.count() == 0
    assert run.check_job.result["added"] == 3

    job = worked_off(work.start_import(run, by=manager))

    assert (job.state, job.result["added"], job.result["refused"]) == (Job.State.DONE, 3, 1)
    assert (job.done, job.total) == (4, 4)
    assert Case.objects.count() == 3
    assert not SealedChunk.objects.filter(owner_uid=run.uid).exists()
    assert not ImportRun.objects.get().has_file


def test_faults_of_check_and_import_are_kept_apart(manager):
    run = checked(received(manager, rows({"受付年月日": "5/7"}, {"手口": "なぞ"})), manager)
    worked_off(work.start_import(run, by=manager))

    for is_check in (True, False):
        found = ImportFault.objects.filter(is_check=is_check).order_by("line")
        assert [(f.line, f.column, f.reason, f.is_note) for f in found] == [
            (2, 2, "date_without_year", False),
            (3, 13, "scam_unknown", True),
        ]


def test_another_look_replaces_the_faults_of_the_one_before(manager):
    run = checked(received(manager, rows({"受付年月日": "5/7"})), manager)
    checked(work.choose_columns(run, run.columns, closed_as=""), manager)

    assert ImportFault.objects.count() == 1


def test_nothing_of_the_file_lies_in_the_open(manager):
    run = checked(received(manager, rows({"受付年月日": "5/7"}, {"手口": "なぞ", "整理番号": "2"})), manager)
    worked_off(work.start_import(run, by=manager))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            text = str(cursor.fetchall())
            found += [(table, word) for word in PERSONAL if word in text]

    assert found == []


def test_the_rows_shown_as_understood_hold_codes(manager):
    run = received(manager, rows({}, {"受付年月日": "5/7"}))

    first, second = sample(run, rows=5, now=NOW)

    assert (first.line, first.entry.scam_main, str(first.received_on)) == (2, "INSPECTION", "2024-05-07")
    assert (second.entry, [fault.reason for fault in second.faults]) == (None, ["date_without_year"])


@pytest.mark.parametrize(
    ("done_before", "refusal"),
    [("nothing", ImportNotReady), ("check queued", ImportNotReady), ("imported", ImportNotReady)],
)
def test_an_import_starts_once_behind_a_finished_check(done_before, refusal, manager):
    run = received(manager, many(1))
    if done_before == "check queued":
        work.start_check(run, by=manager)
    elif done_before == "imported":
        worked_off(work.start_import(checked(run, manager), by=manager))

    with pytest.raises(refusal):
        work.start_import(run, by=manager)


def test_other_columns_need_another_check(manager):
    run = checked(received(manager, many(1)), manager)
    work.choose_columns(run, run.columns, closed_as="ADVICE")

    with pytest.raises(ImportNotReady):
        work.start_import(run, by=manager)


def test_columns_that_make_no_case_are_refused(manager):
    run = received(manager, many(1))

    with pytest.raises(ColumnsNotMatched):
        work.choose_columns(run, [""] * len(run.columns), closed_as="")


def test_a_cancelled_import_goes_on_where_it_stopped(manager, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    run = checked(received(manager, many(5)), manager)
    job = work.start_import(run, by=manager)
    keep = work._keep_faults

    def cancel_meanwhile(run, faults, *, is_check):
        keep(run, faults, is_check=is_check)
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    monkeypatch.setattr(work, "_keep_faults", cancel_meanwhile)
    stopped = worked_off(job)
    assert (stopped.state, Case.objects.count(), stopped.done) == (Job.State.CANCELLED, 2, 2)
    monkeypatch.setattr(work, "_keep_faults", keep)

    done = worked_off(jobs.resume(job, manager))

    assert (done.state, done.result["added"], done.result["known"]) == (Job.State.DONE, 5, 0)
    assert Case.objects.count() == 5


def test_a_job_that_had_ended_all_but_its_last_line_ends_again(manager):
    run = checked(received(manager, many(2)), manager)
    job = worked_off(work.start_import(run, by=manager))
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None)

    assert worked_off(job).result["added"] == 2
    assert Case.objects.count() == 2


def test_a_file_that_breaks_off_fails_with_the_line_and_can_be_seen(manager):
    data = csv_bytes(many(2)) + b'3,"2024/5/7'
    run = uploads.receive("l.csv", csv_bytes(many(2)), centre=manager.centre, by=manager)
    from cases.protection import streams

    streams.erase(run.sealed_owner)
    streams.store(run.sealed_owner, [data], centre_uid=manager.centre.uid, cohort=2026)

    job = worked_off(work.start_check(run, by=manager))

    assert (job.state, job.error_code) == (Job.State.FAILED, "file_not_understood")
    assert "4行目" in job.error


def test_files_that_nobody_works_on_go_after_two_weeks(manager):
    old, busy, fresh = (received(manager, many(1)) for _n in range(3))
    work.start_check(busy, by=manager)
    ImportRun.objects.filter(pk__in=[old.pk, busy.pk]).update(created_at=NOW.replace(year=2026, month=1))

    uploads.clean_up()

    assert set(ImportRun.objects.filter(has_file=True)) == {busy, fresh}
    assert not SealedChunk.objects.filter(owner_uid=old.uid).exists()
