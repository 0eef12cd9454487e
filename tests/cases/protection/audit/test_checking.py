"""`audit_verify` and the night run: what they say, how they end, and that they leave a trace themselves."""

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cases.jobs import work
from cases.jobs.models import Job
from cases.jobs.running import Stopped
from cases.jobs.work import claim
from cases.law.calendar import TOKYO
from cases.protection import audit
from cases.protection.audit import append_only, checking, checkpoints, stored, verify
from cases.protection.audit.models import AuditFault
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


@pytest.fixture
def case() -> Case:
    made = builders.case()
    audit.record("CASE_VIEWED", by=SYSTEM, case=made)
    checkpoints.make()
    return made


def tamper(case: Case) -> None:
    append_only.remove(connection)
    AuditEntry.objects.filter(case_uid=case.uid, action="CASE_VIEWED").update(action="CASES_LISTED")
    append_only.install(connection)


def verified(*options: str) -> tuple[int, str]:
    """Exit code and standard output."""
    out = StringIO()
    try:
        call_command("audit_verify", *options, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as refusal:
        return refusal.returncode, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize("touched", [False, True])
def test_the_command_names_place_and_kind_of_each_fault(case: Case, touched: bool) -> None:
    if touched:
        tamper(case)

    code, said = verified("--rows")

    assert code == (3 if touched else 0)
    assert ("ENTRY_CHANGED" in said and case.number in said and "seq=2" in said) is touched
    assert AuditEntry.objects.filter(action="AUDIT_VERIFIED", count=int(touched)).count() == 1


@pytest.mark.parametrize("touched", [False, True])
def test_the_answer_as_json(case: Case, touched: bool) -> None:
    if touched:
        tamper(case)

    answer = json.loads(verified("--json")[1])

    assert [(f["kind"], f["case"]) for f in answer["faults"]] == [("ENTRY_CHANGED", case.number)] * touched
    assert answer["entries"] == 2


@pytest.mark.parametrize(("since", "found"), [(timedelta(0), True), (timedelta(days=1), False)])
def test_since_looks_at_the_chains_that_were_written_to(case: Case, since: timedelta, found: bool) -> None:
    tamper(case)
    day = timezone.localdate() + since

    assert (verified("--since", day.isoformat())[0] == 3) is found


@pytest.mark.parametrize("options", [("--since", "きのう"), ("--against", "/nowhere/copy.jsonl")])
def test_what_cannot_be_understood_is_a_matter_of_usage(options: tuple[str, ...]) -> None:
    assert verified(*options)[0] == 2


def test_without_the_key_nothing_is_called_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEY_DIR", tmp_path)

    assert verified()[0] == 1


def test_the_public_key_is_given_out_and_nothing_else() -> None:
    assert verified("--public-key")[1].startswith("-----BEGIN PUBLIC KEY-----")


def run_job() -> Job:
    while work.claim_and_run(worker="tests"):
        pass
    return Job.objects.filter(kind=checking.JOB).latest("pk")


@pytest.mark.parametrize(("hour", "started"), [(0, False), (1, True), (9, True)])
def test_the_night_run_starts_once_a_day_and_as_soon_as_a_machine_is_on(hour: int, started: bool) -> None:
    Job.objects.all().delete()
    with time_machine.travel(datetime(2026, 11, 25, hour, 30, tzinfo=TOKYO), tick=False):
        for _n in range(2):
            checking.start_night_run()

        assert Job.objects.filter(kind=checking.JOB).count() == int(started)
    with time_machine.travel(datetime(2026, 11, 26, 1, 30, tzinfo=TOKYO), tick=False):
        assert checking.is_wanted() is not started  # an unfinished run is not started twice


@pytest.mark.parametrize("touched", [False, True])
def test_the_night_run_keeps_its_faults_for_the_pages(case: Case, touched: bool) -> None:
    if touched:
        tamper(case)
    checking.queue.start(checking.JOB, by=SYSTEM)

    job = run_job()

    assert (job.state, job.result["faults"]) == (Job.State.DONE, int(touched))
    assert list(AuditFault.objects.values_list("kind", "case_uid")) == [("ENTRY_CHANGED", case.uid)] * touched
    assert job.done == job.total


def test_a_run_that_was_broken_off_goes_on_where_it_was(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(case)
    checking.queue.start(checking.JOB, by=SYSTEM)
    whole = stored.cases

    def broken_off(_batch: Any) -> Any:
        raise Stopped

    monkeypatch.setattr(stored, "cases", broken_off)
    work.claim_and_run(worker="tests")
    monkeypatch.setattr(stored, "cases", whole)
    monkeypatch.setattr(verify, "chains", lambda *_given: pytest.fail("the chains were done"))
    job = run_job()

    assert (job.state, job.result["faults"]) == (Job.State.DONE, 1)


def test_many_chains_are_read_in_windows_and_none_is_missed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [builders.case(by=builders.account(at=case.centre)) for _n in range(5)]
    tamper(case)
    monkeypatch.setattr(verify, "HEADS", 2)
    counted: list[int] = []

    faults = list(checking.everything(advance=counted.append))

    assert [fault.case_uid for fault in faults] == [case.uid]
    assert sum(counted) == AuditEntry.objects.count() == 7
    assert len(others) == 5


def test_an_entry_written_while_the_log_is_read_is_no_fault(case: Case) -> None:
    window = next(verify.windows())
    audit.record("CASE_VIEWED", by=SYSTEM, case=case)
    builders.case(by=builders.account(at=case.centre))

    assert list(verify.chains(window)) == []


@pytest.mark.parametrize("state", ["DONE", "QUEUED", "RUNNING"])
@pytest.mark.parametrize("is_real", [True, False])
def test_a_row_that_nobody_ran_keeps_no_night_run_away(case: Case, state: str, is_real: bool) -> None:
    Job.objects.all().delete()
    with time_machine.travel(datetime(2026, 11, 25, 2, 0, tzinfo=TOKYO), tick=False):
        checking.start_night_run()
        if is_real and state == "DONE":
            run_job()
        elif is_real and state == "RUNNING":
            claim("w")
        elif not is_real:
            far = datetime(2999, 1, 1, tzinfo=TOKYO)
            more = {
                "DONE": {"finished_at": far},
                "QUEUED": {"run_after": far},
                "RUNNING": {"lease_until": far},
            }
            Job.objects.filter(kind=checking.JOB).update(state=state, **more[state])

        assert checking.is_wanted() is not is_real
