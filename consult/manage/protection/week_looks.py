"""今週開かれたもの: per account how much was opened, looked up and taken away in a week, and what was unusual."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.protection import audit
from cases.protection.models import AuditEntry
from consult.manage.audit_words import action_text
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

WEEK: Final = timedelta(days=7)
# What an account's week is compared with.
WEEKS_BEFORE: Final = 4
# Below this nothing is called unusual: a busy morning is no sign.
LEAST: Final = 20
# The hours (in Japan) in which nobody is expected at the desk: from 21 to 6.
NIGHT_FROM, NIGHT_TO = 21, 6

Group = tuple[str, str | Promise, tuple[str, ...]]
GROUPS: Final[tuple[Group, ...]] = (
    ("opened", gettext_lazy("個人情報の表示"), ("REVEALED", "CONTACT_REVEALED", "GLASS_BROKEN")),
    ("looked_up", gettext_lazy("電話・名字で探した"), ("PHONE_LOOKED_UP", "NAME_LOOKED_UP")),
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
            "before_url": f"?week={monday - WEEK}",
            "after_url": f"?week={monday + WEEK}" if monday + WEEK <= calendar.today() else "",
        }
        audit.record("AUDIT_VIEWED", by=self.actor, centre=self.actor.centre, count=len(accounts))
        return render(request, "manage/protection/week_looks.html", context)


def lines_of(accounts: Sequence[Account], monday: date) -> list[Line]:
    """A line for each account, the most marked and busiest first. Two queries, over these accounts' own entries."""
    start = datetime.combine(monday, time(), calendar.TOKYO)
    uids = [account.uid for account in accounts]
    mine = AuditEntry.objects.filter(actor_uid__in=uids, action__in=_ACTIONS).order_by()
    night = Q(at__hour__gte=NIGHT_FROM) | Q(at__hour__lt=NIGHT_TO)
    now: dict[object, dict[str, int]] = defaultdict(dict)
    at_night: dict[object, int] = defaultdict(int)
    week = mine.filter(at__gte=start, at__lt=start + WEEK).values("actor_uid", "action")
    for row in week.annotate(n=Count("pk"), night=Count("pk", filter=night)):
        now[row["actor_uid"]][row["action"]] = row["n"]
        at_night[row["actor_uid"]] += row["night"]
    before: dict[object, dict[str, int]] = defaultdict(dict)
    earlier = mine.filter(at__gte=start - WEEKS_BEFORE * WEEK, at__lt=start).values("actor_uid", "action")
    for uid, action, count in earlier.annotate(n=Count("pk")).values_list("actor_uid", "action", "n"):
        before[uid][action] = count
    lines = [
        Line(
            who=str(account),
            cells=[_cell(account, monday, now[account.uid], actions) for _n, _l, actions in GROUPS],
            marks=_marks(now[account.uid], before[account.uid], at_night[account.uid]),
        )
        for account in accounts
    ]
    return sorted(lines, key=lambda line: (-len(line.marks), -sum(cell.count for cell in line.cells)))


def _cell(account: Account, monday: date, counts: Mapping[str, int], actions: Sequence[str]) -> Cell:
    done = [action for action in actions if counts.get(action)]
    period = {"since": monday.isoformat(), "until": (monday + timedelta(days=6)).isoformat()}
    address = reverse("audit")
    links = [
        (action_text(action), f"{address}?{urlencode({'action': action, 'account': account.uid, **period})}")
        for action in done
    ]
    return Cell(sum(counts[action] for action in done), links)


def _marks(now: Mapping[str, int], before: Mapping[str, int], at_night: int) -> list[str]:
    """What is unusual for this account; a sign to ask about, not a verdict."""
    marks = []
    for _name, label, actions in GROUPS[:2]:
        count = sum(now.get(action, 0) for action in actions)
        usual = sum(before.get(action, 0) for action in actions) / WEEKS_BEFORE
        if count >= LEAST and count > 2 * usual:
            marks.append(
                _("%(what)sがいつもより多い(前の4週は平均%(usual)s)")
                % {"what": label, "usual": f"{usual:.0f}"}
            )
    if at_night:
        marks.append(_("夜間(21時〜6時)に%(n)d件") % {"n": at_night})
    if refused := now.get("ACCESS_REFUSED", 0):
        marks.append(_("権限のない操作を%(n)d回") % {"n": refused})
    return marks
