"""Finds what is known of a case's parties in its text: every form of their names, numbers, addresses and e-mail."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from cases.protection.redaction import lexicon
from cases.protection.redaction.address_forms import AddressForms
from cases.protection.redaction.forms import COMPARING, NameForm, Party, folded, name_forms, phones_of
from cases.protection.redaction.masks import ADDRESS, AUTO, EMAIL, NAME, PHONE, Span
from cases.protection.redaction.patterns import DIGIT_RUN, with_opening
from cases.protection.redaction.view import View
from cases.words import Token

_KATAKANA = re.compile(r"[ァ-ヺー]")
_ALL_KATAKANA = re.compile(r"[ァ-ヺー]+")
_LETTER = re.compile(r"[a-z]")
_HONORIFICS = tuple(folded(word) for word in lexicon.HONORIFICS)
_TITLES = tuple(folded(word) for word in lexicon.TITLES)
_CUES = tuple(folded(word) for word in lexicon.CUES_BEHIND)
_PARTICLES = "はがもとにへをのや"
_OPENING_PARTICLES = "はがもとにへをので"
_CLOSING = re.compile(
    "から|まで|より|です|でした|だ|だった|か|かと|って|という|と|とは|とも|は|が|を|に|には|にも|へ|も|の|や|で|では|ね|よ|なら"
)
_KANJI_LETTER = re.compile("[々〆一-鿿㐀-䶿]")
_HIRAGANA = re.compile("[ぁ-ゖ]")
_FUNCTION_WORDS = frozenset({"助詞", "助動詞", "接続詞", "補助記号", "空白", "記号", "感動詞"})


class Ground:
    """A text made ready once for any number of parties: without blanks, folded, with the borders of its words."""

    def __init__(self, view: View, tokens: Sequence[Token]) -> None:
        self.view = view
        self.tokens = tokens

    @cached_property
    def tight(self) -> View:
        return self.view.without_blanks()

    @cached_property
    def folded(self) -> str:
        return self.tight.text.translate(COMPARING)

    @cached_property
    def begins(self) -> list[int]:
        return [token.begin for token in self.tokens]

    @cached_property
    def _borders(self) -> frozenset[int]:
        return frozenset(self.begins) | {len(self.view.text)}

    def is_border(self, place: int) -> bool:
        """Whether a word begins or ends here. Marks part words too: the tokenizer takes (いがらし) for a face."""
        text = self.view.text
        return place in self._borders or not (text[place - 1].isalnum() and text[place].isalnum())

    @cached_property
    def digit_runs(self) -> list[tuple[str, list[int]]]:
        runs = []
        for run in DIGIT_RUN.finditer(self.view.text):
            places = [at for at in range(*run.span()) if self.view.text[at] in "0123456789"]
            runs.append(("".join([self.view.text[at] for at in places]), places))
        return runs

    def token_at(self, place: int) -> Token:
        return self.tokens[bisect_right(self.begins, place) - 1]


def spans_of_party(ground: Ground, party: Party) -> Iterator[Span]:
    """Spans of everything known of one party in a view's text; they may overlap."""
    if party.name or party.kana:
        for form in name_forms(party):
            yield from _names(ground, form)
    if party.phones:
        yield from _phones(ground, party)
    if party.email:
        yield from (Span(*place, EMAIL, AUTO) for place in occurrences(ground, party.email))
    if party.address:
        for start, end in AddressForms(party.address).found_in(ground.view.text):
            yield Span(start, end, ADDRESS, AUTO)


def _names(ground: Ground, form: NameForm) -> Iterator[Span]:
    text, at = ground.folded, ground.folded.find(form.text)
    while at >= 0:
        start, end = ground.tight.typed(at, at + len(form.text))
        if _stands_alone(ground, form, at, start, end):
            yield Span(start, end, NAME, form.tier)
            at = text.find(form.text, at + len(form.text))
        else:
            at = text.find(form.text, at + 1)


