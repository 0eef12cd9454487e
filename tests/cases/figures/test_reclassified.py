"""Goods classes of before April 2021: those whose name went on count under today's and are marked."""

from datetime import date

import pytest

from cases.figures import breaks, measures, reclassified
from cases.figures.measures import Question
from cases.records.codes import Kind, codes
from cases.services.ledger import coding
from tests import builders

pytestmark = pytest.mark.django_db
ACROSS = (date(2020, 4, 1), date(2022, 4, 1))
OLD, NEW = date(2020, 6, 1), date(2021, 6, 1)


def ask(centre, rows, start=ACROSS[0], **more):
    return measures.breakdown(Question(frozenset({centre.pk}), start, ACROSS[1], rows, **more))


def counted(found) -> dict[str, int]:
    return {code: n for code, n in zip(found.row_codes, found.row_totals, strict=True) if n}


@pytest.fixture
def goods(state):
    """Six cases of two years: two classes that went on, two small ones in one of today's, one that was split."""
    for day, product in (
        (OLD, "FOOD_TO_2020"),
        (OLD, "HEALTH_FOOD_TO_2020"),
        (OLD, "ONLINE_GAMES_TO_2020"),
        (OLD, "OTHER_DIGITAL_TO_2020"),
        (NEW, "HEALTH_FOOD"),
        (NEW, "ONLINE_GAME"),
    ):
        state(received_on=day, product=product)


def test_a_class_whose_name_went_on_counts_under_that_of_today(centre, goods):
    assert counted(ask(centre, "product")) == {
        "FOOD": 1, "HEALTH_FOOD": 2, "ONLINE_GAME": 2, "OTHER_DIGITAL_TO_2020": 1,
    }  # fmt: skip
    assert counted(ask(centre, "product_class")) == {
        "FOOD": 3, "LEISURE_SERVICES": 1, "TRANSPORT_TELECOM_TO_2020": 2,
    }  # fmt: skip


def test_the_definition_names_what_counts_where_and_what_compares_with_nothing(centre, goods):
    told = ask(centre, "product").definition

    assert told["reclassified"] == {
        "FOOD_TO_2020": "FOOD", "HEALTH_FOOD_TO_2020": "HEALTH_FOOD", "ONLINE_GAMES_TO_2020": "ONLINE_GAME",
    }  # fmt: skip
    assert told["not_comparable"] == ["OTHER_DIGITAL_TO_2020"]
    assert ask(centre, "product_class").definition["not_comparable"] == ["TRANSPORT_TELECOM_TO_2020"]


@pytest.mark.parametrize(("rows", "start"), [("product", date(2021, 4, 1)), ("age_band", ACROSS[0])])
def test_nothing_is_said_where_no_class_of_before_can_count(rows, start, centre, goods):
    told = ask(centre, rows, start).definition
    assert (told["reclassified"], told["not_comparable"]) == ({}, [])


def test_a_condition_of_today_takes_in_the_class_of_before(centre, goods):
    assert ask(centre, "kind", filters={"product": ["ONLINE_GAME"]}).total == 2
    assert ask(centre, "kind", filters={"product_class": ["FOOD"]}).total == 3


def test_the_break_is_drawn_all_the_same(centre, goods):
    assert [one.on for one in breaks.breaks_in(["product"], *ACROSS)] == [date(2021, 4, 1)]


def test_the_table_tells_of_every_class_of_before_and_of_no_other():
    known = codes(Kind.PRODUCT).by_code
    of_before = {code for code, row in known.items() if row.valid_to == breaks.GOODS_REVISED}
    table = reclassified.goods()

    assert set(table) == of_before
    assert {row.new for row in table.values() if row.new} <= set(known) - of_before
    assert {row.basis for row in table.values()} == set(reclassified.BASES)
    assert all(bool(row.new) == (row.basis in {"SAME_NAME", "RENAMED"}) for row in table.values())


@pytest.mark.parametrize(
    ("code", "day", "older"),
    [
        ("FOOD", OLD, "FOOD_TO_2020"),
        ("HEALTH_FOOD", OLD, "HEALTH_FOOD_TO_2020"),
        ("ROOFING", OLD, ""),
        ("FOOD", NEW, "FOOD"),
    ],
)
def test_a_ledger_of_those_years_finds_the_class_of_its_day_by_its_name(code, day, older):
    assert coding.earlier(Kind.PRODUCT, code, day) == older


def test_a_case_of_those_years_can_carry_a_class_of_its_day():
    from datetime import datetime

    from cases.law.calendar import TOKYO

    case = builders.case(product="FOOD_TO_2020", received_at=datetime(2020, 6, 1, 10, tzinfo=TOKYO))
    assert case.product == "FOOD_TO_2020"
