"""「ほかの人も開いています」: on the page of a case and of its correction, kept fresh by a small script."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from cases.records.case import Case
from cases.services import viewing
from consult.desk import panels
from consult.desk.case import CaseView
from consult.desk.panels import Panel, Place
from consult.shell import roles
from consult.shell.accounts import Account


class Viewing(CaseView):
    """A page's sign of life, answered with who else is there. `left` says goodbye."""

    permission = roles.VIEW_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if request.POST.get("left"):
            viewing.leave(case, by=self.actor)
            return HttpResponse(status=204)
        viewing.beat(case, is_editing=bool(request.POST.get("editing")), by=self.actor)
        return JsonResponse({"text": told(case, self.actor)})


def told(case: Case, actor: Account) -> str:
    """One sentence; empty where nobody else is there."""
    others = viewing.others(case, actor)
    editing = _("、").join(_("%(name)sさん") % {"name": one.name} for one in others if one.is_editing)
    reading = _("、").join(_("%(name)sさん") % {"name": one.name} for one in others if not one.is_editing)
    sentences = []
    if editing:
        sentences.append(_("%(names)sが編集中です。") % {"names": editing})
    if reading:
        sentences.append(_("%(names)sも開いています。") % {"names": reading})
    return " ".join(sentences)


def panel(case: Case, actor: Account) -> dict[str, Any]:
    return {"viewing": told(case, actor), "is_editing": False}


def register() -> None:
    """Called once when the app is ready."""
    panels.add_panel(Panel("viewing", Place.TOP, roles.VIEW_CASES, "desk/viewing.html", panel))