def _stands_alone(ground: Ground, form: NameForm, at: int, start: int, end: int) -> bool:
    """Whether a hit is the name and not a piece of another word."""
    if not form.whole and "\n" in ground.view.text[start:end]:
        return False
    if _LETTER.match(form.text):
        return not (
            _LETTER.match(ground.folded[at - 1 : at])
            or _LETTER.match(ground.folded[at + len(form.text) :][:1])
        )
    typed = ground.view.text[start:end]
    if _ALL_KATAKANA.fullmatch(form.text):
        if _KATAKANA.match(typed):
            return _katakana_alone(ground, form, start, end)
        return (form.whole and len(form.text) > 4) or _hiragana_alone(ground, form, at, (start, end))
    return len(form.text) > 2 or _on_borders(ground, form, at, start, end)


def _honoured(ground: Ground, at: int) -> bool:
    """Whether さん, 様 … or a cue such as と名乗る stands at this place of the folded text."""
    return ground.folded.startswith(_HONORIFICS, at) or ground.folded.startswith(_CUES, at)


def _katakana_alone(ground: Ground, form: NameForm, start: int, end: int) -> bool:
    if form.whole and len(form.text) > 4:
        return True
    text = ground.view.text
    before = start > 0 and _KATAKANA.match(text[start - 1])
    behind = _KATAKANA.match(text[end : end + 1]) and not text[end : end + 3].translate(COMPARING).startswith(
        ("サン", "サマ", "クン", "チヤン")
    )
    return not before and not behind


def _hiragana_alone(ground: Ground, form: NameForm, at: int, place: tuple[int, int]) -> bool:
    """Hiragana is where names meet everyday words: たかし in かしら, あきら in あきらめた."""
    start, end = place
    if len(form.text) < 2:
        return False
    honoured = _honoured(ground, at + len(form.text))
    if _opens_behind_particle(ground, start) and (
        honoured or (_closes(ground, end) and _is_no_everyday_word(ground, start, end))
    ):
        return True
    if not ground.is_border(start):
        return False
    if honoured or _is_clause_of_its_own(ground, start, end):
        return True
    if _closes(ground, end) and _is_no_everyday_word(ground, start, end):
        return True
    return len(form.text) > 2 and _is_a_name_for_the_tokenizer(ground, start, end)


def _is_a_name_for_the_tokenizer(ground: Ground, start: int, end: int) -> bool:
    first, last = ground.token_at(start), ground.token_at(end - 1)
    if first.pos[0] in {"助詞", "助動詞"} or (
        last.end > end and last.pos[0] not in {"助詞", "助動詞", "接続詞"}
    ):
        return False
    one_word = first.begin == start and first.end == end
    return not one_word or (first.pos[0] == "名詞" and (first.pos[1] == "固有名詞" or first.is_oov))


def _opens_behind_particle(ground: Ground, start: int) -> bool:
    """Behind は, に … that itself stands behind no hiragana: 名義は|いとう, whatever words the tokenizer sees there."""
    text = ground.view.text
    return start > 1 and text[start - 1] in _OPENING_PARTICLES and not _HIRAGANA.match(text[start - 2])


def _closes(ground: Ground, end: int) -> bool:
    """Before the end, a mark, another script, or a particle or copula that is followed by such or begins a word."""
    rest = ground.view.text[end : end + 8]
    if not _HIRAGANA.match(rest):
        return True
    behind = _CLOSING.match(rest)
    if behind is None:
        return False
    after = end + behind.end()
    return ground.is_border(after) or not _HIRAGANA.match(ground.view.text[after : after + 1])


def _is_no_everyday_word(ground: Ground, start: int, end: int) -> bool:
    """Whether the letters, if a word or the head of one, are none that every text has (こと, さき, はじめて)."""
    if ground.view.text[start:end] in lexicon.EVERYDAY_HIRAGANA:
        return False
    last = ground.token_at(end - 1)
    return last.end <= end or bool(_CLOSING.fullmatch(ground.view.text[end : last.end]))


