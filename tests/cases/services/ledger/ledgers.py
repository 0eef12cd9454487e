"""Ledgers as files, made for a test: rows in the order that centres keep them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook

HEADER: Final = [
    "整理番号", "受付年月日", "受付方法", "氏名", "フリガナ", "TEL", "住所", "契約者氏名", "続柄", "年齢", "性別",
    "商品名", "手口", "販売方法", "相談内容", "契約日", "契約金額", "業者名", "処理", "対応内容", "終了日",
]  # fmt: skip
ROW: Final = {
    "整理番号": "1", "受付年月日": "2024/5/7", "受付方法": "電話", "氏名": "鬼塚 紗都香", "フリガナ": "オニヅカ サトカ",
    "TEL": "090-0000-1234", "住所": "港北町1-2-3", "続柄": "娘", "契約者氏名": "蛯沢 千恵蔵",
    "年齢": "78", "性別": "男",
    "商品名": "屋根工事", "手口": "点検商法", "販売方法": "訪問", "相談内容": "父の蛯沢千恵蔵が屋根の工事を契約した。",
    "契約日": "R6.5.1", "契約金額": "148万円", "業者名": "屋根まもる堂", "処理": "助言",
    "対応内容": "クーリング・オフの書き方を説明した。", "終了日": "2024/5/8",
}  # fmt: skip


def rows(*changes: dict[str, str], header: Sequence[str] = HEADER) -> list[list[str]]:
    """Header and one row per change of ROW."""
    return [list(header), *([{**ROW, **change}.get(name, "") for name in header] for change in changes)]


def many(count: int, *, first: int = 1) -> list[list[str]]:
    return rows(*({"整理番号": str(n), "相談内容": f"{n}件目の相談。"} for n in range(first, first + count)))


def csv_bytes(table: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode(encoding)


def xlsx_bytes(table: Iterable[Sequence[object]]) -> bytes:
    book = Workbook()
    for row in table:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
