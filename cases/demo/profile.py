"""How often what occurs, as published or (where it says so) assumed.

Fixed points: age and sex from the national figures of 2024 (令和7年版消費者白書; 国民生活センター 2024年度: those of
65 and more are 33.1 % of all and 38 % of those whose age is known), 18–19 with their peak in April to June. Assumed:
販売購入形態 between two prefectures' reports, 処理結果 (no published split was found), amounts, 手口 by age.
"""

import csv
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final, Generic, TypeVar

from cases.law import calendar
from cases.records import ages

T = TypeVar("T")
FIRST_FISCAL_YEAR: Final = 2021
_SCAMS: Final = Path(__file__).with_name("scams.csv")


class Mix(Generic[T]):
    """Values with their weights, of any sum."""

    def __init__(self, weights: dict[T, float]) -> None:
        self.values = tuple(weights)
        self._cumulated = tuple(accumulate(weights.values()))
        self.shares = {value: weight / self._cumulated[-1] for value, weight in weights.items()}

    def draw(self, rng: Random) -> T:
        return self.values[
            min(bisect(self._cumulated, rng.random() * self._cumulated[-1]), len(self.values) - 1)
        ]


# % of the contract parties, and the ages of each band; 30S … are years of age, both ends included.
AGE_BANDS: Final[dict[str, tuple[float, int, int]]] = {
    "UNDER_18": (0.7, 8, 17), "18_19": (1.1, 18, 19), "20S": (8.0, 20, 29), "30S": (8.6, 30, 39),
    "40S": (12.0, 40, 49), "50S": (15.3, 50, 59), "60_64": (8.2, 60, 64), "65_69": (7.0, 65, 69),
    "70_74": (8.2, 70, 74), "75_79": (7.6, 75, 79), "80_84": (6.1, 80, 84), "85_OVER": (4.2, 85, 97),
}  # fmt: skip
_UNKNOWN: Final = {ages.UNKNOWN: 11.2, ages.GROUP: 1.8}
YOUNG_ADULTS: Final = "18_19"

CHANNELS: Final = Mix(
    {
        "PHONE": 80.0,
        "VISIT": 17,
        "EMAIL_WEB": 2,
        "LETTER": 0.4,
        "FAX": 0.2,
        "ONLINE": 0.2,
        "OUTREACH_VISIT": 0.2,
    }
)
KINDS: Final = Mix({"COMPLAINT": 91.0, "INQUIRY": 7.6, "REQUEST": 1.4})
OUTCOMES: Final = Mix(
    {
        "ADVICE": 70.0,
        "INFORMATION": 15,
        "MEDIATED": 6,
        "REFERRED": 5,
        "MEDIATION_FAILED": 0.5,
        "IMPOSSIBLE": 1.5,
        "NOT_NEEDED": 2,
    }
)
"""Assumed: no published split of 処理結果 was found."""

_MONTHS: Final = {
    4: 1.05,
    5: 1.0,
    6: 1.08,
    7: 1.05,
    8: 0.96,
    9: 0.97,
    10: 1.04,
    11: 1.02,
    12: 0.94,
    1: 0.95,
    2: 0.97,
    3: 0.97,
}
_WEEKDAYS: Final = (1.25, 1.1, 1.05, 1.0, 1.02, 0.16, 0.06)
_HOLIDAY: Final = 0.06


@dataclass(frozen=True)
class Scam:
    """`affinity`: how much more often than on average, by age group; `sales`: its 販売購入形態."""

    code: str
    weight: float
    affinity: tuple[float, ...]
    male: float
    sales: Mix[str]

    @property
    def share(self) -> float:
        """Of all cases, before age, year and waves."""
        return self.weight / _all_weights()


@cache
def _all_weights() -> float:
    return sum(scam.weight for scam in scams())


@dataclass(frozen=True)
class Surge:
    """A wave planted on purpose, so that finding waves can be seen and tested: days in [start, end)."""

    scam: str
    start: date
    end: date
    factor: float
    least_age: int = 0


def surges(today: date) -> tuple[Surge, ...]:
    """点検商法 among those of 70 and older in the last six weeks; サポート詐欺 in the autumn of 2023."""
    return (
        Surge("INSPECTION", today - timedelta(weeks=6), today + timedelta(days=1), 9.0, least_age=70),
        Surge("SUPPORT_SCAM", date(2023, 10, 1), date(2023, 12, 16), 4.0),
    )


