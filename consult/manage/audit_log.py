"""操作記録: who saw or did what at this centre. Read only; reading it is logged too."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.case import Case
from consult.manage import audit_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import day_field, offer
from consult.shell.web import StaffView

PAGE: Final = 50
# Belongs to no centre, for nobody is signed in; it names nobody either.
_OF_NOBODY: Final = "SIGN_IN_REFUSED"


@dataclass(frozen=True)
class Entry:
    """One line of the log in words. `case_number` is empty for erased cases and those of other centres."""

    at: datetime
    who: str
    role: str
    action: str
    case_uid: uuid.UUID | None
    case_number: str
    about: str
    purpose: str
    count: int
    request_id: str


class AuditForm(forms.Form):
    """What the log is narrowed by."""

    action = forms.ChoiceField(label=gettext_lazy("したこと"), required=False)
    account = forms.TypedChoiceField(
        label=gettext_lazy("利用者"), required=False, coerce=uuid.UUID, empty_value=None
    )
    since = day_field(gettext_lazy("日付(から)"))
    until = day_field(gettext_lazy("日付(まで)"))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("すべて"))
        offer(
            self, "action", [everything, *((code, str(text)) for code, text in audit_words.ACTIONS.items())]
        )
        offer(self, "account", [everything, *((str(account.uid), str(account)) for account in accounts)])

    def query(self, **changed: object) -> str:
        """The query string of this filter. The form is valid."""
        given = {name: self.data.get(name, "") for name in ("action", "account", "since", "until")}
        return urlencode({name: value for name, value in {**given, **changed}.items() if value})


def entries_for(actor: Account) -> QuerySet[AuditEntry]:
    """Of the actor's centre: what concerns it, what its accounts did, and refused sign-ins; newest first."""
    own = Q(centre_uid=actor.centre.uid) | Q(actor__centre=actor.centre, centre_uid=None)
    found = AuditEntry.objects.filter(own | Q(action=_OF_NOBODY, actor=None))
    return found.select_related("actor").order_by("-pk")


def _narrowed(found: QuerySet[AuditEntry], wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    if wanted["action"]:
        found = found.filter(action=wanted["action"])
    if wanted["account"]:
        found = found.filter(actor_uid=wanted["account"])
    if since := wanted["since"]:
        found = found.filter(at__gte=datetime.combine(since, time(), calendar.TOKYO))
    if until := wanted["until"]:
        found = found.filter(at__lt=datetime.combine(until + timedelta(days=1), time(), calendar.TOKYO))
    if wanted["before"]:
        found = found.filter(pk__lt=wanted["before"])
    return found


class AuditLog(StaffView):
    permission = roles.VIEW_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        accounts = list(Account.objects.filter(centre=self.actor.centre).order_by("display_name"))
        form = AuditForm(request.GET, accounts=accounts)
        if not form.is_valid():
            return render(request, "manage/audit.html", {"form": form, "has_errors": True}, status=422)
        rows = list(_narrowed(entries_for(self.actor), form.cleaned_data)[: PAGE + 1])
        shown = rows[:PAGE]
        context = {
            "form": form,
            "entries": _in_words(shown, self.actor, {account.uid: str(account) for account in accounts}),
            "older_url": f"?{form.query(before=shown[-1].pk)}" if len(rows) > PAGE else "",
            "newest_url": f"?{form.query()}" if form.cleaned_data["before"] else "",
            "may_view_cases": self.actor.may(roles.VIEW_CASES),
        }
        audit.record("AUDIT_VIEWED", by=self.actor, centre=self.actor.centre, count=len(shown))
        return render(request, "manage/audit.html", context)


def _in_words(rows: Sequence[AuditEntry], actor: Account, names: dict[uuid.UUID, str]) -> list[Entry]:
    uids = {row.case_uid for row in rows if row.case_uid}
    cases = Case.objects.visible_to(actor).of_uids(uids)
    numbers = dict(cases.values_list("uid", "number"))
    return [_entry(row, numbers, names) for row in rows]


def _entry(row: AuditEntry, numbers: dict[uuid.UUID, str], names: dict[uuid.UUID, str]) -> Entry:
    account = audit_words.account_named(row.action, row.reason)
    fields = _("、").join(audit_words.field_text(name) for name in row.fields)
    told = names.get(account, str(account)) if account else row.reason
    told = audit_words.export_text(row.action, row.reason) or told
    told = audit_words.device_text(row.action, row.reason) or told
    told = audit_words.approval_text(row.action, row.reason) or told
    return Entry(
        at=row.at,
        who=str(row.actor) if row.actor else _("システム"),
        role=" ".join(_role_text(code) for code in row.role.split("+")),
        action=audit_words.action_text(row.action),
        case_uid=row.case_uid if row.case_uid in numbers else None,
        case_number=numbers.get(row.case_uid, "") if row.case_uid else "",
        about=" ".join(filter(None, (told, fields))),
        purpose=audit_words.purpose_text(row.purpose),
        count=row.count,
        request_id=row.request_id,
    )


def in_words(row: AuditEntry) -> Entry:
    """An entry about a case that the page already names."""
    return _entry(row, {}, {})


def _role_text(code: str) -> str:
    return str(roles.ROLES[code].label) if code in roles.ROLES else ""
