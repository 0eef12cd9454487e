"""Codes of before beside those of today: which count as which, and which compare with none.

`goods_of_2021.csv` is the shipped table: a goods class of before April 2021, the class of today that it counts under
(several may share one), and why. No published table of the whole change could be read, so a class counts under another
only where its name went on or is known to have been changed, and stands for itself, "not comparable", everywhere else.
A centre may set another table, of any code set (`code_maps`). Counting under a code of today bridges no break: what
lies before the day is still parted from what lies behind it (`breaks`).
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records.codes import Kind

_TABLE: Final = Path(__file__).with_name("goods_of_2021.csv")
KIND: Final = Kind.PRODUCT
BASES: Final[Mapping[str, str | Promise]] = {
    "SAME_NAME": _("同じ名前の分類"),
    "RENAMED": _("名前が変わった分類"),
    "MOVED_OUT": _("デジタルコンテンツがほかの分類へ移った"),
    "MOVED_IN": _("デジタルコンテンツが移ってきた"),
    "SPLIT": _("いくつかの分類に分かれた"),
    "REST": _("ほかに入らないものを集めた分類"),
    "UNKNOWN": _("今のどの分類にあたるか公表されていない"),
}
_BY_THE_CENTRE: Final = _("センターが決めた読み替え")


@dataclass(frozen=True)
class Reclassified:
    """`new`: the class of today, empty where none compares. `basis`: why, one of BASES."""

    old: str
    new: str
    basis: str


@dataclass(frozen=True)
class CodeMap:
    """Of each kind the codes of before, and what each counts under; "" where nothing compares.

    `number` is the version of the centre's own table, 0 the shipped one.
    """

    number: int
    by_kind: Mapping[str, Mapping[str, str]]

    def of(self, kind: str) -> Mapping[str, str]:
        return self.by_kind.get(kind, {})

    def counted_as(self, kind: str, code: str) -> str:
        """The code that this one counts under: itself where it is of today, or where none compares."""
        return self.of(kind).get(code) or code

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """(kind, old, new), in the order of kinds and codes in which they were given."""
        return [(kind, old, new) for kind, held in self.by_kind.items() for old, new in held.items()]


def map_of(number: int, lines: Iterable[Iterable[str]]) -> CodeMap:
    """From lines as they are kept."""
    by_kind: dict[str, dict[str, str]] = {}
    for kind, old, new in lines:
        by_kind.setdefault(kind, {})[old] = new
    return CodeMap(number, by_kind)


@cache
def goods() -> Mapping[str, Reclassified]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["old"]: Reclassified(**row) for row in csv.DictReader(file)}


@cache
def shipped() -> CodeMap:
    return CodeMap(0, {KIND.value: {old: row.new for old, row in goods().items()}})


def counted_as(code: str) -> str:
    """The code of today that a 商品・役務 counts under by the shipped table."""
    return shipped().counted_as(KIND.value, code)


def basis_of(kind: str, old: str, new: str) -> str:
    """Why it counts as it does, in the reader's language."""
    found = goods().get(old) if kind == KIND else None
    return str(BASES[found.basis] if found is not None and found.new == new else _BY_THE_CENTRE)
