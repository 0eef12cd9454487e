"""A small town whose cases are told from dice, and a centre that publishes its counts."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pytest
import time_machine

from cases import jobs
from cases.figures import facts
from cases.figures.measures import Question
from cases.figures.releases.asking import Asked
from cases.figures.releases.models import Release
from cases.law.calendar import TOKYO
from cases.models import Case
from cases.records.centre import Area
from cases.services import releases
from tests import builders

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)
AGES = ("30S", "60_64", "65_69", "70_74", "85_OVER")
SEXES = ("FEMALE", "MALE")
SCAMS = ("INSPECTION", "PHISHING", "ROMANCE")
AREAS = ("EAST", "WEST")


@pytest.fixture(autouse=True)
def _clock(db, tmp_path, settings):
    settings.COLUMNS_DIR = tmp_path / "columns"
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def centre():
    found = builders.centre()
    Area.objects.bulk_create([Area(centre=found, code=code, label=code) for code in AREAS])
    return found


@pytest.fixture
def manager(centre):
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def other(centre):
    return builders.account("MANAGER", at=centre)


@pytest.fixture
def state(centre) -> Callable[..., list[Case]]:
    """Some cases of one kind, stated."""

    def make(
        count: int = 1, day: date = date(2026, 5, 11), scam: str = "INSPECTION", **given: object
    ) -> list[Case]:
        coded = {
            "centre": centre, "received_on": day, "fiscal_year": day.year - (day.month < 4), "channel": "PHONE",
            "kind": "COMPLAINT", "product": "HEALTH_FOOD", "sales_method": "DOOR_TO_DOOR", "party_sex": "FEMALE",
            "party_age_band": "70_74", "party_area": "EAST",
        }  # fmt: skip
        cases = [Case(uid=uuid.uuid4(), **{**coded, **given}) for _case in range(count)]
        facts.record([(case, scam, []) for case in cases])
        return cases

    return make


@pytest.fixture
def town(state) -> Callable[..., None]:
    """Cases of several months by dice: few kinds are frequent, many are rare."""

    def make(seed: int, months: Sequence[tuple[int, int]], a_month: int = 60) -> None:
        dice = np.random.default_rng(seed)
        for year, month in months:
            for _case in range(dice.poisson(a_month)):
                day = date(2025 + year, month + 1, 1) + timedelta(days=int(dice.integers(0, 28)))
                state(
                    day=day,
                    scam=SCAMS[dice.choice(3, p=(0.7, 0.2, 0.1))],
                    party_age_band=AGES[dice.choice(5, p=(0.1, 0.1, 0.1, 0.4, 0.3))],
                    party_sex=SEXES[dice.choice(2, p=(0.7, 0.3))],
                    party_area=AREAS[dice.choice(2, p=(0.8, 0.2))],
                )

    return make


@pytest.fixture
def asked(centre) -> Callable[..., Asked]:
    """A question about the centre's cases of some months of 2026."""

    def make(
        rows: str, columns: str | None = None, first: object = 4, end: object = 8, **more: object
    ) -> Asked:
        start, until = (date(2026, of, 1) if isinstance(of, int) else of for of in (first, end))
        merged = more.pop("merged", ())
        return Asked(Question(frozenset({centre.pk}), start, until, rows, columns, **more), "", merged)

    return make


@pytest.fixture
def judged(centre, manager) -> Callable[..., Release]:
    """A proposal that the worker has judged."""

    def make(*tables: Asked, **given: object) -> Release:
        kind = {"kind": "PAGE", "audience": "public", "title": "表", "by": manager, **given}
        return work(releases.propose(centre, tables, **kind))

    return make


@pytest.fixture
def published(judged, other) -> Callable[..., Release]:
    """The same, approved by a second person."""

    def make(*tables: Asked, **given: object) -> Release:
        return releases.approve(judged(*tables, **given).uid, by=other)

    return make


def work(release: Release) -> Release:
    """The worker does its job."""
    assert jobs.claim_and_run(release.job.uid, worker="w")
    return Release.objects.select_related("centre", "job", "corrects").get(pk=release.pk)
