"""Marked personal values, and the search for them in bytes, in every form in which they could lie there.

A marked value is made up, unlike any other text, and belongs to one kind. The scanner knows UTF-8, UTF-16 both ways,
CP932, EUC-JP, base64 at its three offsets, percent and JSON escapes, and the NFKC form of each.
"""

import base64
import itertools
import json
import random
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FAMILY: Final = (
    "鬼塚", "蛯沢", "雲母坂", "埴原", "犬養", "榎並", "釘宮", "轟木", "蓑輪", "薬袋", "猿渡", "鵜殿", "栂野", "沓掛",
    "鰐部", "簗瀬", "蔀", "樗木", "椨田", "檮原",
)  # fmt: skip
GIVEN: Final = (
    "紗都香", "翠蓮", "龍之輔", "嘉寿枝", "菫子", "惣右衛門", "瑠衣斗", "亜耶乃", "蓮太朗", "千恵蔵",
)  # fmt: skip
KANA: Final = (
    "オニヅカ", "エビサワ", "キララザカ", "ハニハラ", "イヌカイ", "エナミ", "クギミヤ", "トドロキ", "ミノワ", "ミナイ",
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    kind: str
    value: str


def marks(seed: int = 1, count: int = 200) -> list[Mark]:
    """`count` distinct values: names, kana, phones, addresses, mails, accounts, cards and sentences."""
    dice = random.Random(seed)
    names = [f"{family}{given}" for family, given in itertools.product(FAMILY, GIVEN)]
    dice.shuffle(names)
    found: list[Mark] = []
    for number in range(count):
        kind = ("name", "kana", "phone", "address", "mail", "account", "card", "sentence")[number % 8]
        found.append(Mark(kind, _value(kind, number, names[number % len(names)], dice)))
    return found


def _value(kind: str, number: int, name: str, dice: random.Random) -> str:
    match kind:
        case "kana":
            given = f"{dice.choice('アイウエオカキク')}{dice.choice('サシスセソ')}ノスケ{_kana(number)}"
            return KANA[number % len(KANA)] + given
        case "phone":
            return f"080-7{number:03d}-{dice.randrange(10**4):04d}"
        case "address":
            block = f"{number + 1}-{dice.randrange(90) + 1}-{dice.randrange(90) + 1}"
            return f"藍染町{block}コーポ{_kana(number)}{number + 101}号室"
        case "mail":
            return f"marked.person.{number:03d}@kojin-{dice.randrange(10**6):06d}.example"
        case "account":
            return f"口座番号 {7_000_000 + number * 37 + dice.randrange(30)}"
        case "card":
            return _luhn(f"4539{dice.randrange(10**11):011d}")
        case "sentence":
            return f"{name}さんは{number}年前に大病をして今も杖をついて暮らしている"
    return name


def _kana(number: int) -> str:
    letters = "アカサタナハマヤラワ"
    return "".join(letters[int(digit)] for digit in f"{number:03d}")


def _luhn(digits: str) -> str:
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(digits[::-1])
    )
    return digits + str(-total % 10)


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """(name of the form, bytes) of everything that a reader could turn back into the value."""
    for spelled in dict.fromkeys(
        (value, unicodedata.normalize("NFKC", value), unicodedata.normalize("NFD", value))
    ):
        for codec in ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp"):
            try:
                yield codec, spelled.encode(codec)
            except UnicodeEncodeError:
                continue
        raw = spelled.encode()
        for shift in range(3):
            # The characters at the edges depend on the neighbours; what is between them does not.
            code = base64.b64encode(b"\0" * shift + raw)
            yield f"base64+{shift}", code[4 if shift else 0 : len(code) - 4]
        yield "percent", urllib.parse.quote(spelled).encode()
        yield "json", json.dumps(spelled).strip('"').encode()
        yield "hex", raw.hex().encode()
    digits = "".join(character for character in value if character.isdigit())
    if len(digits) >= 10:
        yield "digits", digits.encode()


@dataclass(frozen=True)
class Find:
    """A marked value met where it must not be."""

    mark: Mark
    form: str
    place: str


class Scanner:
    """Looks for all marks in many places."""

    def __init__(self, wanted: Iterable[Mark]) -> None:
        self._needles = [
            (mark, form, needle) for mark in wanted for form, needle in forms(mark.value) if len(needle) >= 6
        ]
        self.finds: list[Find] = []
        self.scanned: dict[str, int] = {}

    def bytes(self, place: str, data: bytes) -> None:
        self.scanned[place] = self.scanned.get(place, 0) + len(data)
        for mark, form, needle in self._needles:
            if needle in data:
                self.finds.append(Find(mark, form, place))

    def folder(self, folder: Path) -> None:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                self.bytes(str(file.relative_to(folder)), file.read_bytes())
