"""Words of two letters against a plain scan of hundreds of narratives: none is missed, and none is made up."""

import re
import uuid
from datetime import date
from functools import cache, partial

import pytest

from cases import words as japanese
from cases.demo import generator
from search import analysis, evaluate
from search.backends.base import Document, Filters, Order, WordQuery
from search.backends.sqlite import SqliteBackend
from search.hashing import TermHasher

NARRATIVES = 400
_TWO_KANJI = re.compile("(?:(?![一二三四五六七八九十百千万])[一-鿿]){2}")
HERE = Filters(centres=[1])
hasher = TermHasher(partial(evaluate._digest, b"a key of this test alone, made up"))


@cache
def narratives():
    made = generator.entries(NARRATIVES, 7, date(2026, 11, 20))
    return [entry.narrative for entry in made]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = SqliteBackend(tmp_path_factory.mktemp("recall") / "engine.sqlite3", "v1")
    made.wipe()
    made.put(
        [
            Document(uuid.UUID(int=number), 1, 1, date(2026, 4, 1), hasher.packed(analysis.words(text)))
            for number, text in enumerate(narratives())
        ]
    )
    made.complete()
    return made


def found(engine, text):
    phrases = tuple(tuple(map(hasher.term, phrase)) for phrase in analysis.phrases(text))
    page = engine.find(WordQuery(phrases), HERE, Order.NEWEST, limit=NARRATIVES)
    return {uid.int for uid in page.uids}


@cache
def scanned():
    """Each noun of two kanji, and the narratives in which it stands as a word: the plain scan.

    Words that end in kana and numbers are another matter: 控え alone is read as the verb, 一点 as 1 and 点.
    """
    held = {}
    for number, text in enumerate(narratives()):
        for token in (token for line in text.splitlines() for token in japanese.tokens(line)):
            if (
                _TWO_KANJI.fullmatch(token.surface)
                and token.pos[0] == "名詞"
                and analysis.words(token.surface)
            ):
                held.setdefault(token.surface, set()).add(number)
    return held


def test_every_word_of_two_letters_is_found_wherever_it_stands_as_a_word(engine):
    words = scanned()
    missed = {word: held - found(engine, word) for word, held in words.items() if held - found(engine, word)}

    assert len(words) > 300
    assert missed == {}


@pytest.mark.parametrize("word", ["契約", "解約", "詐欺", "返金", "請求", "電話"])
def test_what_is_found_holds_the_word_in_some_spelling(engine, word):
    (term,) = analysis.phrase(word)
    hits = found(engine, word)

    assert hits
    assert all(term in analysis.words(narratives()[number]) for number in hits)
