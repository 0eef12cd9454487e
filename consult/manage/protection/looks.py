"""緊急の閲覧と目立つ閲覧: who looked more than usual this week, who opened what in an emergency, and who saw that."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.errors import CasesError
from cases.protection import watch
from cases.records.centre import Actor
from cases.records.custody import BreakGlass
from cases.records.unusual import UnusualLooks
from cases.services import glass, oversight
from consult.shell import roles
from consult.shell.web import StaffView

WEEK: Final = timedelta(days=7)
SHOWN_DAYS: Final = timedelta(days=90)
SHOWN: Final = 200


def _week_ago() -> datetime:
    return timezone.now() - WEEK


class Looks(StaffView):
    permission = roles.REVIEW_LATER

    def get(self, request: HttpRequest) -> HttpResponse:
        centre = self.actor.centre
        opened = BreakGlass.objects.filter(centre=centre, opened_at__gte=timezone.now() - SHOWN_DAYS)
        context = {
            "opened": opened.select_related("case", "account", "seen_by")[:SHOWN],
            "unusual": watch.unusual(centre, _week_ago()),
            "now": timezone.now(),
            "may_see_week": self.actor.may(roles.VIEW_AUDIT),
        }
        return render(request, "manage/protection/looks.html", context)


class SeeGlass(StaffView):
    permission = roles.REVIEW_LATER

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            glass.note_seen(uid, by=self.actor)
        except BreakGlass.DoesNotExist:
            raise Http404 from None
        except glass.NotOwnGlass as refusal:
            return _refused(request, refusal)
        messages.success(request, _("確認済みにしました。"))
        return redirect("looks")


class SeeUnusual(StaffView):
    permission = roles.REVIEW_LATER

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            oversight.see_unusual(uid, by=self.actor)
        except UnusualLooks.DoesNotExist:
            raise Http404 from None
        except oversight.NotForOneself as refusal:
            return _refused(request, refusal)
        messages.success(request, _("確認済みにしました。"))
        return redirect("looks")


def _refused(request: HttpRequest, refusal: CasesError) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("looks")


def glass_card(actor: Actor) -> today.Card | None:
    """今日: somebody else opened a case in an emergency, and no manager has looked at it yet."""
    found = BreakGlass.objects.filter(centre_id__in=actor.centre_ids, seen_at__isnull=True)
    newest = found.exclude(account=actor.pk).select_related("case", "account")
    count = newest.count()
    if not count:
        return None
    title = ngettext("緊急の閲覧が%(n)d件あります", "緊急の閲覧が%(n)d件あります", count) % {"n": count}
    first = newest[0]
    body = _("%(number)s(%(name)s): %(reason)s") % {
        "number": first.case.number,
        "name": first.account,
        "reason": first.reason,
    }
    return today.Card(title, body, level=today.Level.WARNING, url_name="looks", link=_("確かめる"))


def unusual_card(actor: Actor) -> today.Card | None:
    """今日: somebody else looked more than usual this week, and no manager has looked at it yet."""
    found = UnusualLooks.objects.filter(
        centre_id__in=actor.centre_ids, seen_at__isnull=True, since__gte=_week_ago()
    )
    count = found.exclude(account=actor.pk).count()
    if not count:
        return None
    title = ngettext("今週の目立つ閲覧が%(n)d件あります", "今週の目立つ閲覧が%(n)d件あります", count) % {
        "n": count
    }
    return today.Card(title, level=today.Level.WARNING, url_name="looks", link=_("確かめる"))
