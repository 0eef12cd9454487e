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
    proven = Proven()
    answers = iter([False, True])

    def ask():
        asked.append(1)
        return next(answers)

    assert [proven.holds("a", ask), proven.holds("a", ask), proven.holds("a", ask)] == [False, True, True]
    assert len(asked) == 2
    proven.forget()
    assert proven.holds("a", lambda: False) is False


def test_between_tests_nothing_stays_proven():
    proven = Proven()
    proven.holds("a", lambda: True)

    held.forget_all()

    assert proven.holds("a", lambda: False) is False
