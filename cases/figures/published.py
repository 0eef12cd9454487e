"""Figures that were printed elsewhere, or before this system began: beside our counts, never in them."""

from django.db.models import Q

from cases.figures.models import PublishedFigure


def figures_for(centre_ids: frozenset[int]) -> list[PublishedFigure]:
    """What was published of these centres as one number, then what holds for no centre in particular; newest year
    first. Parts of a table and figures of other places are series (`cases.figures.history`)."""
    found = PublishedFigure.objects.filter(
        Q(centre__in=centre_ids) | Q(centre=None), place="", dimension="", label=""
    ).select_related("centre")
    return sorted(found, key=lambda row: (row.centre is None, row.name, _descending(row.year)))


def _descending(year: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in year)
