"""A made-up population for the made-up centre, so that rates have something to divide by. Marked as made up."""

from datetime import date
from typing import Final

from cases.demo import parts
from cases.demo.people import DISTRICTS
from cases.figures.population_rows import PopulationTable
from cases.figures.residents import ALL_AGES, BOTH, FEMALE, MALE, OPEN, Ages, Key, Said, Town
from cases.records.centre import Actor, Centre
from cases.services.population import keeping
from cases.services.population.checks import Notes

# The made-up cases begin in April 2021.
FIRST_YEAR: Final = 2021
SOURCE: Final = "デモデータ(架空の人口)"
# People of each class in the whole city, men and women: shaped like a suburb that is growing older.
_PYRAMID: Final = (
    (Ages(0, 5), 2900, 2760), (Ages(5, 10), 3130, 2990), (Ages(10, 15), 3250, 3090), (Ages(15, 18), 2010, 1900),
    (Ages(18, 20), 1450, 1380), (Ages(20, 25), 4210, 4090), (Ages(25, 30), 4350, 4180), (Ages(30, 35), 4190, 4040),
    (Ages(35, 40), 4480, 4370), (Ages(40, 45), 4790, 4690), (Ages(45, 50), 5530, 5400), (Ages(50, 55), 6010, 5850),
    (Ages(55, 60), 5120, 5010), (Ages(60, 65), 4140, 4180), (Ages(65, 70), 3560, 3820), (Ages(70, 75), 3720, 4310),
    (Ages(75, 80), 3280, 4230), (Ages(80, 85), 2270, 3390), (Ages(85, OPEN), 1790, 3950),
)  # fmt: skip


def load(centre: Centre, by: Actor, today: date) -> None:
    """1 January of every year with made-up cases; a day that is there stays."""
    held = set(PopulationTable.objects.filter(centre=centre).values_list("as_of", flat=True))
    for year in range(FIRST_YEAR, today.year + 1):
        day = date(year, 1, 1)
        if day not in held:
            table = keeping.draft(
                said(year), Notes(), as_of=day, source=SOURCE, centre=centre, by=by, is_made_up=True
            )
            keeping.confirm(table.uid, district_of={one.label: one.code for one in DISTRICTS}, by=by)


def said(year: int) -> Said:
    """The city of a year: the old grow by 1 in 100 a year, the young shrink by as much; districts by their weight."""
    towns = tuple(Town(one.label, _cells(one.weight, year - FIRST_YEAR)) for one in DISTRICTS)
    return Said(tuple(ages for ages, _men, _women in _PYRAMID), towns, {})


def _cells(weight: int, years: int) -> dict[Key, int]:
    cells: dict[Key, int] = {}
    for ages, *both in _PYRAMID:
        percent = weight * (100 + years) if ages.first >= 65 else weight * (100 - years)
        for sex, people in zip((MALE, FEMALE), both, strict=True):
            cells[ages, sex] = people * percent // 10_000
            cells[ALL_AGES, sex] = cells.get((ALL_AGES, sex), 0) + cells[ages, sex]
        cells[ages, BOTH] = cells[ages, MALE] + cells[ages, FEMALE]
    cells[ALL_AGES, BOTH] = cells[ALL_AGES, MALE] + cells[ALL_AGES, FEMALE]
    return cells


def register() -> None:
    parts.register("population", load)
