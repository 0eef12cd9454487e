"""The cells of a sheet, each put where headings and keys say it belongs; what cannot be read is told by its place."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.residents import ALL_AGES, BOTH, Ages, Key
from cases.services.ledger.reasons import column_letter
from cases.services.population import words
from cases.services.population.layout import Layout, Line, Value

MOST_FAULTS: Final = 100


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be read: line and column as the file's program shows them, 0 and "" for the whole."""

    line: int
    column: str
    reason: str
    sheet: str = ""

    def __str__(self) -> str:
        where = _("%(sheet)sシート ") % {"sheet": self.sheet} if self.sheet else ""
        if not self.line:
            return where + self.reason
        place = {"line": self.line, "column": self.column, "reason": self.reason}
        return where + _("%(line)d行目 %(column)s列: %(reason)s") % place


class PopulationNotUnderstood(CasesError):
    """A file that is no table of residents; `faults` say where. No cell of it is quoted."""

    code: ClassVar[str] = "population_not_understood"
    status: ClassVar[int] = 422

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(str(faults[0]))


@dataclass(frozen=True)
class Sheet:
    title: str
    layout: Layout
    lines: list[Line]


@dataclass
class Heap:
    """Cells as they are found, before anything is judged; None is a number that is hidden."""

    municipality: str
    cells: dict[str, dict[Key, int | None]] = field(default_factory=dict)
    whole: dict[Key, int | None] = field(default_factory=dict)
    subtotals: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    has_a_line_each: bool = False
    has_people_of_no_age: bool = False

    def put(self, town: str, key: Key, people: int | None) -> bool:
        """False where the cell was told before, and otherwise. No town is the whole municipality."""
        if town and not words.is_grand_total(town, self.municipality):
            if words.is_subtotal(town):
                if town not in self.subtotals:
                    self.subtotals.append(town)
                return True
            held = self.cells.setdefault(town, {})
        else:
            held = self.whole
        return held.setdefault(key, people) == people


@dataclass
class _Reader:
    """Goes down a sheet. A merged cell names its town or sex on the first of its lines alone."""

    heap: Heap
    sheet: Sheet
    sex_of_sheet: str | None
    town: str = ""
    sex: str | None = None

    def read(self, line: int, cells: list[str]) -> None:
        found = self.sheet.layout
        has_keys = bool(found.ages) or found.sex is not None
        here = found.town_of(cells)
        if not words.is_town_key(here):
            self.town = here if here or not has_keys else self.town
        if _is_remark(found, cells):
            return
        if found.towns and not self.town and not self._names_the_whole(cells):
            self._refuse(line, found.towns[0], _("町丁目の名前がありません。"))
            return
        if found.sex is not None and (text := _at(cells, found.sex)).strip():
            self.sex = words.sex(text)
            if self.sex is None:
                self._refuse(line, found.sex, _("男・女・計のどれでもありません。"))
                return
        for column, value in found.values.items():
            self._read_cell(line, cells, column, value)

    def _names_the_whole(self, cells: list[str]) -> bool:
        """A line without a town beside the municipality's own name is the total line."""
        named = self.heap.municipality
        return bool(named) and any(words.town(text) == named for text in cells)

    def _read_cell(self, line: int, cells: list[str], column: int, value: Value) -> None:
        text, ages = _at(cells, column), None
        if value.age_key is not None:
            named = _at(cells, value.age_key)
            ages = words.ages(named, bare=True) if named.strip() else None
            if ages is None:
                if text.strip() and not words.is_ignored(named):
                    self._refuse(line, value.age_key, _("年齢として読めません。"))
                return
        try:
            people = words.number(text)
        except ValueError:
            self._refuse(line, column, _("人数ではありません。"))
            return
        sexes = (self.sex, value.heading.sex, self.sex_of_sheet)
        sex = next((sex for sex in sexes if sex), BOTH)
        key = (_of_all(ages, value.heading.ages), sex)
        if not self.heap.put(value.town or self.town, key, people):
            self._refuse(line, column, _("同じ町丁目・年齢・性別の人数が前にもあり、違う数です。"))

    def _refuse(self, line: int, column: int, reason: str) -> None:
        fault = Fault(line, column_letter(column + 1), reason, self.sheet.title if self.sex_of_sheet else "")
        if fault not in self.heap.faults:
            self.heap.faults.append(fault)


def collect(heap: Heap, sheet: Sheet, *, sex: str | None) -> None:
    """Put every cell of the sheet on the heap; `sex` is what the sheet's name says. Stops at MOST_FAULTS."""
    reader = _Reader(heap, sheet, sex)
    heap.has_a_line_each = bool(sheet.layout.ages and sheet.layout.towns)
    heap.has_people_of_no_age = sheet.layout.has_people_of_no_age
    for line, cells in sheet.lines[sheet.layout.below :]:
        reader.read(line, cells)
        if len(heap.faults) >= MOST_FAULTS:
            return


def _of_all(by_line: Ages | None, by_heading: Ages | None) -> Ages:
    """The key of the line and the heading over it: where one says 総数, the other one."""
    named = [ages for ages in (by_line, by_heading) if ages not in (None, ALL_AGES)]
    return named[0] or ALL_AGES if named else ALL_AGES


def _is_remark(found: Layout, cells: list[str]) -> bool:
    """A line with no number where numbers stand, not even one that is hidden or mistyped: a remark, a unit, a heading
    repeated on the next page."""
    filled = [text for column in found.values if (text := _at(cells, column)).strip()]
    return not any(words.is_hidden(text) or any(char.isdigit() for char in text) for text in filled) or all(
        not words.is_number(text) and words.heading(text) is not None for text in filled
    )


def _at(cells: list[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
