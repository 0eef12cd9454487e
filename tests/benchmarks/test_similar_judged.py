"""The questions with known answers: enough of them, in two halves that share nothing, in words of their own."""

import json
from pathlib import Path

import pytest

from benchmarks.similar import judged
from benchmarks.similar.exact import Formula, ndcg, paired
from benchmarks.similar.indexed import shared_shingles, told_in
from benchmarks.similar.judged import Half, questions

BLOCKS = Path(__file__).parents[2] / "cases" / "demo" / "blocks"


def blocks_of(scam):
    return json.loads((BLOCKS / f"{scam}.json").read_text(encoding="utf-8"))


def test_there_are_three_hundred_questions_in_halves_that_share_no_sentence():
    dev, final = questions(Half.DEV), questions(Half.FINAL)

    assert len({one.qid for one in questions()}) == len(dev) + len(final) >= 300
    assert min(len(dev), len(final)) >= 150
    assert {one.scam for one in dev}.isdisjoint(one.scam for one in final)
    sentences = [{said.text for one in half for said in one.said} for half in (dev, final)]
    assert sentences[0].isdisjoint(sentences[1])


def test_every_block_that_a_sentence_names_exists_and_every_sentence_is_asked():
    for one in questions():
        parts = blocks_of(one.scam)
        assert all(place < len(parts[part]) for said in one.said for part, place in said.blocks)
    asked = {said.text for one in questions() for said in one.said}
    told = [said.text for parts in judged._told().values() for part in parts for said in part]
    assert len(told) - len(asked) <= 20


def test_a_case_is_graded_by_how_many_of_the_told_events_it_tells():
    question = next(one for one in questions() if len(one.said) == 3)
    first, second, third = (next(iter(said.blocks)) for said in question.said)

    assert question.grade("NO_SUCH_SCAM", {first, second}) == 0
    assert question.grade(question.scam, set()) == 1
    assert question.grade(question.scam, {third}) == 2
    assert (
        question.grade(question.scam, {first, second})
        == question.grade(question.scam, {first, second, third})
        == 3
    )


def test_questions_and_blocks_share_no_run_of_five_words():
    scams = {one.scam for one in questions()}
    texts = [
        text for scam in scams for part in ("opening", "how", "now", "wish") for text in blocks_of(scam)[part]
    ]

    asked, shared = shared_shingles([one.text for one in questions()], texts)

    assert asked > 1_000
    assert shared <= asked * 0.001


def test_the_blocks_of_a_narrative_are_recognised_with_its_typing_errors():
    blocks = blocks_of("INSPECTION")
    text = blocks["opening"][7] + "\n" + blocks["how"][3].replace("足場", "足足場") + blocks["now"][8]

    assert told_in("INSPECTION", text) == {("opening", 7), ("how", 3), ("now", 8)}


def test_measures_are_those_of_the_books():
    assert ndcg([3, 2, 0], [3, 2, 0, 0]) == 1.0
    assert ndcg([0, 3], [3]) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([], []) == 0.0
    same = paired([0.5, 0.7], [0.4, 0.6], ["a", "b"])
    assert (same.mean, same.low, same.high) == (0.1, 0.1, 0.1)
    assert Formula() == Formula(k1=1.2, b=0.75, rarity=1.0, repeats=1.0)
