"""Every night whose time is over is forgotten: one after the other, each with its key, in a transaction of its own."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from cases import health
from cases.health import Nightly
from cases.jobs import nights, queue, registry
from cases.jobs.running import Running
from cases.law import calendar
from cases.records.centre import SYSTEM, Centre
from outreach.keeping import services
from outreach.keeping.services import Falling

log = logging.getLogger(__name__)

JOB: Final = "outreach.forget"
HOUR: Final = 2
"""In Japan, before the plan of the night is made."""


def run(running: Running) -> None:
    """Killed at any moment it goes on: who is forgotten is due no more. One that fails stops none."""
    so_far = Counter(running.cursor or {})
    due = [
        one for centre in Centre.objects.order_by("pk")
        for one in services.falling_due(centre, calendar.today())
    ]  # fmt: skip
    before = sum(so_far.values())
    for number, one in enumerate(due, start=before + 1):
        running.stop_if_cancelled()
        running.advance(number - 1, before + len(due))
        with transaction.atomic():
            so_far[one.kind.code if _is_forgotten(one) else "failed"] += 1
            running.checkpoint(dict(so_far), done=number)
    running.result = {"failed": 0, **so_far}


def _is_forgotten(one: Falling) -> bool:
    """`forget` is a transaction of its own: one that fails has changed nothing."""
    try:
        one.kind.forget(one.ended.uid)
    except (OperationalError, InterfaceError):
        raise  # the database: the job ends and is taken up again
    except Exception as failure:
        log.error("Forgetting one of %s failed with %s", one.kind.code, type(failure).__name__)  # noqa: TRY400 - no text
        return False
    return True


def is_wanted() -> bool:
    """Whether the night run of today is still to be started."""
    return nights.is_wanted(JOB, hour=HOUR)


def start_night_run() -> None:
    if is_wanted():
        queue.start(JOB, by=SYSTEM)


def _failed(result: Mapping[str, object]) -> int:
    count = result.get("failed", 0)
    return count if isinstance(count, int) else 0


def register() -> None:
    registry.handler(JOB, label=_("啓発の連絡先の消去"))(run)
    registry.every(600.0, "outreach.forget.start", wanted=is_wanted)(start_night_run)
    health.nightly(Nightly(JOB, _("啓発の連絡先の消去"), faults=_failed))
