"""この相談を見た人: who opened a case, what of it, when and why. For readers of the log and the case's own people."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.case import Case
from consult.manage import audit_log
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

PAGE: Final = 100
VALUES_SHOWN: Final = ("REVEALED",)


@dataclass(frozen=True)
class Looker:
    """One person, and how often they opened the case and its sealed values."""

    who: str
    views: int
    reveals: int
    changes: int
    last_at: datetime


class BeforeForm(forms.Form):
    """Where an older page begins."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class CaseLooks(StaffView):
    permission = roles.VIEW_PROTECTION

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = Case.objects.visible_to(self.actor).for_list().filter(uid=uid).first()
        if case is None:
            raise Http404
        # Whoever took or has the case may see who else looked at it.
        if not self.actor.may(roles.VIEW_AUDIT) and self.actor.pk not in (case.counsellor_id, case.holder_id):
            raise PermissionDenied
        form = BeforeForm(request.GET)
        before = form.cleaned_data["before"] if form.is_valid() else None
        found = AuditEntry.objects.filter(case_uid=case.uid)
        page = found.filter(pk__lt=before) if before else found
        rows = list(page.select_related("actor").order_by("-pk")[: PAGE + 1])
        shown = rows[:PAGE]
        audit.record("AUDIT_VIEWED", by=self.actor, case=case, count=len(shown))
        context = {
            "case": case,
            "lookers": _lookers(found),
            "entries": [audit_log.in_words(row) for row in shown],
            "older_url": f"?before={shown[-1].pk}" if len(rows) > PAGE else "",
            "newest_url": "?" if before else "",
            "may_view_cases": self.actor.may(roles.VIEW_CASES),
        }
        return render(request, "manage/protection/case_looks.html", context)


def _lookers(found: QuerySet[AuditEntry]) -> list[Looker]:
    """Everybody in the log of the case, whoever looked last first; in two queries."""
    seen = Q(action="CASE_VIEWED")
    opened = Q(action__in=VALUES_SHOWN)
    rows = list(
        found.exclude(action="AUDIT_VIEWED")
        .order_by()
        .values("actor_id")
        .annotate(
            views=Count("pk", filter=seen),
            reveals=Count("pk", filter=opened),
            changes=Count("pk", filter=Q(digest__isnull=False)),
            last_at=Max("at"),
        )
        .order_by("-last_at")
    )
    pks = [row["actor_id"] for row in rows if row["actor_id"] is not None]
    names = {account.pk: str(account) for account in Account.objects.filter(pk__in=pks)}
    return [
        Looker(
            who=names.get(row["actor_id"], _("システム")),
            views=row["views"],
            reveals=row["reveals"],
            changes=row["changes"],
            last_at=row["last_at"],
        )
        for row in rows
    ]
