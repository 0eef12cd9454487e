"""Whatever is recorded, corrected, closed and reopened: the figures equal a plain count of the cases."""

import random
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest

from cases.errors import CasesError
from cases.figures import columns, measures
from cases.figures.dimensions import published_band, senior_code
from cases.figures.measures import Breakdown, Question
from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.records import ages
from cases.records.case import Case
from cases.records.codes import Kind, codes
from cases.services import followup
from cases.services.entry import CaseEntry
from cases.services.followup import FollowUpEntry
from cases.services.intake import record_cases
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db
STEPS = 90
DAY = date(2026, 5, 1)
OF_CASE = {
    "age_band": lambda case: published_band(case.party_age_band),
    "age_band_fine": lambda case: case.party_age_band,
    "senior": lambda case: senior_code(case.party_age_band),
    "scam_main": lambda case: case.main_scam,
    "product": lambda case: case.product,
    "sex": lambda case: case.party_sex,
    "area": lambda case: case.party_area,
    "outcome": lambda case: case.outcome,
    "month": lambda case: f"{case.received_on:%Y-%m}",
    "fiscal_year": lambda case: str(calendar.fiscal_year(case.received_on)),
}


class Desk:
    """One centre's staff with a throw of the dice."""

    def __init__(self, dice: random.Random, by: Account) -> None:
        self.dice, self.by = dice, by

    def entry(self, uid: uuid.UUID | None = None) -> CaseEntry:
        scams = self.dice.sample(valid(Kind.SCAM_TYPE), self.dice.randint(1, 4))
        month, day = self.dice.choice([(3, 31), (4, 1), (5, 11)])
        return builders.entry(
            uid=uid or uuid.uuid4(),
            narrative="点検",
            received_at=datetime(self.dice.choice([2025, 2026]), month, day, 23, 59, tzinfo=TOKYO),
            scam_main=scams[0],
            scam_others=tuple(scams[1:]),
            product=self.dice.choice(["", *valid(Kind.PRODUCT)]),
            sex=self.dice.choice(["", *valid(Kind.SEX)]),
            age=self.dice.choice([None, self.dice.randint(0, 100)]),
            age_band=self.dice.choice([band.code for band in ages.BANDS]),
            area=self.dice.choice(["NORTH", "OUTSIDE", "UNKNOWN"]),
        )

    def step(self) -> None:
        cases = list(Case.objects.visible_to(self.by))
        what = self.dice.choices(
            ["record", "correct", "close", "reopen", "note", "copy"], [4, 4, 3, 2, 1, 2]
        )[0]
        if what == "copy":
            columns.extend(self.dice.choice([1, 7, 1000]))
        elif what == "record" or not cases:
            made = [self.entry() for _number in range(self.dice.randint(1, 3))]
            record_cases([*made, made[0]], centre=self.by.centre, by=self.by)
        else:
            with suppress(CasesError):  # closed twice, reopened while open …
                self._change(what, self.dice.choice(cases))

    def _change(self, what: str, case: Case) -> None:
        if what == "correct":
            followup.correct_case(self.entry(case.uid), revision=case.revision, by=self.by)
        elif what == "close":
            outcome = self.dice.choice(valid(Kind.OUTCOME))
            followup.close_case(case.uid, outcome=outcome, closed_on=case.received_on, by=self.by)
        elif what == "reopen":
            followup.reopen_case(case.uid, by=self.by)
        else:
            note = FollowUpEntry(
                uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="TO_CALLER", text="助言"
            )
            followup.add_follow_up(case.uid, note, by=self.by)


def valid(kind: Kind) -> list[str]:
    return [code.code for code in codes(kind).valid_on(DAY)]


def asked(centres: frozenset[int], rows: str, **more: str) -> Question:
    return Question(centre_ids=centres, start=date(2025, 1, 1), end=date(2027, 1, 1), rows=rows, **more)  # type: ignore[arg-type]


def counts(found: Breakdown) -> dict[tuple[str, str], int]:
    return {
        (row, column): count
        for row, cells in zip(found.row_codes, found.cells, strict=True)
        for column, count in zip(found.column_codes, cells, strict=True)
        if count
    }


def require_the_same_as_a_recount(centres: frozenset[int]) -> None:
    cases = list(Case.objects.filter(centre__in=centres).prefetch_related("scam_types"))
    for name, of in OF_CASE.items():
        found = counts(measures.breakdown(asked(centres, name)))
        assert {row: count for (row, _all), count in found.items()} == Counter(map(of, cases)), name
    mentions = counts(measures.breakdown(asked(centres, "scam_any", measure=measures.SCAM_MENTIONS)))
    recounted = Counter(row.code for case in cases for row in case.scam_types.all())
    assert {row: count for (row, _all), count in mentions.items()} == recounted


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_equal_a_recount_and_those_of_earlier_moments_never_change(seed: int) -> None:
    dice = random.Random(seed)
    desks = [Desk(dice, builders.account()), Desk(dice, builders.account(at=builders.centre("kita")))]
    centres = [frozenset({desk.by.centre_id}) for desk in desks]
    printed: list[tuple[Question, Breakdown]] = []

    for number in range(STEPS):
        dice.choice(desks).step()
        if number % 30 == 29:
            for some in (*centres, centres[0] | centres[1]):
                require_the_same_as_a_recount(some)
            question = asked(centres[0], "age_band", columns="outcome")
            printed.append((question, measures.breakdown(question)))

    for question, then in printed:
        now = measures.breakdown(replace(question, as_of=then.as_of))
        assert (counts(now), now.definition, now.row_seniors) == (
            counts(then), then.definition, then.row_seniors,
        )  # fmt: skip
