import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cases.files import Column, FileNotUnderstood, Part, Sheet, Stack, read_rows, write_csv, write_xlsx

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    " =1+1",
    "\u3000@x",
]
NUMBERS = ["-5", "+81", "-1,234.5", "-3.2%", "+0"]
HARMLESS = ["点検商法", "a=b", "'引用", "2026-11-20", ""]


def cells_of(file):
    return [cells for _line, cells in read_rows("a.csv", file.data)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        *((text, "'") for text in HOSTILE),
        *((text, "") for text in NUMBERS),
        *((text, "") for text in HARMLESS),
    ],
)
def test_a_cell_that_could_be_a_formula_gets_an_apostrophe(text, prefix, encoding):
    file = write_csv([["a", "b"], [text, "end"]], encoding=encoding)

    assert cells_of(file) == [[prefix + text, "end"]]


@pytest.mark.parametrize("text", ["-5\n=1", "-1,23", "--1", "+81-90-1234-5678", "-１"])
def test_what_only_begins_like_a_number_gets_an_apostrophe(text):
    assert cells_of(write_csv([["a", "b"], [text, "end"]])) == [[f"'{text}", "end"]]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_no_cell_of_a_csv_file_begins_like_a_formula(text):
    [[cell, _end]] = cells_of(write_csv([["a", "b"], [text, "end"]]))

    assert cell in (text, f"'{text}")
    assert not cell.lstrip().startswith(("=", "@", "＝", "＠"))


def test_values_are_written_as_text_that_reads_back():
    row = ["髙橋①", 98000, -5, 0.5, Decimal("1.50"), True, date(2026, 11, 20),
           datetime(2026, 11, 20, 1, 30, tzinfo=UTC), None, '引用"符,と\r\n改行']  # fmt: skip

    assert cells_of(write_csv([[f"c{i}" for i in range(len(row))], row])) == [
        [
            "髙橋①",
            "98000",
            "-5",
            "0.5",
            "1.50",
            "TRUE",
            "2026-11-20",
            "2026-11-20 10:30:00",
            "",
            '引用"符,と\r\n改行',
        ]
    ]


def test_utf8_begins_with_a_bom_and_lines_end_with_crlf():
    file = write_csv([["氏名", "年齢"], ["甲", 71]])

    assert file.data == "\ufeff氏名,年齢\r\n甲,71\r\n".encode()
    assert file.unwritable == 0


@pytest.mark.parametrize(
    ("text", "written", "unwritable"),
    [
        ("髙﨑①", "髙﨑①", 0),
        ("吉野家", "吉野家", 0),
        ("𠮷田", "〓田", 1),
        ("葛\U000e0100城", "〓城", 1),
        ("😀と😀", "〓と〓", 2),
        ("10〜20−", "10～20－", 0),
        ("点検—¥980", "点検―￥980", 0),
        ("か\u3099", "が", 0),
        ("〓", "〓", 0),
    ],
)
def test_cp932_marks_and_counts_what_it_cannot_write(text, written, unwritable):
    file = write_csv([["a", "b"], [text, "end"]], encoding="cp932")

    assert file.data.decode("cp932") == f"a,b\r\n{written},end\r\n"
    assert file.unwritable == unwritable
    assert write_csv([[text]]).unwritable == 0


def test_half_a_surrogate_pair_does_not_break_the_export():
    file = write_csv([["a", "b"], ["x\ud842", "y"]])

    assert (cells_of(file), file.unwritable) == ([["x〓", "y"]], 1)


def test_control_characters_are_dropped():
    assert cells_of(write_csv([["a", "b"], ["\x00=1\x07", "y\x1f"]])) == [["'=1", "y"]]


def test_text_in_a_workbook_is_never_a_formula_a_link_or_a_number():
    texts = [*HOSTILE[:4], "http://example.jp", "0312345678", "internal:A1", "{=1}"]
    data = write_xlsx([Sheet("一覧", [Column("件名")], [[text] for text in texts])])

    page = load_workbook(io.BytesIO(data))["一覧"]

    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_sheet_has_a_frozen_bold_header_widths_and_number_formats():
    columns = [Column("件名"), Column("契約金額", "#,##0"), Column("割合", "0.0%", width=12), Column("日")]
    rows = [["点検商法の相談で長い件名のもの", 98000, 0.386, date(2026, 11, 20)]]
    page = load_workbook(io.BytesIO(write_xlsx([Sheet("表1", columns, rows)])))["表1"]

    assert page.freeze_panes == "A2"
    assert [cell.font.bold for cell in page[1]] == [True] * 4
    assert [cell.number_format for cell in page[2]] == ["General", "#,##0", "0.0%", "yyyy-mm-dd"]
    assert [cell.value for cell in page[2]] == [*rows[0][:3], datetime.fromisoformat("2026-11-20")]
    assert page.column_dimensions["A"].width > page.column_dimensions["B"].width
    assert round(page.column_dimensions["C"].width) == 13  # Excel adds the cell's padding


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["相談[1]/2026:11?*\\"], ["相談 1  2026 11"]),
        (["一覧", "一覧", "一覧"], ["一覧", "一覧(2)", "一覧(3)"]),
        (["List", "LIST"], ["List", "LIST(2)"]),
        (["長" * 40, "長" * 40], ["長" * 31, "長" * 28 + "(2)"]),
        (["'"], ["Sheet"]),
    ],
)
def test_sheet_names_become_what_excel_allows(names, written):
    data = write_xlsx([Sheet(name, [Column("a")], []) for name in names])

    assert load_workbook(io.BytesIO(data)).sheetnames == written


