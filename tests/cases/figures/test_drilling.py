"""Behind every number stand its cases: the list and the erased ones together are the number, at any moment."""

import random
from datetime import date

import pytest

from cases.figures import columns, drilling, facts, measures
from cases.figures.drilling import cases_behind
from cases.figures.erasure import forget
from cases.figures.measures import Question
from cases.models import CaseFact, Centre
from tests.cases.figures.histories import History

pytestmark = pytest.mark.django_db
BY = ("scam_main", "age_band", "senior", "sex", "area", "outcome", "month", "fiscal_year", "sales_method")


def asked(centre, rows="scam_main", across=None, **more):
    given = {"start": date(2025, 1, 1), "end": date(2027, 4, 1), **more}
    return Question(frozenset({centre.pk}), rows=rows, columns=across, **given)


@pytest.mark.parametrize("seed", range(6))
def test_every_drill_adds_up_to_its_number_at_any_moment(seed, make_case, centre, monkeypatch):
    """Of odd seeds most facts are settled: the list is then of the log, and the number is not."""
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)
    dice = random.Random(seed)
    history = History(dice, make_case).run(40)
    if seed % 2:
        columns.extend()
    history.run(20)
    moments = [None, *dice.sample(list(CaseFact.objects.values_list("seq", flat=True)), 2)]

    for as_of in moments:
        measure = dice.choice([measures.CASES, measures.CONTACTS, measures.SCAM_MENTIONS])
        rows, across = dice.sample(BY, 2)
        if measure == measures.SCAM_MENTIONS:
            rows = "scam_any"
        start = date(2025, dice.randint(1, 12), dice.randint(1, 28))
        question = asked(centre, rows, across, measure=measure, as_of=as_of, start=start)
        table = measures.breakdown(question)
        cells = [
            (row, column, table.cells[n][m])
            for n, row in enumerate(table.row_codes)
            for m, column in enumerate(table.column_codes)
        ]
        wanted = [
            *dice.sample(cells, min(8, len(cells))),
            *((row, None, total) for row, total in zip(table.row_codes, table.row_totals, strict=True)),
            *(
                (None, code, total)
                for code, total in zip(table.column_codes, table.column_totals, strict=True)
            ),
            (None, None, table.total),
        ]
        for row, column, count in wanted:
            found = cases_behind(question, row=row, column=column)
            listed = everything(found)
            assert found.counted == count
            assert len(listed) == found.cases - found.erased
            if measure != measures.SCAM_MENTIONS:
                assert found.cases == count
            if measure != measures.CONTACTS:
                assert len(listed) == len(set(listed))
            if as_of is None:
                assert set(listed) <= set(history.now)


def everything(found: drilling.CasesBehind) -> list:
    """All pages, with a size of page that cuts days in two."""
    pages = range(0, found.listed, 3)
    return [one.case_uid for first in pages for one in found.page(first, 3) for _n in range(one.times)]


def test_the_newest_day_comes_first_and_a_page_is_one_part(state, centre):
    made = [state(received_on=date(2026, 5, day)) for day in (3, 1, 2, 2)]

    found = cases_behind(asked(centre))

    assert [one.case_uid for one in found.page(0, 2)] == [made[0].uid, made[3].uid]
    assert [one.case_uid for one in found.page(2, 2)] == [made[2].uid, made[1].uid]
    assert found.page(4, 2) == []


def test_a_case_corrected_since_the_cut_stands_where_it_was_counted_and_says_so(state, make_case, centre):
    case, other = state(party_sex="FEMALE"), state(party_sex="FEMALE")
    cut = measures.breakdown(asked(centre)).as_of
    case.party_sex = "MALE"
    facts.restate(facts.Coded(case, "INSPECTION"))

    then = cases_behind(asked(centre, "sex", as_of=cut), row="FEMALE").page(0, 50)
    now = cases_behind(asked(centre, "sex"), row="FEMALE").page(0, 50)

    assert {one.case_uid: one.is_changed for one in then} == {case.uid: True, other.uid: False}
    assert [one.case_uid for one in now] == [other.uid]


def test_an_erased_case_is_counted_and_not_listed(state, centre):
    state()
    gone = state()
    forget(gone.uid)

    found = cases_behind(asked(centre), row="INSPECTION")

    assert (found.counted, found.listed, found.erased) == (2, 1, 1)


def test_cases_of_other_centres_stand_behind_no_number(state, make_case, centre):
    other = make_case(centre=Centre.objects.create(code="minami", name="南"))
    facts.record([(other, "INSPECTION", [])])

    assert cases_behind(asked(centre)).counted == 0


def test_a_condition_and_a_cell_that_contradict_each_other_have_no_case(state, centre):
    state(party_sex="FEMALE")

    found = cases_behind(asked(centre, "sex", filters={"sex": ["FEMALE"]}), row="MALE")

    assert (found.counted, found.page(0, 50)) == (0, [])


def test_a_page_is_two_queries_however_long_the_list(state, centre, django_assert_num_queries):
    for day in range(1, 29):
        state(received_on=date(2026, 5, day))
    columns.extend()
    found = cases_behind(asked(centre))

    with django_assert_num_queries(2):
        found.page(0, 5)
