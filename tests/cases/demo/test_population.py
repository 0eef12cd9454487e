"""The made-up centre has made-up residents and figures of earlier years, and says so."""

from datetime import date

import pytest

from cases.demo.loading import make_centre
from cases.demo.people import DISTRICTS
from cases.figures import history, population
from cases.figures.population import ALL
from cases.models import PopulationTable
from cases.services.history import demo as demo_history
from cases.services.population import demo
from tests import builders

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def test_every_year_of_made_up_cases_has_residents():
    centre = make_centre()
    by = builders.account(at=centre)

    demo.load(centre, by, TODAY)
    demo.load(centre, by, TODAY)

    assert PopulationTable.objects.filter(centre=centre).count() == 6
    found = population.people({centre.pk}, date(2026, 10, 1))
    assert found.is_made_up
    assert found.used[0].as_of == date(2026, 1, 1)
    whole = found[ALL, ALL]
    assert 100_000 < whole < 200_000
    assert sum(found[district.code, ALL] for district in DISTRICTS) == whole
    assert all((ALL, band) in found for band in ("UNDER_18", "18_19", "20S", "70S", "80_OVER", "85_OVER"))


def test_figures_of_earlier_years_are_made_up_and_say_so():
    centre = make_centre()
    by = builders.account(at=centre)

    demo_history.load(centre, by, TODAY)
    demo_history.load(centre, by, TODAY)

    (whole,) = history.series({centre.pk}, "消費生活相談の件数")
    assert [point.year.number for point in whole.points] == [2016, 2017, 2018, 2019, 2020]
    by_age = history.series({centre.pk}, "契約当事者の年代別件数")
    assert sum(one.points[0].value for one in by_age) == whole.points[-1].value
    assert all("架空" in point.source for one in (whole, *by_age) for point in one.points)
