"""居住地区 out of a 〒: proposed, not asked. A person may always choose another one."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.records import postal
from cases.records.centre import Area, Centre
from cases.records.postal import Place

_PREFIX: Final = re.compile(r"[0-9]{3,7}")
_PARTED: Final = re.compile(r"[,、;\s]+")


class PrefixNotUnderstood(CasesError):
    """A text that is no list of beginnings of postal codes."""

    code = "prefix_not_understood"

    def __init__(self) -> None:
        super().__init__(_("郵便番号は3桁から7桁の数字で、コンマか改行で区切ってください。"))


def read_prefixes(text: str) -> str:
    """「153-0051、154」 as it is kept: 「1530051,154」, each once. Raises PrefixNotUnderstood."""
    plain = spelling.width(text).translate(dict.fromkeys(map(ord, spelling.DASHES)))
    prefixes = [part for part in _PARTED.split(plain) if part]
    if not all(_PREFIX.fullmatch(prefix) for prefix in prefixes):
        raise PrefixNotUnderstood
    return ",".join(dict.fromkeys(prefixes))


def derive_area(centre: Centre, postcode: str) -> str | None:
    """The code of the district that a postal code lies in, 市外 for another municipality; None where it is unclear.

    The longest beginning that the centre wrote to a district decides; else a district named like the ward or town.
    A code that also stands for a place in another municipality is unclear, as is a text that is no known code.
    """
    places = postal.find(postcode)
    if not places:
        return None
    if centre.municipality:
        inside = [place.lies_in(centre.prefecture, centre.municipality) for place in places]
        if not any(inside):
            return Area.OUTSIDE
        if not all(inside):
            return None
    return area_of(list(centre.areas.all()), postal.digits_of(postcode) or "", places)


def area_of(areas: Sequence[Area], digits: str, places: Sequence[Place]) -> str | None:
    """The district of seven digits and their places, all in the municipality; None where none has them."""
    return _by_prefix(areas, digits) or _by_name(areas, places)


def derive_city(postcode: str) -> str:
    """The JIS code of the municipality (or ward) of a postal code; empty where it stands for none or several."""
    codes = {place.code for place in postal.find(postcode)}
    return codes.pop() if len(codes) == 1 else ""


def _by_prefix(areas: Iterable[Area], digits: str) -> str | None:
    found = [
        (len(prefix), area.code)
        for area in areas
        for prefix in area.postcodes.split(",")
        if prefix and digits.startswith(prefix)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _by_name(areas: Sequence[Area], places: Iterable[Place]) -> str | None:
    by_label = {area.label: area.code for area in areas}
    found = {by_label.get(place.ward) or by_label.get(place.town) for place in places}
    return found.pop() if len(found) == 1 else None
