"""Consultations of a made-up city from April 2021 to yesterday: the same seed gives the same cases."""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Final

import numpy as np

from cases.demo import card, new_trick, profile, stories
from cases.demo.people import DISTRICTS, mobile
from cases.demo.profile import Mix, Scam, Surge
from cases.demo.stories import OWN, Story, Teller
from cases.law import calendar
from cases.records import ages
from cases.records.case import Case
from cases.records.centre import Area
from cases.services.entry import CaseEntry, PersonEntry

POOL: Final = 30_000
"""Above so many cases texts come again: some 25,000 different ones, each with its people and district."""

_AREAS: Final = Mix(
    {
        **{district.code: float(district.weight) for district in DISTRICTS},
        Area.OUTSIDE: 3.5,
        Area.UNKNOWN: 4.0,
    }
)
_RELATIONS: Final = {
    "minor": Mix({OWN: 20.0, "PARENT": 74, "OTHER_RELATIVE": 4, "WORKPLACE": 2}),
    "young": Mix({OWN: 84.0, "PARENT": 13, "FRIEND": 3}),
    "adult": Mix(
        {OWN: 87.0, "SPOUSE": 5.5, "PARENT": 2, "CHILD": 2, "OTHER_RELATIVE": 1.5, "FRIEND": 1.5, "WORKPLACE": 0.5}
    ),
    "senior": Mix(
        {OWN: 83.0, "CHILD": 9, "SPOUSE": 3.5, "OTHER_RELATIVE": 2, "WELFARE": 1, "CARE_MANAGER": 0.5, "FRIEND": 1}
    ),
    "old": Mix(
        {
            OWN: 66.0, "CHILD": 20, "OTHER_RELATIVE": 4, "WELFARE": 3.5, "SPOUSE": 2.5, "CARE_MANAGER": 2,
            "FRIEND": 1.5, "GUARDIAN": 0.5,
        }
    ),
    "unknown": Mix({OWN: 80.0, "": 20}),
}  # fmt: skip
_OCCUPATIONS: Final = {
    "young": Mix({"STUDENT": 0.55, "EMPLOYEE": 0.38, "NOT_WORKING": 0.04, "UNKNOWN": 0.03}),
    "adult": Mix({"EMPLOYEE": 0.62, "SELF_EMPLOYED": 0.08, "HOMEMAKER": 0.1, "NOT_WORKING": 0.12, "UNKNOWN": 0.08}),
    "senior": Mix({"NOT_WORKING": 0.62, "HOMEMAKER": 0.13, "EMPLOYEE": 0.12, "SELF_EMPLOYED": 0.06, "UNKNOWN": 0.07}),
}  # fmt: skip
_HOURS: Final = (9, 10, 10, 11, 11, 13, 13, 14, 14, 15, 15, 16)


def entries(
    count: int,
    seed: int,
    today: date,
    *,
    known: Callable[[uuid.UUID], bool] | None = None,
    is_calm: bool = False,
    planted: Sequence[Surge] | None = None,
) -> Iterator[CaseEntry]:
    """`count` cases in the order of their calls; those whose uid is `known` are skipped before they are written.

    `is_calm`: without the trick that has no code yet, for who measures what of it is found by chance. `planted`: other
    waves than the usual ones, or none.

    Case n is the same for every `count` above n and for as long as `today` stays; its uid is the same for good.
    Memory: some 30 bytes a case, and the pool of texts where `count` is above POOL.
    """
    waves = profile.surges(today) if planted is None else tuple(planted)
    plan = _Plan(seed, today, waves, varied=count <= POOL, is_calm=is_calm)
    days, cumulated = profile.days(today)
    draws = np.random.Generator(np.random.PCG64(seed)).random(count)
    places = np.searchsorted(np.array(cumulated), draws * cumulated[-1], side="right")
    for n in np.argsort(places, kind="stable"):
        uid = uid_of(seed, int(n))
        if known is None or not known(uid):
            yield plan.entry(int(n), uid, days[min(int(places[n]), len(days) - 1)])


def uid_of(seed: int, n: int) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.blake2b(f"demo/{seed}/{n}".encode(), digest_size=16).digest(), version=4)


