"""Every night the last four weeks of every centre are judged again; no centre and no series can stop the night."""

import logging
from datetime import date, timedelta
from typing import ClassVar, Final

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases import health
from cases.errors import CasesError
from cases.figures import surging
from cases.figures.surge_log import evaluating
from cases.figures.surge_log.evaluating import Trigger
from cases.figures.surge_log.models import SurgeEvaluation
from cases.health import Nightly
from cases.jobs import nights, queue, registry
from cases.jobs.running import Running
from cases.law import calendar
from cases.records.centre import SYSTEM, Centre

log = logging.getLogger(__name__)

JOB: Final = "surges.nightly"
HOUR: Final = 1
"""The night run starts at this hour in Japan, or as soon after it as a machine is switched on."""
FIRST_WEEKS: Final = 26
"""A centre that was never judged gets half a year of weeks at once, so that its first page is not empty."""


class CentresFailed(CasesError):
    """The night ended, but not every centre could be judged."""

    code: ClassVar[str] = "surges_failed"
    status: ClassVar[int] = 500

    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "%(count)sセンターの調べが失敗しました。ほかのセンターは終わっています。",
                "%(count)sセンターの調べが失敗しました。ほかのセンターは終わっています。",
                count,
            )
            % {"count": count}
        )


def run(running: Running) -> None:
    """Judge one centre after the other; a run that was stopped goes on behind the last whole one.

    A centre that fails is counted and told by the type of its failure; the others are judged all the same.
    """
    yesterday = calendar.today() - timedelta(days=1)
    so_far = running.cursor or {"centres": [], "evaluated": 0, "cards": 0, "failed": 0}
    centres = list(Centre.objects.order_by("pk"))
    for centre in centres:
        if centre.pk in so_far["centres"]:
            continue
        running.advance(len(so_far["centres"]), len(centres))
        running.stop_if_cancelled()
        evaluated, cards, failed = _of(centre, yesterday)
        so_far["evaluated"] += evaluated
        so_far["cards"] += cards
        so_far["failed"] += failed
        so_far["centres"].append(centre.pk)
        running.checkpoint(so_far, done=len(so_far["centres"]))
    dropped = evaluating.drop_old_inputs()
    if so_far["failed"]:
        raise CentresFailed(so_far["failed"])
    running.result = {
        "evaluated": so_far["evaluated"], "cards": so_far["cards"], "inputs_dropped": dropped,
    }  # fmt: skip


def _of(centre: Centre, last: date) -> tuple[int, int, int]:
    """(evaluations, cards of the newest, failures)."""
    is_new = not SurgeEvaluation.objects.filter(centre=centre).exists()
    weeks, trigger = (FIRST_WEEKS, Trigger.PAST) if is_new else (surging.AGAIN, Trigger.NIGHT)
    try:
        found = evaluating.evaluate_weeks(centre, last, weeks=weeks, trigger=trigger)
    except (OperationalError, InterfaceError):
        raise  # the database: the job ends and is taken up again
    except Exception as failure:
        log.error("The surges of a centre failed with %s", type(failure).__name__)  # noqa: TRY400 - no text of a case
        return 0, 0, 1
    return len(found), found[-1].cards.count() if found else 0, 0


def is_wanted() -> bool:
    """Whether the night run of today is still to be started."""
    return nights.is_wanted(JOB, hour=HOUR)


def start_night_run() -> None:
    if is_wanted():
        queue.start(JOB, by=SYSTEM)


def register() -> None:
    registry.handler(JOB, label=_("増えている手口の調べ"))(run)
    registry.every(600.0, "surges.start", wanted=is_wanted)(start_night_run)
    health.nightly(Nightly(JOB, _("増えている手口の調べ")))
