"""Plans made and kept: what was put in, what came out, and that the same engine gives it again."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from cases.figures.need import choosing, inputs, scoring, weights
from cases.figures.need.choosing import Chosen, Stand
from cases.figures.need.inputs import Inputs
from cases.figures.need.scoring import Key, Line
from cases.figures.need.weights import Weights
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import SYSTEM, Actor, Centre
from outreach.planning import gathering
from outreach.planning.gathering import Gathered
from outreach.planning.models import Plan, PlanChoice, PlanWeights, Proposal

NEXT: Final = 10
"""So many lectures are marked as those that would come next."""
_KEPT_OF_ALL: Final = 60
_KEPT_PER_DISTRICT: Final = 4
_KEPT_PER_TOPIC: Final = 2
KEPT_FOR: Final = timedelta(days=60)
"""A plan from which nothing was begun is thrown away after so long; the newest stays."""


@dataclass(frozen=True)
class Overrides:
    """What persons chose that stands: weights of lines, pins, what is left out, and districts to go to instead."""

    own: Mapping[Key, float]
    chosen: Chosen

    @property
    def keys(self) -> set[Key]:
        return {*self.own, *self.chosen.pinned, *self.chosen.excluded, *(self.chosen.moved or {})}

    def plain(self) -> dict[str, Any]:
        moved = self.chosen.moved or {}
        return {
            "own": [[*key, factor] for key, factor in sorted(self.own.items())],
            "pinned": [list(key) for key in sorted(self.chosen.pinned)],
            "excluded": [list(key) for key in sorted(self.chosen.excluded)],
            "moved": [[*key, area] for key, area in sorted(moved.items())],
        }


def overrides_of(choices: Iterable[PlanChoice]) -> Overrides:
    """Standing choices as the engine takes them."""
    by_kind: dict[str, list[PlanChoice]] = {}
    for choice in choices:
        by_kind.setdefault(choice.kind, []).append(choice)
    changed = by_kind.get(PlanChoice.Kind.CHANGE, [])
    return Overrides(
        own={_key(one): float(one.factor) for one in changed if one.factor is not None},
        chosen=Chosen(
            pinned=frozenset(map(_key, by_kind.get(PlanChoice.Kind.PIN, []))),
            excluded=frozenset(map(_key, by_kind.get(PlanChoice.Kind.EXCLUDE, []))),
            moved={_key(one): one.to_area for one in changed if one.to_area},
        ),
    )


def _overrides_of_plain(stored: Mapping[str, Any]) -> Overrides:
    return Overrides(
        own={Key(*key): factor for *key, factor in stored["own"]},
        chosen=Chosen(
            pinned=frozenset(Key(*key) for key in stored["pinned"]),
            excluded=frozenset(Key(*key) for key in stored["excluded"]),
            moved={Key(*key): area for *key, area in stored["moved"]},
        ),
    )


def _key(choice: PlanChoice) -> Key:
    return Key(choice.theme, choice.age_group, choice.area)


def newest(centre: Centre) -> Plan | None:
    """The plan that holds. One query, without what was put in."""
    return Plan.objects.filter(centre=centre).defer("inputs").order_by("-pk").first()


def weights_of(centre: Centre) -> Weights:
    """The centre's own, or those that are shipped. One query."""
    row = PlanWeights.objects.filter(centre=centre).order_by("-number").first()
    return weights.of_plain(row.values) if row else Weights()


@transaction.atomic
def make_plan(centre: Centre, *, by: Actor = SYSTEM, on: date | None = None) -> Plan:
    """Compute anew from the facts of now; the year ends yesterday, or `on`.

    Where nothing that goes in has changed it is the plan that is there.
    """
    last_day = on or calendar.today() - timedelta(days=1)
    of_centre = weights_of(centre)
    return _keep(centre, gathering.gather(centre, last_day, of_centre), of_centre, by)


def plan_again(centre: Centre, *, by: Actor) -> Plan | None:
    """The newest plan with the weights and choices of now, over what was put into it; in the caller's transaction.

    Where other months count than did then, everything is counted anew. None where no plan was ever made.
    """
    last = Plan.objects.filter(centre=centre).order_by("-pk").first()
    if last is None:
        return None
    of_centre = weights_of(centre)
    if of_centre.windows != last.rules.windows:
        return make_plan(centre, by=by, on=last.last_day)
    return _keep(centre, Gathered(inputs.of_plain(last.inputs), last.last_day, last.as_of), of_centre, by)


def _keep(centre: Centre, gathered: Gathered, of_centre: Weights, by: Actor) -> Plan:
    standing = PlanChoice.objects.filter(centre=centre).standing()
    overrides = overrides_of(standing)
    put_in = gathered.inputs.plain()
    weighed = {"weights": of_centre.plain(), **overrides.plain()}
    digest = _digest([put_in, weighed, gathered.last_day.isoformat()])
    known = newest(centre)
    if known is not None and (known.digest, known.engine) == (digest, scoring.VERSION):
        return known
    made = computed(gathered.inputs, of_centre, overrides)
    plan = Plan.objects.create(
        centre=centre,
        made_by_id=by.pk,
        last_day=gathered.last_day,
        as_of=gathered.as_of,
        engine=scoring.VERSION,
        digest=digest,
        inputs=put_in,
        weights=weighed,
        told=made.told,
    )
    Proposal.objects.bulk_create(
        Proposal(
            plan=plan,
            position=position,
            theme=line.topic,
            age_group=line.group,
            area=line.area,
            factors=made.factors[line.key],
            reasons=made.reasons[line.key],
        )
        for position, line in enumerate(made.lines, start=1)
    )
    audit.record("PLAN_MADE", by=by, centre=centre)
    return plan


