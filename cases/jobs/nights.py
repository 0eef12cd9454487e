"""Jobs that run once a night, after an hour of the clock or as soon after it as a machine is switched on."""

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cases.jobs.models import Job
from cases.law import calendar

_PAUSE: Final = timedelta(hours=1)


def is_wanted(kind: str, *, hour: int) -> bool:
    """Whether the run of this night is still to be started; `hour` in Japan, 0 to 23.

    It is not where one waits, runs or is done since; one that was broken off is tried again after an hour.
    """
    now = timezone.localtime(timezone.now(), calendar.TOKYO)
    if now.hour < hour:
        return False
    night = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    at_work = Q(state__in=Job.UNFINISHED)
    done = Q(state=Job.State.DONE, finished_at__gte=night)
    broken_off = Q(
        state__in=[Job.State.FAILED, Job.State.CANCELLED], finished_at__gte=max(night, now - _PAUSE)
    )
    return not Job.objects.filter(at_work | done | broken_off, kind=kind).exists()
