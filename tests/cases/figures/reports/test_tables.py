"""The tables count what their definitions say, add up, and stay what they are through JSON."""

from datetime import date
from decimal import Decimal

import pytest

from cases.figures import facts
from cases.figures.limits import AgeLimits
from cases.figures.models import PublishedFigure
from cases.figures.reports import chapters, counts, document, goods, issues, money, people, sales
from cases.figures.reports.comparing import compared
from cases.figures.reports.document import ReportData
from cases.figures.reports.outcomes import outcomes
from cases.figures.reports.scope import Before, Example, PeriodNotBegun, Span, end_of, scope_of
from cases.figures.tables import (
    Column,
    Grid,
    Placed,
    ReportTable,
    Role,
    Unit,
    from_plain,
    register,
    registered,
    to_plain,
)

pytestmark = pytest.mark.django_db
YEAR = date(2025, 4, 1)


def scope(centre, *, span=Span.YEAR, start=YEAR, today=date(2026, 11, 20), **more):
    return scope_of(centre, span, start, end_of(span, start, today=today), **more)


def cells(grid: Grid) -> dict[str, tuple]:
    return {str(row.cells[0]): row.cells[1:] for row in grid.rows}


@pytest.fixture
def years(state):
    """Four cases of 令和7年度 and three of the year before."""
    for day, given in (
        (date(2025, 4, 1), {"party_age": 78, "channel": "PHONE", "outcome": "MEDIATED"}),
        (date(2025, 6, 2), {"party_age": 18, "channel": "VISIT", "kind": "INQUIRY", "outcome": "ADVICE"}),
        (date(2025, 12, 24), {"party_age": 81, "party_sex": "MALE", "outcome": "MEDIATION_FAILED"}),
        (date(2026, 3, 31), {"party_age": None, "sales_method": "INTERNET"}),
        (date(2024, 4, 1), {"party_age": 70, "channel": "LETTER"}),
        (date(2024, 5, 1), {"party_age": 25, "sales_method": "STORE"}),
        (date(2025, 3, 31), {"party_age": 66, "product": "ROOFING"}),
    ):
        closed = {"closed_on": day} if given.get("outcome") else {}
        state(received_on=day, **given, **closed)


def test_the_development_has_a_row_per_year_and_says_since_when_there_are_records(centre, years):
    table = counts.development(scope(centre))

    series = table.grids[0]
    assert [row.cells for row in series.rows] == [
        ("令和6年度", 3, 3, 0, None, None),
        ("令和7年度", 4, 3, 1, 1, Decimal("33.3")),
    ]
    assert [column.title for column in series.columns][1:4] == ["件数", "苦情", "問合せ"]
    assert series.note == "令和6年4月より前の記録はありません。"
    assert table.sentences[0] == "令和7年度の相談は4件で、前年度より1件(33.3%)増えました。"


def test_a_year_that_records_begin_in_is_marked_and_not_compared(centre, state):
    state(received_on=date(2024, 9, 1))
    state(received_on=date(2025, 9, 1))

    table = counts.development(scope(centre))

    assert [row.cells[0] for row in table.grids[0].rows] == ["令和6年度(一部)", "令和7年度"]
    assert [row.cells[-2] for row in table.grids[0].rows] == [None, None]
    assert scope(centre).before == Before.PART


def published(centre, year, value, *, name="相談件数", definition="新規の相談", **more):
    return PublishedFigure.objects.create(
        centre=centre, name=name, year=year, value=Decimal(value), definition=definition,
        **{"unit": "件", "source": "事業概要", **more},
    )  # fmt: skip


def test_published_figures_stand_apart(centre, years):
    published(centre, "令和2年度", 2655)

    table = counts.development(scope(centre))

    assert table.grids[1].rows[0].cells == ("相談件数", "令和2年度", "2,655件", "新規の相談", "事業概要")
    assert sum(row.cells[1] or 0 for row in table.grids[0].rows) == 7


def test_published_counts_stand_and_are_drawn_beside_the_counts_and_are_not_added(centre, years):
    published(centre, "令和4年度", 2655)
    published(centre, "令和6年度", 5)
    published(centre, "令和4年度", 90, name="あっせん件数")
    published(centre, "2023年", 7, name="件数")
    published(centre, "令和5年度", 8, name="件数", place="となり市")

    series = counts.development(scope(centre)).grids[0]

    assert [row.cells for row in series.rows] == [
        ("令和4年度", None, None, None, None, None, Decimal(2655)),
        ("令和5年度", None, None, None, None, None, None),
        ("令和6年度", 3, 3, 0, None, None, Decimal(5)),
        ("令和7年度", 4, 3, 1, 1, Decimal("33.3"), None),
    ]
    assert series.columns[-1] == Column("公表値", Unit.PUBLISHED)
    assert series.chart.columns == (1, 2, 3, 6)
    assert "公表値は件数に加えていません(出典: 事業概要、定義: 新規の相談)。" in series.note


