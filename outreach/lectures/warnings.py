"""What to look at twice before a lecture takes place. Nothing here forbids it."""

from collections.abc import Iterator
from datetime import time
from typing import Final

from django.utils.translation import gettext as _

from cases.law import calendar
from outreach.lectures.models import Lecture

# Office hours as municipal rules for 出前講座 give them (相模原市, 港区, 倉敷市): 9 to 17, at most two hours.
OPENS: Final = time(9)
CLOSES: Final = time(17)
LONGEST_MINUTES: Final = 120


def warnings_for(lecture: Lecture) -> list[str]:
    """Sentences for the page, worst first. One query."""
    if not lecture.is_open:
        return []
    return [*_clashes(lecture), *_of_the_day(lecture), *_of_the_hours(lecture)]


def _clashes(lecture: Lecture) -> Iterator[str]:
    same_time = (
        Lecture.objects.filter(centre_id=lecture.centre_id, held_on=lecture.held_on)
        .filter(starts_at__lt=lecture.ends_at, ends_at__gt=lecture.starts_at)
        .standing()
        .exclude(uid=lecture.uid)
        .only("title", "venue", "starts_at")
        .order_by("starts_at")
    )
    for other in same_time:
        values = {"title": other.title, "at": f"{other.starts_at:%H:%M}"}
        if other.venue == lecture.venue:
            yield _("同じ会場・同じ時間帯に「%(title)s」(%(at)sから)があります。") % values
        else:
            yield _("同じ時間帯に別の会場で「%(title)s」(%(at)sから)があります。") % values


def _of_the_day(lecture: Lecture) -> Iterator[str]:
    day = lecture.held_on
    if calendar.is_holiday(day):
        yield _("開催日は祝日です。")
    elif day.weekday() >= 5:
        yield _("開催日は%(weekday)s曜日です。") % {"weekday": calendar.weekday_letter(day)}
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        yield _("開催日は年末年始(12月29日〜1月3日)です。")


def _of_the_hours(lecture: Lecture) -> Iterator[str]:
    if lecture.starts_at < OPENS or lecture.ends_at > CLOSES:
        yield _("9時から17時までの外の時間です。")
    minutes = (lecture.ends_at.hour - lecture.starts_at.hour) * 60
    minutes += lecture.ends_at.minute - lecture.starts_at.minute
    if minutes > LONGEST_MINUTES:
        yield _("2時間を超えています。")
