"""Postal codes, and addresses that reach a block number: the place names before it, the building behind it.

The block number is the anchor. From it the words are followed to the left as long as they can be part of an address,
and to the right as long as they can be a building. A place without a block number stays: the trend by city lives on it.
"""

import re
from collections.abc import Iterator, Sequence

from cases import words
from cases.protection.redaction.masks import ADDRESS, AUTO, Span
from cases.words import Token

_DASH = "-‐‑‒–—―−ー"
_NUM = r"(?:[0-9]{1,5}|[〇一二三四五六七八九十百]{1,4})"
_JOINT = rf"\s?(?:丁目|丁|番地|番[丁町]|番|号|地割|線|[{_DASH}のノ])(?:[{_DASH}のノ])?\s?"
BLOCK = re.compile(
    rf"(?<![0-9.,/])(?:第?{_NUM}(?:{_JOINT}{_NUM}){{1,6}}\s?(?:号室?|番地?|丁目)?|{_NUM}\s?(?:丁目|番地|番|号)|[0-9]{{1,5}})"
    r"(?![0-9])"
)
_STRONG = re.compile(rf"丁目|番地|番.*号|地割|{_NUM}(?:{_JOINT}{_NUM}){{2,}}")
_JOINED = re.compile(rf"{_NUM}{_JOINT}{_NUM}|[番号]$")
_NOT_BLOCK_AFTER = re.compile(
    r"\s?(?:[円年月日時分秒人件個歳才回台枚本冊%％倍代割か箇ヶカヵケ階期万億千名週点度位条項号部巻話]|[./][0-9]|から|まで)"
)
_POSTAL = re.compile(
    rf"〒\s?[0-9]{{3}}\s?[{_DASH}]?\s?[0-9]{{4}}(?![0-9])|郵便番号[^0-9\n。]{{0,6}}[0-9]{{3}}\s?[{_DASH}]?\s?[0-9]{{4}}(?![0-9])"
)

_UNITS = frozenset("都道府県市区町村郡")
_SUFFIXES = _UNITS | frozenset({"大字", "字", "小字", "通", "通り", "町内", "条", "台", "丘", "団地", "新田"})
_PLACE_ENDS = ("町", "台", "丘", "通", "通り", "村", "字", "ヶ丘", "が丘", "ケ丘")
_INNER = frozenset({"ノ", "ケ", "ヶ", "之", "が", "の", "ッ", "つ", "・"}) | frozenset(
    "東西南北上下中内外新本元"
)
_PREFIXES = frozenset(
    ["大字", "字", "小字", "東", "西", "南", "北", "上", "下", "中", "新", "元", "本", "大", "小"]
)
_KANJI = re.compile(r"[々一-鿿]+")
_NOT_TOWN = frozenset(
    [
        "相談者",
        "相談",
        "契約者",
        "契約",
        "当事者",
        "自宅",
        "住所",
        "現住所",
        "実家",
        "本人",
        "当人",
        "者",
        "氏",
        "様",
        "店",
        "支店",
        "本店",
        "会社",
        "第",
        "約",
        "現在",
        "所在",
        "所在地",
        "宛",
        "宛先",
        "夫",
        "妻",
        "母",
        "父",
        "昨日",
        "今日",
        "先日",
        "当時",
        "同",
        "号",
        "人",
        "日",
        "月",
        "年",
        "円",
        "勤務先",
        "勤務",
        "転居先",
        "転居",
        "送付先",
        "送付",
        "届け先",
        "配送先",
        "配送",
        "連絡先",
        "連絡",
    ]
)
_WALK = 16
_GAP = 4
_BUILDING_WORDS = 12
_BUILDING_END = ("荘", "号室", "号", "室", "階", "館", "棟", "ビル", "寮", "団地", "F", "方")
_ROOM = re.compile(r"[A-Za-z]?[0-9]{1,4}")
_HANGING = re.compile(r"[ァ-ヶーA-Za-z]{2,}")
_NOT_BUILDING = frozenset(
    {"在住", "居住", "在", "付近", "近く", "宛", "所在", "自宅", "周辺", "先", "TEL", "Tel", "FAX", "電話"}
)


