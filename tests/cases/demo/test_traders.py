"""The made-up register: forty traders whom the made-up stories name, found and counted like real ones."""

from datetime import date

import pytest

from cases.demo import sentences, traders
from cases.demo.generator import entries
from cases.demo.loading import load, make_centre
from cases.law import corporate_number
from cases.records.track import Track
from cases.records.trader import Trader, TraderMark
from cases.services.traders import finding
from tests import builders

TODAY = date(2026, 11, 23)
FILES = sorted(sentences.FOLDER.glob("*.json"))


@pytest.fixture
def loaded(db):
    by = builders.account(at=make_centre())
    for _again in range(2):
        traders.load(by.centre, by, TODAY)
    return by


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to("2026-11-23 10:00 +0900", tick=True)


def test_forty_traders_and_three_tracks_are_there_once(loaded):
    assert (Trader.objects.count(), Track.objects.count()) == (40, 3)
    assert TraderMark.objects.filter(value__endswith=".example.jp").count() == 40


def test_their_numbers_fit_and_belong_to_nobody(loaded):
    numbers = list(Trader.objects.exclude(corporate_number="").values_list("corporate_number", flat=True))

    assert len(numbers) > 15
    assert [corporate_number.read(number) for number in numbers] == numbers
    assert all(number[1:].startswith("9999") for number in numbers)


def test_the_stories_name_them_and_their_cases_are_counted(loaded):
    load(loaded.centre, [loaded], count=120, seed=1, today=TODAY, told=lambda _n: None)
    named = [entry for entry in entries(120, 1, TODAY) if entry.traders]

    assert len(named) > 5
    assert all(entry.traders[0].name == entry.trader_name for entry in named)
    cases = sum(finding.cases_of(trader, by=loaded).count() for trader in Trader.objects.all())
    assert cases == len(named)


def test_every_name_of_the_register_is_one_of_the_stories(loaded):
    told = {name for path in FILES for name in sentences.blocks(path.stem).traders}

    assert set(Trader.objects.values_list("name", flat=True)) <= told
