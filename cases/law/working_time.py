"""Time in which a centre works: the hours of its working days, and nothing between them. Pure."""

from datetime import date, datetime, time, timedelta

from cases.law.calendar import NOTHING_OF_ITS_OWN, TOKYO, Closed, is_working_day

# 地方公共団体の執務時間 are mostly 8:30 to 17:15; calls are taken within nine to five nearly everywhere.
OPENS = time(9)
CLOSES = time(17)
DAY = timedelta(hours=CLOSES.hour - OPENS.hour)
_ONE_DAY = timedelta(days=1)


def between(start: datetime, end: datetime, centre: Closed = NOTHING_OF_ITS_OWN) -> timedelta:
    """Working time in [start, end), both aware; none where `end` is not later.

    Walks the days, so a caller bounds them.
    """
    first, last = start.astimezone(TOKYO), end.astimezone(TOKYO)
    day, found = first.date(), timedelta()
    while day <= last.date():
        if is_working_day(day, centre):
            found += _within(day, first, last)
        day += _ONE_DAY
    return found


def _within(day: date, start: datetime, end: datetime) -> timedelta:
    opens, closes = datetime.combine(day, OPENS, TOKYO), datetime.combine(day, CLOSES, TOKYO)
    return max(min(end, closes) - max(start, opens), timedelta())
