"""Which cell of a population table says what: headings over one or several lines, keys at the side.

One rule for all usual layouts: a number belongs to what the headings over it say and to what the keys of its line say.
Ages across or down, sexes across, down or on sheets of their own, towns down or across, several blocks side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cases.services.population import words
from cases.services.population.words import Heading

LOOKED_AT: Final = 30
_HEADING_LINES: Final = 3
_A_RUN: Final = 5
_SAMPLE: Final = 60

Cells = list[str]
Line = tuple[int, Cells]


@dataclass(frozen=True)
class Value:
    """A column of numbers: what its headings say, and the column of ages that it belongs to."""

    heading: Heading
    town: str = ""
    age_key: int | None = None


@dataclass
class Layout:
    """Columns by position. `below` is where the lines of numbers begin (a place in the list of lines)."""

    below: int
    towns: list[int] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    sex: int | None = None
    values: dict[int, Value] = field(default_factory=dict)
    # Headings whose columns are not read.
    unread: list[str] = field(default_factory=list)
    has_people_of_no_age: bool = False

    @property
    def is_readable(self) -> bool:
        return bool(self.values)

    def town_of(self, cells: Cells) -> str:
        """大字 and 丁目 together."""
        return words.town("".join(_at(cells, column) for column in self.towns))


def _at(cells: Cells, column: int) -> str:
    return cells[column] if column < len(cells) else ""


def find(lines: Sequence[Line]) -> Layout | None:
    """The layout of a sheet; None where no line looks like its headings."""
    at = next((n for n, (_line, cells) in enumerate(lines[:LOOKED_AT]) if _is_heading(cells)), None)
    if at is None:
        return None
    headings = [lines[at][1]]
    for _line, cells in lines[at + 1 : at + _HEADING_LINES]:
        if not _continues(cells):
            break
        headings.append(cells)
    layout = Layout(below=at + len(headings))
    _read_columns(layout, headings, [cells for _line, cells in lines[layout.below :][:_SAMPLE]])
    return layout if layout.is_readable else None


def _is_heading(cells: Cells) -> bool:
    """At least two cells that name keys, ages or sexes, or 年齢 beside anything, and no number (but a run of single
    ages 0, 1, 2 …)."""
    run = _run(cells)
    filled = [(n, text) for n, text in enumerate(cells) if text.strip()]
    named = sum(1 for n, text in filled if n in run or _is_named(text))
    beside_towns = len(filled) >= 2 and any(words.is_age_key(text) for _n, text in filled)
    numbers = any(words.is_number(text) for n, text in filled if n not in run)
    return (named >= 2 or beside_towns) and not numbers


def _is_named(text: str) -> bool:
    return (
        words.is_town_key(text)
        or words.is_age_key(text)
        or words.is_sex_key(text)
        or (not words.is_ignored(text) and words.heading(text) is not None)
    )


def _continues(cells: Cells) -> bool:
    """A further line of headings: nothing in it but ages and sexes, two of them at least."""
    run = _run(cells)
    filled = [(n, text) for n, text in enumerate(cells) if text.strip()]
    if any(words.is_number(text) for n, text in filled if n not in run):
        return False
    named = [n for n, text in filled if n in run or (_is_named(text) and not words.is_hidden(text))]
    return len(named) >= 2 and len(named) * 2 > len(filled) and _is_no_line_of_a_place(filled)


def _is_no_line_of_a_place(filled: Sequence[tuple[int, str]]) -> bool:
    """A line that begins with a place whose numbers are all hidden is no heading."""
    return not (filled and filled[0][0] == 0 and not _is_named(filled[0][1]))


def _run(cells: Cells) -> set[int]:
    """The columns of the single ages 0, 1, 2 … where a line has so many of them in a row."""
    found: list[int] = []
    for n, text in enumerate(cells):
        age = words.ages(text, bare=True)
        if words.is_number(text) and age is not None and age.first == len(found):
            found.append(n)
    return set(found) if len(found) >= _A_RUN else set()


def _read_columns(layout: Layout, headings: Sequence[Cells], sample: Sequence[Cells]) -> None:
    width = max(len(cells) for cells in (*headings, *sample))
    filled = _filled(headings, width)
    unknown: list[tuple[int, str]] = []
    layout.has_people_of_no_age = any(words.has_people_of_no_age(text) for line in headings for text in line)
    for column in range(width):
        stack = [line[column] for line in filled if line[column].strip()]
        _read_column(layout, column, stack, headings, unknown)
    # Of columns without a heading the one of the most different words comes first: places, not their city.
    unknown.sort(key=lambda one: -len({_at(cells, one[0]) for cells in sample}))
    for column, text in unknown:
        _judge(layout, column, text, [_at(cells, column) for cells in sample])
    if any(not words.is_coarse_town_key(_named_as(filled, column)) for column in layout.towns):
        layout.towns = [c for c in layout.towns if not words.is_coarse_town_key(_named_as(filled, c))]
    for column, value in layout.values.items():
        before = [key for key in layout.ages if key < column]
        layout.values[column] = Value(value.heading, value.town, before[-1] if before else None)


def _read_column(
    layout: Layout,
    column: int,
    stack: Sequence[str],
    headings: Sequence[Cells],
    unknown: list[tuple[int, str]],
) -> None:
    run = {n for cells in headings for n in _run(cells)}
    if any(words.is_ignored(text) for text in stack):
        layout.unread.append(" ".join(stack))
        return
    if any(words.is_sex_key(text) for text in stack):
        layout.sex = column
    elif any(words.is_age_key(text) for text in stack):
        layout.ages.append(column)
    elif any(words.is_town_key(text) for text in stack):
        layout.towns.append(column)
    else:
        read = [words.heading(text, bare=column in run) for text in stack]
        known = [one for one in read if one is not None]
        if known and len(known) == len(read):
            combined = known[0]
            for lower in known[1:]:
                combined = lower.below(combined)
            layout.values[column] = Value(combined)
        else:
            unknown.append((column, " ".join(text.strip() for text in stack)))


def _judge(layout: Layout, column: int, text: str, cells: Sequence[str]) -> None:
    """A column whose heading says nothing: what its cells look like decides."""
    filled = [cell for cell in cells if cell.strip()]
    numbers = [cell for cell in filled if words.is_number(cell) or words.is_hidden(cell)]
    if not filled:
        return
    if len(numbers) == len(filled):
        if text and layout.ages and not layout.towns:
            layout.values[column] = Value(Heading(), words.town(text))
        else:
            layout.unread.append(text or "—")
    elif not layout.ages and _most([words.ages(cell) is not None for cell in filled]):
        layout.ages.append(column)
    elif layout.sex is None and _most([words.sex(cell) is not None for cell in filled]):
        layout.sex = column
    elif not layout.towns and (not text or column == 0):
        layout.towns.append(column)
    else:
        layout.unread.append(text or "—")


def _most(answers: Sequence[bool]) -> bool:
    return sum(answers) * 2 > len(answers)


def _filled(headings: Sequence[Cells], width: int) -> list[Cells]:
    """Merged headings told to every column below: a blank takes the word at its left where a lower line goes on."""
    lines = [[*cells, *[""] * (width - len(cells))] for cells in headings]
    for depth, cells in enumerate(lines[:-1]):
        for column in range(1, width):
            left = cells[column - 1]
            goes_on = any(lower[column].strip() for lower in lines[depth + 1 :])
            spans = words.is_ignored(left) or words.heading(left, bare=True) is not None
            if not cells[column].strip() and goes_on and spans:
                cells[column] = left
    return lines


def _named_as(filled: Sequence[Cells], column: int) -> str:
    return next((line[column] for line in filled if line[column].strip()), "")
