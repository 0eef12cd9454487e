"""Days of a period as 民法 counts them, in calendar days of Japan.

A last day on a holiday does not move: 民法142条 is not applied here, the cautious reading.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LATEST_YEAR: Final = 9900
"""No day beyond this year is taken, so that no period runs out of the calendar."""


def end_of_days(first: date, days: int) -> date:
    """The last day of a period whose first day counts: eight days from 20 November end on 27 November."""
    return first + timedelta(days=days - 1)


def end_of_months(first: date, months: int) -> date:
    """The last day of a period of months whose first day counts (民法143条2項).

    The day before the day of the same number; without such a day, the last day of that month.
    1 July and three months: 30 September. 30 November and three months: 28 (29) February.
    """
    count = first.year * 12 + first.month - 1 + months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if first.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, first.day) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The last day of months whose first day does not count (民法140条, 143条).

    10 May 2026 and one year: 10 May 2027. 29 February 2028 and one year: 28 February 2029. 28 February 2027
    and one year: 29 February 2028, for the year runs from 1 March.
    """
    return end_of_months(day + timedelta(days=1), months)


@dataclass(frozen=True, slots=True)
class Period:
    """How long a right lasts from its day 1, which counts: either days or months."""

    days: int = 0
    months: int = 0

    def end(self, first: date) -> date:
        return end_of_months(first, self.months) if self.months else end_of_days(first, self.days)
