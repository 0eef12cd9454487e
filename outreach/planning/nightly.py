"""Every night every centre gets a new plan, if anything that goes in has changed; old plans are thrown away."""

import logging
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from cases import health
from cases.health import Nightly
from cases.jobs import nights, queue, registry
from cases.jobs.running import Running
from cases.records.centre import SYSTEM, Centre
from outreach.planning import keeping

log = logging.getLogger(__name__)

JOB: Final = "planning.nightly"
HOUR: Final = 3
"""The night run starts at this hour in Japan: after that of the surges, whose alarms go in."""


def run(running: Running) -> None:
    """One centre after the other; a run that was stopped goes on behind the last. A centre that fails stops none."""
    so_far = running.cursor or {"centres": [], "failed": 0}
    centres = list(Centre.objects.order_by("pk"))
    for centre in centres:
        if centre.pk in so_far["centres"]:
            continue
        running.advance(len(so_far["centres"]), len(centres))
        running.stop_if_cancelled()
        so_far["failed"] += not _is_planned(centre)
        so_far["centres"].append(centre.pk)
        running.checkpoint(so_far, done=len(so_far["centres"]))
    running.result = {
        "centres": len(centres), "failed": so_far["failed"], "dropped": keeping.drop_old(),
    }  # fmt: skip


def _is_planned(centre: Centre) -> bool:
    try:
        keeping.make_plan(centre)
    except (OperationalError, InterfaceError):
        raise  # the database: the job ends and is taken up again
    except Exception as failure:
        log.error("The plan of a centre failed with %s", type(failure).__name__)  # noqa: TRY400 - no text of a case
        return False
    return True


def is_wanted() -> bool:
    """Whether the night run of today is still to be started."""
    return nights.is_wanted(JOB, hour=HOUR)


def start_night_run() -> None:
    if is_wanted():
        queue.start(JOB, by=SYSTEM)


def register() -> None:
    registry.handler(JOB, label=_("啓発の案の計算"))(run)
    registry.every(600.0, "planning.start", wanted=is_wanted)(start_night_run)
    health.nightly(Nightly(JOB, _("啓発の案の計算")))
