"""Names of persons that nobody told us about: dictionary tags, honorifics and other cues, and weaker suggestions.

The lists of family and given names are the dictionary's own tags (姓, 名, 人名), asked word by word; nothing is copied.
It misses names: an aid to the person who confirms, never a promise.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from cases import words
from cases.protection.redaction import lexicon
from cases.protection.redaction.masks import AUTO, NAME, SUGGEST, Span
from cases.words import Token

_NAME_KINDS = frozenset({"姓", "名", "人名"})
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}")
_KANJI = re.compile(r"[々〆一-鿿㐀-䶿]+")
_KANA_GIVEN = re.compile(r"[ぁ-んァ-ヺー]{2,4}")
_HIRAGANA = re.compile(r"[ぁ-ん]+")
_CAPITAL = re.compile(r"[A-Z][A-Za-z'’.]*")
_PERHAPS_GIVEN = re.compile(r"[々〆一-鿿]{1,3}|[ぁ-ん]{2,4}")
_NUMERAL = re.compile(r"[0-9]{1,2}|[一二三四五六七八九十]{1,3}")
_NAME_LETTERS = re.compile(r"[々〆一-鿿㐀-䶿]{1,6}|[ァ-ヺー]{2,12}|[ぁ-ん]{2,6}")
_JOINERS = frozenset("・=")
_PARTICLES = frozenset(["デ", "ド", "ラ", "レ", "ル", "ペ", "ダ", "フ"])  # de, la, le … inside foreign names
_SHORTEST_UNKNOWN = 3
_ACTING = frozenset("はがもとや")
_LONGEST = 24  # words of one foreign name
_NOUN = "名詞"
_OPENERS = frozenset({_NOUN, "接頭辞", "記号", "接尾辞", "形状詞"})
_CLOSERS = frozenset({"助詞", "助動詞", "補助記号", "空白"})
_TELLING = lexicon.HONORIFICS | lexicon.TITLES


def spans_of_names(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Sure and suggested spans of persons' names in a view's text and its words; they may overlap."""
    at, count = 0, len(tokens)
    cued = _cued(text, tokens)
    while at < count:
        word = tokens[at]
        if word.pos[0] not in _OPENERS and not word.is_oov:
            at += 1
            continue
        end, tier = _name_at(tokens, at, cued)
        if tier:
            end = _with_generation(tokens, end)
        if end == at + 1 and word.surface in lexicon.NOT_NAME:
            tier = ""
        if tier and not _is_trader(tokens, at, end):
            yield Span(word.begin, tokens[end - 1].end, NAME, tier)
            further = (
                _perhaps_given(tokens, end)
                if word.pos[2] == "人名" or "姓" in words.kinds(word.surface)
                else end
            )
            if further > end:
                yield Span(tokens[end].begin, tokens[further - 1].end, NAME, SUGGEST)
                end = further
        at = max(end, at + 1)


def _with_generation(tokens: Sequence[Token], end: int) -> int:
    """The end with what tells one of several of a name apart: ルイ15世."""
    behind = tokens[end : end + 2]
    is_numbered = (
        len(behind) == 2 and bool(_NUMERAL.fullmatch(behind[0].surface)) and behind[1].surface == "世"
    )
    return end + 2 if is_numbered else end


def _cued(text: str, tokens: Sequence[Token]) -> dict[int, bool]:
    """The words that tell of a name before them: index to whether it is a mere title such as 社長."""
    cued = {at: surface in lexicon.TITLES for at, (surface, *_) in enumerate(tokens) if surface in _TELLING}
    if any(cue in text for cue in lexicon.CUES_BEHIND):
        cued.update(
            {at: False for at, word in enumerate(tokens) if text.startswith(lexicon.CUES_BEHIND, word.begin)}
        )
    return cued


def _name_at(tokens: Sequence[Token], at: int, cued: Mapping[int, bool]) -> tuple[int, str]:
    """(where the name that begins at this word ends, its tier); the tier is empty where there is no name."""
    word = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following and (following.surface in _JOINERS or _is_foreign_part(following)):
        end = _foreign_name(tokens, at)
        if end > at + 1:
            return end, AUTO
    if word.pos[2] == "人名":
        end = _run(tokens, at)
        return end, AUTO if end > at + 1 or not _is_doubtful(tokens, at) else SUGGEST
    if following and (following.pos[0] in _OPENERS or following.is_oov or following.surface == " "):
        end = _unlisted(tokens, at)
        if end > at:
            return end, AUTO
    if any(place in cued for place in range(at + 1, at + 5)):
        end = _before_cue(tokens, at, cued)
        if end > at:
            return end, AUTO
    if _acts(tokens, at):
        return at + 1, AUTO
    return at + 1, SUGGEST if _worth_a_look(tokens, at) else ""


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """A katakana word that no dictionary has, as one who does or meets something (スクルートンは): mostly a person."""
    word = tokens[at]
    if not word.is_oov or len(word.surface) < _SHORTEST_UNKNOWN or not _KATAKANA.fullmatch(word.surface):
        return False
    return at + 1 < len(tokens) and tokens[at + 1].surface in _ACTING


