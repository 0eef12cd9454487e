import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
from openpyxl import Workbook

from cases.files import FileNotUnderstood, read_rows, xlsx_in


def workbook(*rows, name="一覧"):
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data, part, change):
    """The workbook with the bytes of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return out.getvalue()


def refused(data, name="a.xlsx"):
    with pytest.raises(FileNotUnderstood) as refusal:
        list(read_rows(name, data))
    return refusal.value.reason


def test_values_become_text_as_a_person_would_type_them():
    values = [
        "髙橋", 98000, 98000.0, 0.1 + 0.2, 1.5e-7, 123456789012.5, True,
        date(2026, 11, 20), datetime.fromisoformat("2026-11-20T10:30"), time(9, 5), timedelta(hours=30), None,
        "一行目\n二行目", "0312345678",
    ]  # fmt: skip
    found = read_rows("a.xlsx", workbook([f"c{i}" for i in range(len(values))], values))

    assert [cells for _line, cells in found] == [
        [
            "髙橋", "98000", "98000", "0.3", "0.00000015", "123456789012.5", "TRUE",
            "2026-11-20", "2026-11-20T10:30:00", "09:05:00", "30:00:00", "",
            "一行目\n二行目", "0312345678",
        ]
    ]  # fmt: skip
    assert found.sheet == "一覧"
    assert found.encoding is None


@pytest.mark.parametrize(
    ("serial", "text"),
    [(46346.99999999, "2026-11-21"), (46346.4375, "2026-11-20T10:30:00"), (46346, "2026-11-20")],
)
def test_times_are_rounded_to_the_second(serial, text):
    book = Workbook()
    book.active.append(["日時", "次"])
    book.active.append([serial, 1])
    book.active["A2"].number_format = "yyyy-mm-dd hh:mm"

    assert next(iter(read_rows("a.xlsx", saved(book)))) == (2, [text, "1"])


def test_a_formula_gives_the_value_that_was_stored():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(1, 1, '="x"&"y"', None, "xy")
    book.close()

    assert list(read_rows("a.xlsx", out.getvalue())) == [(2, ["2", "xy"])]


def test_error_values_are_kept_as_words_and_counted():
    found = read_rows("a.xlsx", workbook(["a", "b"], ["1", "2"], ["#N/A", "#DIV/0!"]))

    assert list(found) == [(2, ["1", "2"]), (3, ["#N/A", "#DIV/0!"])]
    assert found.error_cells == [(3, 1), (3, 2)]


@pytest.mark.filterwarnings("ignore:Cell A2 is marked as a date:UserWarning")
def test_a_number_that_is_no_date_is_an_error_value():
    book = Workbook()
    book.active.append(["日付", "次"])
    book.active.append([10**9, 1])
    book.active["A2"].number_format = "yyyy-mm-dd"
    found = read_rows("a.xlsx", saved(book))

    assert list(found) == [(2, ["#VALUE!", "1"])]
    assert found.error_cells == [(2, 1)]


def test_titles_blank_rows_and_formatting_below_the_table_do_not_disturb():
    book = Workbook()
    sheet = book.active
    for row in ([], ["相談一覧"], [], ["氏名", "氏名", "年齢"], ["甲", "乙", 71], [], ["丙", "丁", None]):
        sheet.append(row)
    sheet["A5000"].number_format = "0.00"
    sheet["XFD7"].number_format = "0.00"

    found = read_rows("a.xlsx", saved(book))

    assert (found.header, found.header_line) == (["氏名", "氏名(2)", "年齢"], 4)
    assert list(found) == [(5, ["甲", "乙", "71"]), (7, ["丙", "丁", ""])]


def test_the_first_visible_sheet_that_holds_something_is_read():
    book = Workbook()
    book.active.title = "空"
    hidden, second, third = (book.create_sheet(name) for name in ("隠し", "本体", "控え"))
    hidden.sheet_state = "hidden"
    for sheet, word in ((hidden, "h"), (second, "x"), (third, "y")):
        sheet.append(["a", "b"])
        sheet.append([word, "1"])

    found = read_rows("a.xlsx", saved(book))

    assert (found.sheet, list(found)) == ("本体", [(2, ["x", "1"])])


def test_a_stated_size_that_is_wrong_hides_no_row():
    data = with_part(
        workbook(["a", "b"], ["1", "2"], ["3", "4"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1:A1"'),
    )

    assert list(read_rows("a.xlsx", data)) == [(2, ["1", "2"]), (3, ["3", "4"])]


def test_an_archive_that_swells_is_refused_before_it_is_unpacked(monkeypatch):
    opened = []
    monkeypatch.setattr("openpyxl.load_workbook", lambda *args, **kwargs: opened.append(args))
    bomb = with_part(
        workbook(["a", "b"]), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * (12 * 1024 * 1024)
    )

    assert refused(bomb) == "bomb"
    assert opened == []


def test_a_declared_size_that_lies_is_not_believed(monkeypatch):
    """The directory says 100 bytes, the part holds more: the part is damaged, not unpacked."""
    data = bytearray(workbook(["a", "b"], *[["x" * 50, "y"]] * 200))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24  # 46 bytes before the name; size at offset 24
    assert int.from_bytes(data[at : at + 4], "little") == size
    data[at : at + 4] = (100).to_bytes(4, "little")

    assert refused(bytes(data)) == "damaged"


@pytest.mark.parametrize(("limit", "reason"), [("MAX_UNPACKED_BYTES", "bomb"), ("MAX_PARTS", "bomb")])
def test_size_and_number_of_parts_are_limited(monkeypatch, limit, reason):
    data = workbook(["a", "b"], ["1", "2"])
    assert len(list(read_rows("a.xlsx", data))) == 1

    monkeypatch.setattr(xlsx_in, limit, 3)
    assert refused(data) == reason


def test_a_document_type_is_refused():
    swelling = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    data = with_part(
        workbook(["a", "b"], ["1", "2"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: swelling + xml.removeprefix(b'<?xml version="1.0"?>'),
    )

    assert refused(data) == "damaged"


def encrypted_zip():
    data = bytearray(workbook(["a", "b"]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 0x1
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xls", OLE, "kind"),
        ("a.xlsx", OLE, "kind"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xlsx", encrypted_zip(), "encrypted"),
        ("a.xlsm", workbook(["a", "b"]), "kind"),
        ("a.csv", workbook(["a", "b"]), "kind"),
        ("a.xlsx", b"a,b\n1,2\n", "damaged"),
        ("a.xlsx", workbook(["a", "b"])[:-200], "damaged"),
        ("a.xlsx", workbook(), "empty"),
        ("a.xlsx", workbook(list(range(201))), "too_many_columns"),
        ("a.xlsx", workbook(["a", "b"], [None] * 16383 + ["x"]), "too_many_columns"),
    ],
)
def test_what_is_no_workbook_is_refused(name, data, reason):
    assert refused(data, name) == reason


def test_an_archive_without_a_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert refused(out.getvalue()) == "damaged"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="2"', b'<row r="99999999999"'),
        (b"</sheetData>", b"</sheetDat>"),
        (b'<row r="2"', b'<row r="x"'),
    ],
)
def test_a_damaged_sheet_is_refused_in_words(old, new):
    data = workbook(["a", "b"], ["1", "2"])
    assert (
        refused(with_part(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old, new))) == "damaged"
    )
