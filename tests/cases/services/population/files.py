"""The same small city in the layouts that municipalities publish."""

import csv
import io
from collections.abc import Sequence

from cases.figures.residents import ALL_AGES, BOTH, FEMALE, MALE, OPEN, Ages
from cases.files import Column, Sheet, write_xlsx

Rows = Sequence[Sequence[object]]
CLASSES = (Ages(0, 65), Ages(65, 75), Ages(75, OPEN))
# town → (men, women) of each class.
CITY = {
    "本町1丁目": ((30, 31), (10, 12), (5, 9)),
    "本町2丁目": ((20, 22), (8, 8), (4, 6)),
    "東町": ((40, 41), (20, 24), (11, 19)),
}
TITLE = [["みどり市 町丁別・年齢別人口"], ["令和8年1月1日現在"]]


def rows(text: str) -> list[list[str]]:
    """A table written in one line: rows parted by ` / `, cells by blanks, `_` for an empty cell."""
    return [["" if cell == "_" else cell for cell in row.split()] for row in text.split(" / ")]


def csv_bytes(table: Rows, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, Rows]) -> bytes:
    """Each sheet's first row as its header: the writer of the product has one."""
    return write_xlsx(
        [
            Sheet(name, [Column(str(cell)) for cell in _padded(table)[0]], _padded(table)[1:])
            for name, table in sheets.items()
        ]
    )


def _padded(table: Rows) -> list[list[str | int]]:
    width = max(len(row) for row in table)
    cells = [[cell if isinstance(cell, int) else str(cell) for cell in row] for row in table]
    return [[*row, *[""] * (width - len(row))] for row in cells]


def expected(town: str) -> dict[tuple[Ages, str], int]:
    cells = {}
    for ages, (men, women) in zip(CLASSES, CITY[town], strict=True):
        cells |= {(ages, MALE): men, (ages, FEMALE): women, (ages, BOTH): men + women}
    for sex in (BOTH, MALE, FEMALE):
        cells[ALL_AGES, sex] = sum(cells[ages, sex] for ages in CLASSES)
    return cells


def _sums(town: str) -> list[int]:
    return [men + women for men, women in CITY[town]]


def two_lines_of_headings() -> list[list[object]]:
    head = rows(
        "町丁目 総数 _ _ 65歳未満 _ _ 65～74歳 _ _ 75歳以上 _ _ / _ 計 男 女 計 男 女 計 男 女 計 男 女"
    )
    lines = [[cell for men, women in _pairs(town) for cell in (men + women, men, women)] for town in CITY]
    total = [sum(column) for column in zip(*lines, strict=True)]
    named = [[town, *line] for town, line in zip(CITY, lines, strict=True)]
    return [*TITLE, *head, *named, ["総数", *total]]


def _pairs(town: str) -> list[tuple[int, int]]:
    """Men and women of all ages, then of each class."""
    cells = CITY[town]
    return [(sum(men for men, _women in cells), sum(women for _men, women in cells)), *cells]


def open_data() -> list[list[object]]:
    """地域・年齢別人口 as the recommended data sets name its columns."""
    head = rows(
        "全国地方公共団体コード 地域コード 都道府県名 市区町村名 調査年月日 地域名 総人口 男性 女性 "
        "0-64歳の男性 0-64歳の女性 65-74歳の男性 65-74歳の女性 75歳以上の男性 75歳以上の女性 世帯数 備考"
    )
    before = ("139999", "0001", "架空県", "みどり市", "2026-01-01")
    lines = [
        [*before, town, sum(_pairs(town)[0]), *(cell for pair in _pairs(town) for cell in pair), 99, ""]
        for town in CITY
    ]
    return [*head, *lines]


def long() -> list[list[object]]:
    lines: list[list[object]] = [["町丁名", "年齢", "性別", "人口"]]
    for town, cells in CITY.items():
        for name, (men, women) in zip(("0～64歳", "65～74", "75歳～"), cells, strict=True):
            lines += [[town, name, "男", men], [town, name, "女", women]]
    return lines


def blocks() -> list[list[object]]:
    """Ages down, sexes across; a town is named on the first of its lines alone."""
    lines: list[list[object]] = [["町名", "年齢区分", "総数", "男", "女"]]
    for town, cells in CITY.items():
        over_65 = (sum(men for men, _women in cells[1:]), sum(women for _men, women in cells[1:]))
        names = ("総数", "0〜64歳", "65〜74歳", "75歳以上", "(再掲)65歳以上")
        for name, (men, women) in zip(names, [*_pairs(town), over_65], strict=True):
            lines.append([town if name == "総数" else "", name, men + women, men, women])
    return [*lines, ["※ 住民基本台帳による"]]


def sexes_down() -> list[list[object]]:
    lines: list[list[object]] = [
        ["大字・町名", "字・丁目名", "男女別", "総数", "65歳未満", "65-74歳", "75歳以上"]
    ]
    for town, cells in CITY.items():
        name, chome = (town[:2], town[2:].translate({49: "一", 50: "二"}))
        men, women = zip(*cells, strict=True)
        for sex, people in (("計", _sums(town)), ("男", men), ("女", women)):
            lines.append([*((name, chome) if sex == "計" else ("", "")), sex, sum(people), *people])
    return lines


def a_sheet_for_each_sex() -> dict[str, list[list[object]]]:
    return {
        title: [["町丁", "65歳未満", "65〜74歳", "75歳以上"], *([town, *pick(town)] for town in CITY)]
        for title, pick in (
            ("総数", _sums),
            ("男", lambda town: [men for men, _women in CITY[town]]),
            ("女", lambda town: [women for _men, women in CITY[town]]),
        )
    }