def _foreign_name(tokens: Sequence[Token], at: int) -> int:
    """End of parts joined by ・ or =, such as ジョン・スミス; `at` where there is no such name."""
    end, telling = at, False
    while end < min(len(tokens), at + _LONGEST):
        begin = end
        while end < len(tokens) and _is_foreign_part(tokens[end]) and end - begin < 4:
            telling = telling or tokens[end].is_oov or tokens[end].pos[1] == "固有名詞"
            end += 1
        if end == begin:
            return begin - 1 if begin > at + 1 and telling else at
        if end + 1 < len(tokens) and tokens[end].surface in _JOINERS:
            end += 1
            continue
        break
    return end if telling and any(token.surface in _JOINERS for token in tokens[at:end]) else at


def _is_foreign_part(word: Token) -> bool:
    return bool(
        _KATAKANA.fullmatch(word.surface) or _CAPITAL.fullmatch(word.surface) or word.surface in _PARTICLES
    )


def _run(tokens: Sequence[Token], at: int) -> int:
    """End of a name that begins with a word tagged as a name: further names, a blank between, a given name unknown."""
    end = at + 1
    while end < len(tokens):
        if tokens[end].pos[2] == "人名" and end - at < 4:
            end += 1
        elif (
            tokens[end].surface in {" ", "・", "="}
            and end + 1 < len(tokens)
            and (tokens[end + 1].pos[2] == "人名" or "名" in words.kinds(tokens[end + 1].surface))
            and end - at < 6
        ):
            end += 2
        else:
            break
    last = tokens[end - 1]
    if last.pos[3] != "名" or end == at + 1 or (len(last.surface) == 1 and end - at == 2):
        end = _given_part(tokens, end)
    return end


def _given_part(tokens: Sequence[Token], at: int) -> int:
    """End of an unlisted given name (three kanji or four kana at most) from this word on; `at` where none."""
    joined, end = "", at
    while end < len(tokens) and end - at < 3:
        word = tokens[end]
        if not _KANJI.fullmatch(word.surface) or len(joined) + len(word.surface) > 3:
            break
        if word.pos[0] not in {_NOUN, "接頭辞", "接尾辞", "形状詞"} or (word.pos[1] == "数詞" and not joined):
            break
        if word.surface in lexicon.NOT_GIVEN or word.surface in lexicon.HONORIFICS:
            break
        joined += word.surface
        end += 1
    if joined and _could_be_given(tokens, at, end, joined):
        return end
    for length in (2, 1):
        kana = "".join(token.surface for token in tokens[at : at + length])
        if _KANA_GIVEN.fullmatch(kana) and ("名" in words.kinds(kana) or _unlisted_kana(tokens, at, length)):
            return min(at + length, len(tokens))
    return at


def _unlisted_kana(tokens: Sequence[Token], at: int, length: int) -> bool:
    """Hiragana that touches a family name and is no particle or verb, before a particle or a mark: 藤田あかりが."""
    parts, behind = tokens[at : at + length], tokens[at + length : at + length + 1]
    return (
        all(_HIRAGANA.fullmatch(part.surface) for part in parts)
        and all(part.pos[0] in {_NOUN, "形状詞", "感動詞"} or part.is_oov for part in parts)
        and sum(len(part.surface) for part in parts) > 1
        and (not behind or behind[0].pos[0] in _CLOSERS)
    )


def _perhaps_given(tokens: Sequence[Token], at: int) -> int:
    """End of kanji or hiragana that may be a given name behind a family name and before a particle; `at` where none."""
    joined, end = "", at
    while end < len(tokens) and end - at < 2 and tokens[end].pos[0] in {_NOUN, "接尾辞", "接頭辞", "形状詞"}:
        surface = tokens[end].surface
        if (
            surface in lexicon.NOT_GIVEN
            or surface in lexicon.HONORIFICS
            or surface in lexicon.TITLES
            or tokens[end].pos[1] == "数詞"
        ):
            return at
        joined += surface
        end += 1
    closed = (
        end == len(tokens)
        or tokens[end].pos[0] in {"助詞", "補助記号", "助動詞", "空白"}
        or tokens[end].surface in lexicon.TITLES
    )
    return end if closed and _PERHAPS_GIVEN.fullmatch(joined) else at


def _could_be_given(tokens: Sequence[Token], at: int, end: int, joined: str) -> bool:
    if "名" in words.kinds(joined):
        return True
    if all(len(token.surface) == 1 for token in tokens[at:end]):
        return end - at > 1 or tokens[at].is_oov or "名" in words.kinds(joined)
    return any(token.is_oov or token.pos[2] == "人名" for token in tokens[at:end])


