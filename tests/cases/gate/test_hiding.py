"""What is hidden of a table, as an independent judge sees it (scipy over the question and answer alone)."""

import math
from itertools import combinations

import pytest

from benchmarks.gate import tables
from benchmarks.gate.judged import judge
from cases.gate import attack, hiding, repair, solver, suppress, wire
from cases.gate.hiding import Refused, hide
from tests.cases.gate.questions import EXAMPLE, as_answer, hidden, table

GROWING = {"leaf_shape": [2, 2, 2], "groups": [[[0, 1]], [[0, 1]], [[0, 1]]], "threshold": 3}


def test_the_cheapest_answer_hides_a_rectangle():
    found = hidden(EXAMPLE)

    assert (found.cost, found.optimal) == (4, True)
    assert (0, 1) in found.cells
    assert judge(EXAMPLE, as_answer(found)).is_right


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(table([2, 3], [5, 4, 7, 4, 8, 6]), id="nothing is small"),
        pytest.param(table([2, 3], [0] * 6), id="nothing but zeros"),
        pytest.param(table([2, 3], [1, 2, 1, 2, 1, 2]), id="every leaf is small"),
        pytest.param(table([2, 2], [1, 0, 0, 0], 5), id="the grand total is small"),
        pytest.param(table([2, 3], [1, 2, 3, 4, 5, 6], 1), id="threshold 1"),
        pytest.param(table([3, 3], [1, 2, 3, 4, 1, 6, 7, 8, 1], 2), id="threshold 2"),
        pytest.param(table([3, 3], [1, 10**12, 10**9, 7, 8, 10**11, 2, 0, 5], 5), id="huge counts"),
        pytest.param(table([1, 4], [1, 2, 3, 40]), id="a dimension of one leaf"),
        pytest.param(table([1], [2], 5), id="one cell"),
        pytest.param(table([6], [1, 9, 0, 4, 0, 3]), id="one dimension"),
        pytest.param(table([2, 2, 2, 2], [*range(1, 17)]), id="four dimensions"),
        pytest.param(table([3, 4], [0, 1, 0, 9, 0, 0, 7, 8, 5, 6, 0, 0]), id="zeros may be hidden"),
        pytest.param(table([3, 4], [1, 9, 8, 7, 6, 5, 4, 9, 8, 2, 7, 6], groups=[[], []]), id="no totals"),
        pytest.param(
            table(
                [4, 3],
                [1, 5, 9, 4, 2, 8, 7, 7, 3, 1, 1, 6],
                groups=[[[0, 1, 2, 3], [0, 1], [1, 2, 3]], [[0, 1, 2]]],
            ),
            id="groups that overlap",
        ),
        pytest.param(
            table(
                [4, 3],
                [1, 5, 9, 4, 2, 8, 7, 7, 3, 1, 1, 6],
                groups=[[[0, 1, 2, 3], [2, 3], [3]], [[0, 1, 2]]],
            ),
            id="groups that nest, one of a single leaf",
        ),
        pytest.param(
            table(
                [3, 3],
                [1, 5, 9, 4, 2, 8, 7, 7, 3],
                groups=[[[0, 1, 2], [2, 1, 0], [1, 2], [2, 1]], [[0, 1, 2]]],
            ),
            id="groups named twice",
        ),
    ],
)
def test_no_reader_can_tell_a_small_count(question):
    found = hidden(question)

    assert found.optimal
    assert judge(question, as_answer(found)).is_right


def test_the_solver_may_lose_its_way_between_very_large_counts_and_begins_again():
    # Between two of these questions it stops with an error, and answers both when it starts from nothing.
    question = table(
        [4, 3],
        [2, 10**9, 0, 10**6, 0, 1, 10**9, 2, 1, 10**6, 0, 2],
        10,
        groups=[[[0, 1, 2, 3], [0, 1, 2, 3]], [[0, 1, 2]]],
        published={"shown": [[5, 0], [4, 1]], "hidden": [[1, 3], [5, 1], [3, 3]]},
    )

    found = hidden(question)

    assert judge(question, as_answer(found)).is_right


def test_a_quantity_is_hidden_under_all_its_names():
    question = table([3, 2], [1, 9, 8, 7, 6, 5], groups=[[[0, 1, 2], [0]], [[0, 1]]])

    cells = hidden(question).cells

    assert (0, 0) in cells
    assert (4, 0) in cells  # the group of leaf 0 alone


@pytest.mark.parametrize("seed", range(4))
def test_nothing_cheaper_is_safe(seed):
    counts = tables.counts(seed, (2, 3), 40)
    question = table([2, 3], counts, 5)
    found = hidden(question)
    asked = wire.read(question)
    primaries = [cell for cell in asked.table.cells() if asked.table.is_primary(cell, 5)]
    others = [cell for cell in asked.table.cells() if cell not in primaries]

    cheaper = [
        chosen
        for many in range(4)
        for chosen in combinations(others, many)
        if sum(asked.table.price(cell) for cell in (*primaries, *chosen)) < found.cost
    ]

    for chosen in cheaper:
        cells = [*primaries, *chosen]
        answer = {"suppressed": cells, "intervals": [[0, 0]] * len(cells), "cost": 0}
        assert judge(question, answer).exposed


