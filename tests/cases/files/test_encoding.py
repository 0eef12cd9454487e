import pytest

from cases.files import FileNotUnderstood, sniff

TEXT = "氏名,契約金額\r\n髙橋①,98000\r\n"


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp932"), "cp932"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (b"name,yen\r\n", "utf-8"),
        (b"", "utf-8"),
        ("ﾂｱｷ ﾀﾛｳ\r\nﾂﾂﾞｷ".encode("cp932"), "cp932"),
        ("誤差 ±5".encode(), "utf-8"),
    ],
)
def test_the_encoding_is_found_and_named(data, codec):
    encoding = sniff(data)

    assert encoding.codec == codec
    assert encoding.label
    assert data.decode(encoding.codec) == data.decode(codec)


def test_a_list_of_half_width_kana_is_not_taken_for_latin_letters():
    data = "ﾂｱ".encode("cp932")

    assert data.decode("utf-8") == "±"
    assert sniff(data).codec == "cp932"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (TEXT.encode("cp932") + b"\x81", "encoding"),
        (TEXT.encode("utf-8-sig")[:-3] + b"\xe3", "encoding"),
        (b"\x89PNG\r\n\x1a\n\xff\xa0", "encoding"),
        (TEXT.encode("iso2022_jp", "replace"), "encoding"),
        (b"\xff\xfe" + "氏名".encode("utf-16-le") + b"\x00", "encoding"),
        (b"name\x00,yen", "binary"),
    ],
)
def test_what_is_no_text_is_refused_in_words(data, reason):
    with pytest.raises(FileNotUnderstood) as refusal:
        sniff(data)

    assert (refusal.value.reason, refusal.value.code) == (reason, "file_not_understood")
    assert "氏名" not in str(refusal.value)
    assert refusal.value.__cause__ is None
