"""応援: the counsellor's one key, and what comes up on the screen of who may answer."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.help_calls import HelpCall
from cases.services import help_calls
from consult.shell import roles
from consult.shell.web import StaffView

ON_CALL = "call"
"""What the page says of itself while a consultation is being taken; on a case's page it is the case's uid."""


def _is_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("X-Draft"))


class CallForHelp(StaffView):
    """Posted beside the page that one is on, so that nothing typed is left; `place` says where that is."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest) -> HttpResponse:
        place = request.POST.get("place", "")
        try:
            row = help_calls.call(
                centre=self.actor.centre,
                by=self.actor,
                case_uid=_case_uid(place),
                is_on_call=place == ON_CALL,
            )
        except Case.DoesNotExist:
            raise Http404 from None
        if _is_script(request):
            return JsonResponse(_state(row))
        messages.success(request, _("応援を呼びました。30分で自動的に終わります。"))
        return redirect("today")


def _case_uid(place: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(place)
    except ValueError:
        return None


def _state(row: HelpCall | None) -> dict[str, str]:
    if row is None:
        return {"state": "none", "text": ""}
    if row.answered_by is None:
        return {"state": "waiting", "text": _("応援を呼んでいます")}
    at = timezone.localtime(row.answered_at, calendar.TOKYO).strftime("%H:%M")
    return {
        "state": "answered",
        "text": _("%(name)sさんが気づきました(%(at)s)") % {"name": row.answered_by, "at": at},
    }


class MyCall(StaffView):
    """What became of one's own call; asked every few seconds while it lasts."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(_state(help_calls.mine(self.actor)))


class Waiting(StaffView):
    """The calls in force, for the strip above every page of who may answer; empty where there are none."""

    permission = roles.ANSWER_HELP

    def get(self, request: HttpRequest) -> HttpResponse:
        calls = help_calls.waiting(self.actor)
        if not calls:
            return HttpResponse()
        return render(request, "desk/day/help_waiting.html", {"calls": calls, "me": self.actor.pk})


class Answer(StaffView):
    permission = roles.ANSWER_HELP

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            help_calls.answer(uid, by=self.actor)
        except HelpCall.DoesNotExist:
            raise Http404 from None
        return HttpResponse(status=204) if _is_script(request) else redirect("today")


class End(StaffView):
    permission = roles.VIEW_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            help_calls.end(uid, by=self.actor)
        except HelpCall.DoesNotExist:
            raise Http404 from None
        return HttpResponse(status=204) if _is_script(request) else redirect("today")


def card(actor: Actor) -> today.Card | None:
    """Who calls for help, for a page without scripts; with them the strip above says it."""
    calls = [one for one in help_calls.waiting(actor) if one.answered_by_id is None]
    if not calls:
        return None
    title = ngettext("%(n)d人が応援を呼んでいます", "%(n)d人が応援を呼んでいます", len(calls)) % {
        "n": len(calls)
    }
    names = _("、").join(str(one.account) for one in calls)
    return today.Card(title, names, today.Level.ERROR, "help-waiting", _("開く"))
