"""Ages, amounts and times as people type them: read, or refused, and never guessed."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.law.calendar import TOKYO, DateNotUnderstood, parse_date
from cases.services.reading import Age, NotUnderstood, read_age, read_moment, read_yen

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=TOKYO)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("1,500,000", 1_500_000), ("１，５００，０００円", 1_500_000), ("1、500、000", 1_500_000),
        ("１５０万円", 1_500_000), ("3.5万", 35_000), ("約50万", 500_000), ("1,500万円", 15_000_000),
        ("1億2000万", 120_000_000), ("2千万円", 20_000_000),
        ("1億2千万", 120_000_000), ("1.5億円", 150_000_000), ("12万3456円", 123_456), ("1万3千円", 13_000),
        ("1万5円", 10_005), ("12 000", 12_000), ("￥300", 300), ("1500000.0", 1_500_000), ("0円", 0),
        ("", None), ("不明", None), ("－", None),
    ],
)  # fmt: skip
def test_an_amount_is_read(text: str, yen: int | None) -> None:
    assert read_yen(text) == yen


@pytest.mark.parametrize(
    "text",
    [
        "1億2", "1億2千", "1万5", "150万2", "2千5",  # said for 1億2千万, 1万5千 …
        "1,50", "1,2,3", "1,5万", "3、5万円", "5万〜10万",  # a point, a range or a slip
        "0.00001万", "1.23456万", "1.5", "..5万", "1.5.5万",  # no whole yen
        "-5", "+5", "12月", "13/45", "$300", "万", "約", "9" * 26, "9" * 5000, "5\x00", "\ud800",
    ],
)  # fmt: skip
def test_what_could_be_another_amount_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_yen(text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("７２歳", Age(years=72)), ("70代", Age(band="70S")), ("不明", Age()), ("団体", Age(band="GROUP")),
        ("S28.5.3", Age(birth_date=date(1953, 5, 3))), ("1948-02-29", Age(birth_date=date(1948, 2, 29))),
    ],
)  # fmt: skip
def test_an_age_is_read(text: str, age: Age) -> None:
    assert read_age(text, today=TODAY) == age


@pytest.mark.parametrize(
    "text",
    [
        "11/19", "11月19日", "昨日", "今日",  # a day without a year is nobody's birth date
        "131", "-1", "72-73", "65以上", "1953", "R8.2.30", "R8.11.21", "昭和64年1月8日", "1890-01-01", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_age(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("14:30", (2026, 11, 20, 14, 30)), ("午後2時", (2026, 11, 20, 14, 0)), ("午前0時", (2026, 11, 20, 0, 0)),
        ("11/19 9:05", (2026, 11, 19, 9, 5)), ("11月19日14時30分", (2026, 11, 19, 14, 30)),
        ("11/19午後2時", (2026, 11, 19, 14, 0)), ("2026-11-19T14:30:59", (2026, 11, 19, 14, 30)),
        ("R8.11.19", (2026, 11, 19, 12, 0)), ("今日", (2026, 11, 20, 10, 30)),
    ],
)  # fmt: skip
def test_a_moment_is_read(text: str, moment: tuple[int, ...]) -> None:
    year, month, day, hour, minute = moment

    assert read_moment(text, now=NOW) == datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "text",
    [
        "11/114:30", "11/2014:30", "2026112014:30",  # where does the day end?
        "午前13時", "25:00", "24:00", "14:60", "14", "1430", "", "R8.2.30 9:00", "午後", "\ud800",
    ],
)  # fmt: skip
def test_what_could_be_another_moment_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_moment(text, now=NOW)


PIECES = st.sampled_from(
    [*"0123456789０９.,、/-:：年月日時分円万億千約代歳元 \u3000\x00", "令和", "昭和", "R", "S", "午前", "午後",
     "今日", "不明", "未満", "\ud800", "2026", "11", "31"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=12), st.lists(PIECES, max_size=10).map("".join)))
def test_no_text_ends_in_anything_but_an_answer_or_a_refusal(text: str) -> None:
    for read in (
        lambda: read_yen(text),
        lambda: read_age(text, today=TODAY),
        lambda: read_moment(text, now=NOW),
        lambda: parse_date(text, today=TODAY),
    ):
        with suppress(NotUnderstood, DateNotUnderstood):
            read()
