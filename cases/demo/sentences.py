"""The sentences that made-up cases are told in, by 手口, and what each of them fixes of the card.

A counsellor codes from what is told. So a sentence that says it names the goods that it speaks of, the 販売購入形態
that it implies, a further 手口 and the 内容別分類 that somebody would code from it; most say little. The places of the
sentences in their lists stay: `benchmarks/similar/told.txt` refers to them. New ones go to the end.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).with_name("blocks")
_GOODS: Final = Path(__file__).with_name("goods.csv")
PARTS: Final = ("opening", "how", "now", "wish", "advice")


@dataclass(frozen=True)
class Says:
    """What one sentence fixes; nothing where it is empty."""

    items: frozenset[str] = frozenset()
    """Goods that it speaks of, as `goods.csv` names them; one of these is what the case is about."""
    fits: frozenset[str] = frozenset()
    """Goods that it could also be told of, though it names none of them (an itch fits what is put on the skin)."""
    sales: str = ""
    scams: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()


NOTHING: Final = Says()


@dataclass(frozen=True)
class Blocks:
    """One file: sentences by their place, with what they may name and what they fix."""

    items: tuple[str, ...]
    products: tuple[str, ...]
    """The first is coded where no goods are named; the others now and then, when they were named and not noted."""
    sales: str
    """Coded where no sentence says another 販売購入形態; empty where nobody can know."""
    traders: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]] = field(hash=False)
    yen: tuple[int, int, int]
    says: Mapping[str, Says] = field(hash=False)
    """By the sentence; one that fixes nothing is not in it."""


@cache
def blocks(scam: str) -> Blocks:
    return read(FOLDER / f"{scam}.json")


def read(file: Path) -> Blocks:
    given: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Blocks(
        tuple(given["items"]),
        tuple(given["products"]),
        given["sales"],
        tuple(given["traders"]),
        {part: tuple(given[part]) for part in PARTS},
        (given["yen"][0], given["yen"][1], given["yen"][2]),
        {
            given[part][int(place)]: _says(said)
            for part, places in given["says"].items()
            for place, said in places.items()
        },
    )


def _says(given: Mapping[str, Any]) -> Says:
    return Says(
        frozenset(given.get("items", ())),
        frozenset(given.get("fits", ())),
        given.get("sales", ""),
        tuple(given.get("scams", ())),
        tuple(given.get("issues", ())),
    )


@cache
def products() -> Mapping[tuple[str, str], str]:
    """(手口, goods as they are named) → 商品・役務."""
    with _GOODS.open(encoding="utf-8", newline="") as file:
        return {(row["scam"], row["item"]): row["product"] for row in csv.DictReader(file)}
