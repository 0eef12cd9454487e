"""Where outreach is needed: what the score is made of, what the intervals promise, and which rules are never broken."""

import json
from dataclasses import replace
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np
import pytest
from scipy import special

from benchmarks.planner import towns
from cases.figures.need import choosing, gamma, inputs, scoring, shrinking, weights
from cases.figures.need.choosing import Chosen, Stand
from cases.figures.need.inputs import WHOLE, Inputs
from cases.figures.need.scoring import Key, Line, Third
from cases.figures.need.weights import Weights

SEEDS = range(4)
ALARMS = 12


def a_year(seed: int, **more: Any) -> Inputs:
    """A town of 20 districts in which something was held, something alarms and somebody came."""
    rng = np.random.default_rng(seed)
    town = towns.town(rng, per_1000=4, sd=0.4)
    found = towns.year(rng, town, events=rng.integers(0, 5, 20).astype(float))
    shape = found.cases.shape
    at = (
        rng.integers(0, shape[0], ALARMS),
        rng.integers(0, shape[1], ALARMS),
        rng.integers(0, shape[2], ALARMS),
    )
    live = np.zeros(shape)
    live[at] = rng.uniform(0, 8, ALARMS)
    given = {
        "live": live,
        "alarmed": live > 0,
        "repeated": rng.random(shape) < 0.05,
        "reached": rng.integers(0, 300, shape) * (rng.random(shape) < 0.3),
        "general": rng.integers(0, 300, shape[1:]).astype(float),
    }
    return replace(found, **{**given, **more})


