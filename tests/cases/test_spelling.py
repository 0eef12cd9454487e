"""One spelling for what people type."""

import pytest

from cases import spelling


@pytest.mark.parametrize(
    "typed",
    [
        "03-1234-5678",
        "0312345678",
        "０３－１２３４－５６７８",
        "03ー1234ー5678",
        "03−1234‐5678",
        "03–1234—5678",
        "(03)1234-5678",
        "03（1234）5678",
        "03 1234 5678",
        "03　1234　5678",
        "+81-3-1234-5678",
        "+81(0)3-1234-5678",
        "＋８１ ３ １２３４ ５６７８",
        "03.1234.5678",
        "03~1234～5678",
        "０３ー１２３４ｰ５６７８",
        "TEL:03-1234-5678",
        "電話 03-1234-5678",
        "☎03-1234-5678",
        "03・1234・5678",
        "03-1234-5678 内線12",
        "03-1234-5678(内12)",
        "〇三-一二三四-五六七八",
        "03-1234-5678。",
    ],
)
def test_every_spelling_of_a_number_has_the_same_digits(typed):
    assert spelling.phone_digits(typed) == "0312345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1234",
        "1234-5678",
        "00-1234-5678",
        "03-1234-567",
        "03-1234-56789",
        "090-1234-567",
        "0120-1234-567",
        "03-12a4-5678",
        "4901234567894",
        "03-1234-5678 / 03-1234-5679",
        "-" * 30,
        "0" * 1_000_000,
    ],
)
def test_what_is_no_japanese_number_has_no_digits(typed):
    assert spelling.phone_digits(typed) is None


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("0312345678", "03-1234-5678"),
        ("0423221234", "042-322-1234"),
        ("0422515131", "0422-51-5131"),
        ("0429123456", "04-2912-3456"),
        ("0429731234", "042-973-1234"),
        ("0471671234", "04-7167-1234"),
        ("0126712345", "01267-1-2345"),
        ("0499212345", "04992-1-2345"),
        ("0982321234", "0982-32-1234"),
        ("0988661234", "098-866-1234"),
        ("0255211234", "025-521-1234"),
        ("0255721234", "0255-72-1234"),
        ("0794212345", "079-421-2345"),
        ("09012345678", "090-1234-5678"),
        ("05012345678", "050-1234-5678"),
        ("0120123456", "0120-123-456"),
        ("0570012345", "0570-012-345"),
        ("08001234567", "0800-123-4567"),
        ("12345", "12345"),
    ],
)
def test_a_number_is_shown_with_the_hyphens_of_its_area_code(digits, shown):
    assert spelling.phone_display(digits) == shown


@pytest.mark.parametrize("typed", ["さとう たろう", "サトウ　タロウ", "ｻﾄｳ ﾀﾛｳ", "サトウタロウ"])
def test_readings_become_full_width_katakana_without_blanks(typed):
    assert spelling.katakana(typed) == "サトウタロウ"


def test_half_width_marks_join_their_letter():
    assert spelling.katakana("ﾊﾞﾊﾟｶﾞｳﾞ") == "バパガヴ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サトウ", "サトー"),
        ("オオノ", "オーノ"),
        ("キョウコ", "キヨウコ"),
        ("ケイコ", "ケーコ"),
        ("ユウコ", "ﾕｰｺ"),
        ("シヅカ", "シズカ"),
    ],
)
def test_long_vowels_and_small_kana_fold_together(one, other):
    assert spelling.fold_kana(one) == spelling.fold_kana(other)


@pytest.mark.parametrize(("one", "other"), [("サトウ", "カトウ"), ("アキ", "アキコ"), ("イトウ", "ウトウ")])
def test_different_readings_stay_different_when_folded(one, other):
    assert spelling.fold_kana(one) != spelling.fold_kana(other)


def test_width_keeps_the_long_vowel_mark_and_the_wave_dash():
    assert spelling.width("１０〜２０人　ｺｰﾋｰ㈱") == "10〜20人 コーヒー(株)"


def test_width_takes_a_hundred_thousand_combining_marks():
    assert len(spelling.width("a" + "\u0300\u0316" * 50_000)) <= 18


@pytest.mark.parametrize(
    ("variant", "kept"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("齋藤", "斎藤"),
        ("齊藤", "斎藤"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("濵田", "浜田"),
        ("濱田", "浜田"),
        ("德永", "徳永"),
        ("澤田", "沢田"),
        ("廣瀬", "広瀬"),
        ("國分", "国分"),
        ("𠮷田", "吉田"),
        ("櫻井", "桜井"),
    ],
)
def test_variant_kanji_fold_to_one_form(variant, kept):
    assert spelling.variant_kanji(variant) == kept
    assert len(variant) == len(kept)


def test_no_variant_leads_to_another_variant():
    assert all(ord(kept) not in spelling.VARIANTS for kept in spelling.VARIANTS.values())