def _digest(of: Any) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


# --- From the engine to rows ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Made:
    """What the engine says: the lines that are kept, their factors and reasons, and what holds for the whole."""

    lines: list[Line]
    factors: dict[Key, dict[str, Any]]
    reasons: dict[Key, list[dict[str, Any]]]
    told: dict[str, Any]


def computed(of: Inputs, by: Weights, overrides: Overrides) -> Made:
    """Pure: the same inputs, weights and choices give the same rows."""
    every = scoring.score(of, by, overrides.own, overrides.keys)
    stands = choosing.stands(every, of, by, overrides.chosen)
    following = choosing.programme(every, of, by, overrides.chosen, NEXT)
    silent = scoring.silent(of, by)
    kept = _kept(every, stands, {*overrides.keys, *(line.key for line in following)})
    places = {line.key: n for n, line in enumerate(following, start=1)}
    losses = dict(zip(of.topics, of.losses, strict=True))
    factors = {
        line.key: {
            **line.plain(),
            "stand": str(stands[line.key]),
            "next": places.get(line.key),
            "goes_to": overrides.chosen.goes_to(line.key),
            "loss": asdict(losses[line.topic]),
            "is_own_severity": line.topic in by.topics,
        }
        for line in kept
    }
    reasons = {line.key: _reasons(line, of, {one.area for one in silent}) for line in kept}
    listed = {line.topic for line in every}
    return Made(kept, factors, reasons, {
        "lines": len(every),
        "is_whole": of.is_whole,
        "years": round(of.years, 3),
        "placed": of.placed,
        "total": of.total,
        "silent": [asdict(one) for one in silent],
        "areas": _areas(of),
        "unlisted": [asdict(one) for one in of.warnings if one.topic not in listed],
    })  # fmt: skip


def _kept(every: list[Line], stands: Mapping[Key, Stand], wanted: Collection[Key]) -> list[Line]:
    """The best of all, of every district and of every 手口, what a person chose, and what is live."""
    keys = {*wanted, *(line.key for line in every[:_KEPT_OF_ALL])}
    seen: dict[str, int] = {}
    for line in every:
        for name, most in (
            (f"area {line.area}", _KEPT_PER_DISTRICT),
            (f"topic {line.topic}", _KEPT_PER_TOPIC),
        ):
            seen[name] = seen.get(name, 0) + 1
            if seen[name] <= most:
                keys.add(line.key)
    order = {Stand.PINNED: 0, Stand.OPEN: 1, Stand.WAITS_FAIR: 1, Stand.WAITS_REPEAT: 1, Stand.EXCLUDED: 2}
    kept = [line for line in every if line.key in keys]
    return sorted(kept, key=lambda line: order[stands[line.key]])


def _reasons(line: Line, of: Inputs, silent: Collection[str]) -> list[dict[str, Any]]:
    """Why the line stands here, beside its factors; `kind` says which words `wording` has for it."""
    alarms = (
        {"kind": "ALARM", "wave": one.wave, "now": one.now, "expected": one.expected}
        for one in of.alarms
        if one.topic == line.topic and one.group in ("", line.group) and one.area in ("", line.area)
    )
    warnings = (
        {"kind": "WARNING", "title": one.title, "source": one.source}
        for one in of.warnings
        if one.topic == line.topic
    )
    others = [
        {"kind": kind}
        for kind, holds in (
            ("NEW", line.topic in of.new),
            ("ABOVE", line.city is not None and line.low > line.city),
            ("SILENT", line.area in silent),
        )
        if holds
    ]
    return list(chain(alarms, warnings, others))


def _areas(of: Inputs) -> list[dict[str, Any]]:
    """Each district with its residents (None: unknown) and its lectures."""
    people = of.residents.sum(axis=0)
    known = [round(float(count)) if np.isfinite(count) else None for count in people]
    return [
        {"area": area, "events": round(float(of.events[n])), "residents": known[n]}
        for n, area in enumerate(of.areas)
    ]


def is_reproduced(plan: Plan) -> bool | None:
    """Whether what was put in gives every proposal again, to the last bit; None where the engine has changed since."""
    if plan.engine != scoring.VERSION:
        return None
    made = computed(inputs.of_plain(plan.inputs), plan.rules, _overrides_of_plain(plan.weights))
    now = [(*line.key, made.factors[line.key], made.reasons[line.key]) for line in made.lines]
    kept = plan.proposals.order_by("position").values_list("theme", "age_group", "area", "factors", "reasons")
    return bool(json.loads(json.dumps(now)) == [list(row) for row in kept] and made.told == plan.told)


def drop_old() -> int:
    """Throw away plans from which nothing was begun, when they are KEPT_FOR old; the newest of each centre stays."""
    old = Plan.objects.filter(made_at__lt=timezone.now() - KEPT_FOR, proposals__actions__isnull=True)
    begun = Plan.objects.filter(proposals__actions__isnull=False).values("pk")
    newest_ones = [row.pk for centre in Centre.objects.all() if (row := newest(centre)) is not None]
    old = old.exclude(pk__in=newest_ones).exclude(pk__in=begun)
    return old.delete()[0]
