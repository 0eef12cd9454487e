"""A workbook to fill in and send back: what is given is locked, what is asked for is open and coloured.

Locked without a password: it keeps a hand from slipping, not a person from changing it. Whoever reads the file again
compares what is locked with what was given.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from cases.files.csv_out import Cell
from cases.files.xlsx_out import OPTIONS, sheet_name, text_of_a_cell


@dataclass(frozen=True)
class Field:
    """A column of the form. `is_open`: to be filled in for the given lines too; `choices`: what may stand there."""

    title: str
    width: float
    is_open: bool = False
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """`above`: lines of text over the table; `further`: so many empty lines below, wholly open, each marked `mark`."""

    name: str
    above: Sequence[str]
    fields: Sequence[Field]
    rows: Sequence[Sequence[Cell]]
    further: int = 0
    mark: str = ""


def write_form(form: Form) -> bytes:
    """A4 landscape, the heading repeated on each page. No text becomes a formula."""
    import xlsxwriter  # of weight, and most processes never write a workbook

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    page = book.add_worksheet(sheet_name(form.name, set()))
    edges = {"border": 1, "text_wrap": True, "valign": "top"}
    title = book.add_format({**edges, "bold": True, "bg_color": "#E8EDF2"})
    locked = book.add_format(edges)
    opened = book.add_format({**edges, "locked": False, "bg_color": "#FFF8D6"})
    head = len(form.above)
    for line, text in enumerate(form.above):
        page.write_string(line, 0, text_of_a_cell(text))
    last = head + len(form.rows) + form.further
    for at, field in enumerate(form.fields):
        page.write_string(head, at, field.title, title)
        page.set_column(at, at, field.width)
        if field.choices and last > head:
            page.data_validation(
                head + 1,
                at,
                last,
                at,
                {"validate": "list", "source": list(field.choices), "error_type": "warning"},
            )
    for line, row in enumerate(form.rows, start=head + 1):
        for at, field in enumerate(form.fields):
            _put(page, line, at, row[at] if at < len(row) else None, opened if field.is_open else locked)
    for line in range(last - form.further + 1, last + 1):
        for at in range(len(form.fields)):
            _put(page, line, at, form.mark if at == 0 else None, locked if at == 0 else opened)
    page.freeze_panes(head + 1, 0)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.protect("", {"format_columns": True, "format_rows": True})
    book.close()
    return out.getvalue()


def _put(page: "object", line: int, at: int, cell: Cell, form: "object") -> None:
    if cell is None or cell == "":
        page.write_blank(line, at, None, form)  # type: ignore[attr-defined]
    elif isinstance(cell, str):
        page.write_string(line, at, text_of_a_cell(cell), form)  # type: ignore[attr-defined]
    else:
        page.write_number(line, at, cell, form)  # type: ignore[attr-defined]
