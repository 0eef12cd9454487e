"""Residents as a table: districts down, ages across, both sexes of the whole; a blank is no data."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.population import ALL, People
from cases.figures.residents import BOTH, FEMALE, MALE, OPEN
from cases.records.centre import Centre

# The bands of the numbers page, and 65歳以上 beside them.
_BANDS: Final = ((0, 18), (18, 20), (20, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 80), (80, OPEN))


@dataclass(frozen=True)
class Line:
    label: str
    total: int | None
    cells: tuple[int | None, ...]
    seniors: int | None


@dataclass(frozen=True)
class PeopleTable:
    """`columns` are the bands that some line has data for."""

    columns: tuple[str, ...]
    districts: tuple[Line, ...]
    whole: tuple[Line, ...]

    @property
    def lacks(self) -> bool:
        return any(None in (line.total, *line.cells) for line in (*self.districts, *self.whole))


def people_table(found: People, centre: Centre) -> PeopleTable:
    labels = {area.code: area.text for area in centre.areas.all()}
    asked = [
        (ALL, sex, label)
        for sex, label in ((BOTH, _("市区町村全体")), (MALE, _("うち男")), (FEMALE, _("うち女")))
    ]
    districts = [(code, BOTH, label) for code, label in labels.items() if code in found.areas]
    bands = [
        band
        for band in _BANDS
        if any(
            found.between(*band, areas=[area], sex=sex) is not None
            for area, sex, _label in (*asked, *districts)
        )
    ]

    def line(area: str, sex: str, label: str) -> Line:
        cells = tuple(found.between(*band, areas=[area], sex=sex) for band in bands)
        return Line(
            label, found.between(areas=[area], sex=sex), cells, found.between(65, areas=[area], sex=sex)
        )

    whole = [line(*one) for one in asked]
    return PeopleTable(
        columns=tuple(map(_band_text, bands)),
        districts=tuple(line(*one) for one in districts),
        whole=tuple(one for n, one in enumerate(whole) if n == 0 or one.total is not None or any(one.cells)),
    )


def _band_text(band: tuple[int, int]) -> str:
    first, end = band
    if (first, end) == (0, 18):
        return _("18歳未満")
    if (first, end) == (18, 20):
        return _("18・19歳")
    return _("%(first)s歳以上") % {"first": first} if end == OPEN else _("%(first)s歳代") % {"first": first}
