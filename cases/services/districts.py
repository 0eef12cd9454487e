"""居住地区 of a centre: added, renamed, ordered, and given the postal codes that lie in them; never taken away.

A code stands on cases and in figures that were issued, so it stays, however the district is called now.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records import districts, postal
from cases.records.centre import Actor, Area, Centre
from cases.records.districts import PrefixNotUnderstood

COLUMNS: Final = ("code", "label", "label_en", "postcodes")
MOST: Final = 200
LONGEST: Final = 50_000  # characters of the CSV
LABEL_LENGTH: Final = 60
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,31}")


class DistrictsNotUnderstood(CasesError):
    """A line of the list cannot be a district, or a district that was there is missing."""

    code: ClassVar[str] = "districts_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(_("%(line)d行目: %(reason)s") % {"line": line, "reason": reason})


@dataclass(frozen=True)
class District:
    code: str
    label: str
    label_en: str = ""
    postcodes: str = ""


def as_text(centre: Centre) -> str:
    """The districts as the CSV that `change` takes; beginnings of postal codes parted by blanks."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    for area in centre.areas.all():
        lines.writerow([area.code, area.label, area.label_en, area.postcodes.replace(",", " ")])
    return out.getvalue()


@transaction.atomic
def change(centre: Centre, text: str, *, by: Actor) -> list[District]:
    """Make the districts those of the CSV, in its order. Raises DistrictsNotUnderstood; then nothing is changed."""
    wanted = read(text)
    held = set(centre.areas.select_for_update().values_list("code", flat=True))
    if missing := sorted(held - {one.code for one in wanted}):
        raise DistrictsNotUnderstood(
            1, _("地区を消すことはできません: %(codes)s") % {"codes": ", ".join(missing)}
        )
    for position, one in enumerate(wanted):
        values = {
            "label": one.label, "label_en": one.label_en, "postcodes": one.postcodes, "position": position,
        }  # fmt: skip
        Area.objects.update_or_create(centre=centre, code=one.code, defaults=values)
    audit.record("DISTRICTS_CHANGED", by=by, centre=centre, count=len(wanted))
    return wanted


def read(text: str) -> list[District]:
    """The districts of a CSV with the header code,label,label_en,postcodes. Raises DistrictsNotUnderstood."""
    if len(text) > LONGEST:
        raise DistrictsNotUnderstood(1, _("長すぎます。"))
    lines = csv.DictReader(io.StringIO(text.strip()), restval="", strict=True)
    found: dict[str, District] = {}
    try:
        if tuple(lines.fieldnames or ()) != COLUMNS:
            raise DistrictsNotUnderstood(
                1, _("1行目は「%(header)s」にしてください。") % {"header": ",".join(COLUMNS)}
            )
        for line in lines:
            one = _district(line, lines.line_num)
            if one.code in found:
                raise DistrictsNotUnderstood(lines.line_num, _("同じ地区コードが2回あります。"))
            found[one.code] = one
    except csv.Error:
        raise DistrictsNotUnderstood(lines.line_num + 1, _("CSVとして読めません。")) from None
    if len(found) > MOST:
        raise DistrictsNotUnderstood(MOST + 2, _("%(most)d行までにしてください。") % {"most": MOST})
    return list(found.values())


def _district(line: dict[str, str], number: int) -> District:
    if None in line:
        raise DistrictsNotUnderstood(number, _("列が多すぎます。"))
    code, label, label_en, postcodes = (line[name].strip() for name in COLUMNS)
    if not _CODE.fullmatch(code) or code in Area.EVERYWHERE:
        raise DistrictsNotUnderstood(number, _("地区コードは英大文字で始まる英数字です(例: KITA)。"))
    if not label or max(len(label), len(label_en)) > LABEL_LENGTH:
        raise DistrictsNotUnderstood(
            number, _("地区の名前は1文字から%(most)d文字までです。") % {"most": LABEL_LENGTH}
        )
    try:
        return District(code, label, label_en, districts.read_prefixes(postcodes))
    except PrefixNotUnderstood as refusal:
        raise DistrictsNotUnderstood(number, str(refusal)) from None


@dataclass(frozen=True)
class Uncovered:
    """A town of the centre's municipality whose postal code leads to no district yet."""

    postcode: str
    town: str


def uncovered(centre: Centre) -> Sequence[Uncovered]:
    """Towns of the municipality that no district has, by postal code; none where the centre names no municipality."""
    return list(_uncovered(centre)) if centre.municipality else []


def _uncovered(centre: Centre) -> Iterator[Uncovered]:
    areas = list(centre.areas.all())
    for digits, place in postal.places_in(centre.prefecture, centre.municipality):
        if districts.area_of(areas, digits, [place]) is None:
            yield Uncovered(f"{digits[:3]}-{digits[3:]}", place.town or _("(町名なし)"))
