"""Erasing cases: the figures by what the reports count stay as they were, as of every moment; the rest is 消去済."""

import random
from datetime import date

import pytest
from django.db import transaction

from cases.figures import columns, erasure, measures
from cases.figures.amount_classes import amount_class
from cases.figures.columns import extend
from cases.figures.counting import ERASED
from cases.figures.measures import Question
from cases.models import CaseFact, FactLog
from cases.records.case import Case
from cases.services import followup
from tests import builders
from tests.cases.figures.test_recount import Desk

pytestmark = pytest.mark.django_db

KEPT = (
    "month", "fiscal_year", "weekday", "age_band", "senior", "sex", "occupation", "area", "scam_main", "product",
    "product_middle", "product_class", "issue_main", "sales_method", "channel", "kind", "outcome", "harm",
)  # fmt: skip
DROPPED = ("day", "relation", "route", "impaired", "continuity", "harm_kind", "source")
DAYS = (date(2025, 1, 1), date(2027, 1, 1))


def forget(case):
    with transaction.atomic():
        return erasure.forget(case.uid)


def ask(centre, rows, across=None, as_of=None, measure=measures.CASES, **filters):
    question = Question(frozenset({centre.pk}), *DAYS, rows, across, measure, filters, as_of)
    found = measures.breakdown(question)
    cells = {
        (row, column): cell
        for row, line in zip(found.row_codes, found.cells, strict=True)
        for column, cell in zip(found.column_codes, line, strict=True)
        if cell
    }
    return cells, found.row_seniors and sum(share.seniors for share in found.row_seniors)


@pytest.mark.parametrize("seed", range(4))
def test_kept_dimensions_count_the_same_after_any_corrections_and_erasures(seed):
    dice = random.Random(seed)
    by = builders.account()
    desk = Desk(dice, by)
    for _step in range(40):
        desk.step()
    moments = [None, *dice.sample(list(CaseFact.objects.values_list("seq", flat=True)), 3)]
    asked = [(dice.choice(KEPT), dice.choice([None, *KEPT]), as_of) for as_of in moments for _n in range(4)]
    before = [ask(by.centre, *one) for one in asked]
    cases = list(Case.objects.all())

    for number, case in enumerate(dice.sample(cases, len(cases) // 2)):
        forget(case)
        if number % 3 == 0:
            extend(dice.choice([1, 7, 1000]))

    assert [ask(by.centre, *one) for one in asked] == before
    extend()
    assert [ask(by.centre, *one) for one in asked] == before


def test_every_row_of_the_case_is_coarse_and_without_its_uid():
    by = builders.account()
    case = builders.case(
        by=by,
        age=87,
        scam_others=("PHISHING",),
        product="HEALTH_FOOD",
        contract_yen=1_480_000,
        paid_yen=0,
    )
    other = builders.case(by=by)
    followup.close_case(case.uid, outcome="ADVICE", closed_on=date(2026, 11, 20), by=by)

    assert forget(case) == 3

    rows = CaseFact.objects.filter(case_uid=None)
    assert {
        (row.received_on, row.closed_on, row.age, row.age_band, row.scams, row.product, row.product_class)
        for row in rows
    } == {(date(2026, 11, 6), None, None, "80_OVER", f"INSPECTION|{ERASED}", "HEALTH_FOOD", "FOOD")}
    assert {(row.contract_yen, row.paid_yen, row.recovered_yen) for row in rows} == {(1_000_000, 0, None)}
    assert [row.sign for row in rows.order_by("seq")] == [1, -1, 1]
    assert sum(row.sign for row in rows) == 1
    assert CaseFact.objects.filter(case_uid=other.uid).get().age == 78


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (date(2026, 11, 1), date(2026, 11, 1)),
        (date(2026, 11, 7), date(2026, 11, 7)),
        (date(2026, 11, 8), date(2026, 11, 1)),
        (date(2026, 11, 30), date(2026, 11, 2)),
        (date(2028, 2, 29), date(2028, 2, 1)),
    ],
)
def test_of_a_day_its_month_and_its_weekday_are_left(day, kept):
    assert erasure.first_such_day(day) == kept
    assert (kept.month, kept.weekday()) == (day.month, day.weekday())


@pytest.mark.parametrize(("harm", "kept"), [("HARM", "BURN"), ("DANGER", ERASED), ("", ERASED)])
def test_what_kind_of_harm_is_kept_where_somebody_was_hurt(harm, kept):
    case = builders.case(harm=harm, harm_kind="BURN" if harm else "")
    forget(case)
    assert set(CaseFact.objects.values_list("harm_kind", flat=True)) == {kept}


@pytest.mark.parametrize("copied", [False, True])
def test_a_case_erased_before_weekdays_were_kept_has_none(copied):
    by = builders.account()
    before, now = builders.case(by=by), builders.case(by=by)
    for case in (before, now):
        forget(case)
    first = CaseFact.objects.order_by("seq")[0]
    CaseFact.objects.filter(pk=first.pk).update(channel=ERASED, received_on=date(2026, 11, 1))
    if copied:
        extend()

    cells, _seniors = ask(by.centre, "weekday")

    assert cells == {("FRI", "ALL"): 1, (ERASED, "ALL"): 1}


@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("name", DROPPED)
def test_a_dropped_dimension_shows_what_is_erased(name, copied):
    by = builders.account()
    erased, _kept = builders.case(by=by), builders.case(by=by)
    if copied:
        extend()
    forget(erased)
    if copied:
        extend()

    cells, _seniors = ask(by.centre, name)

    assert cells[ERASED, "ALL"] == 1
    assert sum(cells.values()) == 2
    assert measures.DIMENSIONS[name].texts([ERASED]) == ["消去済"]


def test_mentions_beside_the_main_one_stay_countable_but_unnamed():
    by = builders.account()
    case = builders.case(by=by, scam_others=("PHISHING", "FAKE_SHOP"))
    forget(case)

    cells, _seniors = ask(by.centre, "scam_any", measure=measures.SCAM_MENTIONS)

    assert cells == {("INSPECTION", "ALL"): 1, (ERASED, "ALL"): 2}


def test_columns_made_before_an_erasure_are_made_anew():
    case = builders.case()
    extend()
    log = FactLog.objects.get().uid
    assert not columns.is_behind()

    forget(case)

    assert FactLog.objects.get().uid != log
    assert columns.is_behind()
    extend()
    assert not columns.is_behind()
    assert set(columns.read().words["source"]) == {ERASED}


def test_how_many_of_a_question_are_erased():
    by = builders.account()
    old, sex = builders.case(by=by, sex="FEMALE"), builders.case(by=by, sex="MALE")
    builders.case(by=by, sex="FEMALE")
    for case in (old, sex):
        forget(case)
    everything = Question(by.centre_ids, *DAYS, "month")

    assert measures.erased_among(everything) == 2
    women = Question(by.centre_ids, *DAYS, "month", filters={"sex": ["FEMALE"]})
    assert measures.erased_among(women) == 1


def test_a_case_without_facts_changes_nothing():
    builders.case()
    log = FactLog.objects.first()
    with transaction.atomic():
        assert erasure.forget(builders.entry().uid) == 0
    assert FactLog.objects.first() == log


@pytest.mark.parametrize(
    ("yen", "lower"),
    [
        (None, None),
        (0, 0),
        (1, 1),
        (9_999, 1),
        (10_000, 10_000),
        (1_480_000, 1_000_000),
        (10**13, 100_000_000),
    ],
)
def test_an_amount_becomes_the_lower_limit_of_its_class(yen, lower):
    assert amount_class(yen) == lower
