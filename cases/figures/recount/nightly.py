"""Every night the figures are recounted; the last run and what it found can be asked for."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cases.figures import columns
from cases.figures.recount import copied, whole
from cases.figures.recount.differences import Difference, Report
from cases.figures.recount.whole import size
from cases.jobs import nights, queue, registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.records.centre import SYSTEM

JOB: Final = "figures.recount"
# The night run starts at this hour in Japan, or as soon after it as a machine is switched on.
HOUR: Final = 2


def run(running: Running) -> None:
    """Recount everything, one centre after the other: a run that was stopped goes on behind the last whole one.

    Columns that differ from the log are made anew by the worker: they are only a copy.
    """
    done, total = running.job.done if running.cursor else 0, size()

    def advance(looked_at: int) -> None:
        nonlocal done
        done += looked_at
        running.advance(min(done, total), total)
        running.stop_if_cancelled()

    report, counted = _so_far(running.cursor)
    for centre in whole.centres():
        if centre.pk not in counted:
            whole.of_centre(report, centre, advance)
            counted.append(centre.pk)
            running.checkpoint({"report": _kept(report), "centres": counted}, done=min(done, total))
    report.add(copied.differences(advance))
    is_copy_off = any(one.look == "columns" for one in report.differences)
    if is_copy_off:
        columns.make_anew()
    running.result = {**_kept(report), "columns_made_anew": is_copy_off}


def _so_far(cursor: Any) -> tuple[Report, list[int]]:
    """What an earlier run of the job found, and the keys of the centres that it counted."""
    if not cursor:
        return whole.begun(), []
    kept = dict(cursor["report"])
    kept["found"] = kept.pop("different")
    kept["differences"] = [Difference(**one) for one in kept["differences"]]
    return Report(**kept), list(cursor["centres"])


def _kept(report: Report) -> dict[str, Any]:
    """As a job may carry it: means and rates, which are no whole numbers, as text."""
    data = report.as_data()
    for one in data["differences"]:
        one.update({name: str(one[name]) for name in ("expected", "found") if isinstance(one[name], float)})
    return data


def is_wanted() -> bool:
    """Whether the night run of today is still to be started."""
    return nights.is_wanted(JOB, hour=HOUR)


def start_night_run() -> None:
    if is_wanted():
        queue.start(JOB, by=SYSTEM)


def last_run() -> Job | None:
    """The newest recount that came to its end; `result` is what `Report.as_data` says."""
    return Job.objects.filter(kind=JOB, state=Job.State.DONE).order_by("-finished_at").first()


def differences_found() -> int | None:
    """How many differences the last recount found; None where none has run yet."""
    last = last_run()
    result: dict[str, Any] = (last.result if last else None) or {}
    return None if last is None else int(result.get("different", 0))


def register() -> None:
    registry.handler(JOB, label=_("集計の数え直し"))(run)
    registry.every(600.0, "figures.recount_nightly", wanted=is_wanted)(start_night_run)
