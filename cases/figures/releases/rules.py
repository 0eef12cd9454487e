"""Below which count a number is small: by audience, by what the centre set, and by how many people live there.

Source: 厚生労働省, 匿名介護情報等の提供 (介護DBオープンデータ): counts below 10 are hidden; where the unit is a
municipality, below 20 up to 25,000 residents, and nothing up to 2,000. Here the smallest area decides that is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures import population
from cases.figures.releases.asking import Asked, NotReleasable
from cases.figures.releases.models import Release, ReleaseRule
from cases.gate.ledger import Audience
from cases.records.centre import Area, Centre

PUBLIC_BELOW: Final = 10
MEMBERS_BELOW: Final = 3
ROUNDING: Final = 10
SMALL_AREA: Final = 2_000
MIDDLE_AREA: Final = 25_000
MIDDLE_BELOW: Final = 20
READERS: Final[Mapping[str, Audience]] = {
    Release.Audience.PUBLIC: Audience.PUBLIC,
    Release.Audience.MEMBERS: Audience.MEMBERS,
}


@dataclass(frozen=True)
class Rule:
    """What a centre set: below which count a number is hidden, and to what public bulletins are rounded (0: not)."""

    public_below: int = PUBLIC_BELOW
    members_below: int = MEMBERS_BELOW
    rounding: int = ROUNDING

    def is_looser_than(self, other: "Rule") -> bool:
        """Whether anything is shown that the other rule hides."""
        return (
            self.public_below < other.public_below
            or self.members_below < other.members_below
            or self.rounding < other.rounding
        )


def rule_of(centre: Centre) -> Rule:
    """The newest that the centre set, or the usual one."""
    row = ReleaseRule.objects.filter(centre=centre).first()
    return Rule() if row is None else Rule(row.public_below, row.members_below, row.rounding)


def least_by_district(centre: Centre) -> int:
    """The smallest count that the public may read by district, however few live there."""
    return max(rule_of(centre).public_below, MIDDLE_BELOW)


def default_form(centre: Centre, kind: str, audience: str) -> Release.Form:
    """Public bulletins are rounded, unless the centre set otherwise."""
    if kind == Release.Kind.BULLETIN and audience == Release.Audience.PUBLIC:
        return {5: Release.Form.ROUND_5, 10: Release.Form.ROUND_10}.get(
            rule_of(centre).rounding, Release.Form.EXACT
        )
    return Release.Form.EXACT


@dataclass(frozen=True)
class Thresholds:
    """What holds for one table: the smallest count that may be read, and how many live in its smallest area."""

    public: int
    members: int
    residents: int | None
    is_of_districts: bool

    @property
    def by_reader(self) -> dict[Audience, int]:
        return {Audience.PUBLIC: self.public, Audience.MEMBERS: self.members}

    def plain(self) -> dict[str, Any]:
        return {
            "public": self.public, "members": self.members, "residents": self.residents,
            "districts": self.is_of_districts,
        }  # fmt: skip


def of_plain(kept: Mapping[str, Any]) -> Thresholds:
    return Thresholds(kept["public"], kept["members"], kept["residents"], kept["districts"])


def thresholds(asked: Asked, centre: Centre, audience: str) -> Thresholds:
    """Raises NotReleasable for districts so small that the public gets no number by district."""
    rule = rule_of(centre)
    by_district = any(dimension.is_of_districts for dimension in asked.dimensions.values())
    residents = _smallest(asked, centre, by_district=by_district)
    is_public = audience == Release.Audience.PUBLIC
    if is_public and by_district and residents is not None and residents < SMALL_AREA:
        raise NotReleasable(
            _("人口%(people)s人未満の地区があるため、一般向けに地区別の件数は公表できません。")
            % {"people": f"{SMALL_AREA:,}"}
        )
    is_small = by_district if residents is None else residents < MIDDLE_AREA
    public = max(rule.public_below, MIDDLE_BELOW) if is_small else rule.public_below
    return Thresholds(public, min(rule.members_below, public), residents, by_district)


def _smallest(asked: Asked, centre: Centre, *, by_district: bool) -> int | None:
    """Residents of the smallest district, or of the municipality; None where they are not known."""
    question = asked.question
    people = population.people([centre.pk], question.start + (question.end - question.start) / 2)
    if people is None:
        return None
    if not by_district:
        return people.between()
    chosen = question.filters.get("area") or centre.areas.values_list("code", flat=True)
    found = [people.between(areas=(code,)) for code in chosen if code not in Area.EVERYWHERE]
    known = [count for count in found if count is not None]
    return min(known) if known and len(known) == len(found) else None
