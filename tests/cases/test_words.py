"""The tokenizer's one door."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import words


@given(st.text(st.characters(exclude_categories=()), max_size=80))
@settings(deadline=None)
def test_tokens_cover_any_text_in_order(text):
    done = 0
    for token in words.tokens(text):
        assert token.begin >= done
        assert token.end >= token.begin
        done = token.end
    assert done == len(text)


@pytest.mark.parametrize(
    "text", ["山田さんから電話。\n" * 4_000, "あ" * 60_000, "㍿" * 30_000, "ﷺ" * 20_000, "090-" * 15_000]
)
def test_texts_over_the_limit_of_the_tokenizer_are_read_in_pieces(text):
    found = list(words.tokens(text))

    assert (found[0].begin, found[-1].end) == (0, len(text))
    assert "".join(token.surface for token in found) == text


@given(st.text(st.characters(exclude_categories=()), max_size=80))
@settings(deadline=None)
def test_forms_are_those_of_the_tokens(text):
    expected = [(token.normalized, token.pos[:2], token.begin, token.end) for token in words.tokens(text)]

    assert list(words.forms(text)) == expected


def test_pieces_are_cut_at_line_ends_where_there_are_any():
    text = ("相談者から電話があった。" * 7 + "\n") * 60

    assert all(text[:end].endswith(("。", "\n")) for _, end in words.pieces(text))
    assert sum(end - start for start, end in words.pieces(text)) == len(text)


def test_a_token_carries_reading_and_part_of_speech():
    token = next(words.tokens("山田が来た"))

    assert (token.surface, token.reading, token.pos[3], token.is_oov) == ("山田", "ヤマダ", "姓", False)


def test_the_lists_of_names_are_the_dictionary_s():
    assert "姓" in words.kinds("山田")
    assert "名" in words.kinds("太郎")
    assert "地名" in words.kinds("瀬戸")
    assert words.kinds("くぁwせdrftgy") == frozenset()


def test_several_threads_read_at_once():
    text = "昨日、山田さんから電話があった。" * 50
    with ThreadPoolExecutor(4) as pool:
        counts = set(pool.map(lambda _: len(list(words.tokens(text))), range(40)))

    assert len(counts) == 1
