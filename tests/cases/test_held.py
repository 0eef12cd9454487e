"""Counts that may be a little old: kept for a time, forgotten when told. And what was proven once."""

import pytest

from cases import held
from cases.held import Held, Proven


@pytest.fixture
def asked():
    return []


def test_a_value_is_made_once_within_its_time_and_anew_after_it(asked, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("cases.held.time.monotonic", lambda: now[0])
    counts = Held[int](60.0)

    def make():
        asked.append(1)
        return len(asked)

    assert [counts.get("a", make), counts.get("a", make), counts.get("b", make)] == [1, 1, 2]
    now[0] = 61.0
    assert counts.get("a", make) == 3


@pytest.mark.parametrize("forget", [lambda counts: counts.forget(), lambda _counts: held.forget_all()])
def test_what_is_forgotten_is_made_anew(asked, forget):
    counts = Held[str](60.0)

    assert counts.get("a", lambda: "old") == "old"
    forget(counts)
    assert counts.get("a", lambda: "new") == "new"


def test_a_value_of_nothing_is_held_too(asked):
    counts = Held[int](60.0)

    assert counts.get("a", lambda: 0) == 0
    assert counts.get("a", lambda: 1) == 0


def test_what_is_so_once_is_not_asked_again_and_what_is_not_so_is(asked):
    proven = Proven[str]()
    answers = iter([False, True])

    def ask():
        asked.append(1)
        return next(answers)

    assert [proven.holds("a", ask), proven.holds("a", ask), proven.holds("a", ask)] == [False, True, True]
    assert len(asked) == 2
    proven.forget()
    assert proven.holds("a", lambda: False) is False


def test_between_tests_nothing_stays_proven():
    proven = Proven[str]()
    proven.holds("a", lambda: True)

    held.forget_all()

    assert proven.holds("a", lambda: False) is False


def test_of_many_only_what_is_not_yet_proven_is_asked(asked):
    proven = Proven[str]()

    def ask(new):
        asked.append(new)
        return [fact for fact in new if fact != "c"]

    assert proven.among(["a", "b", "c"], ask) == {"a", "b"}
    assert proven.among(["b", "c", "d"], ask) == {"b", "d"}
    assert asked == [["a", "b", "c"], ["c", "d"]]


def test_more_than_it_holds_is_asked_anew(asked):
    proven = Proven[int](most=2)

    assert all(proven.holds(fact, lambda: True) for fact in (1, 2, 3))
    assert proven.holds(1, lambda: not asked.append(1))
    assert asked == [1]
