"""Whatever happens to cases and 経過, a plain count of them equals the figures, then and as of every moment before."""

import random
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from cases.errors import CasesError
from cases.figures import columns, erasure, measures
from cases.figures.counting import WEEKDAY_CODES
from cases.figures.dimensions import published_band
from cases.figures.facts import standing
from cases.figures.layout import ERASED
from cases.figures.measures import Question
from cases.figures.recount import recount
from cases.law import calendar
from cases.law.calendar import TOKYO
from cases.models import CaseFact
from cases.records import ages
from cases.records.case import Case
from cases.records.codes import Kind
from cases.records.follow_up import FollowUp
from cases.services import followup, undo
from cases.services.followup import FollowUpEntry
from consult.shell.accounts import Account
from tests import builders
from tests.cases.figures.test_recount import Desk, valid

pytestmark = pytest.mark.django_db
STEPS = 70
EVER = (date(2025, 1, 1), date(2027, 6, 1))
KEPT = (
    "age_band", "sex", "scam_main", "outcome", "month", "product_class", "issue_main", "harm", "product", "occupation",
    "channel", "sales_method", "weekday", "kind",
)  # fmt: skip


class BusyDesk(Desk):
    """Also takes 経過 and takes them back, and erases."""

    def __init__(self, dice: random.Random, by: Account) -> None:
        super().__init__(dice, by)
        self.erased: list[tuple[Counter, Counter]] = []

    def entry(self, uid=None):
        issues = self.dice.sample(valid(Kind.ISSUE_KIND), self.dice.randint(0, 2))
        return replace(
            super().entry(uid),
            issue_main=issues[0] if issues else "",
            issue_others=tuple(issues[1:]),
            harm=self.dice.choice(["", "HARM", "NONE"]),
            relation=self.dice.choice(["SELF", "CHILD", ""]),
            occupation=self.dice.choice(["", "STUDENT", "NOT_WORKING"]),
            channel=self.dice.choice(["PHONE", "VISIT", "FAX"]),
            sales_method=self.dice.choice(["", "STORE", "INTERNET"]),
            caller_age=self.dice.choice([None, 44]),
            contract_yen=self.dice.choice([None, 0, 5_000, 300_000]),
        )

    def step(self) -> None:
        cases = list(Case.objects.visible_to(self.by))
        what = self.dice.choices(["desk", "contact", "take back", "erase"], [5, 3, 1, 1])[0]
        if what == "desk" or not cases:
            super().step()
            return
        case = self.dice.choice(cases)
        with suppress(CasesError):
            if what == "contact":
                self._contact(case)
            elif what == "take back" and (note := undo.offered(case, self.by)):
                undo.undo(case.uid, note_uid=note.uid, by=self.by)
            elif what == "erase":
                self._erase(case)

    def _contact(self, case: Case) -> None:
        when = datetime(2026, self.dice.choice([3, 4]), 1, 0, 30, tzinfo=TOKYO) + timedelta(
            days=self.dice.randint(0, 40)
        )
        call = FollowUpEntry(
            uid=uuid.uuid4(), happened_at=when, kind=self.dice.choice(["TO_CALLER", "NOTE"]), text="助言",
            minutes=self.dice.choice([None, 5, 30]),
        )  # fmt: skip
        followup.add_follow_up(case.uid, call, by=self.by)

    def _erase(self, case: Case) -> None:
        self.erased.append((plain([case]), plain_contacts([case])))
        with transaction.atomic():
            erasure.forget(case.uid)
            case.delete()


def kept_codes(case: Case, day: date) -> tuple[str, ...]:
    band = case.party_age_band if case.party_age is None else ages.band_of(case.party_age)
    issues = case.casecodes.filter(kind="issue_kind", is_main=True).values_list("code", flat=True)
    from cases.records.codes import codes

    roots = codes(Kind.PRODUCT).roots
    return (
        published_band(band), case.party_sex, case.main_scam, case.outcome, f"{day:%Y-%m}",
        roots.get(case.product, case.product), next(iter(issues), ""), case.harm, case.product, case.party_occupation,
        case.channel, case.sales_method, WEEKDAY_CODES[day.weekday()], case.kind,
    )  # fmt: skip


def plain(cases) -> Counter:
    return Counter(kept_codes(case, case.received_on) for case in cases)


