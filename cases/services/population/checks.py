"""Sums of a population file against the sums that it prints itself, and cells that it hides."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures.residents import ALL_AGES, BOTH, FEMALE, MALE, NO_AGE, OPEN, SEXES, Ages, Cells, Key, Said

MOST: Final = 50
_AGES: Final = "ages"
_SEXES: Final = "sexes"
_TOWNS: Final = "towns"


@dataclass(frozen=True)
class Difference:
    """A sum of ours beside the one that the file prints. `what`: over ages, sexes or towns."""

    what: str
    town: str
    ages: Ages
    sex: str
    ours: int
    printed: int

    @property
    def text(self) -> str:
        where = self.town or _("合計の行")
        key = key_text((self.ages, self.sex))
        said = {"where": where, "key": key, "ours": f"{self.ours:,}", "printed": f"{self.printed:,}"}
        if self.what == _AGES:
            return _("%(where)s %(key)s: 年齢ごとの人数を足すと%(ours)s人、表の計は%(printed)s人") % said
        if self.what == _SEXES:
            return _("%(where)s %(key)s: 男と女を足すと%(ours)s人、表の計は%(printed)s人") % said
        return _("%(key)s: 町丁目を足すと%(ours)s人、表の合計の行は%(printed)s人") % said


@dataclass
class Notes:
    """What a person should know before confirming. Kept as JSON with the table."""

    unread: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    subtotals: list[str] = field(default_factory=list)
    # Towns with cells that are not told, with how many.
    hidden: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    # How many differences there are; `differences` holds the first of them.
    different: int = 0
    has_total: bool = False
    # Ages that a town has no line for, in a file with a line for each: nobody of that age.
    absent: int = 0

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "Notes":
        held = dict(plain)
        found = [Difference(**{**one, "ages": Ages(*one["ages"])}) for one in held.pop("differences", [])]
        return cls(**held, differences=found)


def check(
    said: Said,
    raw: Mapping[str, Mapping[Key, int | None]],
    notes: Notes,
    *,
    has_people_of_no_age: bool = False,
) -> None:
    """Fill in hidden cells and differences. Totals that have people of no known age may be more than their classes."""
    told = {town.name: town.cells for town in said.towns}
    notes.hidden = {
        town: hidden
        for town, cells in raw.items()
        if (hidden := sum(1 for key, people in cells.items() if people is None and key not in told[town]))
    }
    notes.has_total = bool(said.whole)
    found = list(_differences(said, has_people_of_no_age))
    notes.different, notes.differences = len(found), found[:MOST]


def _differences(said: Said, has_people_of_no_age: bool) -> Iterator[Difference]:
    for name, cells in (("", said.whole), *((town.name, town.cells) for town in said.towns)):
        yield from _within(name, cells, said.classes, has_people_of_no_age)
    for key in said.keys:
        printed, ours = said.whole.get(key), said.known(key)
        # Towns that hide a cell may lack what the total has; they cannot have more.
        short = bool(said.lacking(key))
        if said.towns and printed is not None and (ours > printed if short else ours != printed):
            yield Difference(_TOWNS, "", key[0], key[1], ours, printed)


def _within(
    name: str, cells: Cells, classes: tuple[Ages, ...], has_people_of_no_age: bool
) -> Iterator[Difference]:
    for sex in SEXES:
        known = [cells[ages, sex] for ages in classes if (ages, sex) in cells]
        ours, printed = sum(known) + cells.get((NO_AGE, sex), 0), cells.get((ALL_AGES, sex))
        short = has_people_of_no_age or len(known) < len(classes)
        if known and printed is not None and (ours > printed if short else ours != printed):
            yield Difference(_AGES, name, ALL_AGES, sex, ours, printed)
    for ages in (ALL_AGES, *classes):
        parts = [cells.get((ages, sex)) for sex in (MALE, FEMALE)]
        both = cells.get((ages, BOTH))
        ours = sum(part for part in parts if part is not None)
        if None not in parts and both is not None and ours != both:
            yield Difference(_SEXES, name, ages, BOTH, ours, both)


def key_text(key: Key) -> str:
    ages, sex = key
    named = {BOTH: "", MALE: _("男"), FEMALE: _("女")}[sex]
    return " ".join(filter(None, (ages_text(ages), named)))


def ages_text(ages: Ages) -> str:
    """「0〜4歳」「85歳以上」「65歳」「総数」「年齢不詳」."""
    if ages == ALL_AGES:
        return _("総数")
    if ages == NO_AGE:
        return _("年齢不詳")
    if ages.end == OPEN:
        return _("%(first)d歳以上") % {"first": ages.first}
    if ages.end == ages.first + 1:
        return _("%(first)d歳") % {"first": ages.first}
    return _("%(first)d〜%(last)d歳") % {"first": ages.first, "last": ages.end - 1}
