"""The made-up trick without a code: in the last weeks alone, under several 手口, some of it in the same words."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from cases.demo import new_trick
from cases.demo.generator import entries

TODAY = date(2026, 11, 23)
TELLING = "有機フッ素"


@pytest.fixture(scope="module")
def cases():
    return list(entries(new_trick.OF_CASES, 1, TODAY))


@pytest.fixture(scope="module")
def new(cases):
    return [entry for entry in cases if TELLING in entry.narrative]


def test_it_is_told_in_the_last_three_weeks_alone_and_coded_as_several_tricks(new):
    assert 6 <= len(new) <= 20
    assert min(entry.received_on for entry in new) > TODAY - timedelta(days=new_trick.DAYS)
    assert len({entry.scam_main for entry in new}) >= 2
    assert {(entry.product, entry.sales_method) for entry in new} == {("WATER_PURIFIER", "DOOR_TO_DOOR")}
    assert all(entry.age >= 35 for entry in new)


def test_some_callers_are_noted_in_the_same_words(new):
    told = Counter(re.sub(r"[\d,０-９，万円]", "", entry.narrative).split("の水道水", 1)[-1] for entry in new)

    assert told.most_common(1)[0][1] >= 2


def test_calm_data_know_nothing_of_it_and_are_otherwise_the_same(cases, new):
    calm = list(entries(new_trick.OF_CASES, 1, TODAY, is_calm=True))
    apart = {entry.uid for entry in new}

    assert [entry for entry in calm if TELLING in entry.narrative] == []
    assert [entry for entry in calm if entry.uid not in apart] == [e for e in cases if e.uid not in apart]


def test_in_larger_data_it_stays_a_few_callers():
    more = [entry for entry in entries(15_000, 1, TODAY) if TELLING in entry.narrative]

    assert len(more) < 30