def spans_of_addresses(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Sure spans of postal codes and of addresses with a block number, in a view's text and its words."""
    if "〒" in text or "郵便番号" in text:
        for postal in _POSTAL.finditer(text):
            yield Span(*postal.span(), ADDRESS, AUTO)
    at = 0
    done = 0
    for block in BLOCK.finditer(text):
        start, end = block.span()
        while at < len(tokens) and tokens[at].end <= start:
            at += 1
        if at == 0 or start < done:
            continue
        first = _first_word(text, tokens, at, block)
        if first is None:
            continue
        done = _end_of_building(text, tokens, at, end)
        yield Span(tokens[first].begin, done, ADDRESS, AUTO)


def _first_word(text: str, tokens: Sequence[Token], at: int, block: re.Match[str]) -> int | None:
    """The word where the address before a block number begins; None where none can be told from a plain number."""
    strong = bool(_STRONG.search(block.group()))
    joined = strong or bool(_JOINED.search(block.group()))
    if not strong and _NOT_BLOCK_AFTER.match(text, block.end()):
        return None
    index = at - 1
    if at < len(tokens) and tokens[at].begin < block.start():
        index = at  # the number begins inside a word such as 三条
    if tokens[index].surface.isspace():
        index -= 1
    nearest, first, gap, has_unit = index, None, 0, False
    for place in range(index, max(-1, index - _WALK), -1):
        certainty = _certainty(tokens, place)
        if certainty == 0 or gap > _GAP:
            break
        if certainty == 2:
            first, gap = place, 0
            has_unit = has_unit or tokens[place].surface[-1] in _UNITS
        else:
            gap += 1
    if first is None:
        return _unlisted_town(tokens, nearest, block.group()) if strong else None
    word = tokens[nearest]
    placed = word.pos[2] == "地名" or word.surface.endswith(_PLACE_ENDS)
    if strong or (has_unit and first < nearest) or (joined and placed):
        return _with_prefix(tokens, first)
    return None


def _unlisted_town(tokens: Sequence[Token], nearest: int, block: str) -> int | None:
    """The first word of a town that the dictionary does not know as a place (下連雀), before a telling block number."""
    first = nearest
    while (
        first > 0
        and nearest - first < 3
        and _can_be_town(tokens[first - 1])
        and tokens[first].pos[0] != "接頭辞"
    ):
        first -= 1
    word = tokens[nearest]
    if not _can_be_town(word):
        return None
    named = word.is_oov or word.pos[1] == "固有名詞" or word.surface.endswith(_PLACE_ENDS)
    return first if named or "丁目" in block or "番地" in block else None


def _with_prefix(tokens: Sequence[Token], first: int) -> int:
    """Take along 大字, 東 and the like, and one plain word that the town begins with (手取 in 手取本町)."""
    while first > 0 and tokens[first - 1].surface in _PREFIXES:
        first -= 1
    return first - 1 if first > 0 and _can_be_town(tokens[first - 1]) else first


def _can_be_town(word: Token) -> bool:
    kanji = bool(_KANJI.fullmatch(word.surface))
    return (
        kanji
        and word.pos[0] in {"名詞", "接頭辞", "接尾辞"}
        and word.pos[1] != "数詞"
        and word.surface not in _NOT_TOWN
    )


def _certainty(tokens: Sequence[Token], place: int) -> int:
    """2 a place name or a unit behind one, 1 can stand inside an address, 0 ends it."""
    word = tokens[place]
    surface, pos = word.surface, word.pos
    if pos[2] == "地名":
        return 2
    if surface in _SUFFIXES:
        return 2 if place and tokens[place - 1].pos[0] in {"名詞", "接頭辞"} else 1
    if surface in _INNER:
        return 1 if place and tokens[place - 1].pos[0] in {"名詞", "接頭辞", "接尾辞"} else 0
    if pos[0] == "名詞" and pos[1] != "数詞":
        return 2 if "地名" in words.kinds(surface) else 1
    return 1 if pos[0] in {"接頭辞", "接尾辞"} or (pos[1] == "数詞" and not surface.isdigit()) else 0


def _end_of_building(text: str, tokens: Sequence[Token], at: int, end: int) -> int:
    """Where the building name behind a block number ends; `end` where there is none."""
    while at < len(tokens) and tokens[at].begin < end:
        at += 1
    taken, hanging = end, False
    for word in tokens[at : at + _BUILDING_WORDS]:
        surface = word.surface
        if "\n" in surface or surface in _NOT_BUILDING:
            break
        if surface.isspace() or surface in "-‐−ー・":
            continue
        if word.pos[0] not in {"名詞", "接尾辞", "接頭辞", "記号", "形状詞"}:
            break
        if surface.endswith(_BUILDING_END) or _HANGING.fullmatch(surface):
            taken, hanging = word.end, True
        elif _ROOM.fullmatch(surface) and (hanging or word.begin > end):
            if _NOT_BLOCK_AFTER.match(text, word.end) and not text.startswith(("号", "階"), word.end):
                break
            taken = word.end
    return taken
