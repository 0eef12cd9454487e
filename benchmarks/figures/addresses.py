"""Which pages are asked, and what the memory of a process is made of; nothing of the product is imported here."""

from typing import Final

A_YEAR: Final = "since=2025-04-01&until=2026-03-31"
TEN_YEARS: Final = "since=2016-04-01&until=2026-03-31"
PAGES: Final = {
    "a year, scam type × age": f"/numbers/?{A_YEAR}",
    "a year, nothing compared": f"/numbers/?{A_YEAR}&compare=none",
    "ten years, scam type × age": f"/numbers/?{TEN_YEARS}",
    "ten years by month": f"/numbers/?{TEN_YEARS}&rows=month&columns=none",
    "a year, three items": f"/numbers/?{A_YEAR}&rows=age_band&columns=sex&layers=channel",
    "a year, means of yen": f"/numbers/?{A_YEAR}&rows=age_band&columns=sex&measure=contract_yen",
    "the board, a year": f"/numbers/board/?{A_YEAR}",
    "the board on the wall": f"/numbers/board/?{A_YEAR}&wall=1",
    "cases behind a cell": f"/numbers/cases/?{A_YEAR}&row=INSPECTION&column=70S",
    "cases behind ten years": f"/numbers/cases/?{TEN_YEARS}&page=40",
}
# Of which the demand speaks: the page with the numbers.
ANSWERS: Final = tuple(PAGES)[:6]

OWN: Final = "own"
COLUMNS: Final = "columns"
DATABASE: Final = "database"
PROGRAMS: Final = "programs"
PARTS: Final = {
    OWN: "of its own: heap, arrays, stacks",
    COLUMNS: "files of the columns, as far as they were read; given back where the system needs room",
    DATABASE: "files of the database",
    PROGRAMS: "programs and libraries",
}
