"""Which district a 町丁目 lies in: as confirmed before, else as its name or its postal code says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cases.figures.population_rows import TownDistrict
from cases.records import districts, postal
from cases.records.centre import Area, Centre
from cases.records.postal import Place
from cases.services.population import words

_CHOME: Final = re.compile(r"[0-9]+丁目$")


@dataclass(frozen=True)
class Group:
    """Towns that one answer is asked for: the 丁目 of one name, as long as they lie in the same district."""

    name: str
    towns: tuple[str, ...]
    people: int | None
    # The district proposed; "" where a person must say.
    area: str
    # Whether a person confirmed it before: then an empty `area` is an answer too.
    is_confirmed: bool

    @property
    def is_open(self) -> bool:
        return not self.area and not self.is_confirmed


def proposed(centre: Centre, towns: Sequence[str]) -> dict[str, str]:
    """The district of each town; a town that nobody placed yet and whose name tells nothing is absent."""
    kept = confirmed(centre)
    areas = list(centre.areas.all())
    labels = {words.town(area.label): area.code for area in areas}
    found: dict[str, str] = {}
    for town in towns:
        guess = kept.get(town, labels.get(town) or labels.get(base_of(town)) or _alike(labels, town))
        if guess is not None:
            found[town] = guess
    if open_towns := [town for town in towns if town not in found]:
        codes = _codes_by_postal_town(centre, areas)
        guesses = {town: codes.get(town) or codes.get(base_of(town)) for town in open_towns}
        found |= {town: code for town, code in guesses.items() if code}
    return found


def confirmed(centre: Centre) -> dict[str, str]:
    """What was confirmed before, for districts that the centre has."""
    known = {"", *centre.areas.values_list("code", flat=True)}
    rows = TownDistrict.objects.filter(centre=centre).values_list("town", "area")
    return {town: area for town, area in rows if area in known}


def remember(centre: Centre, district_of: Mapping[str, str]) -> None:
    """Keep the answers for the next file; "" is "in no district"."""
    TownDistrict.objects.bulk_create(
        [TownDistrict(centre=centre, town=town, area=area) for town, area in district_of.items()],
        update_conflicts=True,
        unique_fields=["centre", "town"],
        update_fields=["area"],
    )


def groups(
    people: Mapping[str, int | None], district_of: Mapping[str, str], *, kept: Iterable[str], each: bool
) -> list[Group]:
    """What to ask, open ones first, else in the order of the file. `each`: every 丁目 by itself."""
    by_name: dict[tuple[str, str | None], list[str]] = {}
    held = set(kept)
    for town in people:
        name = town if each else base_of(town)
        by_name.setdefault((name, district_of.get(town)), []).append(town)
    found = [
        Group(
            name=name if len(towns) > 1 else towns[0],
            towns=tuple(towns),
            people=_sum([people[town] for town in towns]),
            area=area or "",
            is_confirmed=held.issuperset(towns),
        )
        for (name, area), towns in by_name.items()
    ]
    return sorted(found, key=lambda group: not group.is_open)


def base_of(town: str) -> str:
    """「本町3丁目」 → 「本町」."""
    return _CHOME.sub("", town)


def _sum(people: Sequence[int | None]) -> int | None:
    known = [one for one in people if one is not None]
    return sum(known) if len(known) == len(people) else None


def _codes_by_postal_town(centre: Centre, areas: Sequence[Area]) -> dict[str, str]:
    """Towns of the municipality whose postal code leads to one of the districts."""
    found: dict[str, str] = {}
    for digits, place in _places_in(centre.prefecture, centre.municipality):
        if place.town and (code := districts.area_of(areas, digits, [place])):
            found.setdefault(words.town(place.town), code)
    return found


@lru_cache(maxsize=8)
def _places_in(prefecture: str, municipality: str) -> tuple[tuple[str, Place], ...]:
    """Read once in a process: the whole table takes half a second."""
    return tuple(postal.places_in(prefecture, municipality)) if municipality else ()


def _alike(labels: Mapping[str, str], town: str) -> str | None:
    """「緑が丘西」 where one district alone is called as the town begins."""
    found = {code for label, code in labels.items() if len(label) > 1 and town.startswith(label)}
    return found.pop() if len(found) == 1 else None
