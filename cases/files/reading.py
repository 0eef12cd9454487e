"""One door for files that staff hand in."""

from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from cases.files.csv_in import read_csv
from cases.files.errors import FileNotUnderstood
from cases.files.table import Table
from cases.files.xlsx_in import read_xlsx

MAX_FILE_BYTES = 200 * 1024 * 1024


def read_rows(name: str, data: bytes | BinaryIO) -> Table:
    """The table in a .csv or .xlsx file; the ending of `name` says which.

    Raises FileNotUnderstood: here, or while rows are read.
    """
    content = data if isinstance(data, bytes) else data.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise FileNotUnderstood(
            "too_large", _("ファイルが大きすぎます(%(n)dMBまで)。") % {"n": MAX_FILE_BYTES // 1024 // 1024}
        )
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsx":
        return read_xlsx(content)
    if ending == ".csv":
        if content.startswith(b"PK\x03\x04"):
            raise FileNotUnderstood(
                "kind", _("中身はCSVではありません。Excelファイルなら.xlsxの名前で選んでください。")
            )
        return read_csv(content)
    if ending == ".xls":
        raise FileNotUnderstood("kind", _("古いExcel形式(.xls)は読めません。.xlsxで保存し直してください。"))
    raise FileNotUnderstood("kind", _("CSV(.csv)かExcel(.xlsx)のファイルを選んでください。"))
