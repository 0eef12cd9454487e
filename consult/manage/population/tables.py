"""Residents as a table: districts down, ages across, both sexes of the whole; a blank is no data."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from cases.figures.population import ALL, People
from cases.figures.residents import BOTH, FEMALE, MALE, OPEN, Ages
from cases.records.centre import Centre
from cases.services.population.checks import ages_text

# The bands of the numbers page; with 20歳未満 as one for classes of five years, which cannot tell 18歳.
_DECADES: Final = (*(Ages(first, first + 10) for first in range(20, 80, 10)), Ages(80, OPEN))
_BANDS: Final = (Ages(0, 18), Ages(18, 20), *_DECADES)
_COARSER: Final = (Ages(0, 20), *_DECADES)
_MOST_COLUMNS: Final = 24


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
        lines = (*self.districts, *self.whole)
        return any(None in (line.total, line.seniors, *line.cells) for line in lines)


def people_table(found: People, centre: Centre) -> PeopleTable:
    labels = {area.code: area.text for area in centre.areas.all()}
    bands = _bands(found)

    def line(area: str, sex: str, label: str) -> Line:
        cells = tuple(found.between(*band, areas=[area], sex=sex) for band in bands)
        seniors = found.between(65, areas=[area], sex=sex)
        return Line(label, found.between(areas=[area], sex=sex), cells, seniors)

    sexes = [line(ALL, sex, label) for sex, label in ((MALE, _("うち男")), (FEMALE, _("うち女")))]
    return PeopleTable(
        columns=tuple(map(_band_text, bands)),
        districts=tuple(line(code, BOTH, label) for code, label in labels.items() if code in found.areas),
        whole=(
            line(ALL, BOTH, _("市区町村全体")),
            *(one for one in sexes if one.total is not None or any(one.cells)),
        ),
    )


def _bands(found: People) -> tuple[Ages, ...]:
    """The usual bands where the classes make them up, else the classes themselves."""
    for bands in (_BANDS, _COARSER):
        if all(_is_told(found, band) for band in bands):
            return bands
    if len(found.classes) <= _MOST_COLUMNS:
        return found.classes
    return tuple(band for band in _BANDS if _is_told(found, band))


def _is_told(found: People, band: Ages) -> bool:
    """Of the whole or of a district: a hidden number somewhere takes no column away."""
    return any(found.between(*band, areas=[area]) is not None for area in found.areas)


def _band_text(band: Ages) -> str:
    if band == Ages(0, 18):
        return _("18歳未満")
    if band == Ages(18, 20):
        return _("18・19歳")
    if band == Ages(0, 20):
        return _("20歳未満")
    is_decade = band in _DECADES and not band.is_open
    return _("%(first)s歳代") % {"first": band.first} if is_decade else ages_text(band)
