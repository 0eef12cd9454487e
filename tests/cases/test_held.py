"""Counts that may be a little old: kept for a time, forgotten when told."""

import pytest

from cases import held
from cases.held import Held


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
