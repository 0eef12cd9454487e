"""Made-up people: names that fit their year of birth, numbers that nobody can have, addresses in a made-up city."""

import csv
from bisect import bisect
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

from cases.services.entry import PersonEntry

_NAMES: Final = Path(__file__).with_name("names.csv")
CITY: Final = "みどり市"


@dataclass(frozen=True)
class District:
    code: str
    label: str
    label_en: str
    weight: int


DISTRICTS: Final = (
    District("CHUO", "中央", "Chuo", 24),
    District("KITA", "北町", "Kitamachi", 16),
    District("MINAMI", "南町", "Minamimachi", 15),
    District("HIGASHI", "東町", "Higashimachi", 12),
    District("NISHI", "西町", "Nishimachi", 12),
    District("MIDORIGAOKA", "緑が丘", "Midorigaoka", 9),
    District("WAKABADAI", "若葉台", "Wakabadai", 8),
    District("KAWABATA", "川端", "Kawabata", 4),
)
BY_CODE: Final = {district.code: district for district in DISTRICTS}


@dataclass(frozen=True)
class Name:
    text: str
    kana: str


@cache
def _families() -> tuple[tuple[Name, ...], tuple[float, ...]]:
    """Families and their cumulated weights: the list is in order of frequency."""
    names = tuple(Name(row["name"], row["kana"]) for row in _rows("family"))
    return names, tuple(accumulate(1 / (place + 12) for place in range(len(names))))


@cache
def _given(sex: str, decade: int) -> tuple[Name, ...]:
    """Given names of people born around `decade`; all of the sex where the list has none."""
    rows = [row for row in _rows("given") if row["sex"] == sex]
    fitting = [row for row in rows if int(row["from"]) <= decade + 5 <= int(row["to"])]
    return tuple(Name(row["name"], row["kana"]) for row in fitting or rows)


@cache
def _rows(kind: str) -> list[dict[str, str]]:
    with _NAMES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


def family(rng: Random) -> Name:
    names, weights = _families()
    return names[bisect(weights, rng.random() * weights[-1])]


def given(rng: Random, *, sex: str, born: int) -> Name:
    return rng.choice(_given("M" if sex == "MALE" else "F", min(born // 10 * 10, 2010)))


def mobile(rng: Random) -> str:
    """A mobile number in a block that is given to nobody (090-0000)."""
    return f"0{rng.choice((7, 8, 9))}0-0000-{rng.randrange(10_000):04d}"


def landline(rng: Random) -> str:
    """No exchange begins with 0, so nobody can be called at these."""
    return f"042-000-{rng.randrange(10_000):04d}"


def trader_phone(rng: Random) -> str:
    prefix = rng.choice(("050-0000", "03-0000", "0120-000", "080-0000"))
    digits = 3 if prefix.startswith("0120") else 4
    return f"{prefix}-{rng.randrange(10**digits):0{digits}d}"


def address(rng: Random, district: str) -> str:
    label = BY_CODE[district].label if district in BY_CODE else rng.choice(("となり市本町", "はるか市港"))
    city = CITY if district in BY_CODE else ""
    return f"{city}{label}{rng.randint(1, 5)}-{rng.randint(1, 24)}-{rng.randint(1, 18)}"


def person(
    rng: Random, last: Name, *, sex: str, born: int, district: str, is_anonymous: bool = False
) -> PersonEntry:
    """Somebody of the family; an anonymous one leaves a number at most, and few tell everything."""
    first = given(rng, sex=sex, born=born)
    phone = mobile(rng) if rng.random() < (0.9 if born > 1965 else 0.45) else landline(rng)
    if is_anonymous:
        return PersonEntry(phone=phone if rng.random() < 0.3 else "")
    return PersonEntry(
        name=f"{last.text} {first.text}",
        kana=f"{last.kana} {first.kana}" if rng.random() < 0.6 else "",
        phone=phone if rng.random() < 0.92 else "",
        address=address(rng, district) if rng.random() < 0.55 else "",
        birth_date=date(born, rng.randint(1, 12), rng.randint(1, 28)) if rng.random() < 0.06 else None,
    )