def plain_contacts(cases) -> Counter:
    rows = FollowUp.objects.filter(case__in=[case.pk for case in cases], withdrawn_at=None).select_related(
        "case"
    )
    return Counter(kept_codes(row.case, calendar.local_date(row.happened_at)) for row in rows)


def require_as_counted(
    by: Account, measure: str, rows: str, across: str, expected: Counter, as_of: int
) -> None:
    question = Question(by.centre_ids, *EVER, rows, across, measure, as_of=as_of)
    found = measures.breakdown(question)
    cells = {
        (row, column): n
        for row, line in zip(found.row_codes, found.cells, strict=True)
        for column, n in zip(found.column_codes, line, strict=True)
        if n
    }
    wanted: Counter = Counter()
    for codes, n in expected.items():
        wanted[codes[KEPT.index(rows)], codes[KEPT.index(across)]] += n
    assert cells == {key: n for key, n in wanted.items() if n}, (measure, rows, across, as_of)
    assert sum(found.row_totals) == sum(found.column_totals) == found.total == sum(expected.values())


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_figures_as_of_every_moment_are_what_a_plain_count_was_then(seed, monkeypatch):
    dice = random.Random(seed)
    monkeypatch.setattr(columns, "SETTLED_AFTER", dice.choice([1, 15]))
    desk = BusyDesk(dice, builders.account())
    seen = []
    for number in range(STEPS):
        desk.step()
        if number % 10 == 9:
            cases = list(Case.objects.visible_to(desk.by))
            counted = [plain(cases), plain_contacts(cases)]
            for erased in desk.erased:
                counted = [a + b for a, b in zip(counted, erased, strict=True)]
            last = CaseFact.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
            seen.append((last, *counted))

    for _round in range(2):
        for as_of, cases, contacts in seen:
            rows, across = dice.sample(KEPT, 2)
            require_as_counted(desk.by, "cases", rows, across, cases, as_of)
            require_as_counted(desk.by, "contacts", rows, across, contacts, as_of)
        columns.extend()
    assert recount().differences == []


def cells_of(by: Account, measure: str, rows: str, across: str) -> Counter:
    found = measures.breakdown(Question(by.centre_ids, *EVER, rows, across, measure))
    return Counter(
        {
            (row, column): n
            for row, line in zip(found.row_codes, found.cells, strict=True)
            for column, n in zip(found.column_codes, line, strict=True)
        }
    )


def test_one_change_moves_exactly_its_cells(db):
    by = builders.account()
    others = [builders.case(by=by, age=30 + n) for n in range(4)]
    case = builders.case(by=by, age=72, sex="FEMALE")
    call = FollowUpEntry(uid=uuid.uuid4(), happened_at=builders.RECEIVED_AT, kind="NOTE", text="助言")
    followup.add_follow_up(case.uid, call, by=by)
    followup.add_follow_up(others[0].uid, replace(call, uid=uuid.uuid4()), by=by)
    asked = [("cases", "age_band", "outcome"), ("contacts", "age_band", "outcome"), ("cases", "sex", "month")]

    def moved(change) -> list[dict]:
        before = [cells_of(by, *one) for one in asked]
        change()
        after = [cells_of(by, *one) for one in asked]
        differences = []
        for was, now in zip(before, after, strict=True):
            codes = {*was, *now}
            differences.append({code: now[code] - was[code] for code in codes if now[code] != was[code]})
        return differences

    closing = moved(
        lambda: followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=by)
    )
    assert closing == [
        {("70S", ""): -1, ("70S", "ADVICE"): 1}, {("70S", ""): -1, ("70S", "ADVICE"): 1}, {},
    ]  # fmt: skip
    late = moved(
        lambda: builders.case(by=by, age=85, sex="MALE", received_at=datetime(2026, 4, 2, tzinfo=TOKYO))
    )
    assert late == [{("80_OVER", ""): 1}, {}, {("MALE", "2026-04"): 1}]

    def withdraw() -> None:
        followup.add_follow_up(case.uid, replace(call, uid=uuid.uuid4()), by=by)
        note = undo.offered(Case.objects.get(pk=case.pk), by)
        undo.undo(case.uid, note_uid=note.uid, by=by)

    assert moved(withdraw) == [{}, {}, {}]

    def erase() -> None:
        with transaction.atomic():
            erasure.forget(case.uid)

    assert moved(erase) == [{}, {}, {}]
    assert cells_of(by, "cases", "relation", "sex")[ERASED, "FEMALE"] == 1
    assert standing([case.uid])[case.uid] == {}
