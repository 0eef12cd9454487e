"""Figures that were printed elsewhere, or before this system began: beside our counts, never in them."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from django.db.models import Q

from cases.figures.models import PublishedFigure

# 相談件数 under the names that annual reports and open data give it; あっせん件数 is something else.
_CASE_COUNT: Final = re.compile(
    r"(?:年間|年度別|新規)?の?(?:消費生活)?(?:相談)?の?(?:受付|受理)?(?:総)?(?:件数|総数)(?:\(合計\)|合計|の推移)?"
)
_CASES: Final = "件"


def figures_for(centre_ids: frozenset[int]) -> list[PublishedFigure]:
    """What was published of these centres as one number, then what holds for no centre in particular; newest year
    first. Parts of a table and figures of other places are series (`cases.figures.history`)."""
    found = PublishedFigure.objects.filter(
        Q(centre__in=centre_ids) | Q(centre=None), place="", dimension="", label=""
    ).select_related("centre")
    return sorted(found, key=lambda row: (row.centre is None, row.name, _descending(row.year)))


def case_counts(centre_pk: int) -> list[PublishedFigure]:
    """What this centre published as the number of all its cases, by year."""
    rows = PublishedFigure.objects.filter(centre=centre_pk, place="", dimension="", label="", unit=_CASES)
    return [
        row for row in rows if _CASE_COUNT.fullmatch("".join(unicodedata.normalize("NFKC", row.name).split()))
    ]


def plain(value: Decimal) -> Decimal:
    """2655.0000 → 2655, 21.7000 → 21.7, never 2.65E+3."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _descending(year: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in year)
