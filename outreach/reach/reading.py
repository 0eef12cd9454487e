"""What outreach reached: old residents per district, days to a bulletin, calls from watchers, calls before and after.

Counts alone; who came is counted as often as they came. Everything is as of now, nothing is kept.
"""

import statistics
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from cases.figures import columns, counting, population
from cases.figures.counting import RECEIVED_ON, Axis, Selection
from cases.figures.dimensions import DIMENSIONS, SENIOR, current_scam
from cases.figures.layout import day_number
from cases.figures.need.effect import Effect, Held, effect
from cases.figures.still import still
from cases.figures.surge_log.models import SurgeWave
from cases.law import calendar
from cases.records.centre import Centre
from cases.records.worries import Worry
from outreach.bulletins.models import Bulletin
from outreach.lectures.kinds import IN_TOTAL
from outreach.lectures.models import Lecture
from outreach.planning.gathering import groups_of, months_before

HALF_YEAR: Final = timedelta(weeks=26)
EFFECT_YEARS: Final = 3
_SENIORS_FROM: Final = 65


@dataclass(frozen=True)
class Reached:
    """Of residents of 65 and older (None: unknown, or of no district) those who came, each time counted.

    `sessions` are those of lectures and events; whoever came to something else (`others`) is in `came` too.
    """

    area: str
    seniors: int | None
    came: float
    sessions: int
    others: int

    @property
    def share(self) -> float | None:
        return min(self.came / self.seniors, 1.0) if self.seniors else None


@dataclass(frozen=True)
class Reach:
    """District by district; what was held without one (None where nothing was); all together."""

    districts: Sequence[Reached]
    nowhere: Reached | None
    whole: Reached


@dataclass(frozen=True)
class _Held:
    """`area` is empty where it is none of the centre's."""

    area: str
    came: float
    sessions: int
    others: int


def reached(centre: Centre, on: date, months: int) -> Reach:
    """In so many months up to the day. Three queries."""
    areas = list(centre.areas.order_by("position", "code").values_list("code", flat=True))
    people = population.people({centre.pk}, on)
    held = list(_held_for_seniors(centre, months_before(on, months), on, areas))

    def sum_of(area: str, rows: Sequence[_Held]) -> Reached:
        return Reached(
            area,
            people.between(_SENIORS_FROM, areas=(area,)) if people and area else None,
            round(sum(row.came for row in rows), 1),
            sum(row.sessions for row in rows),
            sum(row.others for row in rows),
        )

    nowhere = [row for row in held if not row.area]
    return Reach(
        [sum_of(area, [row for row in held if row.area == area]) for area in areas],
        sum_of("", nowhere) if nowhere else None,
        sum_of(population.ALL, held),
    )


def _held_for_seniors(centre: Centre, first: date, last: date, areas: Sequence[str]) -> Iterator[_Held]:
    """Of a lecture for several age groups an equal part counts: residents of the others are not asked for."""
    rows = Lecture.objects.filter(
        centre=centre, state=Lecture.State.DONE, held_on__gte=first, held_on__lte=last
    ).values_list("age_group", "audience", "area", "people", "sessions", "result_kind")
    for group, audience, area, people, sessions, kind in rows:
        groups = groups_of(group, audience)
        if SENIOR in groups:
            count, is_session = sessions or 0, kind in IN_TOTAL
            yield _Held(
                area if area in areas else "",
                (people or 0) / len(groups),
                count if is_session else 0,
                0 if is_session else count,
            )


@dataclass(frozen=True)
class Answered:
    """A surge and the first bulletin on it: `days` from the day it was noticed to the day of issue."""

    wave: uuid.UUID
    topic: str
    noticed_on: date
    bulletin: uuid.UUID
    title: str
    issued_on: date

    @property
    def days(self) -> int:
        return (self.issued_on - self.noticed_on).days


def answered(centre: Centre, on: date, months: int) -> list[Answered]:
    """The newest first, of bulletins of so many months that began at a surge. Two queries."""
    rows = Bulletin.objects.filter(
        centre=centre, wave__isnull=False, issued_at__date__gte=months_before(on, months)
    ).order_by("issued_at")
    found = list(rows.values_list("wave", "uid", "title", "issued_at"))
    waves = {
        wave.uid: wave for wave in SurgeWave.objects.filter(centre=centre, uid__in=[row[0] for row in found])
    }
    first: dict[uuid.UUID, Answered] = {}
    for wave_uid, uid, title, issued_at in found:
        wave = waves.get(wave_uid) if wave_uid else None
        if wave is not None and wave_uid is not None and issued_at is not None:
            noticed, issued = calendar.local_date(wave.noticed_at), calendar.local_date(issued_at)
            first.setdefault(wave_uid, Answered(wave_uid, wave.scam, noticed, uid, title, issued))
    return sorted(first.values(), key=lambda one: one.issued_on, reverse=True)


