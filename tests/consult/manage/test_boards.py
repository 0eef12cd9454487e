"""状況: the same numbers as 集計, nobody's name where it does not belong, and nothing unknown shown as zero."""

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from cases import held
from cases.records import codes
from consult.manage.boards.counted import ROWS_MOST
from tests import builders
from tests.consult.manage.conftest import on, signed_in

BOARD, NUMBERS = reverse("board"), reverse("numbers")


def panels(response):
    return {panel.name: panel for panel in response.context["panels"]}


def cells(chart) -> dict[tuple[str, str], str]:
    """What is counted under which row and column."""
    return {
        (row[0], column): cell
        for row in chart.table.rows
        for column, cell in zip(chart.table.head[1:], row[1:], strict=True)
        if cell not in ("0", "")
    }


def test_the_top_says_how_many_and_the_share_in_both_definitions(desk_of_numbers, cards):
    figures = desk_of_numbers.get(BOARD).context["figures"]

    assert [(figure.value, figure.basis) for figure in figures] == [
        ("6件", "前年同期 2件"),
        ("60.0%", "年齢の分かる5件のうち3件"),
        ("50.0%", "全6件のうち3件"),
    ]


def test_the_heat_map_counts_as_the_numbers_page_does(desk_of_numbers, cards):
    panel = panels(desk_of_numbers.get(BOARD))["heat"]
    table = desk_of_numbers.get(f"{NUMBERS}?{panel.more}").context["table"]

    there = {
        (row.label, column): str(cell)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell
    } | {(row.label, "合計"): str(row.total) for row in table.rows}
    assert cells(panel.charts[0]) == there


def test_rare_tricks_stand_together_so_that_the_heat_map_adds_up(desk_of_numbers, counsellor):
    known = list(codes.codes(codes.Kind.SCAM_TYPE).by_code)[: ROWS_MOST + 2]
    for code in known:
        builders.case(by=counsellor, scam_main=code)
    builders.case(by=counsellor, scam_main=known[0])

    rows = panels(desk_of_numbers.get(BOARD))["heat"].charts[0].table.rows

    assert len(rows) == ROWS_MOST + 1
    assert rows[-1][0] == f"ほかの{len(known) - ROWS_MOST}種の手口"
    assert sum(int(row[-1]) for row in rows) == len(known) + 1


def test_the_pyramid_leaves_nobody_out(desk_of_numbers, cards):
    chart = panels(desk_of_numbers.get(BOARD))["pyramid"].charts[0]

    rows = {row[0]: row[1:] for row in chart.table.rows}
    assert rows["70歳代"] == ("0", "1")
    assert rows["60歳代"] == ("2", "1")
    assert rows["年齢不明・団体(性別を問わず)"] == ("1", "")
    assert sum(int(cell) for row in chart.table.rows for cell in row[1:] if cell) == 6


def test_the_course_ends_with_the_period_and_begins_with_the_records(desk_of_numbers, cards):
    chart = panels(desk_of_numbers.get(BOARD))["lines"].charts[0]

    rows = {row[0]: row[1:] for row in chart.table.rows}
    assert next(iter(rows)) == "2024年12月"
    assert rows["2025年3月"][0] == "データなし"
    assert rows["2025年4月"][0] == "1"
    assert rows["2025年5月"][0] == "0"
    assert rows["2026年11月"][0] == "1"
    assert "途中の月" in chart.svg


def test_chosen_tricks_have_their_lines(desk_of_numbers, cards):
    usual = panels(desk_of_numbers.get(BOARD))["lines"].charts[0]
    chosen = panels(desk_of_numbers.get(BOARD, {"line_1": "SUPPORT_SCAM", "line_2": "SUPPORT_SCAM"}))["lines"]

    assert usual.table.head[1:3] == ("合計", "点検商法")
    assert chosen.charts[0].table.head[1] == "合計"
    assert len(chosen.charts[0].table.head) == 3


def test_a_chosen_trick_without_a_case_has_a_line_of_zeros(desk_of_numbers, cards):
    chart = panels(desk_of_numbers.get(BOARD, {"line_1": "PHISHING"}))["lines"].charts[0]

    assert [row[2] for row in chart.table.rows] == ["データなし"] * 4 + ["0"] * 20


@pytest.mark.parametrize(("only", "is_drawn"), [({"only_product_class": "FOOD"}, True), ({}, False)])
def test_a_break_of_the_codes_is_drawn_where_a_condition_needs_them(
    only, is_drawn, desk_of_numbers, counsellor
):
    for month in (4, 10):
        builders.case(by=counsellor, product="HEALTH_FOOD", received_at=on(2021, month, 5))

    asked = {"since": "2021-04-01", "until": "2021-12-31", **only}
    chart = panels(desk_of_numbers.get(BOARD, asked))["lines"].charts[0]

    assert ("2021年4月に改められました" in chart.svg) == is_drawn
    assert [row[1] for row in chart.table.rows].count("1") == 2


