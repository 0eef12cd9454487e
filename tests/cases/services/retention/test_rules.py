"""How long a record is kept: by class, from 1 April after the fiscal year of closing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law import calendar
from cases.services.retention.rules import (
    DEFAULT_YEARS,
    Period,
    RecordClass,
    class_of,
    due_on,
    last_closing_year_due,
)

FIVE = [Period(5)]
DAYS = st.dates(date(2005, 1, 1), date(2090, 1, 1))
YEARS = st.integers(2000, 2060)
PERIODS = st.lists(
    st.builds(Period, st.integers(1, 50), st.dates(date(2001, 1, 1), date(2060, 12, 31))),
    max_size=4,
    unique_by=lambda period: period.from_on,
).map(lambda later: [Period(5), *sorted(later, key=lambda period: period.from_on)])


@pytest.mark.parametrize(
    ("closed_on", "due"),
    [
        (date(2026, 3, 31), date(2031, 4, 1)),
        (date(2026, 4, 1), date(2032, 4, 1)),
        (date(2027, 3, 31), date(2032, 4, 1)),
        (date(2028, 2, 29), date(2033, 4, 1)),
    ],
)
def test_the_years_begin_on_the_1_april_after_the_year_of_closing(closed_on, due):
    assert due_on(calendar.fiscal_year(closed_on), FIVE, date(2026, 5, 1)) == due


@pytest.mark.parametrize(
    ("today", "due"),
    [(date(2031, 5, 31), date(2031, 4, 1)), (date(2031, 6, 1), date(2036, 4, 1))],
)
def test_a_longer_period_keeps_whatever_is_still_there_from_its_first_day(today, due):
    periods = [Period(5), Period(10, date(2031, 6, 1))]

    assert due_on(2025, periods, today) == due
    assert due_on(2026, periods, today) == date(2037, 4, 1)


def test_a_shorter_period_makes_due_from_its_first_day_and_never_before():
    periods = [Period(10), Period(3, date(2030, 1, 15))]

    assert due_on(2020, periods, date(2029, 1, 1)) == date(2030, 1, 15)
    assert due_on(2026, periods, date(2029, 1, 1)) == date(2030, 4, 1)


@given(YEARS, PERIODS, DAYS)
def test_what_closed_earlier_is_never_due_later(year, periods, today):
    assert due_on(year, periods, today) <= due_on(year + 1, periods, today)


@given(DAYS, PERIODS, st.integers(0, 400))
def test_the_last_year_due_is_due_and_the_next_is_not(day, periods, ahead):
    today = day - timedelta(days=ahead)
    year = last_closing_year_due(day, periods, today)

    assert due_on(year, periods, today) <= day < due_on(year + 1, periods, today)


@pytest.mark.parametrize(
    ("kind", "outcome", "record_class"),
    [
        ("COMPLAINT", "ADVICE", "CONSULTATION"),
        ("COMPLAINT", "INFORMATION", "INFORMATION"),
        ("INQUIRY", "ADVICE", "INFORMATION"),
        ("REQUEST", "NOT_NEEDED", "INFORMATION"),
        ("", "", "CONSULTATION"),
    ],
)
def test_the_class_follows_from_the_codes(kind, outcome, record_class):
    assert class_of(kind, outcome) == record_class


def test_every_class_has_years():
    assert set(DEFAULT_YEARS) == set(RecordClass)
