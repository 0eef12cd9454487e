import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from cases.figures.models import PublishedFigure
from cases.protection.models import AuditEntry
from cases.records.centre import Area
from tests import builders
from tests.consult.manage.conftest import on, signed_in

NUMBERS = reverse("numbers")
ASKED = {"only_kind": "COMPLAINT"}


def exported(client, form, asked=ASKED):
    return client.get(reverse("numbers-export", args=[form]), asked)


def sheet(response, name: str) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return list(book[name].iter_rows(values_only=True))


def csv_rows(response, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode(encoding), newline="")))


def shown_rows(table) -> list[tuple]:
    """What the page shows, row by row."""
    return [
        (
            row.label, *row.cells, row.total, row.before, row.difference, row.change,
            row.seniors.seniors, row.seniors.age_known, row.share_of_known, row.seniors.all, row.share_of_all,
        )
        for row in (*table.rows, table.total)
    ]  # fmt: skip


def test_the_workbook_holds_the_numbers_of_the_page(desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS, ASKED).context["table"]

    rows = sheet(exported(desk_of_numbers, "xlsx"), "集計")

    assert rows[0][: len(table.columns) + 3] == ("コード", table.row_title, *table.columns, "合計")
    assert [_numbers(row[1:]) for row in rows[1:]] == [_numbers(row) for row in shown_rows(table)]


def _numbers(row: tuple) -> list[str | float | None]:
    """Labels as they are; 60 and Decimal("60.0") are one number."""
    return [cell if cell is None or isinstance(cell, str) else float(cell) for cell in row]


def test_the_year_before_has_a_sheet_of_its_own(desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS, ASKED).context["table"]

    rows = sheet(exported(desk_of_numbers, "xlsx"), "前年同期")

    expected = [(row.label, *row.cells_before, row.before) for row in (*table.rows, table.total)]
    assert [row[1:] for row in rows[1:]] == expected


@pytest.mark.parametrize(("form", "encoding"), [("csv", "utf-8-sig"), ("csv-cp932", "cp932")])
def test_the_csv_holds_the_numbers_of_the_page(form, encoding, desk_of_numbers, cards):
    table = desk_of_numbers.get(NUMBERS, ASKED).context["table"]

    response = exported(desk_of_numbers, form)

    rows = csv_rows(response, encoding)
    expected = [["" if v is None else str(v) for v in row] for row in shown_rows(table)]
    assert [row[1:] for row in rows[1 : 1 + len(expected)]] == expected
    assert response.content.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv-cp932"])
def test_every_file_carries_the_definition_of_the_page_and_its_limits(form, desk_of_numbers, cards):
    page = desk_of_numbers.get(NUMBERS, ASKED)
    response = exported(desk_of_numbers, form)

    if form == "xlsx":
        told = dict(row[:2] for row in sheet(response, "定義")[1:])
    else:
        told = {
            row[0]: row[1]
            for row in csv_rows(response, "cp932" if form == "csv-cp932" else "utf-8-sig")
            if len(row) == 2
        }
    for line in page.context["lines"]:
        assert told[line.label] == line.text
    assert "庁内用" in told["取扱い"]


def test_a_made_up_centre_says_so_in_its_files(desk_of_numbers, cards, centre):
    centre.is_made_up = True
    centre.save()

    told = dict(row[:2] for row in sheet(exported(desk_of_numbers, "xlsx"), "定義")[1:])

    assert told["データ"] == "デモデータです(架空の内容)"


def test_a_file_of_an_earlier_moment_has_that_moments_numbers(desk_of_numbers, cards, counsellor):
    page = desk_of_numbers.get(NUMBERS)
    url = reverse("numbers-export", args=["csv"]) + f"?{page.context['fixed_query']}"
    before = desk_of_numbers.get(url).content
    builders.case(by=counsellor, received_at=on(2026, 9, 9))

    assert desk_of_numbers.get(url).content == before
    assert exported(desk_of_numbers, "csv", {}).content != before


def test_published_figures_are_apart_from_the_counts(desk_of_numbers, cards, centre):
    PublishedFigure.objects.create(
        centre=centre,
        name="相談件数",
        year="令和2年度",
        value=2650,
        unit="件",
        definition="不明",
        source="事業概要",
    )

    rows = sheet(exported(desk_of_numbers, "xlsx"), "公表値(参考)")
    lines = csv_rows(exported(desk_of_numbers, "csv"))

    assert rows[1] == ("相談件数", "令和2年度", 2650, "件", "不明", "事業概要")
    assert lines[-1] == ["相談件数", "令和2年度", "2650", "件", "不明", "事業概要"]


@pytest.fixture
def poisoned(centre, counsellor):
    """A district whose name is a formula, and one with a letter that CP932 lacks."""
    Area.objects.create(centre=centre, code="EVIL", label='=HYPERLINK("http://x","y")')
    Area.objects.create(centre=centre, code="RARE", label="𠮷田区")
    for area in ("EVIL", "RARE"):
        builders.case(by=counsellor, area=area)


def test_a_label_never_becomes_a_formula(poisoned, desk_of_numbers):
    asked = {"rows": "area"}
    book = openpyxl.load_workbook(io.BytesIO(exported(desk_of_numbers, "xlsx", asked).content))
    cells = [row[1] for row in book["集計"].iter_rows(min_row=2)]
    lines = csv_rows(exported(desk_of_numbers, "csv", asked))

    assert {cell.data_type for cell in cells} == {"s"}
    assert '\'=HYPERLINK("http://x","y")' in {row[1] for row in lines if len(row) > 1}


@pytest.mark.parametrize(("form", "count"), [("csv", "0"), ("csv-cp932", "2")])
def test_letters_that_the_encoding_lacks_are_counted(form, count, poisoned, desk_of_numbers):
    response = exported(desk_of_numbers, form, {"rows": "area"})

    assert response["X-Unwritable-Characters"] == count
    if form == "csv-cp932":
        lines = csv_rows(response, "cp932")
        assert lines[-1] == ["文字コード", "Shift_JIS(CP932)で表せず〓にした文字 2字"]
        assert "〓田区" in {row[1] for row in lines if len(row) > 1}


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv-cp932"])
def test_a_file_has_a_plain_name_and_is_kept_by_nobody(form, desk_of_numbers, cards):
    response = exported(desk_of_numbers, form)

    assert "attachment" in response["Content-Disposition"]
    assert "20260401-20261120." in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("role", "status", "entries"), [("MANAGER", 200, 1), ("OUTREACH", 403, 0), ("ADMIN", 403, 0)]
)
def test_what_leaves_is_logged_and_refused_without_the_permission(role, status, entries, centre, cards):
    account = builders.account(role, at=centre)

    response = exported(signed_in(account), "xlsx")

    assert response.status_code == status
    logged = AuditEntry.objects.filter(action="NUMBERS_EXPORTED", actor=account, centre_uid=centre.uid)
    assert logged.count() == entries
    if entries:
        assert logged.get().reason.startswith("xlsx since=2026-04-01&until=2026-11-20")


def test_an_unknown_form_of_file_does_not_exist(desk_of_numbers):
    assert exported(desk_of_numbers, "pdf").status_code == 404


def test_a_question_that_makes_no_sense_gives_no_file(desk_of_numbers):
    assert exported(desk_of_numbers, "csv", {"rows": "name"}).status_code == 422
    assert not AuditEntry.objects.filter(action="NUMBERS_EXPORTED").exists()
