from dataclasses import replace
from datetime import date

import pytest

from cases.figures import comparing, measures
from cases.figures.comparing import Days
from cases.figures.measures import Question

FY2026 = Days(date(2026, 4, 1), date(2027, 4, 1))


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (FY2026, Days(date(2025, 4, 1), date(2026, 4, 1))),
        (Days(date(2026, 3, 1), date(2026, 4, 1)), Days(date(2026, 2, 1), date(2026, 3, 1))),
        (Days(date(2026, 1, 1), date(2026, 4, 1)), Days(date(2025, 10, 1), date(2026, 1, 1))),
        (Days(date(2026, 5, 11), date(2026, 5, 18)), Days(date(2026, 5, 4), date(2026, 5, 11))),
    ],
)
def test_the_period_just_before_is_as_long_in_months_or_in_days(days, before):
    assert comparing.just_before(days) == before


def asked(centre, rows, across=None, days=FY2026):
    return Question(frozenset({centre.pk}), days.start, days.end, rows, across)


def by_row(found):
    return dict(zip(found.row_codes, found.row_totals, strict=True))


def test_any_period_stands_beside_any_other(state, centre):
    state("INSPECTION", received_on=date(2026, 5, 1))
    state("FAKE_SHOP", received_on=date(2020, 1, 5))

    found = comparing.compare(asked(centre, "scam_main"), Days(date(2020, 1, 1), date(2020, 2, 1)))

    assert by_row(found.now) == {"INSPECTION": 1, "FAKE_SHOP": 0}
    assert by_row(found.before) == {"INSPECTION": 0, "FAKE_SHOP": 1}


def test_without_a_period_nothing_is_compared(state, centre):
    state()

    assert comparing.compare(asked(centre, "scam_main"), None).before is None


Q2_2026 = Days(date(2026, 7, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("name", "days", "code", "moved"),
    [
        ("quarter", comparing.just_before(Q2_2026), "2026-Q1", "2026-Q2"),
        ("quarter", Days(date(2026, 1, 1), date(2026, 4, 1)), "2025-Q4", "2026-Q2"),
        ("month", Days(date(2025, 10, 1), date(2026, 1, 1)), "2025-12", "2026-09"),
        ("day", Days(date(2026, 6, 30), date(2026, 7, 1)), "2026-06-30", "2026-07-01"),
        ("week", Days(date(2026, 6, 24), date(2026, 7, 1)), "2026-06-22", "2026-06-29"),
        ("week", Days(date(2026, 6, 23), date(2026, 7, 1)), "2026-06-22", "2026-06-22"),
        ("calendar_year", Days(date(2024, 7, 1), date(2024, 10, 1)), "2024", "2026"),
        ("month", Days(date(2025, 10, 1), date(2026, 1, 1)), "ERASED", "ERASED"),
        ("sex", Days(date(2025, 7, 1), date(2025, 10, 1)), "FEMALE", "FEMALE"),
    ],
)
def test_a_code_of_time_moves_as_far_as_the_periods_lie_apart(name, days, code, moved, centre):
    question = asked(centre, name, days=Q2_2026)
    empty = replace(measures.breakdown(question), row_codes=(code,), cells=((1,),))

    assert comparing.renamed(empty, question, days).row_codes == (moved,)


@pytest.mark.parametrize(
    ("rows", "other", "code"),
    [
        ("month", Days(date(2025, 4, 1), date(2026, 4, 1)), "2026-05"),
        ("month", Days(date(2023, 4, 1), date(2024, 4, 1)), "2026-05"),
        ("fiscal_year", Days(date(2023, 4, 1), date(2024, 4, 1)), "2026"),
    ],
)
def test_a_month_or_year_stands_beside_the_one_it_is_compared_with(rows, other, code, state, centre):
    state(received_on=date(other.start.year, 5, 3))
    state(received_on=date(2026, 5, 3))

    found = comparing.compare(asked(centre, rows), other)

    assert (by_row(found.now)[code], by_row(found.before)[code]) == (1, 1)


def test_months_of_periods_that_begin_on_other_days_stand_for_themselves(state, centre):
    state(received_on=date(2026, 5, 3))
    state(received_on=date(2026, 3, 20))

    found = comparing.compare(asked(centre, "month"), Days(date(2026, 3, 15), date(2026, 4, 1)))

    assert by_row(found.before)["2026-03"] == 1
    assert by_row(found.now)["2026-03"] == 0


def test_both_periods_are_counted_as_of_one_cut(state, centre, monkeypatch):
    state()
    asked_for = []
    real = measures.breakdown

    def breakdown(question):
        found = real(question)
        asked_for.append(question.as_of)
        state(received_on=date(2025, 5, 1))
        return found

    monkeypatch.setattr(measures, "breakdown", breakdown)
    found = comparing.compare(asked(centre, "scam_main"), comparing.a_year_before(FY2026))

    assert found.before.total == 0
    assert asked_for == [None, found.now.as_of]
