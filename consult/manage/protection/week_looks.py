"""今週開かれたもの: per account how much was opened, looked up and taken away in a week, and what stands out.

What is unusual is judged in one place (`cases.protection.watch`); this page adds the nights and what was refused.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.law import calendar
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.records.unusual import UnusualLooks
from consult.manage.audit_words import action_text
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

WEEK: Final = timedelta(days=7)
# The hours (in Japan) in which nobody is expected at the desk: from 21 to 6.
NIGHT_FROM, NIGHT_TO = 21, 6

Group = tuple[str, str | Promise, tuple[str, ...]]
GROUPS: Final[tuple[Group, ...]] = (
    ("opened", gettext_lazy("個人情報の表示"), ("REVEALED", "CONTACT_REVEALED", "GLASS_BROKEN")),
    (
        "looked_up",
        gettext_lazy("電話・名字で探した"),
        ("PHONE_LOOKED_UP", "NAME_LOOKED_UP", "KANA_LOOKED_UP"),
    ),
    ("viewed", gettext_lazy("開いた相談"), ("CASE_VIEWED",)),
    ("taken", gettext_lazy("書き出し"), ("NUMBERS_EXPORTED",)),
    ("refused", gettext_lazy("断られた操作"), ("ACCESS_REFUSED",)),
)
_ACTIONS: Final = [action for _name, _label, actions in GROUPS for action in actions]


@dataclass(frozen=True)
class Cell:
    """A count, and where its entries are listed: one link for each action that was done."""

    count: int
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    who: str
    cells: list[Cell]
    marks: list[str]


@dataclass
class _Week:
    """What one account did in the week: entries by action, those at night, the reports of unusual looks."""

    counts: dict[str, int] = field(default_factory=dict)
    at_night: int = 0
    unusual: list[UnusualLooks] = field(default_factory=list)


class WeekForm(forms.Form):
    """Any day of the week wanted."""

    week = forms.DateField(required=False)


class WeekLooks(StaffView):
    permission = roles.VIEW_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        form = WeekForm(request.GET)
        wanted = (form.cleaned_data["week"] if form.is_valid() else None) or calendar.today()
        monday = wanted - timedelta(days=wanted.weekday())
        accounts = list(Account.objects.filter(centre=self.actor.centre).order_by("display_name"))
        context = {
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "groups": [label for _name, label, _actions in GROUPS],
            "lines": lines_of(accounts, monday),
            "may_review": self.actor.may(roles.REVIEW_LATER),
            "before_url": f"?week={monday - WEEK}",
            "after_url": f"?week={monday + WEEK}" if monday + WEEK <= calendar.today() else "",
        }
        audit.record("AUDIT_VIEWED", by=self.actor, centre=self.actor.centre, count=len(accounts))
        return render(request, "manage/protection/week_looks.html", context)


def lines_of(accounts: Sequence[Account], monday: date) -> list[Line]:
    """A line for each account, the most marked and busiest first. Two queries, over these accounts' own rows."""
    weeks = _weeks_of(accounts, datetime.combine(monday, time(), calendar.TOKYO))
    lines = [
        Line(
            who=str(account),
            cells=[
                _cell(account, monday, weeks[account.uid].counts, actions)
                for _name, _label, actions in GROUPS
            ],
            marks=_marks(weeks[account.uid]),
        )
        for account in accounts
    ]
    return sorted(lines, key=lambda line: (-len(line.marks), -sum(cell.count for cell in line.cells)))


def _weeks_of(accounts: Sequence[Account], start: datetime) -> dict[object, _Week]:
    weeks: dict[object, _Week] = defaultdict(_Week)
    uids = {account.pk: account.uid for account in accounts}
    night = Q(at__hour__gte=NIGHT_FROM) | Q(at__hour__lt=NIGHT_TO)
    mine = AuditEntry.objects.filter(actor_uid__in=uids.values(), action__in=_ACTIONS).order_by()
    grouped = mine.filter(at__gte=start, at__lt=start + WEEK).values("actor_uid", "action")
    for row in grouped.annotate(n=Count("pk"), night=Count("pk", filter=night)):
        week = weeks[row["actor_uid"]]
        week.counts[row["action"]] = row["n"]
        week.at_night += row["night"]
    for report in UnusualLooks.objects.filter(account__in=uids, since__gte=start, since__lt=start + WEEK):
        weeks[uids[report.account_id]].unusual.append(report)
    return weeks


def _cell(account: Account, monday: date, counts: Mapping[str, int], actions: Sequence[str]) -> Cell:
    done = [action for action in actions if counts.get(action)]
    period = {"since": monday.isoformat(), "until": (monday + timedelta(days=6)).isoformat()}
    address = reverse("audit")
    links = [
        (action_text(action), f"{address}?{urlencode({'action': action, 'account': account.uid, **period})}")
        for action in done
    ]
    return Cell(sum(counts[action] for action in done), links)


def _marks(week: _Week) -> list[str]:
    """What stands out in an account's week; a sign to ask about, not a verdict."""
    marks = [_in_words(report) for report in reversed(week.unusual)]
    if week.at_night:
        marks.append(_("夜間(21時〜6時)に%(n)d件") % {"n": week.at_night})
    if refused := week.counts.get("ACCESS_REFUSED", 0):
        words = ngettext("権限のない操作を%(n)d回", "権限のない操作を%(n)d回", refused)
        marks.append(words % {"n": refused})
    return marks


def _in_words(report: UnusualLooks) -> str:
    since = report.since.astimezone(calendar.TOKYO)
    facts = {
        "month": since.month, "day": since.day, "hour": since.hour, "kind": report.get_kind_display(),
        "count": report.count, "limit": report.limit,
    }  # fmt: skip
    if report.span == UnusualLooks.Span.DAY:
        return _("%(month)d/%(day)d %(kind)sが%(count)d回(目安%(limit)d)") % facts
    return _("%(month)d/%(day)d %(hour)d時台 %(kind)sが%(count)d回(目安%(limit)d)") % facts
