"""The pools that suggestions of codes are measured on: no sentence in two of them, and codes that follow from words."""

import pytest

from benchmarks.suggest.pools import Pool, dealt, samples
from cases.demo import sentences

PAIRS = [(Pool.LEARN, Pool.CALIBRATE), (Pool.LEARN, Pool.TEST), (Pool.CALIBRATE, Pool.TEST)]


@pytest.fixture(scope="module")
def told():
    return {pool: list(samples(pool, 300, seed=2)) for pool in Pool}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_pools_share_no_sentence(told, one, other):
    said = [{block for sample in told[pool] for block in sample.blocks} for pool in (one, other)]

    assert all(said)
    assert said[0].isdisjoint(said[1])


def test_every_sentence_is_in_one_pool():
    every = sentences.blocks("INSPECTION").parts["opening"]

    assert sorted(text for pool in Pool for text in dealt(every, pool)) == sorted(every)


def test_no_told_sentence_contradicts_another(told):
    for sample in told[Pool.TEST]:
        says = sentences.blocks(sample.codes["scam_main"][0]).says
        fixed = {says[block].sales for block in sample.blocks if block in says} - {""}

        assert len(fixed) <= 1
        assert fixed <= set(sample.codes["sales_method"])


def test_who_knows_the_sentences_knows_most_codes(told):
    test = told[Pool.TEST]
    for name, least in (("product", 0.9), ("sales_method", 0.9)):
        right = sum(sample.likeliest[name][0] == sample.codes[name][0] for sample in test)

        assert right / len(test) > least