@dataclass(frozen=True)
class _Facts:
    """What is settled before the words."""

    scam: Scam
    band: str
    age: int | None
    sex: str
    relation: str
    area: str


@dataclass(frozen=True)
class _Stage:
    """A time of life in the pool: its part of all cases, and the age that its stories are told of."""

    share: float
    age: int | None


_STAGES: Final = {
    "minor": _Stage(0.007, 14), "young": _Stage(0.05, 22), "adult": _Stage(0.47, 45), "senior": _Stage(0.21, 70),
    "old": _Stage(0.12, 83), "unknown": _Stage(0.13, None),
}  # fmt: skip
_DAY_OF_THE_POOL: Final = date(2024, 6, 15)


class _Plan:
    """Everything that the cases of one load share."""

    def __init__(
        self, seed: int, today: date, waves: tuple[Surge, ...], *, varied: bool, is_calm: bool
    ) -> None:
        self._seed = seed
        self._today = today
        self._varied = varied
        self._is_calm = is_calm
        self._surges = waves
        self._story = lru_cache(maxsize=2 * POOL)(self._told)

    def entry(self, n: int, uid: uuid.UUID, day: date) -> CaseEntry:
        rng = Random((self._seed << 40) | n)  # noqa: S311 - made-up data
        facts = self._facts(rng, day)
        new = Random(f"{self._seed}/new/{n}")  # noqa: S311 - made-up data
        coded = None if self._is_calm else new_trick.drawn(new, n, day, facts.age, self._today)
        if coded is not None:
            facts = replace(facts, scam=coded)
            story = new_trick.tell(new, self._teller(facts), day)
        else:
            story = self._story_of(rng, n, facts, day)
        if not self._varied and coded is None:
            story = _with_other_phones(rng, story)
            facts = replace(facts, area=story.district)
        own = Random(f"{self._seed}/card/{n}")  # noqa: S311 - made-up data
        made = card.filled(own, _entry(rng, uid, day, facts, story))
        return _closed(rng, made, story, day, self._today)

    def _facts(self, rng: Random, day: date) -> _Facts:
        band, age = profile.draw_band(rng, day)
        scam = profile.draw_scam(rng, day, age, self._surges)
        if band == ages.GROUP:
            sex = "GROUP"
        elif rng.random() < 0.042:
            sex = "OTHER_UNKNOWN"
        else:
            sex = "MALE" if rng.random() < scam.male else "FEMALE"
        relation = "" if band == ages.GROUP else _RELATIONS[_stage(age)].draw(rng)
        return _Facts(scam, band, age, sex, relation, _AREAS.draw(rng))

    def _story_of(self, rng: Random, n: int, facts: _Facts, day: date) -> Story:
        if self._varied:
            return self._told(self._teller(facts), n, day)
        # From the pool, in which stages of life stand for ages: as many stories as the pool's share of such cases.
        stage = _stage(facts.age)
        share = facts.scam.share * _STAGES[stage].share * _RELATIONS[stage].shares.get(facts.relation, 1.0)
        place = rng.randrange(max(1, round(POOL * share * (0.04 if facts.sex == "OTHER_UNKNOWN" else 0.5))))
        teller = Teller(facts.scam.code, facts.relation, facts.sex, _STAGES[stage].age, "")
        return self._story(teller, place, _DAY_OF_THE_POOL)

    def _teller(self, facts: _Facts) -> Teller:
        return Teller(facts.scam.code, facts.relation, facts.sex, facts.age, facts.area)

    def _told(self, teller: Teller, place: int, day: date) -> Story:
        key = f"{self._seed}/{teller.scam}/{teller.relation}/{teller.sex}/{teller.age}/{place}"
        rng = Random(key)  # noqa: S311 - made-up data
        return stories.tell(
            rng, teller if teller.district else replace(teller, district=_AREAS.draw(rng)), day
        )


def _stage(age: int | None) -> str:
    if age is None:
        return "unknown"
    return (
        "minor"
        if age < 18
        else "young"
        if age < 25
        else "adult"
        if age < 65
        else "senior"
        if age < 78
        else "old"
    )