def middle_days(of: Sequence[Answered]) -> int | None:
    """The median; the lower of the two in the middle."""
    return int(statistics.median_low([one.days for one in of])) if of else None


def watchers(centre: Centre, on: date) -> tuple[int, int]:
    """(reports from watchers, those that are cases) of the year that ends with the day. One query."""
    rows = Worry.objects.filter(centre=centre, received_on__gt=months_before(on, 12), received_on__lte=on)
    became = [getattr(row, "became_uid", None) for row in rows.with_case().defer(*Worry.SEALED)]
    return len(became), sum(uid is not None for uid in became)


# --- Calls before and after --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TopicEffect:
    topic: str
    effect: Effect


def effects(centre: Centre, on: date) -> list[TopicEffect]:
    """Per 手口 with lectures in a district that are half a year past; those that can be told first."""
    first = months_before(on, 12 * EFFECT_YEARS)
    rows = Lecture.objects.filter(
        centre=centre, state=Lecture.State.DONE, kind__in=IN_TOTAL, held_on__gte=first
    )
    held: dict[str, list[tuple[str, date]]] = {}
    for theme, area, day in rows.exclude(theme="").exclude(area="").values_list("theme", "area", "held_on"):
        held.setdefault(current_scam(theme), []).append((area, day))
    if not held:
        return []
    areas = list(centre.areas.values_list("code", flat=True))
    daily = _daily(centre, list(held), areas, first - HALF_YEAR, on)
    found = [
        TopicEffect(
            topic,
            effect(
                list(_held(lectures, daily[n], areas, first - HALF_YEAR, on)),
                _quiet(lectures, daily[n], areas),
            ),
        )
        for n, (topic, lectures) in enumerate(held.items())
    ]
    return sorted(found, key=lambda one: (not one.effect.can_tell, -one.effect.lectures, one.topic))


def _daily(
    centre: Centre, topics: Sequence[str], areas: Sequence[str], start: date, on: date
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """手口 × district × day of [start, on]."""
    end = on + timedelta(days=1)
    days = (end - start).days
    with still():
        facts = columns.read()
        scam, codes = DIMENSIONS["scam_main"].axis(facts, start, end)
        area, known = DIMENSIONS["area"].axis(facts, start, end)
        day = Axis(RECEIVED_ON, np.arange(days), days, base=day_number(start))
        counts = counting.count(facts, Selection(frozenset({centre.pk}), start, end), [scam, area, day])
    found = np.zeros((len(topics), len(areas), days), dtype=np.int64)
    for n, topic in enumerate(topics):
        for m, code in enumerate(areas):
            if topic in codes and code in known:
                found[n, m] = counts[codes.index(topic), known.index(code)]
    return found


def _quiet(
    lectures: Sequence[tuple[str, date]],
    daily: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    areas: Sequence[str],
) -> list[list[int]]:
    """Districts without a lecture on the 手口, half year by half year back from the last day."""
    had = {area for area, _day in lectures}
    rows = [n for n, area in enumerate(areas) if area not in had]
    half = HALF_YEAR.days
    whole = daily[rows][:, daily.shape[1] % half :]
    halves: list[list[int]] = whole.reshape(len(rows), daily.shape[1] // half, half).sum(axis=2).tolist()
    return halves


def _held(
    lectures: Sequence[tuple[str, date]],
    daily: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    areas: Sequence[str],
    start: date,
    on: date,
) -> Iterable[Held]:
    """Each lecture whose half year after is over, beside the districts without one from half a year before to after.

    Of several in one district within half a year the first counts.
    """
    last: dict[str, date] = {}
    for area, day in sorted(lectures, key=lambda one: one[1]):
        if area not in areas or day + HALF_YEAR > on:
            continue
        if area in last and day < last[area] + HALF_YEAR:
            continue
        last[area] = day
        near = {other for other, held_on in lectures if abs(held_on - day) < HALF_YEAR}
        at, half = (day - start).days, HALF_YEAR.days
        before, after = daily[:, at - half : at].sum(axis=1), daily[:, at + 1 : at + 1 + half].sum(axis=1)
        others = [
            (int(before[n]), int(after[n]))
            for n, other in enumerate(areas)
            if other not in near and before[n] + after[n]
        ]
        own = areas.index(area)
        yield Held(int(before[own]), int(after[own]), others)
