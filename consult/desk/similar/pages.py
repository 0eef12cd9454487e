"""The list of cases similar to a saved one, and what counsellors say of the hits."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.records.case import Case
from cases.services.entry import EntryRefused
from consult.desk import panels
from consult.desk.card.form import IntakeForm
from consult.desk.case import CaseView
from consult.desk.intake import intake_page, keep
from consult.desk.similar import beside
from consult.desk.typed import initial, typed
from consult.shell import drafts, roles
from consult.shell.web import StaffView
from search import judgements


def asked_by_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("X-Draft"))


class SimilarToCase(CaseView):
    """A page of its own; to the script of the case's page only the list.

    Posted: it reads other cases, and an index that it finds broken is made anew.
    """

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("case", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.similar(request, self.find())

    def similar(self, request: HttpRequest, case: Case) -> HttpResponse:
        context = {"case": case, **beside.beside_case(case, self.actor)}
        if asked_by_script(request):
            return render(request, "desk/similar/list.html", context)
        # Down is an answer of the part, not of the page: the case itself is there.
        return render(request, "desk/similar/page.html", context)


class JudgeOnCase(SimilarToCase):
    """Posts `judge` as `<uid of the hit>:<verdict>`; an empty verdict takes it back."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        said = _judged(request, case.uid, self)
        if asked_by_script(request):
            return said
        return (
            redirect("case", uid=uid) if request.POST.get("back") == "case" else self.similar(request, case)
        )


class JudgeBesideForm(StaffView):
    """The same while a call is being taken. Without scripts the form comes back as it was, kept as a draft."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if drafts.is_of_another(uid, by=self.actor):
            raise Http404
        said = _judged(request, uid, self)
        if asked_by_script(request):
            return said
        sequence = keep(request, uid, self)
        form = IntakeForm(initial=initial(typed(request.POST)), centre=self.actor.centre, closes=True)
        shown = panels.everything(request.POST, uid=uid, by=self.actor)
        return intake_page(request, uid, form, self, sequence=sequence, shown=shown)


def _judged(request: HttpRequest, about: uuid.UUID, view: StaffView) -> HttpResponse:
    """The hit's line as it stands now. Raises Http404, EntryRefused, CaseErased."""
    text, _colon, verdict = request.POST.get("judge", "").partition(":")
    try:
        hit = uuid.UUID(text)
    except ValueError:
        raise EntryRefused({"judge": _("選び直してください。")}) from None
    try:
        judgements.judge(about, hit, verdict=verdict, by=view.actor)
        number = Case.objects.visible_to(view.actor).values_list("number", flat=True).get(uid=hit)
    except Case.DoesNotExist:
        raise Http404 from None
    context: dict[str, Any] = {
        "uid_of_hit": hit,
        "number_of_hit": number,
        "verdict": verdict,
        "helped": judgements.helped([hit])[hit],
        "judge_url": request.path,
        "may_judge": True,
    }
    return render(request, "desk/similar/judged.html", context)
