"""CSV and Excel files, in and out: every import reads through `read_rows`, every export writes here."""

from cases.files.csv_out import Cell, CsvEncoding, CsvFile, write_csv
from cases.files.encoding import Encoding, sniff
from cases.files.errors import FileNotUnderstood
from cases.files.reading import read_lines, read_merged, read_rows
from cases.files.table import Table
from cases.files.xlsx_in import Span
from cases.files.xlsx_out import Column, Part, Sheet, Stack, write_xlsx

__all__ = [
    "Cell",
    "Column",
    "CsvEncoding",
    "CsvFile",
    "Encoding",
    "FileNotUnderstood",
    "Part",
    "Sheet",
    "Span",
    "Stack",
    "Table",
    "read_lines",
    "read_merged",
    "read_rows",
    "sniff",
    "write_csv",
    "write_xlsx",
]
