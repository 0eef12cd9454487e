"""Rows out of a CSV file: encoding and delimiter are found, quoting is strict."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from django.utils.translation import gettext as _

from cases.files.encoding import sniff
from cases.files.errors import FileNotUnderstood
from cases.files.table import Line, Table, find_header

DELIMITERS = (",", "\t", ";")
_SAMPLE_ROWS = 30


def read_csv(data: bytes) -> Table:
    """The table in a CSV file; comma, tab or semicolon between cells. Cells are not trimmed.

    Raises FileNotUnderstood, for a quote that never closes only when reading comes to it.
    """
    encoding = sniff(data)
    delimiter = _delimiter(data, encoding.codec)
    found = find_header(_lines(data, encoding.codec, delimiter))
    return Table(found.header, found.line, found.rows, encoding=encoding)


def read_csv_lines(data: bytes) -> Iterator[Line]:
    """Every line as it stands, where a table has more than one line of headings. Raises as `read_csv`."""
    encoding = sniff(data)
    return _lines(data, encoding.codec, _delimiter(data, encoding.codec))


def _lines(data: bytes, codec: str, delimiter: str) -> Iterator[Line]:
    # newline="": the csv module itself tells a line break inside quotes from the end of a row.
    text = io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileNotUnderstood(
                "quoting",
                _('%(line)d行目からの引用符(")の対応が正しくないか、セルが長すぎます。') % {"line": start},
            ) from None
        yield start, cells
        start = reader.line_num + 1


def _delimiter(data: bytes, codec: str) -> str:
    """The delimiter by which most of the first rows have the same number of cells, more than one.

    Commas in the sentences of a tab-separated file differ from row to row and lack in its header. Where
    nothing divides the rows it is a comma.
    """

    def agreement(delimiter: str) -> tuple[int, int]:
        widths: Counter[int] = Counter()
        with suppress(FileNotUnderstood):  # a broken quote is reported when the table is read
            for _line, cells in islice(_lines(data, codec, delimiter), _SAMPLE_ROWS):
                widths[len(cells)] += 1
        return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))

    return max(DELIMITERS, key=agreement)
