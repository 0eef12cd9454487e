"""The cases as they stand, a thousand at a time: what is to be stated of each, and what the log says of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from cases.figures import facts, stating
from cases.figures.facts import CASE, CONTACT, Statement
from cases.figures.models import CaseFact
from cases.records.case import SEALED, Case

AT_ONCE: Final = 1000
# In the place of a column: a case or 経過 of which the log says nothing, or says something though there is none.
NOT_STATED: Final = "not_stated"
NOT_THERE: Final = "not_there"
_Statements = Mapping[UUID | None, Statement]


def _counters() -> dict[str, dict[str, Counter[Any]]]:
    return {kind: defaultdict(Counter) for kind in (CASE, CONTACT)}


@dataclass
class Live:
    """What the cases of one centre come to.

    `values[kind][column]` counts the values of a column over cases or 経過; `differing[column]` the statements of the
    log that say something else.
    """

    values: dict[str, dict[str, Counter[Any]]] = field(default_factory=_counters)
    days_to_close: Counter[int] = field(default_factory=Counter)
    differing: Counter[str] = field(default_factory=Counter)

    def count_of(self, kind: str) -> int:
        return sum(self.values[kind]["what"].values())

    def add(self, statement: Statement) -> None:
        of_kind = self.values[statement["what"]]
        for column, value in statement.items():
            if not column.endswith("_uid"):
                of_kind[column][value] += 1
        if statement["what"] == CASE and statement["closed_on"] is not None:
            self.days_to_close[(statement["closed_on"] - statement["received_on"]).days] += 1


def walk(centre_id: int, advance: Callable[[int], None]) -> Live:
    """Every case of the centre. One whose log differs is looked at again alone: it may just have been saved."""
    live = Live()
    for cases in _lots(centre_id):
        to_state, stated = _wanted(cases), facts.standing([case.uid for case in cases])
        for uid, wanted in to_state.items():
            for statement in wanted.values():
                live.add(statement)
            if wanted != stated[uid]:
                live.differing.update(_again(uid))
        advance(len(cases))
    live.differing.update(_of_no_case(centre_id))
    return live


def _lots(centre_id: int) -> Iterator[list[Case]]:
    last = 0
    rows = Case.objects.filter(centre=centre_id).defer(*SEALED).order_by("pk")
    while cases := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield cases
        last = cases[-1].pk


def _wanted(cases: Sequence[Case]) -> dict[UUID, _Statements]:
    return {coded.case.uid: facts.to_state(coded, contacts) for coded, contacts in stating.of_cases(cases)}


@transaction.atomic
def _again(uid: UUID) -> Counter[str]:
    """The columns in which the log differs from the case, which is locked meanwhile."""
    cases = list(Case.objects.select_for_update().defer(*SEALED).filter(uid=uid))
    wanted, stated = _wanted(cases).get(uid, {}), facts.standing([uid])[uid]
    found: Counter[str] = Counter()
    for key in {*wanted, *stated}:
        if key not in stated:
            found[NOT_STATED] += 1
        elif key not in wanted:
            found[NOT_THERE] += 1
        else:
            found.update(name for name, value in wanted[key].items() if stated[key][name] != value)
    return found


def _of_no_case(centre_id: int) -> Counter[str]:
    """Statements that still stand of cases that are not there, and were not erased."""
    is_there = Exists(Case.objects.filter(uid=OuterRef("case_uid")))
    rows = CaseFact.objects.filter(~is_there, centre=centre_id, case_uid__isnull=False)
    uids = {uid for uid in rows.values_list("case_uid", flat=True) if uid is not None}
    found = sum(map(len, facts.standing(uids).values())) if uids else 0
    return Counter({NOT_THERE: found} if found else {})
