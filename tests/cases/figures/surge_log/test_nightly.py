"""The night: four weeks of every centre, whatever becomes of one of them, and gone on with where it was broken off."""

from datetime import timedelta

import pytest

from cases import health
from cases.figures.surge_log import evaluating, nightly
from cases.health import Group
from cases.jobs import cancel, claim_and_run, resume, start
from cases.jobs.models import Job
from cases.models import Centre, SurgeEvaluation
from cases.records.centre import SYSTEM
from tests.cases.figures.surge_log.conftest import TODAY

NIGHT = f"{TODAY + timedelta(days=1)} 03:00 +0900"


@pytest.fixture
def two(history, state, centre, time_machine):
    """Two centres with cases, at night."""
    time_machine.move_to(NIGHT)
    other = Centre.objects.create(code="minami", name="南区消費生活センター")
    history("SUPPORT_SCAM", [3] * 30)
    history("SUPPORT_SCAM", [2] * 30, centre=other)
    return centre, other


def night():
    start(nightly.JOB, by=SYSTEM)
    claim_and_run(worker="w")
    return Job.objects.filter(kind=nightly.JOB).latest("pk")


def test_a_centre_gets_its_first_half_year_and_then_four_weeks_a_night(two, time_machine):
    first = night()

    rows = SurgeEvaluation.objects.filter(centre=two[0])
    assert rows.filter(trigger="PAST").count() == rows.count() == 26
    assert first.result["evaluated"] == 2 * 26
    time_machine.shift(timedelta(days=1))
    night()
    assert rows.count() == 26 + 4
    assert rows.latest("pk").week_ends == TODAY + timedelta(days=1)


@pytest.mark.parametrize("fails", [True, False])
def test_a_centre_that_fails_stops_no_other_and_is_told(two, monkeypatch, caplog, fails):
    judged = evaluating.evaluate_weeks

    def failing(centre, *args, **more):
        if fails and centre == two[0]:
            raise ZeroDivisionError("of a person")
        return judged(centre, *args, **more)

    monkeypatch.setattr(evaluating, "evaluate_weeks", failing)

    job = night()

    assert SurgeEvaluation.objects.filter(centre=two[1]).exists()
    assert (job.state, job.error_code) == (("FAILED", "surges_failed") if fails else ("DONE", ""))
    assert ("ZeroDivisionError" in caplog.text) is fails
    assert "of a person" not in caplog.text
    [reading] = [one for one in health.readings()[Group.NIGHT] if one.name == f"nightly.{nightly.JOB}"]
    assert reading.is_well is not fails
    assert not nightly.is_wanted()


def test_a_night_that_was_cancelled_goes_on_behind_the_last_centre(two, monkeypatch):
    judged = evaluating.evaluate_weeks
    looked_at = []

    def counting(centre, *args, **more):
        looked_at.append(centre)
        if len(set(looked_at)) == 1:
            cancel_running()
        return judged(centre, *args, **more)

    def cancel_running():
        job = Job.objects.get(kind=nightly.JOB)
        if not job.cancel_requested:
            cancel(job, SYSTEM)

    monkeypatch.setattr(evaluating, "evaluate_weeks", counting)
    job = night()
    assert (job.state, set(looked_at)) == ("CANCELLED", {two[0]})

    looked_at.clear()
    monkeypatch.setattr(evaluating, "evaluate_weeks", judged)
    resume(job, SYSTEM)
    claim_and_run(worker="w")

    job.refresh_from_db()
    assert (job.state, job.result["evaluated"]) == ("DONE", 2 * 26)
    assert SurgeEvaluation.objects.filter(centre=two[0]).count() == 26