def test_values_under_another_definition_are_a_line_of_their_own(centre, years):
    published(centre, "平成30年度", 100, definition="延べ")
    published(centre, "令和2年度", 50)

    series = counts.development(scope(centre)).grids[0]

    told = {row.cells[0]: row.cells[-2:] for row in series.rows}
    assert told["平成30年度"] == (None, Decimal(100))
    assert told["令和2年度"] == (Decimal(50), None)
    assert [column.title for column in series.columns[-2:]] == ["公表値1", "公表値2"]


def test_what_was_published_is_not_counted_anew(centre, years):
    made = scope(centre)
    before = Placed(1, "件数の推移", counts.development(made))
    published(centre, "令和4年度", 2655)

    assert compared(before, Placed(1, "件数の推移", counts.development(made))).differing == ()


def test_a_month_has_its_thirteen_months(centre, years):
    table = counts.development(scope(centre, span=Span.MONTH, start=date(2025, 6, 1)))

    rows = table.grids[0].rows
    assert (rows[0].cells[0], rows[-1].cells[0], len(rows)) == ("令和7年3月", "令和7年6月", 4)
    assert table.sentences[0].startswith("令和7年6月の相談は1件で、前年同月より1件増えました。")


def test_ages_show_both_denominators_and_the_groups_once_more(centre, years):
    table = people.ages_and_sexes(scope(centre))

    again = cells(table.grids[2])
    assert again["65歳以上"] == (2, Decimal("66.7"), Decimal("50.0"), 2, 0, Decimal("0.0"))
    assert again["18・19歳"][:3] == (1, Decimal("33.3"), Decimal("25.0"))
    assert again["80歳以上"][:3] == (1, Decimal("33.3"), Decimal("25.0"))
    assert table.sentences[1] == (
        "65歳以上は2件で、年齢が分かる相談の66.7%、全体の50.0%でした。前年度は2件、66.7%、66.7%でした。"
    )


def test_codes_below_another_count_in_it_and_stand_as_a_part(centre, years):
    grid = sales.sales_methods(scope(centre)).grids[0]

    assert [(row.cells[0], row.cells[1], row.role) for row in grid.rows] == [
        ("通信販売", 4, Role.PLAIN),
        ("うちネット通販", 1, Role.AGAIN),
        ("店舗購入", 0, Role.PLAIN),
        ("合計", 4, Role.TOTAL),
    ]


def test_letters_count_among_documents(centre, years):
    grid = counts.reception(scope(centre)).grids[0]

    assert cells(grid)["文書"][:3] == (0, Decimal("0.0"), 1)
    assert cells(grid)["うち手紙・はがき"][:3] == (0, Decimal("0.0"), 1)


@pytest.mark.parametrize(
    "build", [table.build for table in registered() if table.of_cut and table.number != 15]
)
def test_what_adds_up_adds_up(centre, years, build):
    for grid in build(scope(centre)).grids:
        totals = [row for row in grid.rows if row.role == Role.TOTAL]
        for total in totals:
            for at, column in enumerate(grid.columns):
                if column.unit in ("count", "change") and total.cells[at] is not None:
                    assert sum(row.cells[at] for row in grid.counted()) == total.cells[at], grid.caption


def test_further_rows_are_added_up_and_not_left_out(centre, state):
    for product in ("HEALTH_FOOD", "ROOFING", "COSMETICS"):
        for _n in range(2 if product == "HEALTH_FOOD" else 1):
            state(received_on=YEAR, product=product)

    from cases.figures.reports.lines import compared_grid, lines_of

    here = scope(centre)
    grid = compared_grid(here, lines_of(here, "product"), caption="", title="", top=1)

    assert [row.cells[1] for row in grid.rows] == [2, 2, 4]
    assert grid.rows[1].cells[0] == "上記以外"


def test_rates_of_mediation_show_what_they_are_of(centre, years):
    table = outcomes(scope(centre))

    assert [row.cells for row in table.grids[1].rows] == [
        ("あっせん率", 2, 3, Decimal("66.7"), None),
        ("解決率", 1, 2, Decimal("50.0"), None),
    ]
    assert table.sentences[1] == "あっせん率は66.7%(2÷3)、解決率は50.0%(1÷2)でした。"


