"""Sums of money: nobody's amount can be told, as scipy sees it from what is printed."""

from collections.abc import Collection
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from benchmarks.gate.judged import bounds
from cases.gate import checker
from cases.gate.hiding import Hidden, Refused
from cases.gate.money import Rule, Sums, hide_money
from cases.gate.tables import Cell

P_RULE = Rule(p=Fraction(10, 100))


def _sums(seed: int, rows: int = 4, columns: int = 5) -> Sums:
    """Few persons in each leaf, some of whom paid very much; some leaves are empty."""
    dice = np.random.default_rng(seed)
    leaves = []
    for leaf in range(rows * columns):
        many = int(dice.choice([0, 1, 2, 5, 9, 20], p=[0.1, 0.1, 0.1, 0.2, 0.3, 0.2]))
        amounts = np.exp(dice.normal(11.5, 1.2, many)).astype(int)
        leaves.append({f"{leaf}-{person}": int(yen) for person, yen in enumerate(amounts)})
    groups = (
        (tuple(range(rows)), tuple(range(rows - 2, rows))),
        (tuple(range(columns)),),
    )
    return Sums((rows, columns), groups, tuple(leaves))


def _told(sums: Sums, rule: Rule, hidden: Collection[Cell]) -> list[Cell]:
    """Cells that are printed although they point at somebody, or whose interval is too narrow, judged by scipy."""
    nodes = [sums.table.nodes(dimension) for dimension in range(2)]
    cells = list(product(*(range(len(of)) for of in nodes)))
    numbers = np.arange(len(sums.contributions)).reshape(sums.leaf_shape)
    rows = np.zeros((len(cells), numbers.size))
    for at, cell in enumerate(cells):
        rows[at, numbers[np.ix_(*(of[node] for of, node in zip(nodes, cell, strict=True)))].ravel()] = 1
    printed = rows @ np.array(sums.table.counts, dtype=float)
    known = [at for at, cell in enumerate(cells) if cell not in hidden]
    empty = [leaf for leaf, of in enumerate(sums.contributions) if not of]
    told_rows = np.concatenate([rows[known], np.eye(numbers.size)[empty]])
    told = np.concatenate([printed[known], np.zeros(len(empty))])
    found = []
    for at, cell in enumerate(cells):
        needs = rule.needs(sums.amounts(np.flatnonzero(rows[at]).tolist()))
        if needs is None:
            continue
        above = float(needs) / sums.unit - printed[at]
        low, high = bounds(rows[at], told_rows, told)
        is_safe = low <= max(printed[at] - above, 0) + 1e-6 and (high is None or high >= printed[at] + above)
        if cell not in hidden or not is_safe:
            found.append(cell)
    return found


@pytest.mark.parametrize(
    ("amounts", "rule", "needs"),
    [
        ((), Rule(), None),
        ((0, 0), Rule(), None),
        ((850,), Rule(), 1000),
        ((400, 450, 0), Rule(), 1000),
        ((300, 300, 300), Rule(), None),
        ((425, 425, 150), Rule(), None),  # just 85 %
        ((425, 426, 149), Rule(), Fraction(851 * 100, 85)),
        ((300, 300, 300), Rule(contributors=4), Fraction(900 * 100, 85)),
        ((1000, 500, 100), P_RULE, None),
        ((1000, 500, 99), P_RULE, 1600),
        ((1000,), P_RULE, 1100),
    ],
)
def test_when_a_sum_points_at_somebody_and_how_high_it_must_look_possible(amounts, rule, needs):
    assert rule.needs(amounts) == needs


@pytest.mark.parametrize("rule", [Rule(), P_RULE], ids=["dominance", "p %"])
@pytest.mark.parametrize("seed", range(3))
def test_no_reader_can_tell_what_somebody_paid(seed, rule):
    sums = _sums(seed)
    pointing = _told(sums, rule, [])

    found = hide_money(sums, rule=rule)

    assert isinstance(found, Hidden)
    assert set(pointing) <= set(found.cells)
    assert _told(sums, rule, pointing), "hiding these alone would not do"
    assert _told(sums, rule, found.cells) == []


def test_one_who_contributed_twice_is_one():
    sums = Sums((2,), (((0, 1),),), ({"a": 10_000, "b": 20_000}, {"b": 30_000, "c": 40_000}))

    assert sorted(sums.amounts([0, 1])) == [10_000, 40_000, 50_000]


def test_nothing_is_printed_once_somebody_is_known_and_nobody_pays_less_than_nothing():
    sums = _sums(1)
    pointing = _told(sums, Rule(), [])[0]

    refused = hide_money(sums, shown=[pointing])

    assert isinstance(refused, Refused)
    assert "個人の金額" in refused.why
    with pytest.raises(ValueError, match="less than nothing"):
        hide_money(Sums((1,), ((),), ({"a": -1},)))


@pytest.mark.parametrize(
    ("deviations", "believed"),
    [
        pytest.param([{0: -150, 1: 150}, {0: 150, 1: -150}], True, id="850 may be 1,000 or 700"),
        pytest.param([{0: -150, 1: 150}], False, id="no higher one is proved"),
        pytest.param([{0: -20, 1: 20}, {0: 150, 1: -150}], False, id="not low enough"),
        pytest.param([{0: -150, 2: 150}, {0: 150, 2: -150}], False, id="nobody contributed there"),
    ],
)
def test_the_checker_counts_for_itself_what_points_at_somebody(deviations, believed):
    amounts = {"a": 800_000, "b": 50_000}
    others = {f"{n}": 250_000 for n in range(10)}
    question = {
        "leaf_shape": [3], "groups": [[[0, 1, 2]]], "leaf_counts": [850, 2500, 0], "unit": 1000,
        "contributions": [amounts, others, {}], "contributors": 3, "largest": 2, "share": Fraction(85, 100),
    }  # fmt: skip
    tables = {(0,): [{leaf: Fraction(by) for leaf, by in of.items()} for of in deviations]}

    found = checker.exposed_money(question, [(0,), (1,), (2,)], tables)

    assert found == ([] if believed else [(0,)])