@cache
def scams() -> tuple[Scam, ...]:
    with _SCAMS.open(encoding="utf-8", newline="") as file:
        return tuple(_scam(row) for row in csv.DictReader(file))


def _scam(row: dict[str, str]) -> Scam:
    sales = dict(part.split(":") for part in row["sales"].split())
    return Scam(
        row["code"],
        float(row["weight"]),
        tuple(float(row[group]) for group in ("u18", "18_29", "30_49", "50_64", "65_74", "75_over")),
        float(row["male"]),
        Mix({code: float(weight) for code, weight in sales.items()}),
    )


# New tricks come and old ones fade: factor by fiscal year from 2021 on.
_COURSE: Final[dict[str, Sequence[float]]] = {
    "FAKE_POLICE": (0.1, 0.15, 0.3, 1.1, 1.9, 2.0), "SNS_INVESTMENT": (0.4, 0.6, 1.3, 1.6, 1.2, 1.0),
    "SNS_ROMANCE": (0.6, 0.8, 1.1, 1.3, 1.1, 1.0), "SUBSCRIPTION_TRAP": (0.9, 1.2, 1.1, 0.9, 0.9, 0.9),
    "INSPECTION": (0.6, 0.8, 1.0, 1.3, 1.3, 1.1), "PHISHING": (0.8, 0.9, 1.0, 1.1, 1.2, 1.2),
    "FICTITIOUS_BILL": (1.3, 1.1, 1.0, 0.9, 0.8, 0.8), "BEAUTY": (1.0, 1.4, 1.2, 0.9, 0.8, 0.8),
    "INFO_PRODUCT": (1.4, 1.2, 1.0, 0.8, 0.7, 0.6), "ENERGY_SWITCH": (1.5, 1.0, 0.8, 0.9, 1.0, 1.0),
}  # fmt: skip
_GROUP_STARTS: Final = (18, 30, 50, 65, 75)


@cache
def _scam_mix(fiscal_year: int, group: int, waves: tuple[tuple[str, float], ...]) -> Mix[Scam]:
    raised = dict(waves)
    weights = {}
    for scam in scams():
        course = _COURSE.get(scam.code)
        factor = course[min(max(fiscal_year - FIRST_FISCAL_YEAR, 0), len(course) - 1)] if course else 1.0
        affinity = scam.affinity[group] if group >= 0 else 1.0
        weights[scam] = scam.weight * affinity * factor * raised.get(scam.code, 1.0)
    return Mix(weights)


def draw_scam(rng: Random, day: date, age: int | None, planted: Sequence[Surge]) -> Scam:
    waves = tuple(
        (wave.scam, wave.factor)
        for wave in planted
        if wave.start <= day < wave.end
        and (not wave.least_age or (age is not None and age >= wave.least_age))
    )
    group = -1 if age is None else bisect(_GROUP_STARTS, age)
    return _scam_mix(calendar.fiscal_year(day), group, waves).draw(rng)


@cache
def _band_mix(is_spring: bool) -> Mix[str]:
    weights = {band: share for band, (share, _first, _last) in AGE_BANDS.items()} | _UNKNOWN
    # The year's mean of 18–19 stays 1.1 %: a quarter of the year at 1.75, the rest at 0.75.
    weights[YOUNG_ADULTS] *= 1.75 if is_spring else 0.75
    return Mix(weights)


def draw_band(rng: Random, day: date) -> tuple[str, int | None]:
    """(band, age); no age for 年齢不明 and 団体. One known age in nine is told as a decade alone."""
    band = _band_mix(day.month in (4, 5, 6)).draw(rng)
    if band in _UNKNOWN:
        return band, None
    _share, first, last = AGE_BANDS[band]
    return band, rng.randint(first, last)


def days(today: date) -> tuple[list[date], list[float]]:
    """The days from April 2021 to yesterday with their cumulated weights. Today stays free: its hours lie ahead."""
    found: list[date] = []
    weights: list[float] = []
    day = calendar.fiscal_year_range(FIRST_FISCAL_YEAR)[0]
    while day < today:
        closed = calendar.is_holiday(day) or (day.month, day.day) in {
            (12, 29),
            (12, 30),
            (12, 31),
            (1, 2),
            (1, 3),
        }
        growth = 0.94 + 0.025 * (calendar.fiscal_year(day) - FIRST_FISCAL_YEAR)
        found.append(day)
        weights.append(growth * _MONTHS[day.month] * (_HOLIDAY if closed else _WEEKDAYS[day.weekday()]))
        day += timedelta(days=1)
    return found, list(accumulate(weights))
