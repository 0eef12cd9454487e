"""A report is made by a job, made anew as a draft, issued once, and afterwards is what was issued or nothing."""

import json
from datetime import date, datetime

import pytest
import time_machine

from cases import jobs
from cases.figures import erasure
from cases.figures.reports import document
from cases.figures.reports.models import Report, ReportFile
from cases.figures.reports.scope import Span
from cases.figures.tables import registered
from cases.held import forget_all
from cases.jobs.models import Job
from cases.law.calendar import TOKYO
from cases.models import AuditEntry
from cases.services import report_checks, reports
from cases.services.reports import ReportBusy, ReportNotDraft, ReportNotGenuine, ReportNotMade
from tests import builders

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)
YEAR = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _clock(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def by():
    return builders.account("MANAGER")


@pytest.fixture
def case(by):
    return builders.case(by=builders.account(at=by.centre))


def run(report):
    assert jobs.claim_and_run(report.job.uid, worker="w")
    return Report.objects.select_related("centre", "job", "check_job").get(pk=report.pk)


@pytest.fixture
def draft(by, case):
    return run(reports.start(by.centre, Span.YEAR, YEAR, by=by))


@pytest.fixture
def issued(draft, by):
    return Report.objects.select_related("centre", "job").get(pk=reports.issue(draft.uid, by=by).pk)


def test_the_job_makes_every_table_at_one_cut(draft):
    data = reports.data_of(draft)

    assert draft.job.state == Job.State.DONE
    assert [table.number for table in data.tables] == [table.number for table in registered()]
    assert dict(data.head.lines)["速報・確定"].startswith("速報(遅れて入る記録があるため")
    assert (data.head.total, data.head.as_of, draft.end) == (1, draft.as_of, date(2026, 11, 21))


def test_a_month_has_fewer_tables_and_no_cases_told(by, case):
    report = run(reports.start(by.centre, Span.MONTH, date(2026, 11, 1), by=by))

    numbers = [table.number for table in reports.data_of(report).tables]
    assert numbers == [table.number for table in registered() if table.in_month]


def test_a_cancelled_job_goes_on_where_it_stopped_and_at_its_cut(by, case, monkeypatch):
    report = reports.start(by.centre, Span.YEAR, YEAR, by=by)
    built = []
    real = document.built

    def stop_after_three(table, scope):
        built.append(table.number)
        if len(built) == 3:
            jobs.cancel(report.job, by)
        return real(table, scope)

    monkeypatch.setattr(document, "built", stop_after_three)
    halted = run(report)
    assert (halted.job.state, halted.is_made) == (Job.State.CANCELLED, False)
    builders.case(by=builders.account(at=by.centre))  # recorded meanwhile: not in this report
    jobs.resume(halted.job, by)

    done = run(halted)

    assert done.is_made
    assert built == [table.number for table in document.tables_for(Span.YEAR)]
    assert reports.data_of(done).head.total == 1


def test_a_draft_is_made_anew_and_an_older_job_no_longer_writes_to_it(draft, by):
    builders.case(by=builders.account(at=by.centre))
    again = reports.start(by.centre, Span.YEAR, YEAR, by=by)

    assert (again.pk, again.is_made) == (draft.pk, False)
    assert reports.data_of(run(again)).head.total == 2
    assert Report.objects.count() == 1


def test_only_what_was_recorded_by_then_counts(by, case):
    with time_machine.travel(datetime(2026, 11, 22, 9, 0, tzinfo=TOKYO), tick=False):
        builders.case(by=builders.account(at=by.centre))
        early = run(reports.start(by.centre, Span.YEAR, YEAR, until=date(2026, 11, 21), by=by))
        assert reports.data_of(early).head.total == 1
        late = run(reports.start(by.centre, Span.YEAR, YEAR, until=date(2026, 11, 22), by=by))
        assert reports.data_of(late).head.total == 2


@pytest.mark.parametrize("deed", [reports.issue, reports.discard])
def test_nothing_is_done_to_a_report_while_it_is_made(by, case, deed):
    report = reports.start(by.centre, Span.YEAR, YEAR, by=by)

    with pytest.raises(ReportBusy):
        deed(report.uid, by=by)
    with pytest.raises(ReportBusy):
        reports.start(by.centre, Span.YEAR, YEAR, by=by)


def test_a_report_that_was_never_made_is_not_issued(by, case):
    report = reports.start(by.centre, Span.YEAR, YEAR, by=by)
    jobs.cancel(report.job, by)

    with pytest.raises(ReportNotMade):
        reports.issue(report.uid, by=by)


def test_issued_reports_of_one_period_are_numbered(issued, by):
    assert (issued.number, reports.numbered(issued)) == (1, "第1号(令和8年11月20日発行)")
    second = run(reports.start(by.centre, Span.YEAR, YEAR, by=by))

    assert reports.newer_than(issued) is None
    assert reports.issue(second.uid, by=by).number == 2
    assert reports.newer_than(issued) == second
    assert reports.data_of(issued).head.lines[0] == ("番号", "第1号(令和8年11月20日発行)")


@pytest.mark.parametrize("deed", [reports.issue, reports.discard])
def test_an_issued_report_stays_as_it_is(issued, by, deed):
    with pytest.raises(ReportNotDraft):
        deed(issued.uid, by=by)


def test_what_was_issued_does_not_change_with_what_is_recorded_later(issued, by):
    before = reports.data_of(issued)
    builders.case(by=builders.account(at=by.centre))

    assert reports.data_of(Report.objects.select_related("centre").get(pk=issued.pk)) == before


def test_changed_numbers_of_an_issued_report_are_not_shown(issued):
    changed = issued.data.replace('"erased":0', '"erased":1')
    assert changed != issued.data
    Report.objects.filter(pk=issued.pk).update(data=changed)
    forget_all()

    with pytest.raises(ReportNotGenuine):
        reports.data_of(Report.objects.select_related("centre").get(pk=issued.pk))


def test_a_draft_that_a_database_calls_issued_shows_nothing(draft):
    Report.objects.filter(pk=draft.pk).update(state="ISSUED", number=1, issued_at=NOW)

    with pytest.raises(ReportNotGenuine):
        reports.data_of(Report.objects.select_related("centre").get(pk=draft.pk))


def test_the_files_are_kept_once_and_come_back_byte_for_byte(issued, by):
    done = run(issued)

    kept = {form: reports.file_of(done, form) for form in ReportFile.FORMS}
    assert kept["pdf"].startswith(b"%PDF")
    assert kept["json"].decode() == done.data
    assert reports.keep_file(done, "pdf", b"other", by=by).digest == ReportFile.objects.get(form="pdf").digest
    assert {form: reports.file_of(done, form) for form in ReportFile.FORMS} == kept


def test_another_file_put_in_its_place_is_not_given_out(issued):
    done = run(issued)
    ReportFile.objects.filter(form="xlsx").update(data=b"forged", digest="0" * 64)

    with pytest.raises(ReportNotGenuine):
        reports.file_of(done, "xlsx")


def test_counted_anew_at_its_cut_a_report_is_the_same_whatever_came_later(issued, by, case):
    from cases.services import followup

    run(issued)
    builders.case(by=builders.account(at=by.centre))
    followup.close_case(
        case.uid, outcome="ADVICE", closed_on=date(2026, 11, 20), by=builders.account(at=by.centre)
    )
    job = report_checks.start(issued.uid, by=by)
    jobs.claim_and_run(job.uid, worker="w")

    found = Job.objects.get(pk=job.pk).result
    assert (found["differing"], found["first"], found["erased"]) == (0, [], 0)
    assert found["numbers"] > 100


def test_an_erasure_leaves_what_the_tables_count_by(draft, by, case):
    """Weekday and 受付方法 among it; no exact yen was on the card."""
    erasure.forget(case.uid)
    job = report_checks.start(draft.uid, by=by)
    jobs.claim_and_run(job.uid, worker="w")

    found = Job.objects.get(pk=job.pk).result
    assert (found["erased"], found["differing"], found["first"]) == (1, 0, [])


def test_a_number_that_differs_is_named(draft, by):
    stored = json.loads(draft.data)
    assert stored["tables"][0]["grids"][0]["rows"][0][2] == 1
    stored["tables"][0]["grids"][0]["rows"][0][2] = 7
    Report.objects.filter(pk=draft.pk).update(data=json.dumps(stored))
    job = report_checks.start(draft.uid, by=by)
    jobs.claim_and_run(job.uid, worker="w")

    found = Job.objects.get(pk=job.pk).result
    assert (found["differing"], found["first"]) == (
        1, ["表1 相談件数の推移 令和8年度(一部) 件数: 7 → 1"],
    )  # fmt: skip


def test_reports_of_another_centre_do_not_exist(draft):
    stranger = builders.account("MANAGER", at=builders.centre("kita"))

    assert not reports.visible_to(stranger).exists()
    with pytest.raises(Report.DoesNotExist):
        reports.issue(draft.uid, by=stranger)


def test_a_draft_is_thrown_away(draft, by):
    reports.discard(draft.uid, by=by)

    assert not Report.objects.exists()
    assert AuditEntry.objects.filter(action="REPORT_DISCARDED", reason=str(draft.uid)).exists()
