"""Made-up figures of the years before the made-up cases begin, so that a series has an earlier part. Marked so."""

from datetime import date
from decimal import Decimal
from typing import Final

from cases.demo import parts
from cases.figures.models import PublishedFigure
from cases.records.centre import Actor, Centre

SOURCE: Final = "デモデータ(架空の値)"
_DEFINITION: Final = "受け付けた相談の件数(新規)。見本のための架空の値"
_CASES: Final = {2016: 1874, 2017: 1921, 2018: 2040, 2019: 1986, 2020: 2103}
# 年代 of 2020年度: code, as it is printed, cases.
_AGES: Final = (
    ("UNDER_20", "20歳未満", 38), ("20S", "20歳代", 171), ("30S", "30歳代", 196), ("40S", "40歳代", 282),
    ("50S", "50歳代", 331), ("60S", "60歳代", 318), ("70S", "70歳代", 337), ("80_OVER", "80歳以上", 189),
    ("UNKNOWN", "年齢不明", 241),
)  # fmt: skip


def load(centre: Centre, by: Actor, today: date) -> None:
    """Adds what is not there; what a person removed from the whole series comes back only when all of it is gone."""
    if PublishedFigure.objects.filter(centre=centre, source=SOURCE).exists():
        return
    common = {"centre": centre, "unit": "件", "definition": _DEFINITION, "source": SOURCE}
    whole = [
        PublishedFigure(name="消費生活相談の件数", year=f"{year}年度", value=Decimal(cases), **common)
        for year, cases in _CASES.items()
    ]
    by_age = [
        PublishedFigure(
            name="契約当事者の年代別件数", dimension="age_band", code=code, label=label, year="2020年度",
            value=Decimal(cases), **common,
        )
        for code, label, cases in _AGES
    ]  # fmt: skip
    PublishedFigure.objects.bulk_create([*whole, *by_age])


def register() -> None:
    parts.register("history", load)
