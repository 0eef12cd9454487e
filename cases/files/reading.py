"""One door for files that staff hand in."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from cases.files.csv_in import read_csv, read_csv_lines
from cases.files.errors import FileNotUnderstood
from cases.files.table import Line, Table
from cases.files.xlsx_in import Span, read_spans, read_xlsx, read_xlsx_lines

MAX_FILE_BYTES = 200 * 1024 * 1024


def read_rows(name: str, data: bytes | BinaryIO) -> Table:
    """The table in a .csv or .xlsx file; the ending of `name` says which.

    Raises FileNotUnderstood: here, or while rows are read.
    """
    content = data if isinstance(data, bytes) else data.read(MAX_FILE_BYTES + 1)
    return read_xlsx(content) if _is_xlsx(name, content) else read_csv(content)


def read_lines(name: str, data: bytes) -> Iterator[tuple[str, Iterator[Line]]]:
    """(title, lines) of each visible sheet of a .xlsx file; of a .csv file its lines under an empty title.

    For tables whose headings take several lines or stand at the side, which `read_rows` does not know.
    Raises FileNotUnderstood: here, or while lines are read.
    """
    return read_xlsx_lines(data) if _is_xlsx(name, data) else iter([("", read_csv_lines(data))])


def read_merged(name: str, data: bytes) -> dict[str, list[Span]]:
    """By title of a sheet which cells `read_lines` gives as one text and blanks, for they are one; none in a .csv.

    Raises FileNotUnderstood.
    """
    return read_spans(data) if _is_xlsx(name, data) else {}


def _is_xlsx(name: str, content: bytes) -> bool:
    if len(content) > MAX_FILE_BYTES:
        raise FileNotUnderstood(
            "too_large", _("ファイルが大きすぎます(%(n)dMBまで)。") % {"n": MAX_FILE_BYTES // 1024 // 1024}
        )
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsx":
        return True
    if ending == ".csv":
        if content.startswith(b"PK\x03\x04"):
            raise FileNotUnderstood(
                "kind", _("中身はCSVではありません。Excelファイルなら.xlsxの名前で選んでください。")
            )
        return False
    if ending == ".xls":
        raise FileNotUnderstood("kind", _("古いExcel形式(.xls)は読めません。.xlsxで保存し直してください。"))
    raise FileNotUnderstood("kind", _("CSV(.csv)かExcel(.xlsx)のファイルを選んでください。"))
