"""The pyramid of a population: by five years where its classes allow that, else by its own classes."""

from typing import Final

from django.utils.translation import gettext as _

from cases.figures.population import People
from cases.figures.residents import FEMALE, MALE, OPEN, Ages
from cases.services.population.checks import ages_text
from consult.shell.paper.charts import Chart, pyramid

_OLDEST: Final = 100
_MOST: Final = 24


def pyramid_of(found: People) -> Chart | None:
    """None where the table tells no sexes or no ages."""
    bands = _bands(found)
    sides = [[found.between(*band, sex=sex) for band in bands] for sex in (MALE, FEMALE)]
    if not bands or all(count is None for side in sides for count in side):
        return None
    return pyramid(
        _("年齢と性別(市区町村全体)"),
        [ages_text(band) for band in bands],
        (_("男"), sides[0]),
        (_("女"), sides[1]),
        band_head=_("年齢"),
    )


def _bands(found: People) -> list[Ages]:
    """Five years each as far as the classes tell them, then the classes that are left; the oldest first."""
    bands: list[Ages] = []
    at = 0
    while at < _OLDEST and found.between(at, at + 5, sex=MALE) is not None:
        bands.append(Ages(at, at + 5))
        at += 5
    bands += [Ages(at, OPEN)] if at == _OLDEST else [ages for ages in found.classes if ages.first >= at]
    return bands[::-1] if len(bands) <= _MOST else []