def test_numbers_that_excel_would_spoil_are_written_as_text():
    values = [123456789012345, 1234567890123456, float("nan"), "長" * 40_000]
    data = write_xlsx([Sheet("a", [Column("a")], [[value] for value in values])])

    found = [row[0].value for row in load_workbook(io.BytesIO(data))["a"].iter_rows(min_row=2)]
    assert found[:3] == [123456789012345, "1234567890123456", "nan"]
    assert (len(found[3]), found[3][-1]) == (32_767, "…")


@pytest.mark.parametrize(("row", "fits"), [(["1"], True), (["1", "2"], True), (["1", "2", "3"], False)])
def test_a_row_wider_than_the_columns_is_refused(row, fits):
    sheet = Sheet("a", [Column("a"), Column("b")], [row])

    if fits:
        assert write_xlsx([sheet])
    else:
        with pytest.raises(ValueError, match="more cells"):
            write_xlsx([sheet])


def test_the_same_rows_give_the_same_bytes():
    def made():
        return write_xlsx([Sheet("表", [Column("件名"), Column("日")], [["甲", date(2026, 11, 20)]])])

    assert made() == made()
    assert load_workbook(io.BytesIO(made())).properties.created.year == 2000


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=12).filter(
    str.strip
)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=8))
def test_a_workbook_reads_back_what_was_written(rows):
    data = write_xlsx([Sheet("表", [Column("a"), Column("b"), Column("c")], rows)])

    assert [tuple(cells) for _line, cells in read_rows("a.xlsx", data)] == rows


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=8))
def test_a_csv_file_reads_back_what_was_written_but_for_apostrophes(rows):
    found = read_rows("a.csv", write_csv([("a", "b", "c"), *rows]).data)

    assert [[cell.removeprefix("'") for cell in cells] for _line, cells in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


def test_a_large_table_goes_out_and_comes_back():
    rows = [[f"行{i}", i, "=x"] for i in range(20_000)]
    columns = [Column("a"), Column("b"), Column("c")]

    assert sum(1 for _row in read_rows("a.xlsx", write_xlsx([Sheet("表", columns, rows)]))) == 20_000
    assert sum(1 for _row in read_rows("a.csv", write_csv([["a", "b", "c"], *rows]).data)) == 20_000


def test_an_error_names_no_cell():
    with pytest.raises(FileNotUnderstood) as refusal:
        list(read_rows("a.csv", '氏名,電話\n"秘密の名前,1\n'.encode()))

    assert "秘密" not in str(refusal.value)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (date(1873, 1, 1), "1873-01-01"), (date(1, 1, 1), "0001-01-01"), (date(1899, 12, 31), "1899-12-31"),
        (date(1900, 1, 1), datetime(1900, 1, 1)),  # noqa: DTZ001 - Excel has no zones
        ("a\ud800b", "a\ufffdb"), ("\U00020bb7", "\U00020bb7"),
    ],
)  # fmt: skip
def test_what_excel_cannot_hold_goes_into_a_workbook_as_text(cell, read):
    book = load_workbook(io.BytesIO(write_xlsx([Sheet("表", [Column("値")], [[cell]])])))

    assert book.active["A2"].value == read


def test_several_tables_stand_below_each_other_on_one_sheet():
    stack = Stack(
        "表",
        [
            Part((), above=["=題"]),
            Part(
                [Column("区分"), Column("件数", "#,##0")],
                [("電話", 1200), ("来所", None)],
                above=["受付方法"],
            ),
            Part([Column("曜日"), Column("割合", "0.0")], [("月", Decimal("12.5"))], below=["注"]),
        ],
    )
    data = write_xlsx([stack])

    sheet = load_workbook(io.BytesIO(data))["表"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["=題", None], [None, None], ["受付方法", None], ["区分", "件数"], ["電話", 1200], ["来所", None],
        [None, None], ["曜日", "割合"], ["月", 12.5], ["注", None],
    ]  # fmt: skip
    assert (sheet["B5"].number_format, sheet["B9"].number_format) == ("#,##0", "0.0")
    assert sheet["A1"].data_type == "s"
    assert write_xlsx([stack]) == data


def test_a_row_wider_than_its_table_is_refused():
    with pytest.raises(ValueError, match="more cells"):
        write_xlsx([Stack("表", [Part([Column("区分")], [("電話", 1)])])])
