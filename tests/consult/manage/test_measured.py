"""Means, medians and shares on the page and in its files: unknown apart, a dash and never 0 for no data."""

import io
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.urls import reverse

from consult.manage.measured import rounded
from tests import builders
from tests.cases.figures.test_population import stored
from tests.consult.manage.conftest import on

NUMBERS = reverse("numbers")
YEN = {"rows": "age_band", "columns": "sex", "measure": "contract_yen"}


@pytest.fixture
def yen(counsellor):
    """Women in their seventies: 100, 200 and 900 yen and one unknown; a man in his thirties without an amount."""
    for amount in (100, 200, 900, None):
        builders.case(by=counsellor, sex="FEMALE", age=72, received_at=on(2026, 6, 1), contract_yen=amount)
    builders.case(by=counsellor, sex="MALE", age=33, received_at=on(2026, 6, 2))
    builders.case(by=counsellor, sex="FEMALE", age=72, received_at=on(2025, 6, 1), contract_yen=50)


def row_of(table, code):
    return next(row for row in table.rows if row.code == code)


@pytest.mark.parametrize(
    ("show", "value"),
    [("mean", Decimal(400)), ("median", Decimal(200)), ("largest", 900), ("total", 1200), ("n", 3)],
)
def test_a_cell_shows_what_was_chosen(show, value, desk_of_numbers, yen):
    table = desk_of_numbers.get(NUMBERS, {**YEN, "show": show}).context["table"]

    seventies = row_of(table, "70S")
    assert seventies.total == value
    assert seventies.cells[table.column_codes.index("FEMALE")] == value


def test_a_row_says_all_that_its_mean_is_worked_out_of(desk_of_numbers, yen):
    table = desk_of_numbers.get(NUMBERS, YEN).context["table"]

    assert [detail.title for detail in table.details] == [
        "分かる件数",
        "不明",
        "合計",
        "平均",
        "中央値",
        "最大",
    ]
    assert row_of(table, "70S").details == (3, 1, 1200, Decimal(400), Decimal(200), 900)
    assert (row_of(table, "70S").before, row_of(table, "70S").difference) == (Decimal(50), Decimal(350))


def test_no_data_is_a_dash_and_never_zero(desk_of_numbers, yen):
    response = desk_of_numbers.get(NUMBERS, YEN)

    thirties = row_of(response.context["table"], "30S")
    assert (thirties.total, thirties.details[:2]) == (None, (0, 1))
    assert '<span class="numbers__none">—</span>' in response.content.decode()


def test_the_definition_tells_what_became_of_the_unknown(desk_of_numbers, yen):
    lines = {line.label: line.text for line in desk_of_numbers.get(NUMBERS, YEN).context["lines"]}

    assert lines["数えたもの"] == "契約購入金額(円)"
    assert "不明を除いた" in lines["金額・日数の不明"]


def test_behind_a_mean_stand_the_cases_it_is_worked_out_of(desk_of_numbers, yen):
    response = desk_of_numbers.get(reverse("numbers-cases"), {**YEN, "row": "70S"})

    assert response.context["found"].counted == 4


def test_a_share_carries_both_its_parts_and_its_formula(desk_of_numbers, counsellor):
    for outcome in ("MEDIATED", "MEDIATED", "ADVICE"):
        builders.case(
            by=counsellor, outcome=outcome, closed_on=on(2026, 6, 1).date(), received_at=on(2026, 6, 1)
        )
    builders.case(by=counsellor, received_at=on(2026, 6, 1))
    asked = {"rows": "kind", "columns": "none", "measure": "mediation_rate"}

    response = desk_of_numbers.get(NUMBERS, asked)

    table = response.context["table"]
    assert (table.total.total, table.total.details) == (Decimal("66.7"), (2, 3))
    lines = {line.label: line.text for line in response.context["lines"]}
    assert "÷" in lines["計算式"]
    behind = desk_of_numbers.get(reverse("numbers-cases"), asked)
    assert behind.context["found"].counted == 3


def test_without_residents_a_rate_is_no_data(desk_of_numbers, cards):
    response = desk_of_numbers.get(
        NUMBERS, {"rows": "age_band", "columns": "none", "measure": "rate_per_1000"}
    )

    table = response.context["table"]
    assert (table.total.total, table.total.details) == (None, (6, None))
    assert "人口のデータがありません" in {line.label: line.text for line in response.context["lines"]}["人口"]


