"""One click makes a report; page, Excel and paper show the same numbers; issued files come back as they were."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from cases import jobs
from cases.figures.reports.models import Report
from cases.figures.tables import Unit
from cases.protection.models import AuditEntry
from cases.records.centre import Centre
from cases.services import reports
from consult.manage.report.shown import shown
from outreach.programme.examples import load_examples
from tests import builders
from tests.consult.manage.conftest import on, signed_in
from tests.papers import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(manager):
    return signed_in(manager)


@pytest.fixture
def report(client, cards):
    client.post(reverse("report-start"), {"period": "YEAR.2026-04-01"})
    made = Report.objects.get()
    jobs.claim_and_run(made.job.uid, worker="w")
    return made


def fresh(report):
    return Report.objects.select_related("centre", "job").get(pk=report.pk)


def test_one_click_makes_a_report(client, cards):
    asked = client.post(reverse("report-start"), {"period": "YEAR.2026-04-01"})
    report = Report.objects.get()

    assert asked.url == reverse("report", args=[report.uid])
    waiting = client.get(asked.url).content.decode()
    assert "年報・月報の作成" in waiting
    jobs.claim_and_run(report.job.uid, worker="w")
    page = client.get(asked.url).content.decode()
    assert "1 件数の推移" in page
    assert "令和8年度(11月20日まで)の相談は6件で" in page


def test_the_page_shows_every_number_of_the_data(client, report):
    page = client.get(reverse("report", args=[report.uid])).content.decode()

    for table in reports.data_of(fresh(report)).tables:
        assert all(sentence in page for sentence in table.data.sentences)
        for grid in table.data.grids:
            for row in grid.rows:
                assert str(row.cells[0]) in page
                for cell, column in zip(row.cells[1:], grid.columns[1:], strict=True):
                    assert f">{shown(cell, column.unit)}</td>" in page


def numbers_of(report):
    """Per sheet: the rows of every grid, as numbers."""
    found = {}
    for table in reports.data_of(fresh(report)).tables:
        rows = [
            [float(cell) if column.unit != Unit.TEXT and cell is not None else cell or None
             for cell, column in zip(row.cells, grid.columns, strict=True)]
            for grid in table.data.grids for row in grid.rows
        ]  # fmt: skip
        found[f"{table.number} {table.title}"] = rows
    return found


def test_the_workbook_holds_the_same_numbers_cell_by_cell(client, report):
    answer = client.get(reverse("report-file", args=[report.uid, "xlsx"]))

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == [*numbers_of(report), "定義"]
    for name, rows in numbers_of(report).items():
        there = [
            [float(cell) if isinstance(cell, int | float) else cell for cell in row]
            for row in book[name].iter_rows(values_only=True)
        ]
        for row in rows:
            width = max(len(line) for line in there)
            assert [*row, *[None] * (width - len(row))] in there, (name, row)


def test_the_paper_says_the_same_and_that_it_stays_inside(client, report, ua_faults):
    answer = client.get(reverse("report-file", args=[report.uid, "pdf"]))

    assert ua_faults(answer.content) == []
    text = text_of(answer.content)
    data = reports.data_of(fresh(report))
    for table in data.tables:
        for sentence in table.data.sentences:
            assert "".join(sentence.split()) in text
    assert "庁内用" in text
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="REPORT_EXPORTED", reason=f"pdf {report.uid}").count() == 1


def test_an_issued_report_is_reprinted_byte_for_byte(client, report, counsellor):
    client.post(reverse("report-issue", args=[report.uid]), {"sure": "on"})
    jobs.claim_and_run(fresh(report).job.uid, worker="w")
    first = {
        form: client.get(reverse("report-file", args=[report.uid, form])).content
        for form in ("pdf", "xlsx", "json")
    }
    builders.case(by=counsellor)

    again = {form: client.get(reverse("report-file", args=[report.uid, form])).content for form in first}

    assert again == first
    assert "第1号" in client.get(reverse("report", args=[report.uid])).content.decode()


def test_issuing_asks_once_more(client, report):
    answer = client.post(reverse("report-issue", args=[report.uid]), {})

    assert answer.status_code == 422
    assert not fresh(report).is_issued


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"period": "YEAR.2026-04-01"}, 302),
        ({"period": "MONTH.2026-11-01"}, 302),
        ({"period": "YEAR.2027-04-01"}, 422),
        ({"period": "YEAR.2026-04-01", "until": "R8.13.1"}, 422),
        ({"period": "YEAR.2026-04-01", "until": "2026-11-01"}, 302),
        ({}, 422),
    ],
)
def test_what_can_be_asked_for(client, cards, given, status):
    assert client.post(reverse("report-start"), given).status_code == status


@pytest.mark.parametrize(("role", "may"), [("MANAGER", True), ("OUTREACH", False)])
def test_who_makes_reports(centre, cards, role, may):
    client = signed_in(builders.account(role, at=centre))

    assert client.get(reverse("reports")).status_code == 200
    assert (client.post(reverse("report-start"), {"period": "YEAR.2026-04-01"}).status_code == 302) is may


def test_a_report_is_counted_anew_on_the_page(client, report):
    client.post(reverse("report-check", args=[report.uid]))
    jobs.claim_and_run(Report.objects.select_related("check_job").get().check_job.uid, worker="w")

    assert "個の数字がすべて同じです" in client.get(reverse("report", args=[report.uid])).content.decode()


def test_why_the_count_is_another_one_now_is_told_to_the_last_case(client, report, counsellor):
    url = reverse("report-since", args=[report.uid])
    assert "報告の時点から変わっていません(6件)" in client.get(url).content.decode()

    builders.case(by=counsellor, received_at=on(2026, 6, 1), kind="INQUIRY")
    builders.case(by=counsellor, received_at=on(2025, 6, 1))  # another year

    page = client.get(url).content.decode()
    assert "報告では6件、今は7件です" in page
    assert "<dt>遅れて登録された相談</dt><dd>+1</dd>" in page
    assert "問合せ" in page


def test_a_later_number_is_told_on_the_earlier_one(client, report):
    for _number in range(2):
        client.post(reverse("report-issue", args=[report.uid]), {"sure": "on"})
        client.post(reverse("report-start"), {"period": "YEAR.2026-04-01"})
        report = Report.objects.get(state="DRAFT")
        jobs.claim_and_run(report.job.uid, worker="w")

    first = Report.objects.get(number=1)
    assert "第2号で訂正されています" in client.get(reverse("report", args=[first.uid])).content.decode()


def test_a_report_is_read_with_few_queries(client, report, django_assert_max_num_queries):
    url = reverse("report", args=[report.uid])
    client.get(url)

    with django_assert_max_num_queries(14):
        client.get(url)


def test_a_case_is_told_on_its_page(client, report):
    url = reverse("report-examples", args=[report.uid])

    assert "伏せ字を確定した相談がありません" in client.get(url).content.decode()
    refused = client.post(url, {"number": "2026-000001", "title": "題", "text": "文"})
    assert refused.status_code == 422


def test_a_draft_goes_and_an_issued_report_stays(client, report):
    client.post(reverse("report-discard", args=[report.uid]))

    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("code", "year", "table", "row", "printed"),
    [
        (
            "koganei", 2023, 16, ["高齢者向け講座 さくら体操", "経済課", "講座", 5, 86],
            "高齢者向け講座さくら体操経済課講座586",
        ),
        ("meguro", 2020, 1, ["消費生活相談の件数", "令和2年度", "2,655件"], "消費生活相談の件数令和2年度2,655件"),
    ],
)  # fmt: skip
def test_what_a_city_published_stands_on_page_in_excel_and_on_paper(code, year, table, row, printed, db):
    load_examples()
    client = signed_in(builders.account("MANAGER", at=Centre.objects.get(code=code)))
    client.post(reverse("report-start"), {"period": f"YEAR.{year}-04-01"})
    report = Report.objects.get()
    jobs.claim_and_run(report.job.uid, worker="w")

    page = "".join(
        re.sub(r"<[^>]+>", " ", client.get(reverse("report", args=[report.uid])).content.decode()).split()
    )
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("report-file", args=[report.uid, "xlsx"])).content)
    )
    paper = text_of(client.get(reverse("report-file", args=[report.uid, "pdf"])).content)

    assert printed in page
    (sheet,) = [one for one in book if one.title.startswith(f"{table} ")]
    assert row in [list(line[: len(row)]) for line in sheet.iter_rows(values_only=True)]
    assert printed in "".join(paper.split())
