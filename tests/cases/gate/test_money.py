"""Sums of money: nobody's amount can be told, as scipy sees it from everything that was printed."""

from fractions import Fraction

import pytest

from benchmarks.gate.paid import PaidYear, exposed, given_to, steps
from cases.gate import checker, money
from cases.gate.ledger import Audience, Axis, Counts, Ledger, Statement, Sum
from cases.gate.money import NO_THRESHOLD, Rule, Sums, intervals, released_sums
from cases.gate.releases import NotReleased

P_RULE = Rule(p=Fraction(10, 100))
PUBLIC, MEMBERS = Audience
KINDS = Axis("kind", ("A", "B", "C"))
PAID = ((800, 50), tuple([250] * 10), tuple([300] * 8))  # of A two persons, of B and C many


def _sums(*paid: tuple[int, ...], rule: Rule | None = None) -> Sums:
    paid = paid or PAID
    table = Counts("kinds", (KINDS,), tuple(map(sum, paid)))
    return Sums(Ledger(NO_THRESHOLD, (table,)), {"kinds": paid}, rule or Rule())


def _of(codes: str) -> Sum:
    return Sum("kinds", (frozenset(codes),))


EVERY = [_of("A"), _of("B"), _of("C"), _of("ABC")]


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


def test_a_quarter_what_the_public_reads_of_it_and_an_unplanned_table_tell_nobody_what_somebody_paid():
    last = None
    for last in steps(PaidYear(1, kinds=3, months=3), seconds=1.0):
        assert last.released is not None
        assert [of for reader in Audience for of in exposed(last.sums, reader)] == []
    printed = [said for said in last.sums.ledger.statements if not said.is_hidden]
    assert len(printed) > len(last.sums.ledger.statements) / 2


def test_hiding_only_what_points_at_somebody_would_tell_it():
    step = next(steps(PaidYear(1, kinds=3, months=3), seconds=1.0))
    sums = step.sums
    alone = [
        Statement("alone", PUBLIC, said.of, *[sums.ledger.value(said.of)] * 2)
        for said in sums.ledger.statements
        if sums.rule.needs(given_to(sums, said.of)) is None
    ]
    before = Ledger(NO_THRESHOLD, sums.ledger.tables)

    assert exposed(Sums(before.with_statements(alone), sums.amounts), PUBLIC)


def test_the_total_goes_or_one_beside_it_and_intervals_say_what_is_left():
    released = released_sums(_sums(), "one", PUBLIC, EVERY)

    assert [said.is_hidden for said in released.statements] == [True, True, False, False]
    assert released.intervals[PUBLIC, _of("A")] == (0, 3350)
    assert intervals(Sums(released.ledger, {"kinds": PAID}), PUBLIC, [_of("C")])[MEMBERS, _of("C")] == (
        2400,
        2400,
    )


def test_what_is_not_to_be_told_stays_hidden_and_what_was_hidden_too():
    first = released_sums(_sums(), "one", PUBLIC, [_of("C"), _of("ABC")], never=[_of("C")])
    second = released_sums(Sums(first.ledger, {"kinds": PAID}), "two", PUBLIC, [_of("C"), _of("B")])

    assert [said.is_hidden for said in (*first.statements, *second.statements)] == [True, False, True, False]


def test_a_later_sum_whose_difference_to_an_earlier_one_points_at_somebody_is_hidden():
    first = released_sums(_sums(), "total", MEMBERS, [_of("ABC")])
    second = released_sums(Sums(first.ledger, {"kinds": PAID}), "others", PUBLIC, [_of("BC"), _of("B")])

    assert not first.statements[0].is_hidden
    assert [said.is_hidden for said in second.statements] == [True, False]


def test_nothing_is_printed_once_somebody_is_known_and_nobody_pays_less_than_nothing():
    told = [
        Statement("before", PUBLIC, _of(codes), *[value] * 2)
        for codes, value in (("ABC", 5750), ("BC", 4900))
    ]
    ledger = _sums().ledger.with_statements([*told, Statement("before", PUBLIC, _of("A"))])

    with pytest.raises(NotReleased, match="1人か2人の金額"):
        released_sums(Sums(ledger, {"kinds": PAID}), "late", PUBLIC, [_of("B")])
    for wrong in ((-1, 1), (0,)):
        with pytest.raises(ValueError, match="less than nothing"):
            Sums(Ledger(NO_THRESHOLD, (Counts("kinds", (KINDS,), (0, 1, 0)),)), {"kinds": (wrong, (), ())})


def test_what_the_checker_does_not_believe_is_not_released(monkeypatch):
    monkeypatch.setattr(money, "exact", lambda _deviations: {})

    with pytest.raises(NotReleased):
        released_sums(_sums(), "one", PUBLIC, EVERY)


@pytest.mark.parametrize(
    ("deviations", "believed"),
    [
        pytest.param([{0: -150, 1: 150}, {0: 150, 1: -150}], True, id="850 may be 1,000 or 700"),
        pytest.param([{0: -150, 1: 150}], False, id="no higher one is proved"),
        pytest.param([{0: -20, 1: 20}, {0: 150, 1: -150}], False, id="not low enough"),
        pytest.param([{0: -150, 2: 150}, {0: 150, 2: -150}], False, id="nobody contributed there"),
        pytest.param([{0: -150}, {0: 150}], False, id="the printed total would be another"),
    ],
)
def test_the_checker_counts_for_itself_what_points_at_somebody(deviations, believed):
    sums = _sums(PAID[0], PAID[1], ())
    ledger = sums.ledger.with_statements(
        [Statement("one", PUBLIC, _of("AB"), 3350, 3350), Statement("one", PUBLIC, _of("A"))]
    )
    rule = {"contributors": 3, "largest": 2, "share": Fraction(85, 100), "p": None}
    tables = {frozenset({0}): [{leaf: Fraction(by) for leaf, by in of.items()} for of in deviations]}

    found = checker.exposed_sums(ledger, sums.amounts, rule, PUBLIC, tables)

    assert found == ([] if believed else [frozenset({0})])
