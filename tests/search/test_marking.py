"""The passage that is shown of a case, with the words marked."""

import pytest

from search.marking import LENGTH, passages
from search.words import understood


def shown(texts, query):
    found = passages(texts, understood(query).wanted)
    return [
        (one.source, "".join(f"[{p.text}]" if p.is_marked else p.text for p in one.pieces)) for one in found
    ]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("屋根の契約をした。", "契約", "屋根の[契約]をした。"),
        ("引っ越しの見積り。", "引越し", "[引っ越し]の見積り。"),
        ("ﾜﾝｸﾘｯｸ請求が来た。", "ワンクリック", "[ワンクリック]請求が来た。"),
        ("〔氏名〕が訪問販売で契約した。", "訪販", "〔氏名〕が[訪問販売]で契約した。"),
        ("騙されたと言う。", "だまされた", "[騙さ]れたと言う。"),
        ("契約、また契約。", "契約", "[契約]、また[契約]。"),
        ("解約を希望。希望は解約。", '"解約 希望"', "[解約を希望]。希望は解約。"),
        ("何も無い文。", "契約", "何も無い文。"),
        ("何も無い文。", "", "何も無い文。"),
    ],
)
def test_what_was_looked_for_is_marked_in_the_text_as_it_stands(text, query, expected):
    assert shown([("相談", text)], query) == [("相談", expected)]


def test_a_second_passage_shows_the_words_that_the_first_does_not_hold():
    texts = [("相談", "契約した。"), ("処理", "解約を助言した。"), ("経過", "契約書を受け取った。")]

    assert shown(texts, "契約 解約") == [("相談", "[契約]した。"), ("処理", "[解約]を助言した。")]


def test_a_long_text_is_cut_around_the_words_and_begins_with_their_sentence():
    text = "前置きの文です。" * 40 + "そこで布団を契約した。" + "後の文です。" * 40

    [(_source, passage)] = shown([("相談", text)], "布団 契約")

    assert passage.startswith("…そこで[布団]を[契約]した。")
    assert passage.endswith("…")
    assert len(passage) <= LENGTH + 6


@pytest.mark.parametrize("text", ["", "\n \n", "\u3000"])
def test_no_text_gives_no_passage(text):
    assert shown([("相談", text)], "契約") == []
