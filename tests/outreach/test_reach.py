"""The reach page: who was reached, how soon a bulletin came, what watchers brought, and what nobody can tell."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.figures import facts
from cases.models import Area, Case, Centre
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.lectures.models import Lecture
from outreach.reach import reading
from tests import waves

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture
def held(a_lecture: Any) -> Callable[..., Lecture]:
    def make(people: int = 30, **more: Any) -> Lecture:
        given = {"held_on": DAY, "theme": "INSPECTION", "area": "NORTH", "age_group": "65_OVER", **more}
        lecture: Lecture = a_lecture(audience="KOREISHA", **given)
        Lecture.objects.filter(pk=lecture.pk).update(
            state="DONE", result_kind="LECTURE", sessions=1, people=people
        )
        return lecture

    return make


def test_who_came_is_held_against_the_old_of_the_district(
    centre: Centre, held: Any, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    class People:
        def between(self, *_ages: int, areas: tuple[str, ...]) -> int | None:
            return {"NORTH": 600}.get(areas[0])

    monkeypatch.setattr(reading.population, "people", lambda *_of: People())
    Area.objects.create(centre=centre, code="SOUTH", label="南区域", position=1)
    held(people=30)
    held(people=90, age_group="ALL")
    held(people=50, held_on=date(2024, 11, 1))  # more than 24 months ago

    reach = reading.reached(centre, today, 24)

    north, south = reach.districts
    assert (north.area, north.sessions, north.came, north.share) == ("NORTH", 2, 120, 0.2)
    assert (south.came, south.share) == (0, None)
    assert reach.nowhere is None
    assert reading.reached(centre, today, 36).districts[0].came == 170


def test_what_had_no_district_is_added_to_none_and_stands_in_a_row_of_its_own(
    centre: Centre, held: Any, writer: Account, today: date
) -> None:
    held(people=30)
    held(people=200, area="")
    gone = held(people=7)
    Lecture.objects.filter(pk=gone.pk).update(area="GONE")
    panel = held(people=15)
    Lecture.objects.filter(pk=panel.pk).update(result_kind="PANEL", sessions=3)
    client = Client()
    client.force_login(writer)

    reach = reading.reached(centre, today, 24)
    page = client.get(reverse("reach")).content.decode()

    (north,) = reach.districts
    assert (north.sessions, north.others, north.came) == (1, 3, 45)
    assert reach.nowhere is not None
    assert (reach.nowhere.sessions, reach.nowhere.came, reach.nowhere.share) == (2, 207, None)
    assert (reach.whole.sessions, reach.whole.others, reach.whole.came) == (3, 3, 252)
    assert "地区を決めていない講座" in page
    assert "ほかに3" in page


def test_days_run_from_the_notice_to_the_first_bulletin(centre: Centre, a_bulletin: Any, today: date) -> None:
    wave = waves.wave(centre)
    issued = a_bulletin("ISSUED")
    Bulletin.objects.filter(pk=issued.pk).update(wave=wave.uid)
    type(wave).objects.update(noticed_at="2026-11-14T03:00:00Z")

    (found,) = reading.answered(centre, today, 24)

    assert (found.days, found.bulletin) == (6, issued.uid)
    assert reading.middle_days([found]) == 6
    assert reading.middle_days([]) is None


def _call(centre: Centre, area: str, count: int, day: date) -> None:
    rows: list[Any] = [
        (
            Case(
                uid=uuid.uuid4(), centre=centre, received_on=day + timedelta(days=n % 150), fiscal_year=2026,
                channel="PHONE", kind="COMPLAINT", party_age_band="70_74", party_area=area,
            ),
            "INSPECTION",
            (),
        )
        for n in range(count)
    ]  # fmt: skip
    facts.record(rows)


@pytest.mark.parametrize(("after", "words"), [(20, "減ったと言えます"), (120, "変わったとは言えません")])
def test_calls_before_and_after_are_held_against_districts_without_a_lecture(
    after: int, words: str, centre: Centre, held: Any, writer: Account, today: date
) -> None:
    for code in ("A", "B", "C", "D"):
        Area.objects.create(centre=centre, code=code, label=code, position=1)
        for day in (DAY - timedelta(days=170), DAY + timedelta(days=5)):
            _call(centre, code, 250, day)
    for n, code in enumerate(("NORTH", "E", "F", "G")):
        if n:
            Area.objects.create(centre=centre, code=code, label=code, position=2)
        _call(centre, code, 120, DAY - timedelta(days=170))
        _call(centre, code, after, DAY + timedelta(days=5))
        held(area=code)
    client = Client()
    client.force_login(writer)

    (found,) = reading.effects(centre, today)
    page = client.get(reverse("reach")).content.decode()

    assert (found.topic, found.effect.lectures) == ("INSPECTION", 4)
    assert found.effect.expected == pytest.approx(480)
    assert found.effect.after == 4 * after
    assert words in page


def test_the_page_of_a_centre_that_began_yesterday_says_what_is_not_there(
    writer: Account, held: Any, today: date
) -> None:
    held(held_on=date(2026, 11, 1))
    client = Client()
    client.force_login(writer)

    page = client.get(reverse("reach")).content.decode()

    assert "分かりません" in page
    assert "24か月の間にありません" in page
    assert "気づき0件" in page
