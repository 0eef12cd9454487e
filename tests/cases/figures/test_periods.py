from datetime import date

import pytest

from cases.figures import comparing, periods
from cases.figures.comparing import Days
from cases.figures.questions import QuestionNotUnderstood


@pytest.mark.parametrize(
    ("name", "today", "first", "behind"),
    [
        ("this_fiscal_year", date(2026, 11, 20), date(2026, 4, 1), date(2026, 11, 21)),
        ("this_fiscal_year", date(2027, 3, 31), date(2026, 4, 1), date(2027, 4, 1)),
        ("this_fiscal_year", date(2027, 4, 1), date(2027, 4, 1), date(2027, 4, 2)),
        ("last_fiscal_year", date(2027, 3, 31), date(2025, 4, 1), date(2026, 4, 1)),
        ("last_fiscal_year", date(2027, 4, 1), date(2026, 4, 1), date(2027, 4, 1)),
        ("this_month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ("last_month", date(2027, 1, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("last_month", date(2027, 3, 31), date(2027, 2, 1), date(2027, 3, 1)),
        ("last_3_months", date(2027, 2, 10), date(2026, 11, 1), date(2027, 2, 1)),
        ("last_12_months", date(2027, 2, 10), date(2026, 2, 1), date(2027, 2, 1)),
        ("this_calendar_year", date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 2)),
        ("last_calendar_year", date(2027, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_that_moves_stands_for_the_days_of_the_day_it_is_asked(name, today, first, behind):
    assert periods.days_of(name, today) == Days(first, behind)


@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2028, 2, 29), date(2027, 12, 31)])
@pytest.mark.parametrize("name", periods.MOVING)
def test_every_period_has_days_and_a_year_before(name, today):
    days = periods.days_of(name, today)
    before = comparing.a_year_before(days)

    assert days.start < days.end
    assert before.start < before.end <= days.end


def test_a_name_that_there_is_not_is_no_period():
    with pytest.raises(QuestionNotUnderstood):
        periods.days_of("next_year", date(2026, 11, 20))
