"""Time in which a centre works: the hours of its working days, and nothing between them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from cases.law.calendar import NOTHING_OF_ITS_OWN, TOKYO, Closed, is_working_day

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """When a centre takes calls on a working day: from `opens` to `closes`, by the clock in Japan, lunch included.

    Raises ValueError where it would close before it opens.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a centre closes after it opens")

    @property
    def length(self) -> timedelta:
        day = date.min
        return datetime.combine(day, self.closes) - datetime.combine(day, self.opens)


NINE_TO_FIVE: Final = Hours(time(9), time(17))
"""Where a centre says nothing else: 執務時間 are mostly 8:30 to 17:15, and calls are taken within nine to five."""


def between(
    start: datetime, end: datetime, centre: Closed = NOTHING_OF_ITS_OWN, hours: Hours = NINE_TO_FIVE
) -> timedelta:
    """Working time in [start, end), both aware; none where `end` is not later.

    Walks the days, so a caller bounds them.
    """
    first, last = start.astimezone(TOKYO), end.astimezone(TOKYO)
    day, found = first.date(), timedelta()
    while day <= last.date():
        if is_working_day(day, centre):
            opens, closes = (datetime.combine(day, at, TOKYO) for at in (hours.opens, hours.closes))
            found += max(min(last, closes) - max(first, opens), timedelta())
        day += _ONE_DAY
    return found
