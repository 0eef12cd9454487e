"""What the planner is given: a year of facts, residents, losses, live alarms, alerts, and what was held.

Counts alone; nothing here opens a case. The year is the 52 weeks that end with a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from cases.figures import amount_classes, columns, counting, measures, population
from cases.figures.columns import Facts
from cases.figures.comparing import months_on
from cases.figures.counting import Selection
from cases.figures.dimensions import BLANK, DIMENSIONS, SENIOR, current_scam
from cases.figures.measures import Question
from cases.figures.need.inputs import WHOLE, Alarm, Bools, Floats, Inputs, Loss, Warning, spread_over
from cases.figures.need.weights import Weights
from cases.figures.questions import PAID_YEN, RECOVERED_YEN
from cases.figures.residents import OPEN
from cases.figures.still import still
from cases.figures.surge_log import reading
from cases.figures.trends import EVERYONE, MIDDLE, YOUNG, age_group
from cases.records.alerts import Alert
from cases.records.centre import Centre
from outreach import audiences
from outreach.bulletins.models import Bulletin
from outreach.lectures.kinds import IN_TOTAL
from outreach.lectures.models import Lecture

YEAR: Final = timedelta(weeks=52)
GROUPS: Final = (YOUNG, MIDDLE, SENIOR)
_AGES: Final = {YOUNG: (0, 30), MIDDLE: (30, 65), SENIOR: (65, OPEN)}
_NO_TYPE: Final = frozenset({BLANK, "UNCLASSIFIED", counting.ERASED})
_FEWEST_AMOUNTS: Final = 5
_FEWEST_DISTRICTS: Final = 2
_LEAST_YEARS: Final = 1 / 13
_LOSS_MONTHS: Final = 24
_NEW_AFTER: Final = timedelta(weeks=26)
"""A 手口 is new only where records go back so much further than the year."""


@dataclass(frozen=True)
class Gathered:
    """`as_of`: the last fact that was counted."""

    inputs: Inputs
    last_day: date
    as_of: int


@dataclass(frozen=True, eq=False)
class _Counted:
    """Cases of the year: 手口 × age group and none × district and none (the last of each is "none")."""

    topics: tuple[str, ...]
    typed: Floats
    every: Floats


def gather(centre: Centre, on: date, by: Weights) -> Gathered:
    """Everything as of the last fact saved; the year ends with the day `on`."""
    with still():
        facts = columns.read()
        return Gathered(_inputs(centre, on, facts, by), on, facts.as_of)


def _inputs(centre: Centre, on: date, facts: Facts, by: Weights) -> Inputs:
    districts = tuple(centre.areas.order_by("position", "code").values_list("code", flat=True))
    start, end = on + timedelta(days=1) - YEAR, on + timedelta(days=1)
    warnings = _warnings(centre, on)
    counted = _count(facts, centre, start, end, districts, {one.topic for one in warnings})
    residents = _residents(centre, start + YEAR / 2, districts)
    areas = districts
    if np.isfinite(residents[:, :-1]).any(axis=0).sum() < _FEWEST_DISTRICTS:
        areas, residents = (WHOLE,), residents[:, -1:]
        cases = counted.typed[:, : len(GROUPS)].sum(axis=2, keepdims=True)
        calls = counted.every[: len(GROUPS)].sum(axis=1, keepdims=True)
    else:
        residents = residents[:, :-1]
        cases = counted.typed[:, : len(GROUPS), :-1]
        calls = counted.every[: len(GROUPS), :-1]
    spanned = counting.days_spanned(facts, {centre.pk})
    alarms = _alarms(centre, end)  # an alarm of the day counts too
    live, alarmed = _live(alarms, counted.topics, areas, cases, residents)
    held = _held(centre, on, by, counted.topics, areas, residents)
    return Inputs(
        topics=counted.topics,
        groups=GROUPS,
        areas=areas,
        years=_years(spanned, start, end),
        cases=cases,
        residents=residents,
        live=live,
        alarmed=alarmed,
        reached=held.reached,
        general=held.general,
        bulletins=_bulletins(centre, months_before(on, by.reached_months), counted.topics),
        repeated=held.repeated,
        calls=calls,
        events=held.events,
        losses=_losses(centre, on, counted.topics),
        alarms=alarms,
        warnings=warnings,
        new=_new(facts, centre, start, spanned, counted.topics),
        placed=round(float(cases.sum())),
        total=round(float(counted.every.sum())),
    )


def _years(spanned: tuple[date, date] | None, start: date, end: date) -> float:
    """The part of the year that lies after the first case; never less than four weeks."""
    first = max(spanned[0], start) if spanned else start
    return max((end - first) / YEAR, _LEAST_YEARS)


def _count(
    facts: Facts, centre: Centre, start: date, end: date, districts: Sequence[str], wanted: Iterable[str]
) -> _Counted:
    scam, codes = DIMENSIONS["scam_main"].axis(facts, start, end)
    group = counting.by_word(facts, "age_band", lambda band: _place(GROUPS, age_group(band)))(len(GROUPS) + 1)
    area = counting.by_word(facts, "area", lambda code: _place(districts, code))(len(districts) + 1)
    counts = counting.count(facts, Selection(frozenset({centre.pk}), start, end), [scam, group, area])
    counts = counts.astype(np.float64)
    here = [n for n, code in enumerate(codes) if code not in _NO_TYPE and counts[n].any()]
    known = [codes[n] for n in here]
    others = sorted(set(wanted) - set(known))
    empty = np.zeros((len(others), *counts.shape[1:]))
    return _Counted((*known, *others), np.concatenate([counts[here], empty]), counts.sum(axis=0))


def _place(places: Sequence[str], code: str) -> int:
    """Where the code stands; behind the last for what is none of them."""
    return places.index(code) if code in places else len(places)


def _residents(centre: Centre, on: date, districts: Sequence[str]) -> Floats:
    """Age group × district, the whole municipality last; NaN where nobody knows."""
    people = population.people({centre.pk}, on)
    found = np.full((len(GROUPS), len(districts) + 1), np.nan)
    if people is None:
        return found
    for n, group in enumerate(GROUPS):
        for m, area in enumerate([*districts, population.ALL]):
            count = people.between(*_AGES[group], areas=(area,))
            found[n, m] = np.nan if count is None else count
    return found


def _losses(centre: Centre, on: date, topics: Sequence[str]) -> tuple[Loss, ...]:
    """From the paid and recovered amounts of two years."""
    paid, back = (
        measures.amounts(
            Question(
                frozenset({centre.pk}), months_before(on, _LOSS_MONTHS), on + timedelta(days=1), "scam_main",
                measure=measure,
            )
        )
        for measure in (PAID_YEN, RECOVERED_YEN)
    )  # fmt: skip
    of_paid = dict(zip(paid.row_codes, paid.row_totals, strict=True))
    of_back = dict(zip(back.row_codes, back.row_totals, strict=True))
    every = _loss(paid.total, back.total.total, is_of_all=True)
    return tuple(
        _loss(of_paid[topic], of_back[topic].total if topic in of_back else 0)
        if topic in of_paid and of_paid[topic].n >= _FEWEST_AMOUNTS
        else every
        for topic in topics
    )


def _loss(paid: measures.Amounts, back: int, *, is_of_all: bool = False) -> Loss:
    if paid.median is None:
        return Loss(is_of_all=is_of_all)
    lost = 1.0 - min(back / paid.total, 1.0) if paid.total else 1.0
    return Loss(amount_classes.class_code(int(paid.median)), lost, paid.n, is_of_all)


def _alarms(centre: Centre, on: date) -> tuple[Alarm, ...]:
    """Waves that are open, each with its four weeks, or its week where these could not be judged."""
    found = []
    for one in reading.open_waves(centre, on):
        card = one.card
        if not one.wave.scam:
            continue
        now, usual = (
            (card.four_count, card.four_mean)
            if card.four_count is not None and card.four_mean is not None
            else (card.week_count, card.week_mean or 0.0)
        )
        topic = current_scam(one.wave.scam)
        found.append(Alarm(str(one.wave.uid), topic, one.wave.age, one.wave.area, now, round(usual, 2)))
    return tuple(found)


def _live(
    alarms: Iterable[Alarm], topics: Sequence[str], areas: Sequence[str], cases: Floats, residents: Floats
) -> tuple[Floats, Bools]:
    """The cases beyond what was usual, shared out within the alarm's cell as the year's cases and residents lie.

    Of two alarms on one cell the larger counts: they may be of the same cases.
    """
    live, alarmed = np.zeros(cases.shape), np.zeros(cases.shape, dtype=np.bool_)
    for one in alarms:
        if one.topic not in topics:
            continue
        n = topics.index(one.topic)
        groups = [GROUPS.index(one.group)] if one.group in GROUPS else list(range(len(GROUPS)))
        places = [areas.index(one.area)] if one.area in areas else list(range(len(areas)))
        at = np.ix_([n], groups, places)
        share = (cases[n].sum(axis=1, keepdims=True) + 0.5) * np.where(np.isfinite(residents), residents, 0.0)
        shared = spread_over(max(one.now - one.expected, 0.0), share[np.ix_(groups, places)])
        live[at] = np.maximum(live[at], shared[None])
        alarmed[at] = True
    return live, alarmed


def _warnings(centre: Centre, on: date) -> tuple[Warning, ...]:
    rows = Alert.objects.filter(centre=centre).in_force(on).exclude(scam_type="")
    return tuple(
        Warning(current_scam(row.scam_type), row.title, row.source)
        for row in rows.order_by("-valid_from", "-pk")
    )


def _new(
    facts: Facts, centre: Centre, start: date, spanned: tuple[date, date] | None, topics: Sequence[str]
) -> tuple[str, ...]:
    """手口 that never came before the year, where records go back far enough to say so."""
    if spanned is None or spanned[0] + _NEW_AFTER > start:
        return ()
    axis, codes = DIMENSIONS["scam_main"].axis(facts, spanned[0], start)
    counts = counting.count(facts, Selection(frozenset({centre.pk}), spanned[0], start), [axis])
    before = {code for code, count in zip(codes, counts.tolist(), strict=True) if count}
    return tuple(topic for topic in topics if topic not in before)


# --- What was held ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class _Held:
    reached: Floats
    general: Floats
    repeated: Bools
    events: Floats


def _held(
    centre: Centre, on: date, by: Weights, topics: Sequence[str], areas: Sequence[str], residents: Floats
) -> _Held:
    """Lectures of the months that count, and those to come. One without a district is spread over all by residents,
    one for several age groups over these. Who came counts whatever the kind; a district's sessions are lectures and
    events."""
    counts_from, repeats_from = (months_before(on, months) for months in by.windows)
    shape = (len(topics), len(GROUPS), len(areas))
    held = _Held(np.zeros(shape), np.zeros(shape[1:]), np.zeros(shape, dtype=np.bool_), np.zeros(len(areas)))
    rows = Lecture.objects.filter(centre=centre, held_on__gte=min(counts_from, repeats_from)).standing()
    values = rows.values_list(
        "theme", "age_group", "audience", "area", "held_on", "state", "people", "kind", "result_kind"
    )
    for theme, group, audience, area, held_on, state, people, planned, kind in values:
        groups = [GROUPS.index(code) for code in groups_of(group, audience)]
        places = [areas.index(area)] if area in areas else list(range(len(areas)))
        topic = current_scam(theme) if theme else ""
        counts, repeats = held_on >= counts_from, held_on >= repeats_from
        if counts and state == Lecture.State.DONE and people:
            at = np.ix_(groups, places)
            came = spread_over(people, residents[at])
            if topic in topics:
                held.reached[topics.index(topic)][at] += came
            elif not topic:
                held.general[at] += came
        if len(places) == 1 and (kind or planned) in IN_TOTAL:
            held.events[places[0]] += counts
            if topic in topics and repeats:
                held.repeated[np.ix_([topics.index(topic)], groups, places)] = True
    return held


def groups_of(group: str, audience: str) -> tuple[str, ...]:
    """The age groups that a lecture is for: the one it names, else those of its audience, else all."""
    return (group,) if group != EVERYONE and group in GROUPS else audiences.groups(audience) or GROUPS


def _bulletins(centre: Centre, first: date, topics: Sequence[str]) -> Floats:
    """Bulletins on each 手口, issued on the day or later."""
    rows = Bulletin.objects.filter(
        centre=centre, state=Bulletin.State.ISSUED, issued_at__date__gte=first
    ).exclude(theme="")
    themes = [current_scam(theme) for theme in rows.values_list("theme", flat=True)]
    return np.array([themes.count(topic) for topic in topics], dtype=np.float64)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last one of a month that has no such day."""
    first = months_on(day, -months)
    return min(first + timedelta(days=day.day - 1), months_on(first, 1) - timedelta(days=1))
