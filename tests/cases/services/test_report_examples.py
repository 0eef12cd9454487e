"""Cases are told in a report only from a confirmed text, without anybody in it, and no longer once they are erased."""

from datetime import date

import pytest

from cases import jobs
from cases.figures.reports.models import Report, ReportExample
from cases.figures.reports.scope import Span
from cases.protection.models import AuditEntry
from cases.services import report_examples, reports
from cases.services.entry import EntryRefused
from cases.services.report_examples import LooksPersonal
from cases.services.reports import ReportNotDraft
from tests import builders
from tests.cases.services.pionet.test_cards import confirm

pytestmark = pytest.mark.django_db
YEAR = date(2026, 4, 1)
TEXT = "無料点検を口実に訪れた事業者と、屋根の工事を契約した。書面を受け取った日から数えて期間内に解除した。"


@pytest.fixture
def counsellor(tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"
    return builders.account()


@pytest.fixture
def by(counsellor):
    return builders.account("MANAGER", at=counsellor.centre)


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, caller=builders.person(name="鬼塚 紗都香"))


@pytest.fixture
def report(by, case):
    made = reports.start(by.centre, Span.YEAR, YEAR, by=by)
    jobs.claim_and_run(made.job.uid, worker="w")
    return Report.objects.get(pk=made.pk)


def add(report, case, by, **more):
    given = {"title": "屋根の点検商法", "text": TEXT, **more}
    return report_examples.add(report.uid, case.number, by=by, **given)


def test_a_case_with_a_confirmed_text_is_offered_and_told(report, case, by, counsellor):
    assert report_examples.offered(report, by=by) == []
    confirm(case, counsellor)

    assert [one.number for one in report_examples.offered(report, by=by)] == [case.number]
    add(report, case, by)

    table = reports.data_of(report).tables[-2]
    told = next(table for table in reports.data_of(report).tables if table.number == 15)
    assert told.data.grids[0].rows[0].cells == ("屋根の点検商法", TEXT)
    assert table.number in (14, 15)
    assert AuditEntry.objects.filter(action="REPORT_EXAMPLE_ADDED", case_uid=case.uid).exists()


def test_a_case_without_a_confirmed_text_is_not_told(report, case, by):
    with pytest.raises(EntryRefused) as refused:
        add(report, case, by)

    assert set(refused.value.errors) == {"number"}


@pytest.mark.parametrize(
    "words", ["鬼塚さんは屋根の工事を契約した。", "紗都香さんが困っていた。", "電話は090-1234-5678だった。"]
)
def test_nobody_of_the_case_is_named(report, case, by, counsellor, words):
    confirm(case, counsellor)

    with pytest.raises(EntryRefused) as refused:
        add(report, case, by, text=words, seen=True)

    assert set(refused.value.errors) == {"text"}
    assert words[:3] not in str(refused.value.errors)
    assert not ReportExample.objects.exists()


def test_what_only_looks_like_a_person_is_for_the_person_to_say(report, case, by, counsellor):
    confirm(case, counsellor)
    words = "契約者の佐々木さんが解除した。"

    with pytest.raises((LooksPersonal, EntryRefused)):
        add(report, case, by, text=words)


@pytest.mark.parametrize(("title", "text"), [("", TEXT), ("題", ""), ("題" * 61, TEXT), ("題", "文" * 801)])
def test_words_have_a_length(report, case, by, counsellor, title, text):
    confirm(case, counsellor)

    with pytest.raises(EntryRefused):
        add(report, case, by, title=title, text=text)


def test_a_case_of_another_period_or_centre_is_not_told(report, by, counsellor):
    stranger = builders.account(at=builders.centre("kita"))
    theirs = builders.case(by=stranger)
    confirm(theirs, stranger)

    assert report_examples.told(report, theirs.number + "9", by=by) is None
    with pytest.raises(Report.DoesNotExist):
        add(report, theirs, builders.account("MANAGER", at=stranger.centre))


def test_an_issued_report_names_no_case_and_takes_no_more(report, case, by, counsellor):
    confirm(case, counsellor)
    row = add(report, case, by)
    reports.issue(report.uid, by=by)

    assert ReportExample.objects.get().case_uid is None
    with pytest.raises(ReportNotDraft):
        add(report, case, by)
    with pytest.raises(ReportNotDraft):
        report_examples.remove(row.uid, by=by)


def test_a_case_is_taken_out_again(report, case, by, counsellor):
    confirm(case, counsellor)
    report_examples.remove(add(report, case, by).uid, by=by)

    assert not ReportExample.objects.exists()


def test_an_erased_case_is_no_longer_told_in_a_draft(report, case, by, counsellor):
    confirm(case, counsellor)
    add(report, case, by)

    report_examples.erase_with_case(case.uid)

    assert not ReportExample.objects.exists()