def _is_clause_of_its_own(ground: Ground, start: int, end: int) -> bool:
    """Behind の or a mark, and before a particle or a mark: 息子のけいこと, 夫(いがらし)."""
    text = ground.view.text
    before = "" if start == 0 or not text[start - 1].isalnum() else ground.token_at(start - 1).surface
    long = end - start > 2
    opened = before in {"", "の"} or (long and before in {"は", "が", "へ", "を"})
    closed = end == len(text) or not text[end].isalnum() or text[end] in _PARTICLES
    return opened and closed and (long or ground.is_border(end))


def _on_borders(ground: Ground, form: NameForm, at: int, start: int, end: int) -> bool:
    """One or two kanji: on the borders of words, or before an honorific; one kanji must besides not be a plain word."""
    if _behind_kin(ground, start, end):
        return True
    if not ground.is_border(start):
        return False
    behind = at + len(form.text)
    if _honoured(ground, behind) or ground.folded.startswith(_TITLES, behind):
        return True
    if len(form.text) == 1 and ground.view.text.startswith("かと", end):
        return _single_alone(ground, start)  # 清かと聞かれた: the tokenizer takes 清か for さやか
    return ground.is_border(end) and (len(form.text) > 1 or _single_alone(ground, start))


def _behind_kin(ground: Ground, start: int, end: int) -> bool:
    """母葵の, 長男博が: the tokenizer joins the word for the relative with the name, or takes both for one name."""
    text = ground.view.text
    return text[max(0, start - 3) : start].endswith(lexicon.KIN) and not _KANJI_LETTER.match(
        text[end : end + 1]
    )


def _single_alone(ground: Ground, start: int) -> bool:
    here = bisect_right(ground.begins, start) - 1
    word = ground.tokens[here]
    before = ground.tokens[here - 1] if here else None
    behind = ground.tokens[here + 1] if here + 1 < len(ground.tokens) else None
    if word.pos[2] == "人名":
        return True
    if word.pos[0] not in {"名詞", "形状詞"} or word.pos[1] == "数詞" or word.pos[2] == "助数詞可能":
        return False
    closed_before = (
        before is None or before.pos[0] in _FUNCTION_WORDS or before.pos[2] == "副詞可能"
    )  # 昨日, 今朝
    closed_behind = behind is None or behind.pos[0] in _FUNCTION_WORDS
    return closed_before and closed_behind


def _phones(ground: Ground, party: Party) -> Iterator[Span]:
    for digits in phones_of(party):
        for run, places in ground.digit_runs:
            for spelled in (digits, "81" + digits[1:], "810" + digits[1:]):
                at = run.find(spelled)
                while at >= 0:
                    end = at + len(spelled)
                    if _whole_groups(places, at, end):
                        yield Span(*_with_opening(ground, places[at], places[end - 1] + 1), PHONE, AUTO)
                    at = run.find(spelled, at + 1)


def _whole_groups(places: Sequence[int], at: int, end: int) -> bool:
    """Whether the digits begin and end a group: no further digit touches them."""
    return (at == 0 or places[at - 1] + 1 < places[at]) and (
        end == len(places) or places[end - 1] + 1 < places[end]
    )


def _with_opening(ground: Ground, start: int, end: int) -> tuple[int, int]:
    return with_opening(ground.view.text, start, end), end


def occurrences(ground: Ground, wanted: str) -> Iterator[tuple[int, int]]:
    """Where a text stands in a view, whatever its blanks, width and kana; half-open, ascending, disjoint."""
    plain = folded("".join(wanted.split()))
    at = ground.folded.find(plain) if plain else -1
    while at >= 0:
        yield ground.tight.typed(at, at + len(plain))
        at = ground.folded.find(plain, at + len(plain))
