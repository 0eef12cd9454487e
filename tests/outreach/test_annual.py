"""Table 16 of the annual report: the programme as it was published, and the lectures recorded here."""

import csv
from datetime import date

import pytest

from cases.figures.reports import counts
from cases.figures.reports.scope import Scope, Span, scope_of
from cases.figures.tables import Role, registered
from cases.models import Centre
from outreach.programme import annual
from outreach.programme.examples import DATA, load_examples
from outreach.programme.models import ProgrammeLine

pytestmark = pytest.mark.django_db


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def scope(centre: Centre, year: int) -> Scope:
    return scope_of(centre, Span.YEAR, date(year, 4, 1), date(year + 1, 4, 1))


@pytest.fixture
def published() -> None:
    load_examples()


def test_it_has_its_place_in_the_report() -> None:
    (table,) = [table for table in registered() if table.number == annual.NUMBER]

    assert (table.in_month, table.of_cut) == (False, False)


def test_koganeis_rows_stand_as_published(published: None) -> None:
    centre = Centre.objects.get(code="koganei")

    table = annual.build(scope(centre, 2023))

    rows = {row.cells[0]: row.cells[1:] for row in table.grids[0].rows}
    assert rows["高齢者向け講座 さくら体操"] == (
        "経済課", "講座", 5, 86, None, "", None, "はい", "介護福祉課の事業",
    )  # fmt: skip
    assert rows["合計"][2:4] == (12, 962)
    assert table.grids[0].rows[-1].role == Role.TOTAL
    assert table.sentences[0] == ("講座・啓発は合わせて12回、962人でした。前年度は16回、942人でした。")


def test_meguros_published_figures_and_indicators_stand_as_published(published: None) -> None:
    centre = Centre.objects.get(code="meguro")

    development, programme = counts.development(scope(centre, 2020)), annual.build(scope(centre, 2020))

    assert {row.cells[0]: row.cells[1:3] for row in development.grids[1].rows} == {
        "消費生活相談の件数": ("令和2年度", "2,655件"),
        "65歳以上の割合": ("令和2年度", "21.7%"),
    }
    # Beside the counts of here, of which there are none, stands what was published of the year.
    (row,) = development.grids[0].rows
    assert (row.cells[0], row.cells[1], row.cells[-1]) == ("令和2年度", None, 2655)
    assert programme.grids[0].caption == "指標"
    assert programme.sentences[0] == "この年度の講座・啓発の記録はありません。"


def cell(text: str) -> int | None:
    return int(text) if text else None


@pytest.mark.parametrize("year", [2022, 2023])
def test_every_cell_of_koganeis_table_is_that_of_the_file(year: int, published: None) -> None:
    lines = [row for row in read("koganei_programme.csv") if row["fiscal_year"] == str(year)]
    printed = annual.build(scope(Centre.objects.get(code="koganei"), year)).grids[0].rows

    assert [row.cells for row in printed if row.role != Role.TOTAL] == [
        (
            line["measure"], line["section"], line["kind"], cell(line["sessions"]), cell(line["people"]),
            cell(line["quantity"]), line["unit"], cell(line["cumulative"]),
            "はい" if line["in_total"] == "yes" else "いいえ", line["note"],
        )
        for line in lines
    ]  # fmt: skip
    counted = [line for line in lines if line["in_total"] == "yes"]
    (total,) = [row for row in printed if row.role == Role.TOTAL]
    assert total.cells[3:5] == tuple(
        sum(cell(line[name]) or 0 for line in counted) for name in ("sessions", "people")
    )


def test_every_cell_of_meguros_indicators_is_that_of_the_file(published: None) -> None:
    grid = annual.build(scope(Centre.objects.get(code="meguro"), 2020)).grids[0]

    assert [row.cells for row in grid.rows] == [
        (
            line["name"], line["year"] or "記載なし", cell(line["value"]), cell(line["target"]), line["target_text"],
            line["unit"], line["source"],
        )
        for line in read("meguro_kpi.csv")
    ]  # fmt: skip


def test_a_line_without_a_number_is_no_zero(centre: Centre) -> None:
    ProgrammeLine.objects.create(centre=centre, fiscal_year=2025, measure="展示", in_total=True)

    table = annual.build(scope(centre, 2025))

    assert table.grids[0].rows[0].cells[3:5] == (None, None)
    assert table.sentences == (
        "講座・啓発は合わせて0回、0人でした。前年度の記録もありません。",
        "人数の記録はありません。",
    )


def test_a_year_without_anything_has_no_data(centre: Centre) -> None:
    table = annual.build(scope(centre, 2025))

    assert not table.has_data
    assert len(table.sentences) == 2
