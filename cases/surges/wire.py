"""Series and settings as JSON, for `manage.py surges` and whoever sends series from elsewhere.

One item: `observed` (numbers ≥ 0 or null), `freq`, `epochAsDate` with `first_date` or `dates`, `control` (settings as
R names them; what is absent has R's default), `range` [first, last], from 1 and both included. Other keys are ignored.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from cases.surges.baseline import DAILY, MONTHLY, WEEKLY, Timeline
from cases.surges.farrington import Method, Points, Reason, Settings, of_one_series
from cases.surges.fitting import Floats, Indices

_POWERS: Final = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}
_MOST_POINTS: Final = 100_000
_MOST_CASES: Final = 10**15
_MOST_YEARS: Final = 100
_LARGEST: Final = 1e300
_ALPHAS: Final = (1e-15, 0.999999)
"""Below the first, 1 − alpha is 1 and no count is above the bound."""


class NotUnderstood(Exception):
    """An item that is not what is expected; says where and what was expected, never what was given."""


@dataclass(frozen=True)
class Item:
    """One series with its settings; `first` and `last` from 0."""

    observed: Floats
    timeline: Timeline
    settings: Settings
    first: int
    last: int
    exposure: Floats | None


def read(given: object) -> Item:
    """Raises NotUnderstood."""
    if not isinstance(given, dict):
        raise NotUnderstood("expected a JSON object")
    observed = _numbers(given.get("observed"), "observed")
    if not len(observed):
        raise NotUnderstood("observed: expected at least one number")
    control = given.get("control") or {}
    if not isinstance(control, dict):
        raise NotUnderstood("control: expected an object")
    timeline, settings = _timeline(given, len(observed)), _settings(control)
    first, last = _range(
        given.get("range"), len(observed), timeline.freq * settings.years + settings.half_window
    )
    exposure = None
    if _flag(control, "control.populationOffset", default=False) and given.get("population") is not None:
        exposure = _numbers(given["population"], "population")
        if len(exposure) != len(observed):
            raise NotUnderstood("population: expected as many numbers as in observed")
        exposure = np.where(np.isnan(exposure), 0.0, exposure)
    return Item(observed, timeline, settings, first, last, exposure)


def answered(item: Item) -> Points:
    return of_one_series(
        item.observed, item.timeline, item.settings, item.first, item.last, exposure=item.exposure
    )


def write(points: Points) -> dict[str, list[float | int | None]]:
    """Arrays as long as the range. Where a point was not evaluated all four are null; too large a mean is no alarm."""
    return {
        "upper": _listed(points.upper),
        "expected": _listed(points.expected),
        "alarm": _listed(points.alarm),
        "pvalue": _listed(points.probability),
    }


def left_out(points: Points) -> dict[str, int]:
    """How many points were not evaluated, by reason."""
    reasons, counts = np.unique(points.reason, return_counts=True)
    return {
        Reason(reason).name: count
        for reason, count in zip(reasons.tolist(), counts.tolist(), strict=True)
        if reason != Reason.EVALUATED
    }


def _listed(values: Floats) -> list[float | int | None]:
    return [
        None if not math.isfinite(value) else int(value) if value.is_integer() else value
        for value in values.tolist()
    ]


def _numbers(given: object, where: str) -> Floats:
    """Numbers ≥ 0; null and NaN are not known."""
    if not isinstance(given, list) or len(given) > _MOST_POINTS:
        raise NotUnderstood(f"{where}: expected a list of at most {_MOST_POINTS} numbers")
    found = np.full(len(given), np.nan)
    for at, value in enumerate(given):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        if not _is_number(value) or not 0 <= value <= _MOST_CASES:
            raise NotUnderstood(f"{where}: expected numbers from 0 up, or null, at place {at + 1}")
        found[at] = value
    return found


def _timeline(given: Mapping[str, Any], length: int) -> Timeline:
    freq = _whole(given, "freq", WEEKLY, 1, 10_000)
    if not _flag(given, "epochAsDate", default=False):
        return Timeline(length, freq)
    if freq not in (WEEKLY, MONTHLY, DAILY):
        raise NotUnderstood(f"freq: expected {WEEKLY}, {MONTHLY} or {DAILY} where epochAsDate is true")
    if length < 2:
        raise NotUnderstood("observed: expected at least two numbers where epochAsDate is true")
    dates = given.get("dates")
    if dates is None:
        return Timeline(length, freq, _days_from(_day(given.get("first_date"), "first_date"), freq, length))
    if not isinstance(dates, list) or len(dates) != length:
        raise NotUnderstood("dates: expected as many dates as numbers in observed")
    days = np.array([_day(day, "dates").toordinal() for day in dates], dtype=np.int64)
    if np.any(np.diff(days) <= 0):
        raise NotUnderstood("dates: expected rising dates")
    return Timeline(length, freq, days)


def _days_from(first: date, freq: int, length: int) -> Indices:
    if freq == MONTHLY:
        if first.day > 28:
            raise NotUnderstood("first_date: expected a day until the 28th of a month, or give dates")
        months = [first.year * 12 + first.month - 1 + step for step in range(length)]
        if months[-1] // 12 > date.max.year:
            raise NotUnderstood("first_date: expected a date that leaves room for the series")
        return np.array(
            [date(month // 12, month % 12 + 1, first.day).toordinal() for month in months], dtype=np.int64
        )
    days = first.toordinal() + np.arange(length, dtype=np.int64) * (7 if freq == WEEKLY else 1)
    if days[-1] > date.max.toordinal():
        raise NotUnderstood("first_date: expected a date that leaves room for the series")
    return days


def _settings(control: Mapping[str, Any]) -> Settings:
    half_window = _whole(control, "control.w", 3, 0, 1_000)
    return Settings(
        years=_whole(control, "control.b", 5, 1, _MOST_YEARS),
        half_window=half_window,
        periods=_whole(control, "control.noPeriods", 1, 1, 400),
        excluded=_whole(control, "control.pastWeeksNotIncluded", half_window, 0, _MOST_POINTS),
        reweights=_flag(control, "control.reweight", default=True),
        weights_threshold=_real(control, "control.weightsThreshold", 2.58, 0, _LARGEST),
        with_trend=_flag(control, "control.trend", default=True),
        trend_probability=_real(control, "control.pThresholdTrend", 0.05, 0, _LARGEST),
        method=_method(control.get("thresholdMethod")),
        power=_power(control.get("powertrans")),
        alpha=_real(control, "control.alpha", 0.05, *_ALPHAS),
        fewest=_fewest(control.get("limit54")),
    )


def _method(given: object) -> Method:
    try:
        return Method.DELTA if given is None else Method(str(given))
    except ValueError:
        raise NotUnderstood(f"control.thresholdMethod: expected one of {', '.join(Method)}") from None


def _power(given: object) -> float:
    if given is None:
        return _POWERS["2/3"]
    if not isinstance(given, str) or given not in _POWERS:
        raise NotUnderstood(f"control.powertrans: expected one of {', '.join(_POWERS)}")
    return _POWERS[given]


def _fewest(given: object) -> tuple[float, int]:
    if given is None:
        return Settings.fewest
    if not isinstance(given, list) or len(given) != 2 or not all(_is_number(part) for part in given):
        raise NotUnderstood("control.limit54: expected two numbers")
    least, points = given
    if not (0 <= least <= _MOST_CASES and 1 <= points <= _MOST_POINTS and points == int(points)):
        raise NotUnderstood(
            "control.limit54: expected cases from 0 up and a whole number of points from 1 up"
        )
    return float(least), int(points)


def _range(given: object, length: int, default_first: int) -> tuple[int, int]:
    if given is None:
        if default_first >= length:
            raise NotUnderstood("range: expected, since the series is too short for the default")
        return default_first, length - 1
    if not isinstance(given, list) or len(given) != 2 or not all(_is_whole(end) for end in given):
        raise NotUnderstood("range: expected the first and the last place, counted from 1")
    first, last = (int(end) for end in given)
    if not 1 <= first <= last <= length:
        raise NotUnderstood(f"range: expected places between 1 and {length}, the first not after the last")
    return first - 1, last - 1


def _day(given: object, where: str) -> date:
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        raise NotUnderstood(f"{where}: expected a date such as 2026-04-06") from None


def _whole(given: Mapping[str, Any], key: str, default: int, least: int, most: int) -> int:
    value = given.get(key.rpartition(".")[2])
    if value is None:
        return default
    if not _is_whole(value) or not least <= value <= most:
        raise NotUnderstood(f"{key}: expected a whole number from {least} to {most}")
    return int(value)


def _real(given: Mapping[str, Any], key: str, default: float, least: float, most: float) -> float:
    value = given.get(key.rpartition(".")[2])
    if value is None:
        return default
    if not _is_number(value) or not least <= value <= most:
        raise NotUnderstood(f"{key}: expected a number between {least:g} and {most:g}")
    return float(value)


def _flag(given: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = given.get(key.rpartition(".")[2])
    if value is None:
        return default
    if not isinstance(value, bool):
        raise NotUnderstood(f"{key}: expected true or false")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and abs(value) <= _MOST_CASES and value == int(value)


def answers(given: Sequence[object]) -> list[tuple[dict[str, list[float | int | None]], dict[str, int]]]:
    """Each item's answer with what was left out of it, in the order given. Raises NotUnderstood naming the item."""
    items = []
    for number, one in enumerate(given, start=1):
        try:
            items.append(read(one))
        except NotUnderstood as refused:
            raise NotUnderstood(f"item {number}: {refused}") from None
    points = [answered(item) for item in items]
    return [(write(one), left_out(one)) for one in points]