def test_conditions_hold_and_go_along_to_the_numbers(desk_of_numbers, cards):
    response = desk_of_numbers.get(BOARD, {"only_sex": "FEMALE"})

    assert response.context["figures"][0].value == "3件"
    assert response.context["conditions"] == ["性別: 女性"]
    for name in ("heat", "lines", "pyramid"):
        assert parse_qs(panels(response)[name].more)["only_sex"] == ["FEMALE"]
    assert all("only_sex=FEMALE" in choice.url for choice in response.context["periods"])


def test_every_panel_leads_to_an_answer(desk_of_numbers, cards):
    for panel in desk_of_numbers.get(BOARD).context["panels"]:
        if panel.more:
            assert desk_of_numbers.get(f"{NUMBERS}?{panel.more}").status_code == 200, panel.name


def test_open_cases_are_as_many_as_the_numbers_page_says(desk_of_numbers, cards):
    panel = panels(desk_of_numbers.get(BOARD))["ageing"]
    table = desk_of_numbers.get(f"{NUMBERS}?{panel.more}").context["table"]

    assert panel.figures[0].value == f"{table.total.total}件"
    assert panel.figures[0].basis == "最も古いもので598日、90日を超えたもの9件"


def test_what_rises_has_its_number_ratio_and_interval(desk_of_numbers, counsellor):
    for month in range(1, 11):
        builders.case(by=counsellor, received_at=on(2026, month, 5))
    for _ in range(8):
        builders.case(by=counsellor, received_at=on(2026, 11, 10))

    chart = panels(desk_of_numbers.get(BOARD))["risers"].charts[0]

    words = {row[0]: row[1] for row in chart.table.rows}["点検商法(全年代)"]
    assert re.fullmatch(r"[\d.]+倍\([\d.]+〜[\d.]+\) 8件", words)


def test_without_a_case_a_panel_says_so_and_draws_nothing(desk_of_numbers):
    response = desk_of_numbers.get(BOARD)

    found = panels(response)
    assert [found[name].charts for name in ("heat", "lines", "risers", "pyramid")] == [(), (), (), ()]
    assert response.content.decode().count("当てはまる相談はありません") == 2


@pytest.mark.parametrize(("role", "shows"), [("MANAGER", True), ("OUTREACH", False)])
def test_who_has_how_much_is_for_the_manager_alone(role, shows, centre, counsellor, cards):
    page = signed_in(builders.account(role, at=centre)).get(BOARD)

    assert (counsellor.display_name in page.content.decode()) == shows
    assert panels(page)["load"].figures[0].value == "10件"


def test_on_the_wall_there_is_no_name_no_menu_and_the_same_numbers(desk_of_numbers, counsellor, cards):
    desk, wall = desk_of_numbers.get(BOARD), desk_of_numbers.get(BOARD, {"wall": "1"})

    page = wall.content.decode()
    assert counsellor.display_name not in page
    assert "<nav" not in page
    assert "<form" not in page
    assert panels(wall)["heat"].charts == panels(desk)["heat"].charts
    assert wall.context["figures"] == desk.context["figures"]


def test_the_menu_shows_where_one_is_and_nowhere_else(desk_of_numbers):
    current = {item["key"]: item["current"] for item in desk_of_numbers.get(BOARD).context["nav"]}

    assert {key for key, where in current.items() if where} == {"board"}
    assert current["board"] == "page"


def test_the_wall_keeps_the_conditions_and_lets_the_days_go_on(desk_of_numbers, cards):
    asked = {"since": "2026-05-01", "until": "2026-05-31", "only_sex": "FEMALE", "line_1": "FAKE_SHOP"}
    query = desk_of_numbers.get(BOARD, asked).context["wall_query"]

    assert parse_qs(query) == {"wall": ["1"], "only_sex": ["FEMALE"], "line_1": ["FAKE_SHOP"]}
    assert desk_of_numbers.get(f"{BOARD}?{query}").context["asked"].until == date(2026, 11, 20)


@pytest.mark.parametrize(
    "given", [{"since": "13月"}, {"line_1": "NOBODY"}, {"until": "2026-05-01", "since": "2026-05-02"}]
)
def test_a_question_that_makes_no_sense_is_answered_in_the_form(given, desk_of_numbers):
    response = desk_of_numbers.get(BOARD, given)

    assert response.status_code == 422
    assert "panels" not in urlsplit(response.content.decode()).path or response.context["panels"] == []


