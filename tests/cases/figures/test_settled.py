"""The facts as they stand: what a question of today reads counts the same as the log does."""

from datetime import date, timedelta

import numpy as np
import pytest

from cases.figures import columns, counting, facts, measures, settled
from cases.figures.facts import Coded
from cases.figures.layout import TYPES
from cases.figures.measures import Question
from cases.models import CaseFact

EVER = (date(2020, 1, 1), date(2030, 1, 1))


@pytest.fixture
def settle_at_once(monkeypatch):
    monkeypatch.setattr(columns, "SETTLED_AFTER", 1)


@pytest.fixture
def history(state):
    """Forty cases on twenty days; every second is corrected, every fourth twice."""
    for number in range(40):
        case = state(received_on=date(2026, 4, 1) + timedelta(days=number % 20), party_age=number)
        for outcome in ("ADVICE", "MEDIATED")[: 0 if number % 2 else 1 + (number % 4 == 0)]:
            case.outcome, case.closed_on = outcome, date(2026, 5, 1)
            facts.restate(Coded(case, "IMPERSONATION"))


def table(centre, as_of=None):
    question = Question(frozenset({centre.pk}), *EVER, "outcome", "month", as_of=as_of)
    found = measures.breakdown(question)
    return found.row_codes, found.cells


def test_settled_facts_are_one_row_a_case_by_centre_and_day(settle_at_once, history):
    columns.extend()
    held, behind = columns.read().parts
    assert (len(held), len(behind), held.is_settled) == (40, 0, True)
    assert (np.diff(held.columns["received_on"]) >= 0).all()


@pytest.mark.parametrize("later", [False, True])
def test_settled_facts_count_as_the_log_does_at_any_cut(settle_at_once, history, centre, state, later):
    cuts = list(CaseFact.objects.order_by("seq").values_list("seq", flat=True))
    plain = [table(centre, cut) for cut in (*cuts[::7], None)]
    columns.extend(limit=50)
    columns.extend()
    if later:
        state("INSPECTION")
        plain[-1] = table(centre)
    assert [table(centre, cut) for cut in (*cuts[::7], None)] == plain


def test_they_are_settled_again_only_after_the_log_has_grown(state, monkeypatch):
    monkeypatch.setattr(columns, "SETTLED_AFTER", 10)
    seen = []
    for _ in range(5):
        for _case in range(4):
            state()
        columns.extend()
        seen.append(len(columns.read().parts[0]) if columns.read().parts[0].is_settled else 0)
    assert seen == [0, 0, 12, 12, 12]


def test_settled_numbers_lie_as_narrow_as_they_can_and_any_centre_can_be_asked_for(
    settle_at_once, state, make_case, centre
):
    for yen in (None, 0, 200, 40_000, 3_000_000_000):
        state(contract_yen=yen, paid_yen=None if yen is None else 100)
    columns.extend()

    held = columns.read().parts[0].columns

    assert {name: held[name].dtype.itemsize for name in ("sex", "paid_yen", "contract_yen", "received_on")} == {
        "sex": 1, "paid_yen": 1, "contract_yen": 8, "received_on": 4,
    }  # fmt: skip
    assert sorted(held["contract_yen"].tolist()) == [-1, 0, 200, 40_000, 3_000_000_000]
    asked = Question(frozenset({centre.pk, 2**40}), *EVER, "sex", None)
    assert measures.breakdown(asked).total == 5


def log_of(rows: list[dict[str, int]]) -> dict[str, np.ndarray]:
    return {name: np.array([row.get(name, 0) for row in rows], dtype=kind) for name, kind in TYPES.items()}


def test_a_log_that_takes_back_more_than_it_stated_is_not_settled():
    assert settled.settle(log_of([{"sign": 1, "sex": 1}, {"sign": -1, "sex": 2}])) is None


def test_rows_whose_digests_meet_are_still_told_apart(monkeypatch):
    monkeypatch.setattr(settled, "_digest", lambda log: np.zeros(len(log["centre"]), dtype=np.uint64))
    rows = [{"sign": 1, "sex": n % 3} for n in range(9)] + [{"sign": -1, "sex": 1}]
    found = settled.settle(log_of(rows))
    assert sorted(found["sex"].tolist()) == [0, 0, 0, 1, 1, 2, 2, 2]


def test_lots_of_rows_add_up(history, centre, monkeypatch, settle_at_once):
    whole = table(centre)
    columns.extend()
    monkeypatch.setattr(counting._Tally, "at_once", 7)
    assert table(centre) == whole


@pytest.mark.parametrize("is_settled", [False, True])
@pytest.mark.parametrize("width", [50, 500])
def test_counts_are_the_same_however_many_combinations_there_could_be(
    history, centre, settle_at_once, width, is_settled
):
    if is_settled:
        columns.extend()
    found = columns.read()
    selection = counting.Selection(frozenset({centre.pk}), *EVER)
    outcome, scam = (counting.Axis(name, np.arange(width), width) for name in ("outcome", "scam_main"))

    counts = counting.count(found, selection, [outcome, scam])

    words, scams = found.words["outcome"], found.words["scam_main"]
    assert counts[words.index(""), scams.index("INSPECTION")] == 20
    assert counts[words.index("MEDIATED"), scams.index("IMPERSONATION")] == 10
    assert counts.sum() == 40
