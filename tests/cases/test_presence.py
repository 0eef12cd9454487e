"""Stretches of people's time: what they hold, what they meet, and that nobody else's count."""

import uuid
from datetime import datetime, timedelta

import pytest

from cases import presence
from cases.law.calendar import TOKYO
from cases.presence import Span, Spans

NINE = datetime(2026, 11, 20, 9, tzinfo=TOKYO)
HANAKO, TARO = uuid.uuid4(), uuid.uuid4()


def stretch(start: float, end: float, who: uuid.UUID = HANAKO) -> Span:
    """From and to in hours after nine."""
    return Span(NINE + timedelta(hours=start), NINE + timedelta(hours=end), who)


SPANS = Spans([stretch(5, 6), stretch(0, 2), stretch(1, 1.5), stretch(1, 3), stretch(0, 8, TARO)])


@pytest.mark.parametrize(
    ("hours", "is_there"),
    [(-0.1, False), (0, True), (1.7, True), (3, True), (3.1, False), (5.5, True), (6.1, False)],
)
def test_both_ends_belong_to_a_stretch_and_gaps_do_not(hours, is_there):
    assert SPANS.holds(HANAKO, NINE + timedelta(hours=hours)) is is_there
    assert not SPANS.holds(uuid.uuid4(), NINE + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("start", "end", "is_met"),
    [(-2, -1, False), (-2, 0, True), (3.5, 4, False), (3.5, 9, True), (7, 9, False)],
)
def test_two_stretches_meet_where_they_share_a_moment(start, end, is_met):
    assert SPANS.meets(stretch(start, end)) is is_met


@pytest.mark.parametrize("register", [presence.register_devices, presence.register_typing])
def test_a_source_is_registered_once(register, monkeypatch):
    monkeypatch.setattr(presence, "_at_devices", {})
    monkeypatch.setattr(presence, "_typing", {})
    register("x", lambda *_asked: [])

    with pytest.raises(ValueError, match="twice"):
        register("x", lambda *_asked: [])
