"""Cases per 1,000 residents: divided by those whom row, column and filters name, and no rate where none are known."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from cases.figures import measures
from cases.figures.measures import Question, Rate
from cases.figures.population_rows import Residents
from cases.figures.residents import OPEN
from tests import builders
from tests.cases.figures.test_population import stored

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 4, 1), date(2027, 4, 1))


@pytest.fixture
def by():
    """Of 本町, which is NORTH, and of 東町 ten people of every age from 0 to 100 are known: 2,020."""
    by = builders.account("MANAGER")
    for age, area in ((70, "NORTH"), (70, "NORTH"), (85, "OUTSIDE"), (25, "NORTH"), (None, "UNKNOWN")):
        builders.case(by=by, age=age, area=area)
    return by


def ask(by, rows="age_band", across=None, **other):
    return measures.rates(Question(by.centre_ids, *YEAR, rows, across, "rate_per_1000", **other))


def by_row(found) -> dict[str, Rate]:
    return dict(zip(found.row_codes, found.row_totals, strict=True))


def test_without_a_population_there_is_no_rate_and_never_zero(by):
    found = ask(by)
    assert (found.total, found.total.value) == (Rate(5, None), None)
    assert found.definition["population"] is None


def test_every_row_and_column_is_divided_by_its_own_residents(by):
    stored(by)
    found = ask(by, "age_band", "area")

    rows = by_row(found)
    assert rows["70S"] == Rate(2, 200)
    assert rows["UNKNOWN"] == Rate(1, None)
    assert (found.total, found.total.value) == (Rate(5, 2020), Fraction(5000, 2020))
    columns = dict(zip(found.column_codes, found.column_totals, strict=True))
    assert (columns["NORTH"], columns["OUTSIDE"]) == (Rate(3, 1010), Rate(1, None))
    cell = found.cells[found.row_codes.index("70S")][found.column_codes.index("NORTH")]
    assert cell == Rate(2, 100)
    assert found.definition["population"][0]["source"] == "住民基本台帳"
    assert found.definition["measure"] == "rate_per_1000"


@pytest.mark.parametrize(
    ("rows", "code", "expected"),
    [
        ("senior", "65_OVER", Rate(3, 720)),
        ("senior", "UNDER_65", Rate(1, 1300)),
        ("old_old", "75_OVER", Rate(1, 520)),
        ("age_group", "YOUNG", Rate(1, 600)),
        ("age_band_fine", "85_OVER", Rate(1, 320)),
        ("scam_main", "INSPECTION", Rate(5, 2020)),
        ("sex", "", Rate(5, None)),
    ],
)
def test_residents_are_those_that_the_code_names(by, rows, code, expected):
    stored(by)
    assert by_row(ask(by, rows))[code] == expected


def test_a_year_is_divided_by_the_residents_of_that_year(by):
    builders.case(by=by, received_at=builders.RECEIVED_AT.replace(year=2024))
    stored(by, day=date(2024, 4, 1))
    later = stored(by, day=date(2026, 4, 1))
    Residents.objects.filter(table=later, area="*", sex="", first=0, end=OPEN).update(people=4040)
    question = Question(
        by.centre_ids, date(2024, 4, 1), date(2027, 4, 1), "fiscal_year", measure="rate_per_1000"
    )

    found = measures.rates(question)

    assert by_row(found) == {"2024": Rate(1, 2020), "2025": Rate(0, 2020), "2026": Rate(5, 4040)}
    assert [row[0] for row in found.cells] == list(found.row_totals)
    assert found.total == Rate(6, 2020)
    assert [used["as_of"] for used in found.definition["population"]] == ["2024-04-01", "2026-04-01"]


def test_filters_choose_residents_too_and_nobody_counts_twice(by):
    stored(by)
    assert ask(by, "kind", filters={"area": ["NORTH"]}).total == Rate(3, 1010)
    assert ask(by, "kind", filters={"age_band_fine": ["70_74", "70S", "75_79"]}).total == Rate(2, 200)
    assert ask(by, "kind", filters={"scam_main": ["INSPECTION"]}).total == Rate(5, 2020)
    assert ask(by, "age_band", filters={"senior": ["65_OVER"]}).total == Rate(3, 720)


def test_a_rate_of_an_earlier_cut_is_divided_by_the_residents_that_were_known_then(by, time_machine):
    """Another table of the same day took the place of the first one later: what was told before is told again."""
    start = timezone.now()
    time_machine.move_to(start + timedelta(hours=1), tick=False)
    stored(by)
    issued, moment = ask(by), timezone.now()
    time_machine.move_to(start + timedelta(hours=2), tick=False)
    builders.case(by=by)
    time_machine.move_to(start + timedelta(hours=3), tick=False)
    second = stored(by)
    Residents.objects.filter(table=second, area="*", sex="", first=0, end=OPEN).update(people=4040)
    time_machine.move_to(start + timedelta(hours=4), tick=False)

    now, again = ask(by), ask(by, as_of=issued.as_of)

    assert (now.total, issued.total) == (Rate(6, 4040), Rate(5, 2020))
    assert (again.cells, again.total) == (issued.cells, issued.total)
    assert again.definition["population"] == issued.definition["population"]
    assert ask(by, as_of=now.as_of).total == now.total  # a cut that is still the newest
    assert ask(by, as_of=now.as_of, known_at=moment).total == Rate(6, 2020)