def test_a_rate_names_its_residents_and_their_day(desk_of_numbers, cards, manager):
    """One of 200 in their seventies, six of 2,020 in all."""
    stored(manager)

    response = desk_of_numbers.get(
        NUMBERS, {"rows": "age_band", "columns": "none", "measure": "rate_per_1000"}
    )

    table = response.context["table"]
    assert (row_of(table, "70S").total, row_of(table, "70S").details) == (Decimal("5.00"), (1, 200))
    assert (table.total.total, table.total.details) == (Decimal("2.97"), (6, 2020))
    assert row_of(table, "UNKNOWN").total is None
    assert "住民基本台帳" in {line.label: line.text for line in response.context["lines"]}["人口"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_files_hold_the_numbers_of_the_page(form, desk_of_numbers, yen):
    table = desk_of_numbers.get(NUMBERS, YEN).context["table"]

    response = desk_of_numbers.get(reverse("numbers-export", args=[form]), YEN)

    shown = [
        [row.label, *row.cells, row.total, row.before, row.difference, *row.details]
        for row in (*table.rows, table.total)
    ]
    if form == "xlsx":
        rows = openpyxl.load_workbook(io.BytesIO(response.content))["集計"].iter_rows(
            min_row=2, values_only=True
        )
        assert [list(map(as_number, row[1:])) for row in rows] == [list(map(as_number, row)) for row in shown]
    else:
        lines = response.content.decode("utf-8-sig").splitlines()[1 : 1 + len(shown)]
        assert [line.split(",")[1:] for line in lines] == [
            ["" if value is None else str(value) for value in row] for row in shown
        ]


def as_number(value):
    return value if value is None or isinstance(value, str) else float(value)


def test_a_third_item_gives_tables_that_add_up(desk_of_numbers, cards):
    asked = {"rows": "scam_main", "columns": "age_band", "layers": "sex"}
    response = desk_of_numbers.get(NUMBERS, asked)

    table = response.context["table"]
    assert table.layer_title == "性別"
    assert sum(layer.total.total for layer in table.layers) == table.total.total == 6
    for n, row in enumerate(table.rows):
        assert [
            sum(cells) for cells in zip(*(layer.rows[n].cells for layer in table.layers), strict=True)
        ] == list(row.cells)
    behind = desk_of_numbers.get(reverse("numbers-cases"), {**asked, "layer": "FEMALE", "row": "FAKE_SHOP"})
    assert behind.context["found"].counted == 2
    assert behind.context["cell"] == ["手口(主): 偽通販サイト", "性別: 女性"]


def test_the_third_item_has_a_sheet_of_its_own(desk_of_numbers, cards):
    asked = {"rows": "scam_main", "columns": "age_band", "layers": "sex"}
    table = desk_of_numbers.get(NUMBERS, asked).context["table"]

    file = desk_of_numbers.get(reverse("numbers-export", args=["xlsx"]), asked)

    rows = openpyxl.load_workbook(io.BytesIO(file.content))["性別ごと"].iter_rows(min_row=2, values_only=True)
    assert [row[0] for row in rows if row[2] == "合計"] == [layer.label for layer in table.layers]


def test_callers_are_counted_when_they_are_asked_for(desk_of_numbers, counsellor):
    builders.case(by=counsellor, sex="FEMALE", age=80, received_at=on(2026, 6, 1))
    asked = {"rows": "sex", "columns": "none", "subject": "caller"}

    response = desk_of_numbers.get(NUMBERS, asked)

    assert response.context["table"].total.total == 1
    lines = {line.label: line.text for line in response.context["lines"]}
    assert lines["対象"].startswith("相談者")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rows": "contact_kind"}, "measure"),
        ({"layers": "scam_main"}, "layers"),
        ({"layers": "sex", "measure": "contract_yen"}, "measure"),
        ({"compare": "other"}, "other_since"),
        ({"compare": "other", "other_since": "2026-02-01", "other_until": "2026-01-01"}, "other_until"),
    ],
)
def test_what_does_not_fit_together_is_said_at_its_field(given, field, desk_of_numbers):
    response = desk_of_numbers.get(NUMBERS, given)

    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.parametrize(
    ("value", "shown"), [(Fraction(1, 2), 1), (Fraction(3, 2), 2), (Fraction(1, 3), 0), (None, None)]
)
def test_a_half_yen_goes_up(value, shown):
    assert rounded(value, Decimal(1)) == shown
