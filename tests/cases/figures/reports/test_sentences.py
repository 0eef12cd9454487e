"""The sentences hold for nothing, for equal counts and where there is no year before."""

from datetime import date
from decimal import Decimal

import pytest

from cases.figures.reports import sentences
from cases.figures.reports.lines import Line, Lines, percent
from cases.figures.reports.scope import Scope, Span
from cases.models import Centre


def scope(first_month: date | None = date(2020, 4, 1), *, end: date = date(2026, 4, 1)) -> Scope:
    return Scope(Centre(pk=1, name="北"), Span.YEAR, date(2025, 4, 1), end, 1, None, first_month)


def lines(*rows: tuple[str, int, int]) -> Lines:
    made = tuple(Line(code, code, now, before) for code, now, before in rows)
    total = Line("", "合計", sum(row.now for row in made), sum(row.before for row in made))
    return Lines(made, total)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (5012, 4700, "令和7年度の相談は5,012件で、前年度より312件(6.6%)増えました。"),
        (90, 100, "令和7年度の相談は90件で、前年度より10件(10.0%)減りました。"),
        (7, 7, "令和7年度の相談は7件で、前年度と同じでした。"),
        (0, 0, "令和7年度の相談は0件で、前年度と同じでした。"),
        (3, 0, "令和7年度の相談は3件で、前年度より3件増えました。"),
        (0, 3, "令和7年度の相談は0件で、前年度より3件(100.0%)減りました。"),
    ],
)
def test_a_change_is_told_with_its_size(now, before, told):
    assert sentences.change(scope(), "相談", now, before) == told


@pytest.mark.parametrize(
    ("first_month", "told"),
    [
        (None, "令和7年度の相談は5件でした。前年度の記録はありません。"),
        (date(2025, 6, 1), "令和7年度の相談は5件でした。前年度の記録はありません。"),
        (
            date(2024, 9, 1),
            "令和7年度の相談は5件でした。前年度は一部の期間の記録しかないため、比べていません。",
        ),
        (date(2024, 4, 1), "令和7年度の相談は5件で、前年度より2件(66.7%)増えました。"),
    ],
)
def test_nothing_is_compared_with_a_year_that_is_not_there(first_month, told):
    assert sentences.change(scope(first_month), "相談", 5, 3) == told


def test_a_year_that_goes_on_is_compared_with_the_same_days():
    running = scope(end=date(2025, 11, 21))

    assert sentences.change(running, "相談", 5, 5) == (
        "令和7年度(11月20日まで)の相談は5件で、前年同期と同じでした。"
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [("電話", 6, 0), ("来所", 3, 0), ("文書", 1, 0)],
            "方法で最も多いのは電話の6件(60.0%)で、次いで来所の3件(30.0%)でした。",
        ),
        (
            [("電話", 2, 0), ("来所", 2, 0), ("文書", 1, 0)],
            "方法で最も多いのは電話と来所の各2件(40.0%)でした。",
        ),
        (
            [(name, 1, 0) for name in ("月", "火", "水", "木")],
            "方法で最も多いのは月と火と水など4区分の各1件(25.0%)でした。",
        ),
        ([("電話", 3, 0), ("来所", 1, 0), ("文書", 1, 0)], "方法で最も多いのは電話の3件(60.0%)でした。"),
        ([("電話", 3, 0)], "方法で最も多いのは電話の3件(100.0%)でした。"),
        ([("電話", 1, 0), ("UNKNOWN", 9, 0)], "方法で最も多いのは電話の1件(10.0%)でした。"),
        ([("電話", 0, 4), ("", 2, 0)], "方法が分かる相談はありませんでした。"),
        ([], "方法が分かる相談はありませんでした。"),
    ],
)
def test_what_leads_is_something_known(rows, told):
    assert sentences.leading("方法", lines(*rows)) == told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [("A", 5, 2), ("B", 1, 4)],
            "前年度から最も増えたのはA(2件から5件)、最も減ったのはB(4件から1件)でした。",
        ),
        (
            [("A", 5, 2), ("B", 1, 1)],
            "前年度から最も増えたのはA(2件から5件)で、減った区分はありませんでした。",
        ),
        (
            [("A", 0, 2), ("", 9, 0)],
            "前年度から最も減ったのはA(2件から0件)で、増えた区分はありませんでした。",
        ),
        ([("A", 2, 2)], "どの区分も前年度と同じ件数でした。"),
        ([], "どの区分も前年度と同じ件数でした。"),
    ],
)
def test_what_moved_the_most_is_told(rows, told):
    assert sentences.moved(scope(), lines(*rows)) == told


def test_nothing_moved_where_there_is_no_year_before():
    assert sentences.moved(scope(None), lines(("A", 5, 0))) == (
        "前年度の記録がないため、増減は示していません。"
    )


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 3, "33.3"), (1, 8, "12.5"), (1, 1000, "0.1"), (1, 2000, "0.1"), (-1, 4, "-25.0"), (0, 5, "0.0")],
)
def test_a_half_is_rounded_up(part, whole, shown):
    assert percent(part, whole) == Decimal(shown)


def test_a_share_of_nothing_is_no_number():
    assert percent(0, 0) is None
