"""Means, exact medians and shares: 不明 apart, open cases apart, corrections taken back, erased amounts unknown."""

import random
import statistics
from datetime import date, timedelta
from fractions import Fraction

import pytest

from cases.figures import columns, erasure, facts, measures
from cases.figures.facts import Coded
from cases.figures.measures import Amounts, Question, QuestionNotUnderstood, Share

YEAR = (date(2026, 4, 1), date(2027, 4, 1))


@pytest.fixture
def ask(centre):
    def make(measure, rows="sex", across=None, **other):
        return Question(frozenset({centre.pk}), *YEAR, rows, across, measure, **other)

    return make


def test_amounts_leave_the_unknown_out_and_count_zero(ask, state):
    for yen in (0, 100, 100, 1000, None):
        state(contract_yen=yen)

    found = measures.amounts(ask("contract_yen"))

    assert found.total == Amounts(n=4, unknown=1, total=1200, median=Fraction(100), largest=1000, ninth=1000)
    assert found.total.mean == 300
    assert found.row_codes == ("FEMALE",)
    assert found.definition["amounts"] == {"unknown": "left_out", "erased": 0}


def test_of_nothing_known_there_is_no_mean(ask, state):
    state(paid_yen=None)
    found = measures.amounts(ask("paid_yen"))
    assert (found.total, found.total.mean) == (Amounts(unknown=1), None)
    assert measures.amounts(ask("paid_yen", as_of=0)).total == Amounts()


@pytest.mark.parametrize("copied", [0, 1])
def test_medians_are_exact_for_cells_and_margins_whatever_was_corrected(ask, state, copied, monkeypatch):
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)
    dice = random.Random(5)
    held = {}
    for number in range(60):
        sex, band = dice.choice(["FEMALE", "MALE"]), dice.choice(["40S", "70_74"])
        case = state(
            party_sex=sex, party_age_band=band, contract_yen=dice.choice([None, dice.randrange(10**13)])
        )
        if number % 3 == 0:
            case.contract_yen = dice.randrange(10**7)
            facts.restate(Coded(case, "INSPECTION"))
        if copied and number == 40:
            columns.extend()
        held[case.uid] = (sex, "40S" if band == "40S" else "70S", case.contract_yen)

    found = measures.amounts(ask("contract_yen", "sex", "age_band"))

    def plain(sex=None, band=None):
        those = [yen for s, b, yen in held.values() if sex in (None, s) and band in (None, b)]
        known = [yen for yen in those if yen is not None]
        if not known:
            return Amounts(unknown=len(those))
        return Amounts(
            len(known),
            len(those) - len(known),
            sum(known),
            Fraction(statistics.median(map(Fraction, known))),
            max(known),
            sorted(known)[-(-9 * len(known) // 10) - 1],
        )

    for sex, row, total in zip(found.row_codes, found.cells, found.row_totals, strict=True):
        assert total == plain(sex)
        for band, cell in zip(found.column_codes, row, strict=True):
            assert cell == plain(sex, band)
    assert [plain(band=band) for band in found.column_codes] == list(found.column_totals)
    assert found.total == plain()


def test_days_to_close_are_of_closed_cases_alone(ask, state):
    day = date(2026, 5, 11)
    for days in (0, 3, 10):
        state(received_on=day, closed_on=day + timedelta(days=days), outcome="ADVICE")
    state(received_on=day)
    assert measures.amounts(ask("days_to_close")).total == Amounts(3, 0, 13, Fraction(3), 10, 10)


def test_an_erased_case_has_a_class_of_amount_and_is_unknown_in_a_mean(ask, state):
    state(contract_yen=300_000)
    erased = state(contract_yen=250_000, closed_on=date(2026, 5, 12), outcome="ADVICE")
    erasure.forget(erased.uid)

    found = measures.amounts(ask("contract_yen"))
    assert (found.total.n, found.total.unknown, found.definition["amounts"]["erased"]) == (1, 1, 1)
    classes = measures.breakdown(ask("cases", "contract_class"))
    assert dict(zip(classes.row_codes, classes.row_totals, strict=True)) == {"100000": 2}
    assert measures.amounts(ask("days_to_close")).total == Amounts(unknown=1)


def test_shares_of_mediation_name_their_denominators(ask, state):
    for outcome, times in {"MEDIATED": 3, "MEDIATION_FAILED": 1, "ADVICE": 4, "": 2}.items():
        for _ in range(times):
            state(outcome=outcome, closed_on=date(2026, 5, 12) if outcome else None, party_sex="MALE")
    state(outcome="ADVICE", closed_on=date(2026, 5, 12))

    mediated, settled = measures.shares(ask("mediation_rate")), measures.shares(ask("resolution_rate"))

    assert (mediated.total, settled.total) == (Share(4, 9, 9), Share(3, 4, 4))
    assert dict(zip(settled.row_codes, settled.row_totals, strict=True))["MALE"].of_all == Fraction(3, 4)
    assert mediated.definition["formula"] == "mediation_rate"
    women = measures.shares(ask("resolution_rate", filters={"sex": ["FEMALE"]}))
    assert women.total.of_all is None


def test_every_measure_is_asked_in_its_own_way(ask):
    for measure, question in (
        (measures.breakdown, "contract_yen"),
        (measures.amounts, "cases"),
        (measures.shares, "cases"),
    ):
        with pytest.raises(QuestionNotUnderstood):
            measure(ask(question))
