from datetime import date

import pytest

from cases.figures import breaks
from cases.figures.finality import finality_of

ACROSS = (date(2020, 4, 1), date(2022, 4, 1))


@pytest.mark.parametrize(
    ("dimensions", "days"),
    [
        (["product_class"], [date(2021, 4, 1)]),
        (["age_band", "product"], [date(2021, 4, 1)]),
        (["scam_main", "age_band"], []),
    ],
)
@pytest.mark.django_db
def test_a_break_shows_where_its_codes_are_used(dimensions, days):
    assert [one.on for one in breaks.breaks_in(dimensions, *ACROSS)] == days


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2021, 4, 1), date(2022, 4, 1)), (date(2020, 4, 1), date(2021, 4, 1))],
)
@pytest.mark.django_db
def test_a_period_that_ends_or_begins_with_the_break_is_whole(start, end):
    assert breaks.breaks_in(["product_class"], start, end) == []


@pytest.mark.parametrize(
    ("name", "code", "span"),
    [
        ("month", "2021-12", (date(2021, 12, 1), date(2022, 1, 1))),
        ("fiscal_year", "2021", (date(2021, 4, 1), date(2022, 4, 1))),
        ("calendar_year", "2021", (date(2021, 1, 1), date(2022, 1, 1))),
        ("quarter", "2021-Q1", (date(2021, 4, 1), date(2021, 7, 1))),
        ("quarter", "2021-Q4", (date(2022, 1, 1), date(2022, 4, 1))),
        ("week", "2021-12-27", (date(2021, 12, 27), date(2022, 1, 3))),
        ("day", "2021-12-31", (date(2021, 12, 31), date(2022, 1, 1))),
        ("week", "ERASED", None),
        ("sex", "FEMALE", None),
    ],
)
def test_a_code_of_time_stands_for_its_days(name, code, span):
    assert breaks.span_of(name, code) == span


@pytest.mark.parametrize(
    ("today", "uncoded", "unapproved", "is_final"),
    [
        (date(2027, 5, 30), 0, 0, False),
        (date(2027, 5, 31), 0, 0, True),
        (date(2027, 5, 31), 0, None, True),
        (date(2027, 5, 31), 1, 0, False),
        (date(2027, 5, 31), 0, 1, False),
    ],
)
def test_numbers_are_final_60_days_on_when_nothing_waits(today, uncoded, unapproved, is_final, settings):
    settings.FIGURES_FINAL_DAYS = 60

    found = finality_of(date(2027, 4, 1), uncoded=uncoded, unapproved=unapproved, today=today)

    assert found.is_final is is_final
