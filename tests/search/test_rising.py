"""Words that rise against their own past: a trick that nobody named, not a wave of a known one, a season or chance."""

from datetime import date, timedelta

import pytest

from search.rising import PAST_DAYS, RECENT_DAYS, WEEKS, Seen, above, rising

TODAY = date(2026, 11, 20)
NEW = {b"drone", b"vacant", b"patrol"}


def past(*, extra=frozenset(), every=1, scam="INSPECTION"):
    """Two cases a day for fourteen months; every so many of them hold the extra words."""
    made = []
    for number in range(2 * (PAST_DAYS - RECENT_DAYS)):
        day = TODAY - timedelta(days=RECENT_DAYS + number // 2)
        words = {b"roof", b"call"} | (set(extra) if number % every == 0 else set())
        made.append(Seen(number, day, scam if number % 2 else "FAKE_SHOP", frozenset(words)))
    return made


def newest(count, words=NEW, *, scam="UNCLASSIFIED", since=RECENT_DAYS):
    return [
        Seen(10_000 + n, TODAY - timedelta(days=n * since // count), scam, frozenset({b"call", *words}))
        for n in range(count)
    ]


def usual():
    return [
        Seen(20_000 + n, TODAY - timedelta(days=n % RECENT_DAYS), "FAKE_SHOP", frozenset({b"roof", b"call"}))
        for n in range(56)
    ]


@pytest.mark.parametrize(("count", "is_found"), [(4, False), (5, True), (12, True)])
def test_new_words_of_a_few_cases_are_one_candidate(count, is_found):
    found = rising([*past(), *usual(), *newest(count)], TODAY)

    assert [(set(one.terms), len(one.cases)) for one in found] == ([(NEW, count)] if is_found else [])


def test_a_candidate_tells_its_weeks_and_what_was_expected():
    (found,) = rising([*past(), *usual(), *newest(8, since=14)], TODAY)

    assert len(found.weeks) == WEEKS
    assert found.weeks[-2:] == (4, 4)
    assert sum(found.weeks[:-2]) == 0
    assert found.expected < 1
    assert found.cases[0] == 10_000


@pytest.mark.parametrize(("every", "is_found"), [(400, True), (12, False)])
def test_words_that_were_always_met_must_be_met_far_more_often(every, is_found):
    found = rising([*past(extra=NEW, every=every), *usual(), *newest(8)], TODAY)

    assert bool(found) is is_found


@pytest.mark.parametrize(("scam", "is_found"), [("UNCLASSIFIED", True), ("BEAUTY", False)])
def test_a_wave_of_a_known_trick_lifts_none_of_its_usual_words(scam, is_found):
    known = [
        Seen(30_000 + n, TODAY - timedelta(days=RECENT_DAYS + n * 20), "BEAUTY", frozenset({b"call", *NEW}))
        for n in range(18)
    ]

    found = rising([*past(), *known, *usual(), *newest(20, scam=scam)], TODAY)

    assert bool(found) is is_found


@pytest.mark.parametrize(("last_year", "is_found"), [(10, False), (0, True)])
def test_words_of_the_season_are_no_news(last_year, is_found):
    season = [
        Seen(30_000 + n, TODAY - timedelta(days=364 - n), "UNCLASSIFIED", frozenset({b"call", *NEW}))
        for n in range(last_year)
    ]

    found = rising([*past(), *season, *usual(), *newest(14)], TODAY)

    assert bool(found) is is_found


def test_one_word_alone_is_no_candidate():
    assert rising([*past(), *usual(), *newest(12, {b"drone"})], TODAY) == []


def test_words_of_different_cases_are_different_candidates():
    other = {b"voice", b"forged"}
    two = [Seen(40_000 + n, TODAY, "UNCLASSIFIED", frozenset({b"call", *other})) for n in range(6)]

    found = rising([*past(), *usual(), *newest(8), *two], TODAY)

    assert [set(one.terms) for one in found] == [NEW, other]


def test_without_a_past_nothing_rises():
    assert rising(newest(12), TODAY) == []
    assert rising([], TODAY) == []


@pytest.mark.parametrize(
    ("count", "expected", "probability"),
    [(0, 2.0, 1.0), (1, 1.0, 0.632), (5, 1.0, 0.00366), (3, 0.0, 0.0), (0, 0.0, 1.0)],
)
def test_the_probability_of_so_many(count, expected, probability):
    assert above(count, expected) == pytest.approx(probability, rel=1e-2)


def test_far_out_the_probability_is_small_and_not_nothing():
    assert 0 < above(60, 0.5) < 1e-50
