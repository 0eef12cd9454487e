"""Working days of a centre: weekends, holidays, the turn of the year, and its own rule."""

from datetime import date, time

import pytest

from cases.law.calendar import Closed, is_working_day, last_working_day, working_day_after
from cases.services.reading import NotUnderstood, read_band

OWN = Closed(frozenset({date(2026, 11, 25)}), frozenset({date(2026, 11, 28), date(2026, 12, 29)}))


@pytest.mark.parametrize(
    ("day", "works", "works_by_own_rule"),
    [
        (date(2026, 11, 20), True, True),  # Friday
        (date(2026, 11, 23), False, False),  # 勤労感謝の日, a Monday
        (date(2026, 11, 25), True, False),
        (date(2026, 11, 28), False, True),  # Saturday
        (date(2026, 12, 28), True, True),
        (date(2026, 12, 29), False, True),
        (date(2027, 1, 3), False, False),
        (date(2027, 1, 4), True, True),
        (date(2026, 5, 6), False, False),  # 振替休日
    ],
)
def test_a_centre_works_on_a_day(day, works, works_by_own_rule):
    assert (is_working_day(day), is_working_day(day, OWN)) == (works, works_by_own_rule)


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # over a weekend and a holiday
        (date(2026, 11, 24), 3, date(2026, 11, 27)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
    ],
)
def test_working_days_are_counted_from_the_next_day_on(day, days, found):
    assert working_day_after(day, days) == found


def test_what_is_due_on_a_day_off_is_done_before_it():
    assert last_working_day(date(2027, 1, 3)) == date(2026, 12, 28)
    assert last_working_day(date(2026, 12, 28)) == date(2026, 12, 28)
    assert last_working_day(date(2026, 12, 30), OWN) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("14-16", (time(14), time(16))),
        ("14:00〜16:30", (time(14), time(16, 30))),
        ("14時から16時まで", (time(14), time(16))),
        ("14:30", (time(14, 30), None)),
        ("1430", (time(14, 30), None)),
        ("14時30分から", (time(14, 30), None)),
        ("9時〜", (time(9), None)),
        ("午前", (time(9), time(12))),
    ],
)
def test_hours_are_read_as_people_type_them(text, band):
    assert read_band(text) == band


@pytest.mark.parametrize(
    "text", ["16-14", "14-14", "25", "14:60", "いつでも", "14-15-16", "-16", "あ-16", ""]
)
def test_hours_that_say_nothing_are_refused(text):
    with pytest.raises(NotUnderstood):
        read_band(text)
