"""The measures of similar cases themselves, on a few cases: do they run, and do they tell better from worse?"""

import json

import pytest

from benchmarks.similar import engines, indexed, quality, scale
from benchmarks.similar.judged import Half


@pytest.fixture(scope="module")
def cases():
    return list(indexed.demo_cases(250))


@pytest.fixture(scope="module")
def judged(cases):
    return quality.Judged.of(cases, Half.DEV)


def test_a_made_up_case_is_redacted_and_tells_its_blocks(cases):
    assert all(3 <= len(case.blocks) <= 7 for case in cases)
    assert sum("〔氏名〕" in case.text for case in cases) > 50


def test_the_best_possible_list_is_worth_one_and_one_of_other_scam_types_nothing(cases, judged):
    question = judged.asked[0]
    order = sorted(
        range(len(cases)), key=lambda place: -question.grade(cases[place].scam, cases[place].blocks)
    )

    assert judged.ndcg(question, order[:10]) == 1.0
    assert judged.ndcg(question, order[-10:]) == 0.0


def test_both_ways_find_cases_and_a_part_left_out_changes_the_order(cases, judged, tmp_path):
    shelf = quality.Shelf(cases, engines.embedded(tmp_path))
    asked = judged.asked[::10]

    shipped = [shelf.shipped(one) for one in asked]
    with quality.WITHOUT["the 手口 of the likest cases"]():
        without = [shelf.shipped(one) for one in asked]

    assert all(len(places) == 10 for places in [*shipped, *map(shelf.plain, asked)])
    assert shipped != without


def test_a_size_is_filled_and_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(indexed, "_VARIANTS", 2)
    filled = scale.filled(tmp_path, 400)
    asked = scale.asked(tmp_path, ["shipped", "lists of any length"], every=40)

    assert filled["bytes_per_case"] > 100
    assert asked["rules"]["shipped"]["overlap"] == 1.0
    assert 0 < asked["rules"]["shipped"]["ndcg"] <= 1
    assert asked["tantivy"]["bytes"] > 0
    assert json.dumps(asked)
