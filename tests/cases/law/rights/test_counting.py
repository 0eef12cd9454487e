"""Against a counter that walks one day after the other and knows nothing of the engine's arithmetic."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law.rights.counting import Period, months_after
from cases.law.rights.table import RULES, Combine
from tests.cases.law.rights.plain import answer

DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2096, 12, 31))
LENGTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year):
    return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)


def length(year, month):
    return 29 if month == 2 and is_leap(year) else LENGTH[month - 1]


def tomorrow(day):
    year, month, number = day
    if number < length(year, month):
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def walk_days(first, days):
    """The last of `days` days, tearing off one leaf of the calendar after the other."""
    day = (first.year, first.month, first.day)
    for _leaf in range(days - 1):
        day = tomorrow(day)
    return date(*day)


def walk_months(first, months):
    """The day before the day of the same number `months` later; without one, the last day of that month."""
    day, passed = (first.year, first.month, first.day), 0
    while True:
        after = tomorrow(day)
        passed += after[1] != day[1]
        if passed == months and after[2] == first.day:
            return date(*day)
        if passed > months:
            return date(*day)
        day = after


@given(DAYS, st.sampled_from([8, 10, 14, 20]))
def test_a_period_of_days_ends_where_the_calendar_does(first, days):
    assert Period(days=days).end(first) == walk_days(first, days)


@given(DAYS, st.integers(1, 60))
def test_a_period_of_months_ends_where_the_calendar_does(first, months):
    assert Period(months=months).end(first) == walk_months(first, months)


@given(DAYS, st.sampled_from([1, 3, 5, 10]))
def test_years_run_from_the_day_after(day, years):
    assert months_after(day, 12 * years) == walk_months(walk_days(day, 2), 12 * years)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-30", "2027-02-28"),
        ("2026-11-29", "2027-02-28"),
        ("2026-11-28", "2027-02-27"),
        ("2027-11-29", "2028-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2026-12-01", "2027-02-28"),
    ],
)
def test_three_months_over_a_short_month(first, last):
    assert Period(months=3).end(date.fromisoformat(first)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("contract", "last"),
    [("2027-02-28", "2028-02-29"), ("2028-02-28", "2029-02-28"), ("2027-03-01", "2028-03-01")],
)
def test_a_year_around_the_29th_of_february(contract, last):
    assert months_after(date.fromisoformat(contract), 12) == date.fromisoformat(last)


RUNNING = [rule for rule in RULES if rule.valid_until is None]


@given(st.sampled_from(RUNNING), DAYS, st.integers(0, 40), st.integers(-5, 120))
def test_every_rule_ends_where_the_calendar_does(rule, first, later, passed):
    second = walk_days(first, later + 1)
    days = dict(zip(rule.start.inputs, (first, second), strict=False))
    kind = {rule.when[0]: min(rule.when[1])} if rule.when else {}
    day_one = second if rule.start.combine is Combine.LATER else first
    last = (
        walk_months(day_one, rule.period.months)
        if rule.period.months
        else walk_days(day_one, rule.period.days)
    )
    as_of = date.fromordinal(first.toordinal() + passed)

    found = answer(
        rule.transaction, as_of=as_of, contract_on=first, induced_by_advertising="yes", **days, **kind
    )

    assert (found.last_day, found.right) == (last, "yes" if as_of <= last else "no")
    assert found.days_left == last.toordinal() - as_of.toordinal()
    assert found.missing == ()
