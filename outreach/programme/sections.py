"""担当課 through the years: one section keeps its lines when it is renamed, and a line may have several."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor, Centre
from outreach.programme.models import ProgrammeLine, Section, SectionName

SEPARATORS: Final = re.compile("[、,・/\uff0c\uff0f]+")


class SectionNotRenamed(CasesError):
    """Both names mean sections already, or the same one."""

    code: ClassVar[str] = "section_not_renamed"
    status: ClassVar[int] = 422


def names_in(text: str) -> list[str]:
    """「経済課、介護福祉課」 as two names, each once."""
    return list(dict.fromkeys(name.strip() for name in SEPARATORS.split(text) if name.strip()))


@dataclass(frozen=True)
class Names:
    """What the sections of a centre are called; a name without a row of its own means itself."""

    by_name: dict[str, int]
    of_section: dict[int, list[SectionName]]

    def keys(self, text: str) -> tuple[object, ...]:
        """The same for every name that the sections of the text ever had, in whatever order they stand."""
        return tuple(sorted(str(self.by_name.get(name, name)) for name in names_in(text)))

    def same(self, one: str, other: str) -> bool:
        """Whether both texts name at least one section in common; two blanks do."""
        return bool(set(self.keys(one)) & set(self.keys(other))) or (not one and not other)

    def now(self, text: str, year: int) -> str:
        """As the sections are called in that year."""
        return "、".join(self._called(name, year) for name in names_in(text))

    def _called(self, name: str, year: int) -> str:
        known = self.of_section.get(self.by_name.get(name, 0), [])
        until = [row for row in known if row.since is None or row.since <= year]
        return until[-1].name if until else name


def names_of(centre: Centre) -> Names:
    """One query."""
    rows = sorted(SectionName.objects.filter(centre=centre), key=lambda row: (row.since or 0, row.pk))
    of_section: dict[int, list[SectionName]] = {}
    for row in rows:
        of_section.setdefault(row.section_id, []).append(row)
    return Names({row.name: row.section_id for row in rows}, of_section)


@transaction.atomic
def rename(old: str, new: str, *, since: int, centre: Centre, by: Actor) -> Section:
    """From `since` on the section is called `new`; its lines of before keep the name of their year.

    Raises SectionNotRenamed where `new` already means a section, or nobody knows `old`.
    """
    old, new = old.strip(), new.strip()
    if not (0 < len(new) <= 60) or len(names_in(new)) != 1:
        raise SectionNotRenamed(_("新しい名前を1つ、60文字以内で入れてください。"))
    if old not in set(known_names(centre)):
        raise SectionNotRenamed(_("「前の名前」は、施策にある担当課から選んでください。"))
    taken = SectionName.objects.filter(centre=centre, name=new).first()
    if taken is not None or new == old:
        raise SectionNotRenamed(_("その名前は、もう担当課の名前です。"))
    row = SectionName.objects.filter(centre=centre, name=old).first()
    section = row.section if row is not None else Section.objects.create(centre=centre)
    if row is None:
        SectionName.objects.create(section=section, centre=centre, name=old)
    if section.names.filter(since=since).exists():
        raise SectionNotRenamed(_("その年度には、もう別の名前になっています。"))
    SectionName.objects.create(section=section, centre=centre, name=new, since=since)
    audit.record(
        "PROGRAMME_SECTION_RENAMED", by=by, centre=centre, reason=audit.typed(f"{old} → {new} {since}")
    )
    return section


def known_names(centre: Centre) -> list[str]:
    """Every name that stands on a line or has a row."""
    lines = ProgrammeLine.objects.filter(centre=centre).exclude(section="").values_list("section", flat=True)
    named = SectionName.objects.filter(centre=centre).values_list("name", flat=True)
    return sorted({name for text in lines.distinct() for name in names_in(text)} | set(named))


def asked_of(
    lines: Iterable[ProgrammeLine], names: Names, year: int
) -> Iterator[tuple[str, list[ProgrammeLine]]]:
    """(section as it is called in that year, its lines): a line of two sections stands with both; "" for none."""
    found: dict[str, list[ProgrammeLine]] = {}
    for line in lines:
        for name in names_in(names.now(line.section, year)) or [""]:
            found.setdefault(name, []).append(line)
    yield from found.items()
