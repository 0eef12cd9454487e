"""Work that is to be done every day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.backup import schedule
from cases.health import Level, Nightly, nightly, registry
from cases.jobs.models import Job
from tests.cases.health.conftest import levels, read

pytestmark = pytest.mark.django_db

KIND = "tests.nightly"
NAME = f"nightly.{KIND}"


@pytest.fixture(autouse=True)
def _nightly(worker, monkeypatch):
    monkeypatch.setattr(registry, "nightly_kinds", {})
    monkeypatch.setattr("cases.health.nights.nightly_kinds", registry.nightly_kinds)
    monkeypatch.setattr(schedule, "installed_at", lambda: timezone.now() - timedelta(days=30))
    nightly(
        Nightly(KIND, "夜の数え直し", faults=lambda result: result.get("differences", 0), of_figures=True)
    )


def ran(state=Job.State.DONE, *, ago=timedelta(hours=3), **result):
    return Job.objects.create(kind=KIND, state=state, finished_at=timezone.now() - ago, result=result)


@pytest.mark.parametrize(
    ("ago", "level"),
    [
        (timedelta(hours=25), None),
        (timedelta(hours=27), Level.WARNING),
        (timedelta(days=5), Level.ERROR),
    ],
)
def test_what_was_not_done_in_time_is_told(ago, level):
    ran(ago=ago)

    assert levels().get(NAME) is level


def test_what_was_never_done_is_late_since_the_machine_was_installed(monkeypatch):
    assert levels()[NAME] is Level.ERROR

    monkeypatch.setattr(schedule, "installed_at", timezone.now)

    assert NAME not in levels()


def test_what_is_being_done_is_not_late():
    ran(ago=timedelta(days=5))
    Job.objects.create(kind=KIND)

    assert NAME not in levels()
    assert read()[NAME].state == "いま行っています"


@pytest.mark.parametrize("later", [False, True])
def test_a_failure_is_told_until_it_is_done(later):
    ran(ago=timedelta(hours=20))
    ran(Job.State.FAILED, ago=timedelta(hours=2))
    if later:
        ran(ago=timedelta(hours=1))

    assert (levels().get(NAME) is Level.ERROR) is not later


def test_differences_found_are_told_and_stand_beside_figures():
    ran(differences=3)

    reading = read()[NAME]

    assert (reading.level, reading.state) == (Level.ERROR, "3件の違いが見つかりました")
    assert registry.about_figures([]) == [reading]


def test_the_backup_speaks_in_the_words_of_its_card():
    assert levels()["backup"] is Level.ERROR  # thirty days without one
    assert read()["backup"].has_card
