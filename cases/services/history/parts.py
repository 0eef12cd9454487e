"""Which of our codes a printed part means: 「60歳代」 of 年代 is 60S, 「電話」 of 受付方法 is PHONE."""

from collections.abc import Collection, Mapping

from cases.figures.dimensions import DIMENSIONS
from cases.figures.residents import OPEN
from cases.records import ages as bands
from cases.records.centre import Area, Centre
from cases.services.population import words


def dimension_named(text: str) -> str:
    """The name of the dimension that a heading or cell names by its label or its name; "" for none."""
    said = words.plain(text)
    if not said:
        return ""
    for name, dimension in DIMENSIONS.items():
        if said in (name, words.plain(str(dimension.label))):
            return name
    return ""


class Parts:
    """The codes of one centre by what is printed for them, looked up once for a file."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._by_dimension: dict[str, Mapping[str, str]] = {}

    def code(self, dimension: str, text: str) -> str:
        """The code of a part; "" where ours has no such part. What it means is then its label alone."""
        if not dimension or not text:
            return ""
        if dimension not in self._by_dimension:
            self._by_dimension[dimension] = self._texts(dimension)
        known = self._by_dimension[dimension]
        return known.get(words.plain(text)) or (
            _band(text, known.values()) if dimension.startswith("age_") else ""
        )

    def _texts(self, dimension: str) -> dict[str, str]:
        known = DIMENSIONS[dimension].known_codes()
        codes = sorted(known) if known is not None else self._area_codes(dimension)
        texts = DIMENSIONS[dimension].texts(codes, [self._centre.pk])
        return {
            **{words.plain(code): code for code in codes if code},
            **{words.plain(text): code for code, text in zip(codes, texts, strict=True) if code},
        }

    def _area_codes(self, dimension: str) -> list[str]:
        if DIMENSIONS[dimension].column != "area":
            return []
        return [*self._centre.areas.values_list("code", flat=True), *Area.EVERYWHERE]


def _band(text: str, known: Collection[str]) -> str:
    found = words.ages(text)
    for band in bands.BANDS:
        end = OPEN if band.end is None else band.end
        if found == (band.start, end) and band.code in known:
            return band.code
    return ""
