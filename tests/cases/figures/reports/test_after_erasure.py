"""After cases were erased, every table of the report recounts, at any cut, to the numbers that were issued."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from cases.figures import columns, erasure
from cases.figures.reports import document, erased_yen
from cases.figures.reports.comparing import compared
from cases.figures.reports.models import Report, ReportAmounts
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


def issue(by, as_of: int) -> Report:
    """A report of the year at the cut, issued, with where its middle amounts lie."""
    report = Report.objects.create(
        centre=by.centre, span=Span.YEAR, start=YEAR[0], end=YEAR[1], as_of=as_of, state=Report.State.ISSUED,
        number=Report.objects.count() + 1, issued_at=builders.RECEIVED_AT, is_made=True,
    )  # fmt: skip
    erased_yen.keep(report, document.head_of(scope_of(by.centre, Span.YEAR, *YEAR, as_of=as_of)))
    return report


def tables_at(by, as_of: int, taken=None) -> Mapping[int, Placed]:
    scope = scope_of(by.centre, Span.YEAR, *YEAR, as_of=as_of, taken=taken)
    return {one.number: document.built(one, scope) for one in document.tables_for(Span.YEAR) if one.of_cut}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_table_recounts_to_what_was_issued(seed, monkeypatch):
    dice = random.Random(seed)
    monkeypatch.setattr(columns, "SETTLED_AFTER", dice.choice([1, 15]))
    desk = Everything(dice, builders.account())
    for _step in range(STEPS):
        desk.step()
    seqs = list(CaseFact.objects.order_by("seq").values_list("seq", flat=True))
    cuts = [seqs[-1], *dice.sample(seqs[len(seqs) // 3 :], 2)]
    reports = {as_of: issue(desk.by, as_of) for as_of in cuts}
    issued = {as_of: tables_at(desk.by, as_of) for as_of in cuts}
    cases = list(Case.objects.all())
    for number, case in enumerate(dice.sample(cases, len(cases) // 2)):
        with transaction.atomic():
            erasure.forget(case.uid)
        if number % 4 == 0:
            columns.extend(dice.choice([1, 7, 1000]))

    for as_of, printed in issued.items():
        now = tables_at(desk.by, as_of, erased_yen.taken_from(reports[as_of]))
        for number, table in printed.items():
            found = compared(table, now[number])
            assert found.numbers > 0
            assert found.differing == (), (number, as_of, found.differing[:3])
    # Without what was kept for it, the table of amounts would not come out: it is not equal by chance.
    alone = tables_at(desk.by, seqs[-1])[AMOUNTS]
    assert compared(issued[seqs[-1]][AMOUNTS], alone).differing


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"total": 300}, "平均(円)"),
        ({"below": 1, "above": -1}, "中央値(円)"),
        ({"at_largest": -1}, "最大(円)"),
    ],
)
def test_what_was_kept_otherwise_is_seen(change, column):
    """Three contracts of which the largest is erased: with what was kept they give the table, and with no other."""
    by = builders.account()
    cases = [builders.case(by=by, age=40, contract_yen=yen) for yen in (10_000, 200_000, 3_000_000)]
    report = issue(by, CaseFact.objects.latest("seq").seq)
    printed = tables_at(by, report.as_of)[AMOUNTS]
    with transaction.atomic():
        erasure.forget(cases[2].uid)
    row = ReportAmounts.objects.get(report=report, measure="contract_yen", group="ALL", is_before=False)
    assert (row.n, row.total, row.low, row.above, row.at_largest) == (1, 3_000_000, 200_000, 1, 1)

    def differing():
        again = tables_at(by, report.as_of, erased_yen.taken_from(report))[AMOUNTS]
        return {one.column for one in compared(printed, again).differing}

    assert differing() == set()
    for name, by_how_many in change.items():
        setattr(row, name, getattr(row, name) + by_how_many)
    row.save()
    assert column in differing()


def test_a_case_that_the_report_did_not_count_leaves_nothing_in_it():
    by = builders.account()
    old = builders.case(by=by, contract_yen=10_000, received_at=datetime(2024, 4, 1, 10, tzinfo=TOKYO))
    corrected = builders.case(by=by, paid_yen=7)
    report = issue(by, CaseFact.objects.latest("seq").seq)
    late = builders.case(by=by, contract_yen=20_000)
    for case in (old, late, corrected):
        with transaction.atomic():
            erasure.forget(case.uid)

    taken = {(one.measure, one.n) for one in erased_yen.taken_from(report).values() if one.n}
    assert taken == {("paid_yen", 1)}
