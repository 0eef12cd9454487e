from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import CasesError
from cases.law import calendar
from cases.law.calendar import (
    DateNotUnderstood,
    age_on,
    both,
    fiscal_year,
    fiscal_year_range,
    is_holiday,
    is_post_office_closed,
    last_counter_day,
    parse_date,
    wareki,
)

TODAY = date(2026, 11, 23)
DAYS_WITH_AN_ERA = st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("S28.5.3", date(1953, 5, 3)),
        ("s28/05/03", date(1953, 5, 3)),
        ("昭和28年5月3日", date(1953, 5, 3)),
        ("昭28-5-3", date(1953, 5, 3)),
        ("㍼28年5月3日", date(1953, 5, 3)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("R8/11/20", date(2026, 11, 20)),
        ("1953-05-03", date(1953, 5, 3)),
        ("1953/5/3", date(1953, 5, 3)),
        ("1953.5.3", date(1953, 5, 3)),
        ("2026年11月20日", date(2026, 11, 20)),
        ("2026年 11月 20日", date(2026, 11, 20)),
        ("20261120", date(2026, 11, 20)),
        ("2026/11/20", date(2026, 11, 20)),
        ("1953ー05ー03", date(1953, 5, 3)),
        ("  Ｒ８．１１．２０ ", date(2026, 11, 20)),
        ("今日", TODAY),
        ("昨日", date(2026, 11, 22)),
    ],
)
def test_a_date_is_read_as_a_counsellor_writes_it(text, day):
    assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "昭和64年1月8日",
        "令和1年4月30日",
        "平成31年5月1日",
        "昭和元年12月24日",
        "大正15年12月25日",
        "明治45年7月30日",
        "明治5年12月2日",
        "令和0年5月1日",
        "2026-02-29",
        "20261320",
        "2/30",
        "13/1",
        "26/11/20",
        "2026-11/20",
        "0000-01-01",
        "R9",
        "来週",
        "",
    ],
)
def test_a_date_that_cannot_be_is_refused(text):
    with pytest.raises(DateNotUnderstood) as refusal:
        parse_date(text, today=TODAY)

    assert isinstance(refusal.value, CasesError)
    assert isinstance(refusal.value, ValueError)
    assert refusal.value.code == "date_not_understood"
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize(
    ("era", "first", "last"),
    [
        ("大正", date(1912, 7, 30), date(1926, 12, 24)),
        ("昭和", date(1926, 12, 25), date(1989, 1, 7)),
        ("平成", date(1989, 1, 8), date(2019, 4, 30)),
    ],
)
def test_an_era_has_its_first_and_last_day(era, first, last):
    assert wareki(first).startswith(f"{era}元年")
    assert wareki(last).startswith(era)
    assert not wareki(date.fromordinal(first.toordinal() - 1)).startswith(era)
    assert not wareki(date.fromordinal(last.toordinal() + 1)).startswith(era)


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("11/20", date(2026, 11, 23), date(2026, 11, 20)),
        ("11月20日", date(2026, 11, 1), date(2026, 11, 20)),
        ("12/28", date(2027, 1, 5), date(2026, 12, 28)),
        ("1/5", date(2026, 12, 28), date(2027, 1, 5)),
        ("7/2", date(2026, 1, 1), date(2026, 7, 2)),
        ("7/4", date(2026, 1, 1), date(2025, 7, 4)),
        ("1/1", date(2024, 7, 2), date(2024, 1, 1)),  # 183 days behind, 183 ahead: the past
        ("2/29", date(2026, 1, 1), date(2024, 2, 29)),
        ("2/29", date(2100, 2, 28), date(2096, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_and_of_two_the_past(text, today, day):
    assert parse_date(text, today=today) == day


@given(DAYS_WITH_AN_ERA)
def test_what_wareki_writes_is_read_back(day):
    assert parse_date(wareki(day), today=TODAY) == day


@given(DAYS_WITH_AN_ERA, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_western_dates_are_read_back(day, written):
    assert parse_date(day.strftime(written), today=TODAY) == day


def test_years_in_words():
    assert wareki(date(2026, 11, 20)) == "令和8年11月20日"
    assert wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert wareki(date(1870, 1, 1)) == "1870年1月1日"
    assert both(date(2026, 11, 20)) == "2026年11月20日(令和8年) 金曜"
    assert both(date(1870, 1, 1)) == "1870年1月1日 土曜"


def test_a_fiscal_year_begins_in_april():
    assert fiscal_year(date(2026, 3, 31)) == 2025
    assert fiscal_year(date(2026, 4, 1)) == 2026


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(9998, 12, 31)))
def test_a_day_lies_in_the_range_of_its_fiscal_year(day):
    start, end = fiscal_year_range(fiscal_year(day))

    assert start <= day < end
    assert fiscal_year(end) == fiscal_year(start) + 1


@pytest.mark.parametrize(
    ("day", "holiday", "closed"),
    [
        (date(2026, 11, 20), False, False),
        (date(2026, 11, 21), False, True),  # Saturday
        (date(2026, 11, 22), False, True),  # Sunday
        (date(2026, 11, 23), True, True),
        (date(2026, 9, 22), True, True),  # 国民の休日 between two holidays
        (date(2026, 5, 6), True, True),  # 振替休日
        (date(2026, 12, 30), False, False),
        (date(2026, 12, 31), False, True),
        (date(2027, 1, 1), True, True),
        (date(2030, 1, 3), False, True),  # a Thursday
        (date(2030, 1, 4), False, False),
    ],
)
def test_holidays_and_closed_counters(day, holiday, closed):
    assert is_holiday(day) is holiday
    assert is_post_office_closed(day) is closed


def test_the_last_counter_day_before_the_new_year_holidays():
    assert last_counter_day(date(2027, 1, 3)) == date(2026, 12, 30)
    assert last_counter_day(date(2026, 12, 30)) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1953, 5, 3), date(2026, 5, 2), 72),
        (date(1953, 5, 3), date(2026, 5, 3), 73),
        (date(1953, 5, 3), date(1953, 5, 3), 0),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_rises_on_the_birthday_and_for_29_february_on_1_march(birth, day, age):
    assert age_on(birth, day) == age


def test_no_age_before_the_birth():
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2026, 5, 3), date(2026, 5, 2))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 14, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_today_is_the_day_in_tokyo(moment, day):
    with time_machine.travel(moment, tick=False):
        assert calendar.today() == day
