"""How long a Japanese text takes to say, in morae (拍): かんじ is three, しょ is one, ー, ッ and ン are one each."""

import re
import unicodedata
from typing import Final

import jaconv

from cases.words import tokens

_SMALL: Final = frozenset("ァィゥェォャュョヮ")
_KANA: Final = re.compile(r"[ァ-ヴー]")
_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_DIGITS: Final = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_HUNDREDS: Final = {3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
_THOUSANDS: Final = {1: "セン", 3: "サンゼン", 8: "ハッセン"}
_STEPS: Final = ((10**8, "オク"), (10**4, "マン"))


def morae(text: str) -> int:
    """Morae of the text as it is read; signs that nobody reads are none.

    A number is read as a number without its counter's own reading (3日 counts as サンニチ, not ミッカ): off by one
    or two morae. What the dictionary cannot read counts as one mora a letter.
    """
    plain = unicodedata.normalize("NFKC", text)
    spoken = _NUMBER.sub(lambda found: _number(found.group()), plain)
    return sum(_of_word(token.reading or token.surface, token.surface) for token in tokens(spoken))


def _of_word(reading: str, surface: str) -> int:
    kana = jaconv.hira2kata(reading)
    if not _KANA.search(kana):
        kana = jaconv.hira2kata(surface)
    if _KANA.search(kana):
        return sum(1 for letter in kana if _KANA.match(letter) and letter not in _SMALL)
    return sum(1 for letter in surface if unicodedata.category(letter)[0] in "LN")


def digits_read(number: str) -> str:
    """A telephone number as it is said: 188 is イチハチハチ; a hyphen is ノ. Katakana."""
    return "".join("ノ" if sign == "-" else _DIGITS[int(sign)] for sign in number)


def _number(text: str) -> str:
    whole, _point, part = text.replace(",", "").partition(".")
    if len(whole) > 12:
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
