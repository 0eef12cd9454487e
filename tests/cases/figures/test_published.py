from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cases.figures import published
from cases.models import Centre, PublishedFigure

KEPT = {
    "value": Decimal("21.7"),
    "unit": "%",
    "definition": "相談に占める65歳以上の割合",
    "source": "区の計画",
}


def test_a_centre_sees_its_own_published_figures_then_the_general_ones(centre):
    other = Centre.objects.create(code="minami", name="南区消費生活センター")
    for owner, name, year in (
        (None, "相談件数", "2024"),
        (centre, "相談件数", "令和2年度"),
        (other, "相談件数", "2020"),
    ):
        PublishedFigure.objects.create(centre=owner, name=name, year=year, **KEPT)
    found = published.figures_for(frozenset({centre.pk}))
    assert [(row.centre, row.year) for row in found] == [(centre, "令和2年度"), (None, "2024")]


@pytest.mark.parametrize(
    ("wrong", "is_refused"), [({}, True), ({"year": "2025"}, False), ({"source": "", "year": "2025"}, True)]
)
@pytest.mark.parametrize("has_centre", [True, False])
def test_a_figure_is_published_once_and_never_without_its_source(centre, wrong, is_refused, has_centre):
    owned = {"centre": centre if has_centre else None, "name": "65歳以上の割合", "year": "2024", **KEPT}
    PublishedFigure.objects.create(**owned)
    if is_refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishedFigure.objects.create(**{**owned, **wrong})
    else:
        PublishedFigure.objects.create(**{**owned, **wrong})
    assert PublishedFigure.objects.count() == 2 - is_refused
