"""The parts of a known address under which it can stand in a text: whole, from the city or town on, building, room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cases import words
from cases.protection.redaction.view import view_of

_PREFECTURE = re.compile(r"(?:東京都|北海道|(?:京都|大阪)府|[一-龥]{2,3}県)")
_CITY = re.compile(
    r"(?:(?:四日市|廿日市|野々市|八日市|余市|高市|市川|市原)市?(?:市|郡|町)?[一-龥]{0,3}?(?:区|町|村)?(?=.)|[一-龥ぁ-んァ-ヶ]{1,5}?郡[一-龥ぁ-んァ-ヶ]{1,6}?[町村]"
    r"|[一-龥ぁ-んァ-ヶ]{1,6}?市(?:[一-龥]{1,3}区)?|[一-龥]{1,4}?区|[一-龥ぁ-んァ-ヶ]{1,4}?[町村])"
)
_DIGIT = r"[0-9〇一二三四五六七八九十百]"
_NUMBER = re.compile(r"[0-9]+")
_BLOCK = re.compile(
    r"(?:第?[0-9]+|[〇一二三四五六七八九十百]+(?=丁目|番|号|-))(?:\s?(?:丁目|番地の?|番|号(?!室)|[-‐‑‒–—―−ーの])?\s?[0-9]+)*(?:丁目|番地|番|号(?!室))?"
)
_JOINT = r"\s?(?:丁目|番地の?|番の?|号|[-‐‑‒–—―−ーのノ])?\s?"
_KANJI_NUMBERS = "〇一二三四五六七八九"


@dataclass
class AddressForms:
    """Forms of one address; `found_in` gives their places in a view's text."""

    address: str
    city: str = field(init=False, default="")
    town: str = field(init=False, default="")
    numbers: tuple[str, ...] = field(init=False, default=())
    building: str = field(init=False, default="")
    lead: str = field(init=False, default="")

    def __post_init__(self) -> None:
        plain = re.sub(r"^\s*〒?\s?[0-9]{3}[-‐−ー]?[0-9]{4}\s*", "", view_of(self.address).text.strip())
        block = _BLOCK.search(plain)
        head, tail = (plain[: block.start()], plain[block.end() :]) if block else (plain, "")
        head = "".join(head.split())
        prefecture = _PREFECTURE.match(head)
        self.lead = prefecture.group() if prefecture else ""
        rest = head[len(self.lead) :]
        city = _CITY.match(rest)
        # "本町" alone is a town, not a city: a city must leave a town behind it.
        self.city = city.group() if city and (len(rest) > city.end()) else ""
        self.town = rest[len(self.city) :]
        self.numbers = (
            tuple(_arabic(number) for number in re.findall(rf"{_DIGIT}+", block.group())) if block else ()
        )
        self.building = "".join(re.sub(r"[0-9A-Za-z]*\s?(?:号室|号|階|F)?\s*$", "", tail).split())

    def found_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Half-open ranges of the address and its telling parts; they may overlap."""
        if self.town and self.town[:2] in text:
            yield from (
                (hit.start(), hit.end()) for hit in re.finditer(self._place(), text) if self._tells(hit)
            )
        if len(self.building) >= 3 and self.building[:2] in text:
            pattern = r"\s?".join(map(re.escape, self.building)) + r"(?:\s?[A-Za-z]?[0-9]{1,5}(?:\s?号室?)?)?"
            yield from ((hit.start(), hit.end()) for hit in re.finditer(pattern, text))

    def _place(self) -> str:
        town = r"\s?".join(map(re.escape, self.town))
        lead = (rf"(?:{re.escape(self.lead)}\s?)?" if self.lead else "") + (
            rf"(?:{re.escape(self.city)}\s?)?" if self.city else ""
        )
        block = ""
        for number in reversed(self.numbers):
            block = rf"(?:{_JOINT}(?:{_spellings(number)})(?!{_DIGIT}){block})?"
        return rf"(?P<lead>{lead}){town}(?P<block>{block}(?:\s?(?:丁目|番地|番|号(?!室)))?)"

    def _tells(self, hit: re.Match[str]) -> bool:
        """A town alone tells only where it is no everyday word; with city or number it always does."""
        if _NUMBER.search(hit.group("block")) or re.search(rf"{_DIGIT}(?:丁目|番|号)", hit.group("block")):
            return True
        if hit.group("lead"):
            return self.city == "" or self.city in "".join(hit.group("lead").split())
        return len(self.town) > 2 and not words.kinds(self.town) & {"普通名詞", "姓", "名"}


def _arabic(number: str) -> str:
    if number.isascii():
        return str(int(number))
    if "百" in number or "十" in number:
        hundreds, _, rest = number.rpartition("百")
        tens, ten, ones = rest.rpartition("十")
        value = 100 * (_digit(hundreds or "一") if "百" in number else 0)
        value += (10 * _digit(tens or "一") if ten else 0) + _digit(ones or "〇")
        return str(value)
    return str(int("".join(str(_digit(letter)) for letter in number)))


def _digit(letter: str) -> int:
    return max(0, _KANJI_NUMBERS.find(letter[-1:]))


def _spellings(number: str) -> str:
    """A number as digits or in kanji, up to 99 in the positional way."""
    value = int(number)
    kanji = "".join(_KANJI_NUMBERS[int(digit)] for digit in number)
    if 9 < value < 100:
        tens, ones = divmod(value, 10)
        kanji = (
            ("" if tens == 1 else _KANJI_NUMBERS[tens]) + "十" + ("" if ones == 0 else _KANJI_NUMBERS[ones])
        )
    return rf"0?{number}|{kanji}"