# --- The gamma distribution and the shrinking --------------------------------------------------------------------
def test_points_of_the_gamma_distribution_are_those_of_its_closed_forms() -> None:
    shapes = np.array([1e-2, 0.5, 1.0, 3.0, 40.0, 2e4])
    for probability in (0.05, 0.5, 0.95):
        found = gamma.quantile(shapes, probability)
        assert found == pytest.approx(special.gammaincinv(shapes, probability), rel=1e-9)
        assert found[2] == pytest.approx(-np.log(1 - probability), rel=1e-12)
        assert gamma.below(shapes, found) == pytest.approx(probability, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_ratios_are_those_of_the_formula_in_exact_fractions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    residents, cases = rng.integers(500, 9000, 6), rng.poisson(5, 6)
    expected = cases.sum() * residents / residents.sum()

    found = shrinking.shrunk(cases[None, :].astype(float), expected[None, :])

    n, parts = int(cases.sum()), [Fraction(int(one), int(residents.sum())) for one in residents]
    alike, usual = sum(part**2 for part in parts), Fraction(1, 10)
    means = [n * part + usual * (n * part) ** 2 for part in parts]
    each = [n * (n - 1) * part**2 * (1 - 2 * part + alike) for part in parts]
    weights = [one / (2 * mean**2 + mean) for one, mean in zip(each, means, strict=True)]
    beyond = [
        (int(count) - n * part) ** 2 - n * part * (1 - part) for count, part in zip(cases, parts, strict=True)
    ]
    told, precision = shrinking.Squares.of(cases[None, :].astype(float), expected[None, :]).told(0.1)
    assert told[0] == pytest.approx(float(sum(map(mul, weights, beyond))), rel=1e-9)
    assert precision[0] == pytest.approx(float(sum(map(mul, weights, each))), rel=1e-9)
    alpha = 1 / Fraction(float(found.spread[0]))
    exact = [(int(count) + alpha) / (n * part + alpha) for count, part in zip(cases, parts, strict=True)]
    assert found.ratio[0] == pytest.approx([float(one) for one in exact], abs=1e-9)


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_how_much_districts_differ_is_told_without_bias(spread: float) -> None:
    """Over many towns of few cases the mean of what is told is the truth, below zero as often as it must be."""
    rng, told, precision = np.random.default_rng(7), 0.0, 0.0
    for _town in range(400):
        part = rng.lognormal(0, 0.8, 20)
        ratio = rng.gamma(1 / spread, spread, 20) if spread else 1.0
        cases = rng.poisson(8 * part / part.sum() * ratio)[None, :].astype(float)
        one, whole = shrinking.Squares.of(cases, cases.sum() * (part / part.sum())[None, :]).told(spread)
        told, precision = told + one.sum(), precision + whole.sum()

    assert told / precision == pytest.approx(spread, abs=3 / np.sqrt(precision))


@pytest.mark.parametrize("sd", [0.0, 0.2, 0.4])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(sd: float) -> None:
    inside = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        town = towns.town(rng, per_1000=4, sd=sd)
        lines = scoring.score(towns.year(rng, town), Weights(at_least=0.1))
        truth = {
            Key(f"T{t:02d}", towns.GROUPS[g], f"A{a:02d}"): town.truth[t, g, a]
            for t, g, a in np.ndindex(town.truth.shape)
        }
        inside += [line.low - 0.005 <= truth[line.key] <= line.high + 0.005 for line in lines]
    assert 0.85 <= np.mean(inside) <= 0.95


# --- The score ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", SEEDS)
def test_the_factors_that_are_shown_make_up_the_score(seed: int) -> None:
    lines = scoring.score(a_year(seed), Weights(bulletin_share=0.1), {})

    assert len(lines) > 100
    for line in lines:
        shown = [f"{value:.2f}" for value in (line.expected, line.live, line.severity, line.unreached)]
        expected, live, severity, unreached = map(float, shown)
        assert (expected + live) * severity * unreached * line.own == pytest.approx(line.score, abs=1e-9)
        assert line.product == line.score
        assert line.low <= line.expected <= line.high
    assert [line.score for line in lines] == sorted((line.score for line in lines), reverse=True)


@pytest.mark.parametrize("change", [{}, {"areas": True}])
def test_what_a_plan_keeps_gives_the_same_lines_again(change: dict[str, bool]) -> None:
    year = a_whole_town() if change else a_year(1)
    kept = json.loads(json.dumps({"inputs": year.plain(), "weights": Weights(general_share=0.25).plain()}))

    again = scoring.score(inputs.of_plain(kept["inputs"]), weights.of_plain(kept["weights"]))

    assert [line.plain() for line in again] == [
        line.plain() for line in scoring.score(year, Weights(general_share=0.25))
    ]


def test_people_reached_lower_the_score_and_bulletins_only_where_a_centre_says_so() -> None:
    year = a_year(2, reached=np.zeros((12, 3, 20)), general=np.zeros((3, 20)), bulletins=np.ones(12))
    key = scoring.score(year, Weights())[0].key
    at = year.topics.index(key.topic), year.groups.index(key.group), year.areas.index(key.area)
    reached = np.zeros(year.cases.shape)
    reached[at] = year.residents[at[1:]] / 4

    def unreached(of: Inputs, by: Weights) -> float:
        return next(line.unreached for line in scoring.score(of, by) if line.key == key)

    assert unreached(year, Weights()) == 1
    assert unreached(replace(year, reached=reached), Weights()) == 0.75
    assert unreached(year, Weights(bulletin_share=0.25)) == 0.75
    assert unreached(replace(year, general=reached.sum(axis=0)), Weights(general_share=0.4)) == 0.9


def test_a_weight_of_one_line_is_one_more_factor_of_it_alone() -> None:
    year, key = a_year(1), scoring.score(a_year(1), Weights())[9].key
    before, after = (
        {line.key: line.score for line in scoring.score(year, Weights(), own)} for own in ({}, {key: 2.5})
    )

    assert {one for one in before if after[one] != before[one]} == {key}
    assert after[key] == pytest.approx(2.5 * before[key])


def test_thirds_stand_where_the_data_cannot_tell_a_place() -> None:
    lines = scoring.score(a_year(3), Weights())
    told = sum(line.is_ranked for line in lines)

    assert lines[0].third == Third.UPPER
    assert told < len(lines) / 10
    for n, line in enumerate(lines, start=1):
        assert line.best <= n <= line.worst <= line.of == len(lines)
    assert 0 <= min(line.certainty for line in lines) < max(line.certainty for line in lines) <= 1


def test_a_district_from_which_nobody_calls_is_called_silent_and_no_other() -> None:
    rng = np.random.default_rng(5)
    town = towns.town(rng, per_1000=8, sd=0.1)
    year = towns.year(rng, town)
    place = int(np.argsort(town.residents.sum(axis=0))[-2])
    calls = year.calls.copy()
    calls[:, place] = np.round(calls[:, place] / 3)

    assert scoring.silent(year, Weights()) == []
    (found,) = scoring.silent(replace(year, calls=calls), Weights())
    assert found.area == year.areas[place]
    assert found.ratio < found.high < 1


# --- Towns that know little --------------------------------------------------------------------------------------
def a_whole_town(cases: int = 6) -> Inputs:
    shape = (2, 3, 1)
    counts, nothing = np.zeros(shape), np.zeros(shape)
    counts[0, 2, 0] = cases
    return Inputs(
        topics=("T00", "T01"), groups=towns.GROUPS, areas=(WHOLE,), years=0.5, cases=counts,
        residents=np.full((3, 1), np.nan), live=nothing, alarmed=nothing > 0, reached=nothing,
        general=np.zeros((3, 1)), bulletins=np.zeros(2), repeated=nothing > 0, calls=counts.sum(axis=0),
        events=np.zeros(1), losses=(inputs.Loss(), inputs.Loss("500000", 0.8, 9)),
    )  # fmt: skip


def test_a_town_without_districts_gets_its_counts_by_the_year_and_no_rate() -> None:
    (line,) = scoring.score(a_whole_town(), Weights())

    assert (line.expected, line.city, line.ratio, line.residents) == (12, None, None, None)
    assert line.low < 12 < line.high
    assert (line.third, line.certainty, line.best, line.worst) == (Third.UPPER, 1.0, 1, 1)
    assert scoring.silent(a_whole_town(), Weights()) == []


@pytest.mark.parametrize("is_without_topics", [True, False])
def test_nothing_known_is_an_empty_list(is_without_topics: bool) -> None:
    year = a_whole_town(cases=0)
    if is_without_topics:
        nothing = np.zeros((0, 3, 1))
        year = replace(
            year, topics=(), cases=nothing, live=nothing, alarmed=nothing > 0, reached=nothing,
            repeated=nothing > 0, bulletins=np.zeros(0), losses=(),
        )  # fmt: skip
    assert scoring.score(year, Weights()) == []
    assert choosing.programme([], year, Weights(), Chosen(), 5) == []


def test_a_district_whose_residents_nobody_knows_has_no_line_and_does_not_stop_the_others() -> None:
    year = a_year(0)
    residents = year.residents.copy()
    residents[:, 4] = np.nan
    lines = scoring.score(replace(year, residents=residents), Weights(at_least=0.1))

    assert {line.area for line in lines} == set(year.areas) - {"A04"}


# --- The order ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", SEEDS)
def test_no_district_gets_a_fourth_lecture_while_another_has_none(seed: int) -> None:
    year = a_year(seed)
    lines = scoring.score(year, Weights())
    events = dict(zip(year.areas, year.events.tolist(), strict=True))
    repeated = {line.key for line in lines if _at(year.repeated, year, line)}

    picked = choosing.programme(lines, year, Weights(), Chosen(), 60)

    assert len(picked) > 20
    for line in picked:
        assert events[line.area] < Weights().most_before_all or min(events.values()) >= 1
        assert line.key not in repeated or _at(year.alarmed, year, line)
        events[line.area] += 1
    assert len({line.key for line in picked}) == len(picked)


def _at(of: Any, year: Inputs, line: Line) -> bool:
    return bool(of[year.topics.index(line.topic), year.groups.index(line.group), year.areas.index(line.area)])


def test_a_pin_comes_first_what_is_left_out_never_and_a_lecture_counts_where_it_goes() -> None:
    year = a_year(1, repeated=np.zeros((12, 3, 20)) > 0)
    lines = scoring.score(year, Weights())
    pinned, excluded = lines[-1].key, lines[0].key
    chosen = Chosen({pinned}, {excluded}, {lines[1].key: "A19"})

    picked = choosing.programme(lines, year, Weights(), chosen, 10)
    stands = choosing.stands(lines, year, Weights(), chosen)

    assert picked[0].key == pinned
    assert excluded not in {line.key for line in picked}
    assert (stands[pinned], stands[excluded]) == (Stand.PINNED, Stand.EXCLUDED)
    assert chosen.goes_to(lines[1].key) == "A19"


def test_what_waits_says_why_and_a_live_alarm_ends_the_wait() -> None:
    year = a_year(2, repeated=np.ones((12, 3, 20)) > 0, events=np.full(20, 1.0))
    lines = scoring.score(year, Weights())
    stands = choosing.stands(lines, year, Weights(), Chosen())

    for line in lines:
        assert stands[line.key] == (Stand.OPEN if _at(year.alarmed, year, line) else Stand.WAITS_REPEAT)
    full = replace(year, repeated=year.repeated & False, events=np.array([0.0, 3.0, *[1.0] * 18]))
    assert {
        line.area
        for line in lines
        if choosing.stands(lines, full, Weights(), Chosen())[line.key] == Stand.WAITS_FAIR
    } == {"A01"}


def test_weights_outside_their_limits_are_named() -> None:
    assert list(Weights().faults()) == []
    assert list(Weights(general_share=2, topics={"T00": 0}).faults()) == ["topics", "general_share"]
    assert Weights(topics={"T00": 4}).severity("T00", "0", 1) == 4
    assert Weights().severity("T01", "1000000", 0.9) == 1.44