@pytest.mark.parametrize("seed", range(6))
def test_random_tables_with_a_subtotal_are_safe(seed):
    question = tables.two_way(seed, rows=5, columns=6)

    found = hidden(question)

    assert found.optimal
    assert judge(question, as_answer(found)).is_right


def test_a_three_way_table_is_safe():
    question = tables.three_way(1, (3, 3, 2))

    assert judge(question, as_answer(hidden(question))).is_right


def test_what_nothing_bounds_has_no_largest_value():
    question = table([2, 2], [1, 5, 6, 7], groups=[[], []])

    assert hidden(question).intervals == ((0.0, None),)


def test_when_the_time_is_up_the_answer_is_safe_all_the_same():
    question = tables.three_way(5) | {"seconds": 0.001}

    found = hidden(question)

    assert not found.optimal
    assert not judge(question, as_answer(found)).exposed


def test_where_there_is_no_time_even_for_that_everything_is_hidden(monkeypatch):
    monkeypatch.setattr(suppress, "SHORTEST", 0)
    question = table([3, 4], [1, 9, 2, 7, 6, 1, 4, 9, 8, 2, 7, 6], seconds=1e-9)

    found = hidden(question)

    assert (len(found.cells), found.optimal) == (20, False)
    assert judge(question, as_answer(found)).is_right


def test_many_demands_are_met_together_when_time_is_short():
    question = tables.three_way(3, (4, 4, 4)) | {"seconds": 1e-3}

    found = hidden(question)

    assert found.cost < 1000  # the grand total is printed
    assert judge(question, as_answer(found)).is_right


def test_what_was_printed_stays_printed_and_what_was_hidden_stays_hidden():
    # Two months and their sum; of the first, [1][0] was hidden beside the small [0][0], and their column's total.
    counts = [1, 4, 5, 6, 7, 3, 8, 9]
    first = {(i, j, 0) for i in range(3) for j in range(3)}
    taken = {(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0)}
    question = GROWING | {
        "leaf_counts": counts,
        "published": {
            "shown": [list(cell) for cell in sorted(first - taken)],
            "hidden": [list(cell) for cell in sorted(taken)],
        },
    }

    found = hidden(question)

    assert {cell for cell in found.cells if cell in first} == taken
    assert judge(question, as_answer(found)).is_right


@pytest.mark.parametrize(
    ("published", "word"),
    [
        # The small [0][1] is what the row's total leaves.
        ({"shown": [[0, 0], [0, 2], [0, 3]]}, "公表済みの数から"),
        ({"shown": [[0, 1]]}, "すでに公表されています"),
    ],
)
def test_nothing_is_printed_once_a_small_count_is_known(published, word):
    refused = hide(wire.read(EXAMPLE | {"published": published}))

    assert isinstance(refused, Refused)
    assert word in refused.why
    assert "[0, 1]" in refused.why


def test_a_name_that_was_hidden_counts_even_where_another_name_of_it_was_printed():
    question = table(
        [2, 2],
        [5, 6, 7, 8],
        groups=[[[0, 1], [0]], [[0, 1]]],
        published={"shown": [[0, 0]], "hidden": [[3, 0]]},
    )

    found = hidden(question)

    assert (found.cells, found.intervals, found.cost) == (((3, 0),), ((5.0, 5.0),), 4)


def test_what_the_checker_does_not_believe_is_not_printed(monkeypatch):
    believed = hidden(EXAMPLE)
    monkeypatch.setattr(hiding.checker, "exposed", lambda *_: [(0, 1)])

    assert isinstance(hide(wire.read(EXAMPLE)), Refused)
    assert believed.cost == 4


def test_more_is_hidden_until_the_checker_believes_it(monkeypatch):
    answers = iter([[(0, 1)], []])
    monkeypatch.setattr(hiding.checker, "exposed", lambda *_: next(answers))

    found = hidden(EXAMPLE)

    assert not found.optimal
    assert found.cost > 4
    assert judge(EXAMPLE, as_answer(found)).is_right


@pytest.mark.parametrize(
    ("hang", "hides"),
    [([attack], 6), ([repair], 6), ([attack, repair], 20)],
    ids=["attack", "repair", "both"],
)
def test_a_solver_that_is_stuck_in_one_question_is_given_up_and_the_answer_is_safe(hang, hides, monkeypatch):
    """Its clock runs out in every question of a kind that has an end to its time."""
    real = solver.Model.solve
    asked = []

    def stuck(self, seconds=None, gap=0.0):
        if self.until < math.inf and type(self) is stuck_model:
            asked.append(self)
            return solver.Outcome.TIME_UP
        return real(self, seconds, gap)

    stuck_model = type("Stuck", (solver.Model,), {"solve": stuck})
    for room in hang:
        monkeypatch.setattr(room, "Model", stuck_model)
    question = table([3, 4], [1, 9, 2, 7, 6, 1, 4, 9, 8, 2, 7, 6], seconds=1)

    found = hidden(question)

    assert asked
    assert judge(question, as_answer(found)).exposed == []
    assert len(found.cells) == hides  # where nothing can be found out, everything
