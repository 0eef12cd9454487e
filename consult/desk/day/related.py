"""Cases that may belong with one: the same number, reading or account, linked with one press. Asked for, since
looking is logged."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.protection import match
from cases.protection.purpose import BreakGlassNeeded
from cases.protection.reveal import Rule, rule_for
from cases.records.case import Case
from cases.records.links import CaseLink, linked_pks
from consult.desk.case import CaseView
from consult.shell import roles
from consult.shell.accounts import Account

SHOWN: Final = 20


@dataclass(frozen=True)
class Suggestion:
    """A case, why it may belong, and the kind of link that is proposed."""

    case: Case
    reasons: str
    kind: str
    kind_label: str


def suggestions(case: Case, actor: Account) -> list[Suggestion]:
    """The cases that share something, the newest first; those that are linked already are left out."""
    found = match.related(case, by=actor)
    linked = {case.pk, *linked_pks(case.pk)}
    rows = Case.objects.visible_to(actor).for_list().filter(pk__in=set(found) - linked).newest_first()[:SHOWN]
    labels = {
        match.Shared.PHONE: _("電話番号が同じ"),
        match.Shared.KANA: _("氏名のカナが同じ"),
    }
    made = []
    for row in rows:
        shared = found[row.pk]
        kind = _kind(shared)
        reasons = _("、").join(labels[one] for one in sorted(shared))
        made.append(Suggestion(row, reasons, kind, str(CaseLink.Kind(kind).label)))
    return made


def _kind(shared: frozenset[match.Shared]) -> str:
    """Number and name: the same person. A number alone may be another one of the household."""
    if match.Shared.KANA in shared:
        return CaseLink.Kind.SAME_PERSON
    return CaseLink.Kind.SAME_HOUSEHOLD


class RelatedCases(CaseView):
    """Posted: every look-up is an entry, and a reloaded page must not make another."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("case", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if rule_for(case, self.actor) is Rule.GUARDED:
            raise BreakGlassNeeded
        context = {"case": case, "suggestions": suggestions(case, self.actor), "kinds": CaseLink.Kind.choices}
        return render(request, "desk/day/related.html", context)


def panel(_case: Case, actor: Account) -> dict[str, Any] | None:
    """The button that asks."""
    return {} if actor.may(roles.RECORD_CASES) else None
