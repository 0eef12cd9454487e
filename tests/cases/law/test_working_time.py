"""Time in which a centre works."""

from datetime import date, datetime, time, timedelta

import pytest

from cases.law import working_time
from cases.law.calendar import NOTHING_OF_ITS_OWN, TOKYO, Closed
from cases.law.working_time import Hours


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(11, 24, 10), at(11, 24, 12, 30), 2.5),
        (at(11, 24, 16), at(11, 25, 10), 2),  # overnight
        (
            at(11, 20, 16),
            at(11, 24, 10),
            2,
        ),  # Friday to Tuesday, over a Monday that is a holiday (勤労感謝の日)
        (at(11, 21, 9), at(11, 22, 17), 0),  # a weekend
        (at(11, 24, 6), at(11, 24, 20), 8),
        (at(11, 24, 18), at(11, 24, 20), 0),
        (at(11, 25, 10), at(11, 24, 10), 0),  # backwards
        (at(12, 28, 9), at(12, 31, 17), 8),  # 29 December to 3 January nobody works
    ],
)
def test_hours_of_working_days_alone_count(start, end, hours):
    assert working_time.between(start, end) == timedelta(hours=hours)


def test_a_centre_closes_and_opens_days_of_its_own():
    centre = Closed(closed=frozenset({date(2026, 11, 25)}), opened=frozenset({date(2026, 11, 28)}))

    assert working_time.between(at(11, 24, 9), at(11, 26, 17), centre) == timedelta(hours=16)
    assert working_time.between(at(11, 28, 0), at(11, 28, 23), centre) == working_time.NINE_TO_FIVE.length


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [(time(8, 30), time(17, 15), 17.5), (time(13), time(16), 6), (time(0), time(9), 18)],
)
def test_a_centre_has_hours_of_its_own(opens, closes, hours):
    kept = Hours(opens, closes)

    assert working_time.between(at(11, 24, 0), at(11, 25, 23), NOTHING_OF_ITS_OWN, kept) == timedelta(
        hours=hours
    )
    assert 2 * kept.length == timedelta(hours=hours)


@pytest.mark.parametrize("closes", [time(9), time(8)])
def test_no_centre_closes_before_it_opens(closes):
    with pytest.raises(ValueError, match="closes after"):
        Hours(time(9), closes)