def _is_doubtful(tokens: Sequence[Token], at: int) -> bool:
    """A single word tagged as a name that is as likely a place, or a lone Latin word in one case (phone)."""
    surface = tokens[at].surface
    if surface.isascii() and not surface.istitle():
        return True
    following = tokens[at + 1].surface if at + 1 < len(tokens) else ""
    return following[:1] in lexicon.PLACE_TAILS


def _unlisted(tokens: Sequence[Token], at: int) -> int:
    """End of a family name tagged as a place or unknown, with a given name behind it (瀬戸大也); `at` where none."""
    joined = ""
    for end in range(at + 1, min(at + 4, len(tokens))):
        word = tokens[end - 1]
        if not _KANJI.fullmatch(word.surface) or len(joined) + len(word.surface) > 3:
            return at
        if word.pos[0] not in {_NOUN, "接頭辞", "接尾辞"} or word.surface in lexicon.NOT_FAMILY:
            return at
        joined += word.surface
        follower = tokens[end]
        step = 1 if follower.surface == " " and end + 1 < len(tokens) else 0
        given = tokens[end + step]
        family = "姓" in words.kinds(joined)
        if given.pos[2] == "人名" and given.pos[3] != "姓" and (family or not words.kinds(joined)):
            return _given_part(tokens, end + step + 1) if len(given.surface) == 1 else end + step + 1
        if family and not step and word.pos[2] == "地名":
            reached = _given_part(tokens, end)
            if reached > end and "名" in words.kinds("".join(token.surface for token in tokens[end:reached])):
                return reached
    return at


def _before_cue(tokens: Sequence[Token], at: int, cued: Mapping[int, bool]) -> int:
    """End of a name told by さん, 様 … or a cue behind it, by the name lists or because nobody knows the word."""
    joined = ""
    for end in range(at + 1, min(at + 5, len(tokens))):
        word = tokens[end - 1]
        if word.pos[0] in _CLOSERS or word.surface in lexicon.NOT_PERSON:
            return at
        joined += word.surface
        title = cued.get(end)
        if title is None or joined in lexicon.NOT_PERSON:
            continue
        kinds = words.kinds(joined)
        unknown = not kinds and _NAME_LETTERS.fullmatch(joined) and _unheard_of(tokens[at:end], title)
        if _NAME_KINDS & kinds or unknown:
            return end
    return at


def _unheard_of(parts: Sequence[Token], title: bool) -> bool:
    """Whether a word that no list knows may be a name: not made of plain nouns (水産会社と名乗る), nor a firm."""
    if title:
        return len(parts) == 1 and parts[0].is_oov
    if parts[-1].surface in lexicon.TRADER_BEHIND:
        return False
    return any(part.is_oov or part.pos[1] == "固有名詞" for part in parts) or all(
        len(part.surface) == 1 for part in parts
    )


def _worth_a_look(tokens: Sequence[Token], at: int) -> bool:
    """A word that may be a name: unknown katakana, a family name tagged as a place, a pair of capitalised words."""
    word = tokens[at]
    surface = word.surface
    if _KATAKANA.fullmatch(surface):
        return word.is_oov or (word.pos[1] == "固有名詞" and word.pos[2] != "地名")
    if word.pos[2] == "地名" and "姓" in words.kinds(surface):
        following = tokens[at + 1].surface if at + 1 < len(tokens) else ""
        return following[:1] not in lexicon.PLACE_TAILS
    if _CAPITAL.fullmatch(surface):
        return _is_capitalised_pair(tokens, at) or (at > 1 and _is_capitalised_pair(tokens, at - 2))
    if "姓" in words.kinds(surface) and len(surface) > 1:
        return at + 1 < len(tokens) and tokens[at + 1].surface in {"は", "が", "も", "ら", "と", "に"}
    return word.is_oov and len(surface) > 1 and bool(_KANJI.fullmatch(surface))


def _is_capitalised_pair(tokens: Sequence[Token], at: int) -> bool:
    pair = [token.surface for token in tokens[at : at + 3]]
    return (
        len(pair) == 3
        and pair[1] == " "
        and all(len(word) > 1 and _CAPITAL.fullmatch(word) for word in pair[::2])
    )


def _is_trader(tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether the words around make it a firm, a shop or an institution (株式会社山田, 田中電気)."""
    if at and tokens[at - 1].surface in lexicon.TRADER_BEFORE:
        return True
    if at > 1 and tokens[at - 1].surface == ")" and tokens[at - 2].surface in {"株", "有"}:
        return True
    following = tokens[end].surface if end < len(tokens) else ""
    return following in lexicon.TRADER_BEHIND
