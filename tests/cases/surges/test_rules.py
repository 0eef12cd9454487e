"""What becomes an alarm and what does not, in towns of every size."""

from dataclasses import replace

import numpy as np
import pytest

from cases.surges import cards, rules, scales
from cases.surges.panel import Cell, Level, panel
from cases.surges.scales import Basis

WEEKS = 7 * 52
QUIET = [0.1, 0.3, 1, 2, 5]


def quiet(means, seed=3, weeks=WEEKS):
    return (
        np.random.default_rng(seed)
        .poisson(np.asarray(means, dtype=float)[:, None], (len(means), weeks))
        .astype(float)
    )


def scams(counts, **further):
    return panel([Cell(f"SCAM_{n}") for n in range(len(counts))], counts, **further)


def with_wave(counts, place, a_week, weeks=1):
    raised = counts.copy()
    raised[place, -weeks:] += a_week
    return raised


@pytest.mark.parametrize(("cases", "alarms"), [(0, []), (2, []), (3, [7]), (5, [7])])
def test_a_code_that_never_came_alarms_from_three_cases_on(cases, alarms):
    counts = quiet(QUIET * 4)
    counts[7] = 0

    found = rules.judged(scams(with_wave(counts, 7, cases)))

    assert [place for place in found.alarms if place == 7] == alarms
    assert found.scales.basis[7] is Basis.NEW_CODE
    assert {basis for n, basis in enumerate(found.scales.basis) if n != 7} == {Basis.PAST_YEARS}


def test_three_old_cases_are_no_past_and_four_are():
    counts = quiet([1, 1, 1])
    counts[0] = counts[1] = 0
    counts[0, 150:153] = counts[1, 150:154] = 1

    basis = rules.judged(scams(counts)).scales.basis

    assert basis[0] == Basis.NEW_CODE
    assert basis[1] != Basis.NEW_CODE


@pytest.mark.parametrize("place", range(5))
def test_a_large_wave_is_seen_in_its_first_week_and_a_slow_one_within_four(place):
    counts = quiet(QUIET * 20)

    for a_week, weeks in ((12, 1), (6, 4)):
        found = rules.judged(scams(with_wave(counts, place, a_week, weeks)))
        assert place in found.alarms


def test_many_quiet_cells_are_hardly_ever_alarms():
    counts = quiet(QUIET * 40)
    found = [len(rules.judged(scams(counts).until(week)).alarms) for week in range(WEEKS - 6, WEEKS)]

    assert sum(found) <= 6


def test_one_or_two_cases_are_never_an_alarm_however_rare():
    counts = quiet([0.02] * 20, seed=5)
    counts[:, -4:] = 0
    for place in range(20):
        counts[place, -1] = 2

    found = rules.judged(scams(counts))

    assert np.nanmin(found.probability) < 0.01
    assert found.alarms.tolist() == []


def test_the_smallest_wave_that_would_be_seen_is_seen_and_one_less_is_not():
    counts = quiet(QUIET * 10)
    counts[:, -4:] = np.round(counts[:, :-4].mean(axis=1))[:, None]  # as usual
    calm = rules.judged(scams(counts))

    for place in range(3, 5):  # where the usual count is whole
        wave = calm.smallest_wave[place]
        alarms = [
            place in rules.judged(scams(with_wave(counts, place, wave + more, 4))).alarms for more in (-2, 1)
        ]
        assert alarms == [False, True]
    assert (np.diff(calm.smallest_wave.reshape(10, 5).mean(axis=0)) >= 0).all()


@pytest.mark.parametrize(
    ("weeks", "basis"),
    [
        (108, Basis.PAST_YEARS),
        (100, Basis.SHORT_HISTORY),
        (31, Basis.SHORT_HISTORY),
        (30, Basis.TOO_SHORT),
        (3, Basis.TOO_SHORT),
    ],
)
def test_a_short_history_is_judged_by_what_there_is_and_says_so(weeks, basis):
    counts = quiet([2, 2, 2], weeks=weeks)

    found = rules.judged(scams(with_wave(counts, 1, 15)))

    assert set(found.scales.basis) == {basis}
    assert found.alarms.tolist() == ([1] if basis in scales.EVALUATED else [])


def test_a_short_history_that_varies_much_is_not_taken_for_chance():
    rng = np.random.default_rng(4)
    steady, wild = rng.poisson(6, 80), rng.negative_binomial(1.5, 1.5 / 7.5, 80)
    found = rules.judged(scams(np.array([steady, wild], dtype=float)))

    assert found.scales.week.upper[1] > found.scales.week.upper[0] + 5


def test_before_a_break_nothing_is_compared():
    counts = quiet([1, 1])
    counts[:, -150:] += 8  # counted otherwise since then

    found = rules.judged(scams(counts, since=np.array([0, WEEKS - 150])))

    assert found.scales.years.tolist() == [5, 2]
    assert found.scales.week.mean[1] == pytest.approx(9, abs=1.5)
    assert found.scales.week.mean[0] < 8


def test_a_week_of_two_open_days_expects_two_fifths():
    open_days = np.full(WEEKS, 5.0)
    open_days[50::52] = 2  # the end of the year, each year
    counts = np.random.default_rng(8).poisson(open_days * [[2], [0.4]]).astype(float)
    short = open_days.copy()
    short[-1] = 2

    whole, part = (rules.judged(scams(counts, open_days=days)).scales.week for days in (open_days, short))

    assert part.mean == pytest.approx(whole.mean * 2 / 5)