def _occupation(rng: Random, age: int | None) -> str:
    if age is None:
        return "UNKNOWN"
    if age < 18:
        return "STUDENT"
    return _OCCUPATIONS["young" if age < 23 else "adult" if age < 65 else "senior"].draw(rng)


def _entry(rng: Random, uid: uuid.UUID, day: date, facts: _Facts, story: Story) -> CaseEntry:
    received_at = datetime.combine(day, time(rng.choice(_HOURS), rng.randrange(60)), tzinfo=calendar.TOKYO)
    is_decade_alone = facts.age is not None and rng.random() < 0.03 and facts.age >= 20
    codes = story.codes
    sales = codes.sales or facts.scam.sales.draw(rng)
    contracted_on = None if story.days_before is None else day - timedelta(days=story.days_before)
    has_document = (
        sales in {"DOOR_TO_DOOR", "TELEMARKETING", "MULTILEVEL", "HOME_BUYING"} and rng.random() < 0.8
    )
    return CaseEntry(
        uid=uid,
        received_at=received_at,
        channel=profile.CHANNELS.draw(rng),
        kind=profile.KINDS.draw(rng),
        narrative=story.narrative,
        advice=story.advice,
        scam_main=facts.scam.code,
        scam_others=codes.scams,
        is_provisional=facts.scam.code == "UNCLASSIFIED" and rng.random() < 0.2,
        product=codes.product,
        sales_method=sales,
        issue_main=codes.issues[0],
        issue_others=codes.issues[1:],
        age=None if is_decade_alone else facts.age,
        age_band=_decade(facts.age) if is_decade_alone else facts.band if facts.age is None else ages.UNKNOWN,
        sex=facts.sex,
        area=facts.area,
        occupation="BUSINESS_GROUP" if facts.band == ages.GROUP else _occupation(rng, facts.age),
        relation=facts.relation,
        contracted_on=contracted_on,
        document_received_on=contracted_on if has_document else None,
        contract_yen=story.contract_yen,
        paid_yen=story.paid_yen,
        trader_name=story.trader,
        caller=_born_if_fitting(story.caller, None, day),
        party=_born_if_fitting(story.party, facts.age, day),
        source=Case.Source.DEMO,
        is_made_up=True,
    )  # fmt: skip


def _decade(age: int | None) -> str:
    """The band of a ledger that keeps the decade alone."""
    tens = (age or 0) // 10
    return {6: "60S", 7: "70S"}.get(tens, "80_OVER" if tens >= 8 else f"{tens}0S")


def _born_if_fitting(person: PersonEntry, age: int | None, day: date) -> PersonEntry:
    """A birth date stays only where it gives the age that the card says."""
    born = person.birth_date
    if born is None or (born <= day and age is not None and calendar.age_on(born, day) == age):
        return person
    return replace(person, birth_date=None)


def _with_other_phones(rng: Random, story: Story) -> Story:
    """A text told again belongs to somebody with another number, unless the number stands in it."""
    said = story.narrative + story.advice

    def other(person: PersonEntry) -> PersonEntry:
        is_free = person.phone and person.phone[-4:] not in said
        return replace(person, phone=mobile(rng)) if is_free else person

    return replace(story, caller=other(story.caller), party=other(story.party))


def _closed(rng: Random, entry: CaseEntry, story: Story, day: date, today: date) -> CaseEntry:
    """Most are closed on the day, the others within weeks; the last weeks keep their open ones."""
    outcome = profile.OUTCOMES.draw(rng)
    is_quick = rng.random() < 0.55 and outcome not in {"MEDIATED", "MEDIATION_FAILED"}
    waits = 0 if is_quick else 1 + int(rng.expovariate(1 / 22))
    closed_on = day + timedelta(days=waits)
    if closed_on >= today:
        return replace(entry, advice=entry.advice if rng.random() < 0.6 else "")
    recovered = None
    if outcome == "MEDIATED" and story.paid_yen:
        recovered = int(story.paid_yen * rng.choice((1, 1, 1, 0.9, 0.8, 0.5, 0.3)))
    return replace(entry, outcome=outcome, closed_on=closed_on, recovered_yen=recovered)