def test_the_board_asks_as_often_however_many_cases_there_are(
    desk_of_numbers, cards, counsellor, django_assert_num_queries, django_assert_max_num_queries
):
    desk_of_numbers.get(BOARD)
    held.forget_all()
    with django_assert_max_num_queries(68) as few:
        desk_of_numbers.get(BOARD)
    for n in range(5):
        builders.case(by=counsellor, scam_main="PHISHING", received_at=on(2026, 8, n + 1))
    held.forget_all()

    with django_assert_num_queries(len(few)):
        desk_of_numbers.get(BOARD)


@pytest.fixture
def ended(counsellor):
    """Cases that ended in several ways, with amounts: one unknown, one of 0 yen."""
    for outcome, contract, paid in (
        ("MEDIATED", 1_480_000, 100_000),
        ("MEDIATED", 20_000, None),
        ("MEDIATION_FAILED", 300_000, 0),
        ("ADVICE", None, None),
        ("", 10_000, 10_000),
    ):
        closed = {"outcome": outcome, "closed_on": date(2026, 11, 20)} if outcome else {}
        builders.case(by=counsellor, contract_yen=contract, paid_yen=paid, **closed)


def test_the_rates_say_what_they_are_made_of(desk_of_numbers, ended):
    panel = panels(desk_of_numbers.get(BOARD))["outcomes"]

    assert [(figure.value, figure.basis) for figure in panel.figures] == [
        ("75.0%", "終了した4件のうち、あっせんした3件"),
        ("66.7%", "あっせんした3件のうち、解決した2件"),
    ]
    assert panel.charts[0].table.rows[0] == ("あっせん解決", "2", "0")
    assert panel.charts[0].table.rows[-1] == ("未処理", "1", "0")


def test_amounts_have_their_n_and_the_unknown_are_left_out(desk_of_numbers, ended):
    panel = panels(desk_of_numbers.get(BOARD))["amounts"]

    assert [(figure.value, figure.basis) for figure in panel.figures] == [
        ("160,000円", "分かる4件、不明1件"),
        ("452,500円", "最大 1,480,000円"),
        ("10,000円", "分かる3件、不明2件"),
        ("36,667円", "最大 100,000円"),
    ]
    assert panel.charts[0].table.rows == (("70歳代", "160,000円", "10,000円"),)


def test_durations_are_those_of_the_numbers_page(desk_of_numbers, ended):
    panel = panels(desk_of_numbers.get(BOARD))["times"]

    assert [(figure.value, figure.basis) for figure in panel.figures] == [
        ("—", "0件のうち。連絡の記録なし5件"),
        ("—", ""),
        ("0.0日", "終了した4件のうち"),
        ("0.0日", ""),
    ]
    assert parse_qs(panel.more)["measure"] == ["days_to_close"]


def test_a_rate_or_a_mean_of_nothing_is_none(desk_of_numbers, counsellor):
    builders.case(by=counsellor)
    found = panels(desk_of_numbers.get(BOARD))

    assert [figure.value for figure in (*found["outcomes"].figures, *found["amounts"].figures)] == ["—"] * 6
    assert found["amounts"].charts == ()


def test_the_board_says_how_fresh_its_numbers_are(desk_of_numbers, cards):
    for asked in ({}, {"wall": "1"}):
        response = desk_of_numbers.get(BOARD, asked)

        assert response.context["fresh"].as_of
        assert "分類が済んでいない相談" in response.content.decode()


def test_the_board_says_how_many_a_watcher_sent(desk_of_numbers, counsellor):
    for route, times in (("WATCHER", 1), ("POLICE", 2), ("UNKNOWN", 1), ("", 3)):
        for _n in range(times):
            builders.case(by=counsellor, route=route)
    builders.case(by=counsellor, route="WATCHER", received_at=on(2025, 11, 5))

    panel = panels(desk_of_numbers.get(BOARD))["routes"]
    rows = [row[:3] for row in panel.charts[0].table.rows]

    assert panel.figures[0].value == "1件"
    assert panel.figures[0].basis == "経路の分かる3件の33.3%、前年同期 1件"
    assert rows == [("警察", "2", "0"), ("見守り関係者", "1", "1"), ("不明", "1", "0"), ("未入力", "3", "0")]
    there = desk_of_numbers.get(f"{NUMBERS}?{panel.more}").context["table"]
    assert {row.label: row.total for row in there.rows} == {
        "警察": 2,
        "見守り関係者": 1,
        "不明": 1,
        "未入力": 3,
    }
