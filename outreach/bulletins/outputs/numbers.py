"""Figures with their counters as they are said: 3日 is ミッカ, 2人 フタリ, 4時 ヨジ; for counting morae.

Sounds that only change (イッカイ, サンビャク, ロッピャク) change no mora: イチ and イッ are two each. What changes the
count are the native readings and the short forms of 4 and 9, and those are here. Where two readings are in use
(20歳 ハタチ or ニジュッサイ, 9人 キューニン or クニン) the commoner one stands; the other is one or two morae off.
"""

import re
from collections.abc import Mapping
from typing import Final

_DIGITS: Final = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_HUNDREDS: Final = {3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
_THOUSANDS: Final = {1: "セン", 3: "サンゼン", 8: "ハッセン"}
_STEPS: Final = ((10**8, "オク"), (10**4, "マン"))
_LONGEST: Final = 12

_DAYS: Final = {
    2: "フツカ", 3: "ミッカ", 4: "ヨッカ", 5: "イツカ", 6: "ムイカ", 7: "ナノカ", 8: "ヨーカ", 9: "ココノカ",
    10: "トーカ", 14: "ジューヨッカ", 20: "ハツカ", 24: "ニジューヨッカ",
}  # fmt: skip
_THINGS: Final = {
    1: "ヒトツ", 2: "フタツ", 3: "ミッツ", 4: "ヨッツ", 5: "イツツ", 6: "ムッツ", 7: "ナナツ", 8: "ヤッツ",
    9: "ココノツ",
}  # fmt: skip
_WHOLE: Final[Mapping[str, Mapping[int, str]]] = {
    "日": _DAYS, "つ": _THINGS, "人": {1: "ヒトリ", 2: "フタリ"}, "歳": {20: "ハタチ"}, "才": {20: "ハタチ"},
}  # fmt: skip
"""Numbers that are read together with their counter."""
_NATIVE: Final = {
    "晩": "バン", "通り": "トーリ", "組": "クミ", "口": "クチ", "箱": "ハコ", "袋": "フクロ", "部屋": "ヘヤ",
    "桁": "ケタ", "束": "タバ", "株": "カブ",
}  # fmt: skip
"""Counters before which 1 and 2 are ヒト and フタ."""
_SHORT: Final[Mapping[str, Mapping[int, str]]] = {
    "人": {4: "ヨ"}, "円": {4: "ヨ"}, "年": {4: "ヨ"}, "年度": {4: "ヨ"}, "時": {4: "ヨ", 9: "ク"},
    "月": {4: "シ", 9: "ク"}, "日": {9: "ク"},
}  # fmt: skip
"""How the last figure is read before these counters."""
_PLAIN: Final = {
    "日": "ニチ", "人": "ニン", "円": "エン", "年": "ネン", "年度": "ネンド", "時": "ジ", "月": "ガツ",
    "歳": "サイ", "才": "サイ", "件": "ケン", "回": "カイ", "個": "コ", "台": "ダイ", "枚": "マイ", "本": "ホン",
    "冊": "サツ", "社": "シャ", "名": "メー", "割": "ワリ", "倍": "バイ", "番": "バン", "号": "ゴー",
    "階": "カイ", "度": "ド", "分": "フン", "秒": "ビョー", "代": "ダイ", "軒": "ケン", "通": "ツー",
    "週": "シュー", "世帯": "セタイ", "種類": "シュルイ", "%": "パーセント",
    **dict.fromkeys(("か月", "カ月", "ヶ月", "ケ月", "ヵ月", "箇月"), "カゲツ"),
    **dict.fromkeys(("か所", "カ所", "ヶ所", "ケ所", "ヵ所", "箇所"), "カショ"),
}  # fmt: skip
_UNLESS: Final = {
    "人": "前|称", "歳": "代", "才": "代|能", "口": "座", "組": "織|合", "株": "主|式", "分": "野|類|割",
}  # fmt: skip
"""What begins another word behind the counter's sign: 1人前 is イチニンマエ."""
_COUNTERS: Final = "|".join(
    sign + (f"(?!{_UNLESS[sign]})" if sign in _UNLESS else "")
    for sign in sorted({*_PLAIN, *_NATIVE, "つ"}, key=len, reverse=True)
)
_NUMBER: Final = re.compile(rf"([0-9][0-9,]*(?:\.[0-9]+)?)(?:({_COUNTERS})(間)?)?")


def numbers_read(text: str) -> str:
    """The text (NFKC) with its figures, and counters right behind them, in katakana."""
    return _NUMBER.sub(lambda found: _read(found[1], found[2] or "") + ("カン" if found[3] else ""), text)


def digits_read(number: str) -> str:
    """A telephone number as it is said: 188 is イチハチハチ; a hyphen is ノ. Katakana."""
    return "".join("ノ" if sign == "-" else _DIGITS[int(sign)] for sign in number)


def _read(text: str, counter: str) -> str:
    whole, _point, part = text.replace(",", "").partition(".")
    said = _PLAIN.get(counter) or _NATIVE.get(counter) or counter
    if part or len(whole) > _LONGEST:
        return _plain_number(whole, part) + said
    number = int(whole)
    if together := _WHOLE.get(counter, {}).get(number):
        return together
    if counter in _NATIVE and number in (1, 2):
        return ("ヒト", "フタ")[number - 1] + said
    last = _SHORT.get(counter, {}).get(number % 10)
    if last is not None and (counter != "日" or number > 10):
        return _whole(number - number % 10) + last + said
    return _plain_number(whole, part) + said


def _plain_number(whole: str, part: str) -> str:
    if len(whole) > _LONGEST:
        return digits_read(whole)
    read = _whole(int(whole)) or "ゼロ"
    return read + ("テン" + digits_read(part) if part else "")


def _whole(number: int) -> str:
    read = ""
    for step, name in _STEPS:
        if number >= step:
            read += _below_ten_thousand(number // step) + name
            number %= step
    return read + _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    thousands, hundreds, tens, ones = (number // step % 10 for step in (1000, 100, 10, 1))
    read = ""
    if thousands:
        read += _THOUSANDS.get(thousands) or _DIGITS[thousands] + "セン"
    if hundreds:
        read += _HUNDREDS.get(hundreds) or (_DIGITS[hundreds] if hundreds > 1 else "") + "ヒャク"
    if tens:
        read += (_DIGITS[tens] if tens > 1 else "") + "ジュー"
    return read + (_DIGITS[ones] if ones else "")
