"""One spelling for what callers call a trader."""

import pytest

from cases.services.traders import names, romaji


@pytest.mark.parametrize(
    "written",
    [
        "株式会社ミドリ住設",
        "(株)ミドリ住設",
        "㈱ﾐﾄﾞﾘ住設",
        "ミドリ住設 株式会社",
        "みどり住設",
        "ミドリ・住設",
    ],
)
def test_a_name_is_the_same_however_it_is_written(written):
    assert names.fold(written) == names.fold("ミドリ住設")


def test_old_and_new_kanji_and_long_vowels_are_one():
    assert names.fold("髙橋商店") == names.fold("高橋商店")
    assert names.fold("サトウホーム") == names.fold("さとーほーむ")


def test_keys_say_where_in_the_name_they_stand():
    keys = names.keys("株式会社ミドリ住設")

    assert keys == {
        "ミドリ住設": names.WHOLE,
        "住設": names.PART,
        "ドリ住設": names.INSIDE,
        "リ住設": names.INSIDE,
    }


@pytest.mark.parametrize(
    ("letters", "kana"),
    [
        ("mi", ["ミ"]),
        ("shi", ["シ"]),
        ("si", ["シ"]),
        ("sh", ["シ"]),
        ("kyo", ["キョ"]),
        ("toukyou", ["トウキョウ"]),
        ("shimbashi", ["シンバシ"]),
        ("ka", ["カ"]),
        ("xq", []),
    ],
)
def test_latin_letters_are_read_as_kana(letters, kana):
    assert romaji.kana_of(letters) == kana


def test_a_last_consonant_may_become_any_letter_of_its_row():
    assert set(romaji.kana_of("kat")) == {"カタ", "カチ", "カツ", "カテ", "カト", "カッ"}


@pytest.mark.parametrize("text", ["", "ミ", "  ", "株式会社", "・・"])
def test_too_little_asks_nothing(text):
    assert names.question(text) is None
