import io

import pytest

from cases.files import FileNotUnderstood, read_rows, table


def read(text, encoding="utf-8"):
    return read_rows("list.csv", text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_table_is_the_same_in_every_encoding_and_with_every_delimiter(encoding, delimiter, line_end):
    rows = [["氏名", "年齢", "町名"], ["髙橋", "71", "上目黒①"], ["﨑山", "", "〜1丁目".replace("〜", "～")]]
    text = "".join(delimiter.join(row) + line_end for row in rows)

    found = read(text, encoding)

    assert found.header == rows[0]
    assert list(found) == [(2, rows[1]), (3, rows[2])]
    assert found.encoding.codec == encoding


def test_a_stream_is_read_like_bytes():
    assert list(read_rows("LIST.CSV", io.BytesIO(b"a,b\n1,2\n"))) == [(2, ["1", "2"])]


def test_line_breaks_and_delimiters_inside_quotes_stay_in_the_cell():
    found = read('件名,概要\r\n"無料点検","一行目\r\n二行目, ""続き"""\r\n次,終\r\n')

    assert list(found) == [(2, ["無料点検", '一行目\r\n二行目, "続き"']), (4, ["次", "終"])]


def test_a_comma_in_long_text_does_not_win_over_the_tab():
    text = "件名\t概要\n" + "点検\t甲,乙,丙,丁,戊\n" * 3

    assert read(text).header == ["件名", "概要"]


def test_blank_rows_are_left_out_and_lines_keep_their_number():
    found = read("a,b\n\n1,2\n , \n3,4\n,\n\n,,,\n")

    assert list(found) == [(3, ["1", "2"]), (5, ["3", "4"])]


def test_short_rows_are_filled_and_longer_ones_keep_their_cells():
    found = read("a,b,c\n1\n1,2,3,4\n1,2,3,,\n")

    assert [cells for _line, cells in found] == [["1", "", ""], ["1", "2", "3", "4"], ["1", "2", "3"]]


def test_cells_are_not_trimmed():
    assert list(read("a,b\n 1 ,\u3000x\n")) == [(2, [" 1 ", "\u3000x"])]


def test_repeated_and_blank_header_names_become_distinct():
    found = read("氏名,氏名,,氏名(2), 備 考 ,氏名\n1,2,3,4,5,6\n")

    assert found.header == ["氏名", "氏名(3)", "3列目", "氏名(2)", "備 考", "氏名(4)"]


@pytest.mark.parametrize(("above", "reason"), [(0, None), (1, None), (10, None), (11, "no_header")])
def test_title_rows_above_the_header_are_skipped_up_to_ten(above, reason):
    text = "".join("相談一覧,,,\n" if i % 2 == 0 else "\n" for i in range(above)) + "a,b,c,d\n1,2,3,4\n"

    if reason is None:
        found = read(text)
        assert (found.header, found.header_line) == (["a", "b", "c", "d"], above + 1)
        assert list(found) == [(above + 2, ["1", "2", "3", "4"])]
    else:
        with pytest.raises(FileNotUnderstood) as refusal:
            read(text)
        assert refusal.value.reason == reason


def test_a_list_of_one_column_is_a_table():
    found = read("電話番号\n0312345678\n")

    assert (found.header, list(found)) == (["電話番号"], [(2, ["0312345678"])])


def test_a_header_alone_is_a_table_without_rows():
    assert list(read("a,b\n")) == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n , \n", "empty"),
        ("a.csv", b"a\x00b,c\n", "binary"),
        ("a.csv", b"PK\x03\x04rest", "kind"),
        ("a.csv", ",".join("x" * 201).encode(), "too_many_columns"),
        ("a.pdf", b"a,b\n", "kind"),
        ("csv", b"a,b\n", "kind"),
        ("a.csv", b'a,b\n1,"2\n', "quoting"),
        ("a.csv", b'a,b\n1,"2"x\n', "quoting"),
        ("a.csv", b"a,b\n1," + b"x" * 200_000 + b"\n", "quoting"),
    ],
)
def test_what_is_no_table_is_refused(name, data, reason):
    with pytest.raises(FileNotUnderstood) as refusal:
        list(read_rows(name, data))

    assert refusal.value.reason == reason


def test_two_hundred_columns_are_read():
    assert len(read(",".join(f"c{i}" for i in range(200)) + ",,,\n").header) == 200


@pytest.mark.parametrize(("limit", "refused"), [(3, True), (4, False)])
def test_too_many_rows_are_refused_while_reading(monkeypatch, limit, refused):
    monkeypatch.setattr(table, "MAX_ROWS", limit)
    text = "a,b\n" + "1,2\n" * 3

    if refused:
        with pytest.raises(FileNotUnderstood) as refusal:
            list(read(text))
        assert refusal.value.reason == "too_many_rows"
    else:
        assert len(list(read(text))) == 3


def test_a_file_over_the_size_limit_is_refused(monkeypatch):
    data = b"a,b\n1,2\n"
    monkeypatch.setattr("cases.files.reading.MAX_FILE_BYTES", len(data))
    assert list(read_rows("a.csv", io.BytesIO(data))) == [(2, ["1", "2"])]

    with pytest.raises(FileNotUnderstood) as refusal:
        read_rows("a.csv", io.BytesIO(data + b"\n"))
    assert refusal.value.reason == "too_large"