def test_a_break_in_the_series_is_said_where_it_lies_between(centre):
    assert goods.break_lines(scope(centre, start=date(2021, 4, 1)))
    assert not goods.break_lines(scope(centre, start=date(2022, 4, 1)))
    assert not goods.break_lines(scope(centre, start=date(2020, 4, 1)))


def test_a_chapter_counts_its_group_alone(centre, years):
    table = chapters.elders_and_young(scope(centre))

    assert table.sentences[0].startswith("令和7年度の高齢者(65歳以上)の相談は2件で、前年度と同じでした。")
    assert "若者(29歳以下)の相談は1件" in table.sentences[1]


def test_whom_a_centre_calls_elders_is_its_own_to_say(centre, years):
    centre.senior_from, centre.young_to = 75, 19
    centre.save()

    table = chapters.elders_and_young(scope(centre))

    assert table.grids[0].caption == "高齢者(75歳以上)の性別"
    assert table.sentences[0].startswith("令和7年度の高齢者(75歳以上)の相談は2件")
    assert document.head_of(scope(centre)).limits == AgeLimits(75, 19)


def test_amounts_leave_the_unknown_out(centre, state):
    for yen, age in ((100_000, 70), (300_000, 80), (0, 40), (None, 70)):
        state(received_on=YEAR, contract_yen=yen, party_age=age)
    state(received_on=date(2024, 4, 1), contract_yen=50_000, party_age=30)

    table = money.amounts(scope(centre))

    rows = cells(table.grids[0])
    assert rows["全体"] == (3, 1, 133_333, 100_000, 300_000, 50_000, 50_000)
    assert rows["高齢者(65歳以上)"] == (2, 1, 200_000, 200_000, 300_000, None, None)
    assert rows["若者(29歳以下)"] == (0, 0, None, None, None, None, None)
    assert table.sentences == (
        "契約購入金額が分かる3件の平均は133,333円(前年度より83,333円高い)、中央値は100,000円でした。",
        "既支払額が分かる相談はありませんでした。",
    )


def test_harm_is_told_with_its_share(centre, state):
    for harm in ("HARM", "DANGER", "", ""):
        state(received_on=YEAR, harm=harm)
    state(received_on=date(2024, 4, 1), harm="HARM")

    table = issues.harms(scope(centre))

    assert table.sentences[0] == (
        "危害は1件(25.0%)、危険は1件(25.0%)でした。前年度は危害1件、危険0件でした。"
    )


@pytest.mark.parametrize("table", registered(), ids=lambda table: str(table.number))
def test_a_centre_without_cases_has_tables_and_sentences_too(centre, table):
    made = table.build(scope(centre))

    assert len(made.sentences) == 2
    assert all(isinstance(sentence, str) and sentence for sentence in made.sentences)
    assert not any("None" in sentence for sentence in made.sentences)


@pytest.mark.parametrize("table", registered(), ids=lambda table: str(table.number))
def test_a_table_is_the_same_through_json(centre, years, table):
    placed = document.built(table, scope(centre, examples=[Example("題", "文")]))

    assert from_plain(to_plain(placed)) == placed


def test_the_same_report_is_the_same_text(centre, years):
    def made():
        here = scope(centre)
        placed = tuple(document.built(table, here) for table in registered())
        return document.dumped(ReportData(document.head_of(here), placed))

    assert made() == made()
    assert document.dumped(document.loaded(made())) == made()


def test_later_facts_change_nothing_at_the_cut(centre, years, state):
    before = scope(centre)
    table = people.ages_and_sexes(before)
    state(received_on=date(2025, 5, 5), party_age=90)

    assert people.ages_and_sexes(scope(centre, as_of=before.as_of)) == table
    assert people.ages_and_sexes(scope(centre)) != table


def test_every_table_but_those_of_the_log_has_its_place():
    with pytest.raises(ValueError, match="twice"):
        register(ReportTable(1, "", counts.development))
    with pytest.raises(ValueError, match="no place"):
        register(ReportTable(17, "", counts.development))


@pytest.mark.parametrize(
    ("start", "end"), [(date(2025, 4, 1), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 11, 21))]
)
def test_a_year_that_goes_on_ends_with_today(start, end):
    assert end_of(Span.YEAR, start, today=date(2026, 11, 20)) == end


def test_a_period_that_lies_ahead_is_refused():
    with pytest.raises(PeriodNotBegun):
        end_of(Span.MONTH, date(2026, 12, 1), today=date(2026, 11, 20))


def test_nothing_is_counted_of_another_centre(centre, years, make_case):
    other = type(centre).objects.create(code="minami", name="南")
    facts.record([(make_case(centre=other, received_on=YEAR), "INSPECTION", ())])

    assert document.head_of(scope(centre)).total == 4
