"""A file of 町丁目別・年齢別人口 as `residents.Said`: every number where it belongs, and what was noticed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.figures import residents
from cases.figures.residents import (
    ALL_AGES,
    BOTH,
    FEMALE,
    MALE,
    NO_AGE,
    OPEN,
    SEXES,
    Ages,
    Key,
    Said,
    Town,
)  # fmt: skip
from cases.files import FileNotUnderstood, read_lines
from cases.law import calendar
from cases.law.calendar import DateNotUnderstood
from cases.services.population import cells, checks, layout, words
from cases.services.population.cells import Fault, Heap, PopulationNotUnderstood, Sheet
from cases.services.population.checks import Notes
from cases.services.population.layout import Layout, Line

MOST_LINES: Final = 200_000
MOST_TOWNS: Final = 3_000
# A table of single ages that ends beyond this age tells of everybody.
OLD: Final = 95
_DAY: Final = re.compile(
    r"(?:令和|平成|R|H)\s*(?:[0-9]{1,2}|元)年\s*[0-9]{1,2}月\s*[0-9]{1,2}日|20[0-9]{2}[年/.-][0-9]{1,2}[月/.-][0-9]{1,2}日?"
)


@dataclass(frozen=True)
class Read:
    """A file that was understood. `as_of`: the day that its title names, None where it names none."""

    said: Said
    notes: Notes
    as_of: date | None


def read(name: str, data: bytes, *, municipality: str = "") -> Read:
    """What the file says. `municipality` is the name that its total line may bear.

    Raises FileNotUnderstood, PopulationNotUnderstood.
    """
    sheets = [(title, *_looked_at(lines)) for title, lines in read_lines(name, data)]
    understood = [Sheet(title, found, lines) for title, found, lines in sheets if found is not None]
    if not understood:
        raise _refusal(_("町丁目・年齢・男女などの見出しが見つかりません。"))
    taken = _taken(understood)
    heap, notes = Heap(municipality), Notes()
    for sheet in taken:
        cells.collect(heap, sheet, sex=words.sex(sheet.title) if len(taken) > 1 else None)
        notes.unread += [text for text in sheet.layout.unread if text not in notes.unread]
    if heap.faults:
        raise PopulationNotUnderstood(heap.faults)
    names = [sheet.title for sheet in taken]
    notes.sheets = [title for title, *_rest in sheets if title not in names]
    return Read(_said(heap, notes), notes, _day_in(taken[0].lines))


def _refusal(reason: str) -> PopulationNotUnderstood:
    return PopulationNotUnderstood([Fault(0, "", reason)])


def _looked_at(lines: Iterator[Line]) -> tuple[Layout | None, list[Line]]:
    held = [one for one in islice(lines, MOST_LINES + 1) if any(cell.strip() for cell in one[1])]
    if len(held) > MOST_LINES:
        raise FileNotUnderstood("too_many_rows", _("行が多すぎます(%(n)d行まで)。") % {"n": MOST_LINES})
    return layout.find(held), held


def _taken(understood: list[Sheet]) -> list[Sheet]:
    """The sheets 総数, 男 and 女 together; else the first one that was understood."""
    by_sex = {words.sex(sheet.title): sheet for sheet in reversed(understood)}
    by_sex.pop(None, None)
    return list(by_sex.values()) if {MALE, FEMALE} <= by_sex.keys() else understood[:1]


def _day_in(lines: Sequence[Line]) -> date | None:
    """The first day that stands above or beside the table (令和8年1月1日現在)."""
    for _line, row in lines[: layout.LOOKED_AT]:
        for text in row:
            if match := _DAY.search(spelling.width(text)):
                with suppress(DateNotUnderstood):
                    return calendar.parse_date(match[0], today=calendar.today())
    return None


def _said(heap: Heap, notes: Notes) -> Said:
    every = (*heap.cells.values(), heap.whole)
    classes = residents.smallest(ages for held in every for ages, _sex in held)
    if pair := residents.overlapping(classes):
        one, two = map(checks.ages_text, pair)
        raise _refusal(_("年齢の区分が重なっています(%(one)sと%(two)s)。") % {"one": one, "two": two})
    if classes and OLD < classes[-1].end < OPEN:
        _leave_open(every, classes[-1])
        classes = (*classes[:-1], Ages(classes[-1].first, OPEN))
    _drop_sums_of_chome(heap)
    if heap.has_a_line_each:
        notes.absent = _fill_absent(heap, classes)
    towns = tuple(Town(town, settled(held, classes)) for town, held in heap.cells.items())
    said = Said(classes, towns, settled(heap.whole, classes))
    if not said.keys:
        raise _refusal(_("人数が1つもありません。"))
    if len(towns) > MOST_TOWNS:
        raise _refusal(_("町丁目が多すぎます(%(n)dまで)。") % {"n": MOST_TOWNS})
    notes.subtotals = heap.subtotals
    checks.check(said, heap.cells, notes, has_people_of_no_age=heap.has_people_of_no_age)
    return said


def _leave_open(every: Iterable[dict[Key, int | None]], last: Ages) -> None:
    """Where single ages end at 104, nobody older lives there: the last class is 104歳以上."""
    for held in every:
        for sex in SEXES:
            if (last, sex) in held:
                held[Ages(last.first, OPEN), sex] = held.pop((last, sex))


def _drop_sums_of_chome(heap: Heap) -> None:
    """本町 beside 本町1丁目 … 本町3丁目 is their sum where the numbers say so, and would count everybody twice."""
    whole = (ALL_AGES, BOTH)
    for name in list(heap.cells):
        parts = [held for town, held in heap.cells.items() if _is_chome_of(town, name)]
        total = heap.cells[name].get(whole)
        if parts and total is not None and total == sum(part.get(whole) or 0 for part in parts):
            del heap.cells[name]
            heap.subtotals.append(name)


def _is_chome_of(town: str, name: str) -> bool:
    rest = town.removeprefix(name)
    return rest != town and rest.endswith("丁目") and rest.removesuffix("丁目").isdigit()


def _fill_absent(heap: Heap, classes: Sequence[Ages]) -> int:
    """0 for the ages that a town has no line for; returns how many. A town that hides a number keeps its gaps."""
    filled = 0
    for held in heap.cells.values():
        if None in held.values():
            continue
        for sex in {sex for _ages, sex in held}:
            absent = {(ages, sex): 0 for ages in classes if (ages, sex) not in held}
            if len(absent) < len(classes):
                held.update(absent)
                filled += len(absent)
    return filled


def settled(cells: Mapping[Key, int | None], classes: Sequence[Ages]) -> dict[Key, int]:
    """What a line tells, with what follows from it alone: both sexes from their parts, all ages from the classes, and
    a 0 where the line's own sum leaves nobody for the cells that are hidden."""
    counted = {*classes, ALL_AGES, NO_AGE}
    told = {key: people for key, people in cells.items() if people is not None and key[0] in counted}
    for ages in counted:
        male, female = told.get((ages, MALE)), told.get((ages, FEMALE))
        if male is not None and female is not None:
            told.setdefault((ages, BOTH), male + female)
    for sex in SEXES:
        known = [told[ages, sex] for ages in classes if (ages, sex) in told]
        people = sum(known) + told.get((NO_AGE, sex), 0)
        if len(known) == len(classes) and known:
            told.setdefault((ALL_AGES, sex), people)
        elif told.get((ALL_AGES, sex)) == people:
            told.update({(ages, sex): 0 for ages in classes if (ages, sex) not in told})
    return told
