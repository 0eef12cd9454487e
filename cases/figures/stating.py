"""What is to be stated of cases, read from their rows: codes, 内容別分類 and the 経過 that count."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cases.figures.facts import Coded, Contact
from cases.law import calendar
from cases.records.card import CaseCode
from cases.records.case import Case, CaseScamType
from cases.records.codes import Kind
from cases.records.follow_up import FollowUp


def of_cases(cases: Sequence[Case]) -> list[tuple[Coded, list[Contact]]]:
    """Each case with its codes and its 経過 that nobody took back, in the order given. Three queries."""
    keys = [case.pk for case in cases]
    scams: dict[int, list[str]] = defaultdict(list)
    issues: dict[int, list[str]] = defaultdict(list)
    contacts: dict[int, list[Contact]] = defaultdict(list)
    rows: Any = CaseScamType.objects.filter(case__in=keys).order_by("case", "-is_main", "pk")
    for case, code in rows.values_list("case", "code"):
        scams[case].append(code)
    rows = CaseCode.objects.filter(case__in=keys, kind=Kind.ISSUE_KIND)
    for case, code in rows.order_by("case", "-is_main", "position", "pk").values_list("case", "code"):
        issues[case].append(code)
    rows = FollowUp.objects.filter(case__in=keys, withdrawn_at=None).order_by("case", "pk")
    for case, uid, moment, kind, minutes in rows.values_list("case", "uid", "happened_at", "kind", "minutes"):
        contacts[case].append(Contact(uid, calendar.local_date(moment), kind, minutes))
    return [
        (
            Coded(case, scams[case.pk][0] if scams[case.pk] else "", scams[case.pk][1:], issues[case.pk]),
            contacts[case.pk],
        )
        for case in cases
    ]
