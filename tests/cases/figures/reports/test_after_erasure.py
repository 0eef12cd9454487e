"""After cases were erased, every table of the report recounts, at any cut, to the numbers that were issued."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from cases.figures import columns, erasure
from cases.figures.reports import document
from cases.figures.reports.comparing import compared
from cases.figures.reports.scope import Span, scope_of
from cases.figures.tables import Placed
from cases.law.calendar import TOKYO
from cases.models import CaseFact
from cases.records.case import Case
from cases.records.codes import Kind
from tests import builders
from tests.cases.figures.test_histories import BusyDesk
from tests.cases.figures.test_recount import valid

pytestmark = pytest.mark.django_db
STEPS = 50
YEAR = (date(2026, 4, 1), date(2027, 4, 1))
AMOUNTS = 11
# Of the amounts the number of cases, known or not, is what a table keeps.
COUNTED = {"金額が分かる件数", "不明の件数"}


class Everything(BusyDesk):
    """Fills in whatever a table of the report counts by, on any day of two years."""

    def entry(self, uid=None):
        pick = self.dice.choice
        harm = pick(["", "HARM", "DANGER", "NONE"])
        is_told = harm in {"HARM", "DANGER"}
        day = datetime(2025, 4, 1, 10, 0, tzinfo=TOKYO) + timedelta(days=self.dice.randint(0, 600))
        made = super().entry(uid)
        return replace(
            made,
            received_at=min(day, datetime(2026, 11, 1, 10, 0, tzinfo=TOKYO)),
            closed_on=None,
            outcome="",
            recovered_yen=None,
            channel=pick(valid(Kind.CHANNEL)),
            occupation=pick(["", *valid(Kind.OCCUPATION)]),
            route=pick(["", *valid(Kind.ROUTE)]),
            harm=harm,
            harm_kind=pick(valid(Kind.HARM_KIND)) if is_told else "",
            harm_degree=pick(valid(Kind.HARM_DEGREE)) if is_told else "",
            paid_yen=pick([None, 0, 12_345, 987_654]),
        )


def tables_at(by, as_of: int) -> Mapping[int, Placed]:
    scope = scope_of(by.centre, Span.YEAR, *YEAR, as_of=as_of)
    return {one.number: document.built(one, scope) for one in document.tables_for(Span.YEAR) if one.of_cut}


def counted(table: Placed) -> list[tuple[str, int]]:
    """Of each row of the amounts: how many cases there are, known and unknown."""
    return [
        (str(row.cells[0]), sum(row.cells[n] for n, one in enumerate(grid.columns) if one.title in COUNTED))
        for grid in table.data.grids
        for row in grid.rows
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_table_recounts_to_what_was_issued(seed, monkeypatch):
    dice = random.Random(seed)
    monkeypatch.setattr(columns, "SETTLED_AFTER", dice.choice([1, 15]))
    desk = Everything(dice, builders.account())
    for _step in range(STEPS):
        desk.step()
    seqs = list(CaseFact.objects.order_by("seq").values_list("seq", flat=True))
    cuts = [seqs[-1], *dice.sample(seqs[len(seqs) // 3 :], 2)]
    issued = {as_of: tables_at(desk.by, as_of) for as_of in cuts}
    cases = list(Case.objects.all())
    for number, case in enumerate(dice.sample(cases, len(cases) // 2)):
        with transaction.atomic():
            erasure.forget(case.uid)
        if number % 4 == 0:
            columns.extend(dice.choice([1, 7, 1000]))

    for as_of, printed in issued.items():
        now = tables_at(desk.by, as_of)
        for number, table in printed.items():
            found = compared(table, now[number])
            assert found.numbers > 0
            if number == AMOUNTS:
                assert counted(table) == counted(now[number])
            else:
                assert found.differing == (), (number, as_of, found.differing[:3])
