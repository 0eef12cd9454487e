"""Why a number is another one now: every cause counted, and together they are the difference."""

import random
from datetime import date

import pytest

from cases.figures import behind, columns, differences, facts, measures
from cases.figures.erasure import forget
from cases.figures.measures import Question
from tests.cases.figures.histories import History

pytestmark = pytest.mark.django_db
KEPT = ("scam_main", "age_band", "sex", "area", "outcome", "month", "sales_method")


def asked(centre, rows="sex", across=None, **more):
    given = {"start": date(2026, 4, 1), "end": date(2027, 4, 1), **more}
    return Question(frozenset({centre.pk}), rows=rows, columns=across, **given)


@pytest.mark.parametrize("seed", range(8))
def test_the_causes_add_up_to_the_difference_after_any_history(seed, make_case, centre, monkeypatch):
    """Of odd seeds what was told lies in settled facts, of every fourth so does what came since."""
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)
    monkeypatch.setattr(behind, "AT_ONCE", 900 if seed < 4 else 5)
    dice = random.Random(seed)
    history = History(dice, make_case).run(30)
    rows, across = dice.sample(KEPT, 2)
    measure = dice.choice([measures.CASES, measures.CONTACTS, measures.SCAM_MENTIONS])
    question = asked(
        centre, "scam_any" if measure == measures.SCAM_MENTIONS else rows, across, measure=measure,
        start=date(2025, dice.randint(1, 12), dice.randint(1, 28)),
    )  # fmt: skip
    told = differences.told(question)
    counted = measures.breakdown(question)
    if seed % 2:
        columns.extend()

    history.run(40)
    if seed % 4 == 3:
        columns.extend()
    found = differences.since(question, told)

    now = measures.breakdown(question)
    assert (found.before, found.now) == (counted.total, now.total)
    assert found.before + found.erased_moved + found.causes.net == found.now
    assert found.changed == {
        cell: (cells_of(counted).get(cell, 0), cells_of(now).get(cell, 0))
        for cell in sorted(cells_of(counted).keys() | cells_of(now).keys())
        if cells_of(counted).get(cell, 0) != cells_of(now).get(cell, 0)
    }


def cells_of(found: measures.Breakdown) -> dict[tuple[str, str], int]:
    return {
        (row, column): count
        for row, counts in zip(found.row_codes, found.cells, strict=True)
        for column, count in zip(found.column_codes, counts, strict=True)
        if count
    }


def test_31_registered_late_4_corrected_2_erased(state, centre):
    told_of = [state(party_sex="FEMALE") for _n in range(10)]
    outside = state(party_sex="FEMALE", received_on=date(2025, 5, 1))
    told = differences.told(asked(centre))

    for _n in range(31):
        state(party_sex="MALE")
    change(told_of[0], party_sex="MALE")  # within the table
    change(told_of[1], received_on=date(2025, 5, 1))  # out of it
    change(told_of[2], received_on=date(2025, 5, 2))
    change(outside, received_on=date(2026, 5, 1))  # into it
    for case in told_of[8:]:
        forget(case.uid)
    found = differences.since(asked(centre), told)

    causes = found.causes
    assert (causes.late, causes.corrected_in, causes.corrected_out, causes.moved) == (31, 1, 2, 1)
    assert (found.corrected, found.erased, found.erased_moved) == (4, 2, 0)
    assert (found.before, found.now) == (10, 40)


def change(case, **codes):
    for name, code in codes.items():
        setattr(case, name, code)
    facts.restate(facts.Coded(case, "INSPECTION"))


def test_nothing_new_is_no_difference(state, centre):
    state()
    told = differences.told(asked(centre))
    state(received_on=date(2024, 5, 1))  # of another period

    found = differences.since(asked(centre), told)

    assert (found.is_none, found.causes.net, dict(found.changed)) == (True, 0, {})


def test_an_erasure_within_a_month_moves_the_number_and_says_by_how_much(state, centre):
    """The day of an erased case is the first of its month: a period from the 10th no longer holds it."""
    case = state(received_on=date(2026, 5, 20))
    question = asked(centre, start=date(2026, 5, 10), end=date(2026, 6, 10))
    told = differences.told(question)
    forget(case.uid)

    found = differences.since(question, told)

    assert (found.before, found.now, found.erased_moved) == (1, 0, -1)


def test_a_late_case_that_is_erased_is_told_apart(state, centre):
    told = differences.told(asked(centre))
    forget(state().uid)

    found = differences.since(asked(centre), told)

    assert (found.causes.late, found.causes.erased_late, found.now) == (0, 1, 1)


def test_what_was_told_can_be_explained_up_to_a_later_cut(state, centre):
    state()
    told = differences.told(asked(centre))
    state()
    second = measures.breakdown(asked(centre)).as_of
    state()

    assert differences.since(asked(centre, as_of=second), told).causes.late == 1
    assert differences.since(asked(centre), told).causes.late == 2