def test_a_closed_week_says_nothing():
    open_days = np.full(WEEKS, 5.0)
    open_days[-1] = 0

    found = rules.judged(scams(quiet([1, 2]), open_days=open_days))

    assert set(found.scales.basis) == {Basis.CLOSED}
    assert found.alarms.tolist() == []


def test_closed_weeks_of_the_past_are_no_weeks_without_cases():
    open_days = np.full(WEEKS, 5.0)
    open_days[100:120] = 0
    counts = quiet([3, 3])
    closed = counts.copy()
    closed[:, 100:120] = 0

    first, second = (
        rules.judged(scams(given, open_days=days)).scales.week.mean
        for given, days in ((counts, None), (closed, open_days))
    )

    assert second == pytest.approx(first, rel=0.15)


def test_a_week_is_judged_again_as_it_then_stood():
    counts = scams(with_wave(quiet(QUIET), 2, 9, weeks=2))

    assert 2 not in rules.judged(counts.until(WEEKS - 3)).alarms
    assert 2 in rules.judged(counts.until(WEEKS - 2)).alarms


@pytest.mark.parametrize(
    ("probability", "limit", "with_one_more"),
    [
        ([0.5, 0.9, np.nan], -1, 0.1),
        ([0.04, 0.9, 0.9, 0.9], 0.04, 0.1),
        ([0.04, 0.09, 0.9, 0.9], 0.09, 0.15),
        ([0.06, 0.09, 0.9, 0.9], 0.09, 0.15),
        ([0.01, 0.02], 0.02, 0.2),
        ([], -1, 0),
    ],
)
def test_benjamini_and_hochberg(probability, limit, with_one_more):
    assert rules.limits(np.array(probability), 0.2) == pytest.approx((limit, with_one_more))


# The tree of one 手口 with two age groups and two districts, and another 手口.
TREE = [
    Cell(), Cell("A"), Cell("B"), Cell("A", "65+"), Cell("A", "-64"),
    Cell("A", "65+", "EAST"), Cell("A", "65+", "WEST"),
]  # fmt: skip


def town(a_year=2_000, shares=(1, 1, 2, 3)):
    leaf = quiet(np.array(shares) * a_year / 52 / 7)
    east, west, young, other = leaf
    return panel(
        TREE, np.array([leaf.sum(axis=0), east + west + young, other, east + west, young, east, west])
    )


def wave_in(given, a_week, *cells):
    counts = given.counts.copy()
    for cell in cells:
        counts[TREE.index(cell), -2:] += a_week
    return replace(given, counts=counts)


EAST = [Cell(), Cell("A"), Cell("A", "65+"), Cell("A", "65+", "EAST")]


def test_one_wave_is_one_card_with_its_parts():
    [card] = cards.cards(rules.judged(wave_in(town(), 40, *EAST)))

    assert card.cell == Cell("A")
    assert {TREE[place] for place in card.parts} >= {Cell("A", "65+", "EAST")}
    assert card.total_rises


def test_a_wave_too_small_for_its_trick_is_a_card_of_its_district():
    found = rules.judged(wave_in(town(9_000, shares=(1, 1, 12, 3)), 20, *EAST))

    [card] = cards.cards(found)
    assert card.cell.level in (Level.AGE, Level.AREA)


def test_two_tricks_at_once_are_two_cards_and_the_whole_none():
    both = wave_in(wave_in(town(), 40, *EAST), 60, Cell(), Cell("B"))

    assert {card.cell for card in cards.cards(rules.judged(both))} == {Cell("A"), Cell("B")}


def test_the_whole_is_a_card_while_no_trick_alarms():
    found = rules.judged(wave_in(town(), 60, Cell()))

    assert [(card.cell, card.parts, card.total_rises) for card in cards.cards(found)] == [(Cell(), (), False)]


@pytest.mark.parametrize(("a_year", "is_small"), [(600, True), (1_500, False)])
def test_a_small_centre_watches_new_codes_alone(a_year, is_small):
    given = town(a_year)
    counts = np.vstack([given.counts, np.zeros(WEEKS)])
    counts[-1, -1] = 4
    counts[2, -1] += 80
    found = rules.judged(panel([*TREE, Cell("NEW")], counts))

    assert found.is_small_centre == is_small
    assert {card.cell for card in cards.cards(found)} == (
        {Cell("NEW")} if is_small else {Cell("NEW"), Cell("B")}
    )


@pytest.mark.parametrize("codes", [("", "65+"), ("A", "", "EAST")])
def test_a_cell_has_all_that_it_is_cut_by(codes):
    with pytest.raises(ValueError, match="needs"):
        Cell(*codes)


def test_a_panel_has_a_row_per_cell():
    with pytest.raises(ValueError, match="one row per cell"):
        panel([Cell("A")], np.zeros((2, 4)))


def test_many_quiet_districts_do_not_hide_a_trick_that_rises_everywhere():
    places = [Cell("A", "65_OVER", f"A{n}") for n in range(1000)]
    watched = panel([Cell("A"), Cell("B"), *places], np.ones((1002, 2)))
    probability = np.array([0.004, 0.6, *[0.9] * 1000])

    limit, _next = rules.limits_of(watched, probability, rules.Rules())

    assert limit[:3].tolist() == [0.004, 0.004, -1]
    assert rules.limits(probability, 0.2)[0] == -1
