"""今日: where everybody's day starts. What the machine and the centre have to say, then what one has at hand.

Printed it is the morning sheet: no name stands on it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.jobs import worker_is_seen
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.custody import BreakGlass
from cases.records.follow_up import FollowUp
from cases.services import custody
from consult.desk.day import blocks
from consult.desk.searching.forms import FindForm
from consult.shell import roles
from consult.shell.drafts import Draft
from consult.shell.web import NAV, StaffView

SHOWN = 20
DAYS_TOLD = 7
"""So long 今日 speaks of what others did with one's cases."""


@dataclass(frozen=True)
class Home:
    """The page on which the work of a role begins."""

    url_name: str
    label: Any


class Today(StaffView):
    permission = roles.SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        context: dict[str, Any] = {
            "cards": today.cards(self.actor, self.actor.may),
            "today": calendar.today(),
            "homes": self._homes(),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "find": FindForm() if self.actor.may(roles.VIEW_CASES) else None,
            "may_log": self.actor.may(roles.VIEW_CASES),
            "may_order": self.actor.may(roles.ORDER_HAND_OVERS),
            "printed_at": timezone.now(),
        }
        told = today.blocks(self.actor, self.actor.may)
        if self.actor.may(roles.RECORD_CASES):
            context |= self._at_the_desk()
            told = [*blocks.at_hand(context["open_cases"], self.actor), *told]
            context["open_cases"] = context["open_cases"][:SHOWN]
        return render(request, "desk/day/today.html", {**context, "blocks": today.by_urgency(told)})

    def _homes(self) -> list[Home]:
        """Where the other roles of this person work."""
        names = roles.homes_of(self.actor.role_codes)
        return [Home(name, label) for _permission, name, label in NAV if name in names and name != "today"]

    def _at_the_desk(self) -> dict[str, Any]:
        mine = Case.objects.visible_to(self.actor).open().in_hands_of(self.actor.pk)
        read = list(mine.for_list().newest_first()[: blocks.READ + 1])
        return {
            "drafts": list(
                Draft.objects.filter(account=self.actor).select_related("case").defer("body")[:SHOWN]
            ),
            "offers": custody.waiting_for(self.actor.pk),
            "open_cases": read[: blocks.READ],
            "open_count": len(read) if len(read) <= blocks.READ else mine.count(),
            "is_cut": len(read) > blocks.READ,
            "by_others": list(
                FollowUp.objects.filter(case__in=mine, entered_at__gte=_some_days_ago(), withdrawn_at=None)
                .exclude(counsellor=self.actor)
                .select_related("case", "counsellor")
                .only("kind", "entered_at", "case__uid", "case__number", "counsellor__display_name")
                .order_by("-entered_at")[:SHOWN]
            ),
        }


def _some_days_ago() -> Any:
    return timezone.now() - timedelta(days=DAYS_TOLD)


def worker_card(_actor: Actor) -> today.Card | None:
    """Whether the machine does its work beside the pages."""
    if worker_is_seen():
        return None
    return today.Card(
        _("処理係が止まっています"),
        _("保存はできます。検索や集計への反映が遅れるので、管理者に伝えてください。"),
        level=today.Level.WARNING,
    )


def opened_card(actor: Actor) -> today.Card | None:
    """Somebody opened a case of the reader's by 緊急の閲覧."""
    found = list(
        BreakGlass.objects.filter(
            case__in=Case.objects.visible_to(actor).in_hands_of(actor.pk), opened_at__gte=_some_days_ago()
        )
        .exclude(account=actor.pk)
        .select_related("case", "account")[:SHOWN]
    )
    if not found:
        return None
    title = ngettext(
        "あなたの相談が緊急の閲覧で%(n)d回開かれました",
        "あなたの相談が緊急の閲覧で%(n)d回開かれました",
        len(found),
    ) % {"n": len(found)}
    lines = [
        _("%(number)s(%(name)s): %(reason)s")
        % {"number": row.case.number, "name": row.account, "reason": row.reason}
        for row in found
    ]
    return today.Card(title, _("、").join(lines), level=today.Level.WARNING)
