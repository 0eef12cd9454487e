"""From text to terms."""

from pathlib import Path

import pytest

from search import analysis
from search.analysis import phrase, phrases, sentences, terms, words


@pytest.mark.parametrize(
    "forms",
    [
        ("引っ越し", "引越し", "引越"),
        ("だまされた", "騙された", "騙した"),
        ("ﾜﾝｸﾘｯｸ", "ワンクリック"),
        ("ＳＮＳ", "sns", "SNS"),
        ("解約した", "解約", "解約できない"),
        ("申込み", "申し込み", "申込"),
        ("ﾌﾟﾘﾍﾟｲﾄﾞｶｰﾄﾞ", "プリペイドカード"),
        ("シミ", "染み"),
        ("１００万円", "100万円"),
    ],
)
def test_spellings_of_a_word_are_one_term(forms):
    assert len({tuple(words(form)) for form in forms}) == 1
    assert words(forms[0])


@pytest.mark.parametrize(
    "forms",
    [
        ("クーリング・オフ", "クーリングオフ", "ｸｰﾘﾝｸﾞ・ｵﾌ", "クーリング オフ"),
        ("点検商法", "無料点検", "無料の点検", "屋根点検"),
        ("訪問購入", "押し買い"),
        ("暗号資産", "仮想通貨", "ビットコイン"),
        ("ニセ警察詐欺", "警察官を名乗る"),
    ],
)
def test_a_phrase_of_the_field_and_its_synonyms_share_a_term(forms):
    looked_up = {phrase(form) for form in forms}

    assert len(looked_up) == 1
    (shared,) = looked_up
    assert len(shared) == 1
    assert all(shared[0] in words(f"{form}の話をした") for form in forms)


def test_the_words_of_a_phrase_stay_findable_alone():
    assert words("訪問販売で契約した") == ["訪問", "販売", "契約", "訪問販売"]


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence_or_a_mask():
    assert "訪問販売" not in words("昨日訪問。販売を断った")
    assert "訪問販売" not in words("訪問〔氏名〕販売")
    assert "訪問販売" not in words("訪問\n販売")


@pytest.mark.parametrize("kind", ["氏名", "電話", "住所", "メール", "口座", "カード", "生年月日", "その他"])
def test_masks_give_no_term(kind):
    assert words(f"〔{kind}〕") == []
    assert words(f"〔{kind}〕から{kind}を聞かれた") == words(f"{kind}を聞かれた")


def test_words_that_tell_nothing_give_no_term():
    assert words("それはそうすることがあると言う人の、その時のことである。") == []


@pytest.mark.parametrize("word", ["契約", "解約", "詐欺", "返金"])
def test_two_character_words_are_terms(word):
    assert words(word) == [word]
    assert word in words(f"訪問販売の{word}について相談したい")


def test_how_often_a_word_occurs_is_counted():
    assert terms("解約したい。解約を断られた。")["解約"] == 2


def test_typed_words_that_stand_together_are_looked_up_together():
    assert phrases("訪問販売の契約を解約したい") == [("訪問販売",), ("契約",), ("解約",)]
    assert phrases("分電盤") == [("分電盤",)]
    assert phrases("高額請求") == [("高額", "請求")]
    assert phrases("の") == []


def test_quoted_words_follow_one_another():
    assert phrase("契約を解約") == ("契約", "解約")


def test_any_length_is_read_to_its_end():
    text = "給湯器の点検に来た業者に交換を勧められた。" * 2_000 + "最後に貴金属"
    assert len(text.encode()) > 49_149

    found = terms(text)

    assert (found["給湯"], found["貴金属"] + found["金属"]) == (2_000, 1)


@pytest.mark.parametrize("text", ["", " \n\u3000", "\ud800", "〔", "ﾞﾞ", "\x00", "a" * 100_000])
def test_odd_texts_are_read(text):
    assert all(word == "".join(word.split()) and word for word in words(text))


def test_sentences_stand_as_they_were_written():
    assert sentences("「直せます」と言われた。本当か？\n ｶﾞｽの点検 ") == [
        "「直せます」と言われた。",
        "本当か？",
        "ｶﾞｽの点検",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("キャンセル", "解約"),
        ("振り込む", "送金"),
        ("スマホ", "携帯"),
        ("瓦", "屋根"),
        ("裁判", "訴訟"),
        ("サラ金", "借金"),
    ],
)
def test_words_that_mean_the_same_share_a_term_that_is_no_word(one, other):
    shared = terms(one).keys() & terms(other).keys()

    (mark,) = shared
    assert mark.startswith(analysis.MEANING)
    assert mark not in words(f"{one}{other}")
    assert phrase(mark) != (mark,)


def test_meanings_stand_behind_the_words_and_once_for_each():
    assert analysis.expanded(["解約", "契約", "キャンセル"])[:3] == ["解約", "契約", "キャンセル"]
    assert terms("解約。キャンセル。契約")[analysis.meaning("解約")] == 2
    assert analysis.meaning("契約") is None


def test_every_word_of_the_list_of_meanings_is_found_and_in_one_meaning_alone():
    listed = [
        form
        for line in (Path(analysis.__file__).parent / "data" / "synonyms.csv").read_text().splitlines()
        if not line.startswith("#")
        for form in line.split(",")
    ]
    read = [phrase(form) for form in listed]

    assert all(read)
    marks = {run: terms(form).keys() for run, form in zip(read, listed, strict=True)}
    assert [
        run for run, found in marks.items() if not any(mark.startswith(analysis.MEANING) for mark in found)
    ] == []


def test_the_version_names_rules_dictionary_and_lists():
    assert 8 < len(analysis.ANALYSER_VERSION) <= 32


@pytest.mark.parametrize(
    "text",
    [
        "無料の屋根点検だと言われ、148万円の工事を契約した。",
        "〔氏名〕から電話。訪問販売でクーリング・オフした",
        "引っ越しの見積り",
        "",
    ],
)
def test_spots_are_the_terms_of_the_line_with_their_places(text):
    found = analysis.spots(text)

    assert [spot.term for spot in found] == analysis.line_words(text)
    assert all(0 <= spot.begin < spot.end <= len(text) for spot in found)


def test_a_spot_covers_the_letters_of_its_word_behind_a_mask_too():
    text = "〔氏名〕は訪問販売で契約した"

    places = {spot.term: text[spot.begin : spot.end] for spot in analysis.spots(text)}

    assert places == {"訪問": "訪問", "販売": "販売", "契約": "契約", "訪問販売": "訪問販売"}


def test_a_word_that_a_text_writes_in_other_letters_is_known_by_both():
    text = "有機ﾌｯ素を調べると言われ、だまされた。〔電話〕で屋根の話もした。\nキャンセルしたい。"

    assert analysis.spelled(text) == {"弗素": "フッ素"}
