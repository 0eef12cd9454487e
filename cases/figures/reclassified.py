"""Goods classes of before April 2021 beside those of today: which count as which, and which compare with none.

`goods_of_2021.csv` is the table: a class of before, the class of today that it counts under (several may share one),
and why. No published table of the whole change could be read, so a class counts under another only where its name went
on or is known to have been changed, and stands for itself, "not comparable", everywhere else. Counting under a class of
today bridges no break: what lies before the day is still parted from what lies behind it (`breaks`).
"""

import csv
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Reclassified:
    """`new`: the class of today, empty where none compares. `basis`: why, one of BASES."""

    old: str
    new: str
    basis: str


@cache
def goods() -> Mapping[str, Reclassified]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["old"]: Reclassified(**row) for row in csv.DictReader(file)}


def counted_as(code: str) -> str:
    """The code of today that a 商品・役務 counts under: itself where it is one, or where none compares."""
    found = goods().get(code)
    return found.new if found is not None and found.new else code


def basis_of(old: str) -> str:
    """Why it counts as it does, in the reader's language; empty for a code that is in the table no more."""
    found = goods().get(old)
    return str(BASES[found.basis]) if found is not None else ""
