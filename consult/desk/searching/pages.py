"""The search page. Posted, so that names, numbers and words stay out of addresses, history and logs."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases import feed
from cases.records.case import new_uid
from consult.desk.searching import elsewhere, models, results
from consult.desk.searching.forms import (
    CONDITIONS,
    LONGEST,
    MOST_PAGES,
    KeepForm,
    SearchForm,
    asked,
    conditions,
)
from consult.shell import roles
from consult.shell.web import StaffView
from search import completing
from search.errors import SearchUnavailable


class Search(StaffView):
    """One box, what narrows it, and what is found. Codes and days may stand in the address; words never do."""

    permission = roles.VIEW_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        given = QueryDict(mutable=True)
        for name in (*CONDITIONS, "order", "page"):
            if value := request.GET.get(name, ""):
                given[name] = value
        if not any(name in given for name in CONDITIONS):
            return self.page(request, SearchForm(by=self.actor))
        return self.answer(request, SearchForm(given, by=self.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request, SearchForm(asked(request.POST), by=self.actor))

    def answer(self, request: HttpRequest, form: SearchForm) -> HttpResponse:
        if not form.is_valid():
            return self.page(request, form, status=422)
        text, kind = form.cleaned_data["text"].strip(), form.cleaned_data["kind"]
        if kind in ("phone", "surname") and not self.actor.may(roles.REVEAL_CASES):
            form.add_error("kind", _("電話番号と名字で探せるのは相談員だけです。"))
            return self.page(request, form, status=403)
        if text and not kind and not form.narrows and (elsewhere_ := elsewhere.leads_to(text, by=self.actor)):
            return elsewhere_
        if text and not kind:
            kind = elsewhere.kind_of(text, by=self.actor)
        if text and kind in ("phone", "surname"):
            return self._by_person(request, form, text, kind)
        try:
            found = results.search(form, by=self.actor)
        except SearchUnavailable as refusal:
            return self.page(request, form, status=503, unavailable=str(refusal))
        return self.page(request, form, found=found, chips=conditions(form), **_pages(form, found.total))

    def _by_person(self, request: HttpRequest, form: SearchForm, text: str, kind: str) -> HttpResponse:
        number = form.cleaned_data["page"] or 1
        look = elsewhere.by_phone if kind == "phone" else elsewhere.by_name
        people = look(text, number, by=self.actor)
        more = _pages(form, people.total, size=elsewhere.PAGE)
        return self.page(request, form, people=people, kind=kind, **more)

    def page(self, request: HttpRequest, form: SearchForm, *, status: int = 200, **more: Any) -> HttpResponse:
        lag = more["found"].lag if "found" in more else feed.lag("search")
        found = more.get("found")
        context = {
            "kept": [] if found or "people" in more else models.kept_by(self.actor),
            "keep": KeepForm(initial={"uid": new_uid()}) if found else None,
            "asked": [(one.html_name, one.value()) for one in form if one.name != "page" and one.value()],
            "find": form,
            "text": str(form["text"].value() or ""),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "has_errors": bool(form.errors),
            "lag": lag,
            "lag_minutes": int(lag.oldest.total_seconds() // 60) if lag.oldest else 0,
            "conditions": [form[name] for name in CONDITIONS if name not in _hidden(form)],
            **more,
        }
        return render(request, "desk/searching/search.html", context, status=status)


class Complete(StaffView):
    """The words typed so far with the last one completed, for the box. Nothing typed is kept."""

    permission = roles.VIEW_CASES

    def post(self, request: HttpRequest) -> JsonResponse:
        text = request.POST.get("text", "")
        try:
            options = completing.completions(text, by=self.actor) if len(text) <= LONGEST else []
        except SearchUnavailable:
            options = []
        return JsonResponse({"options": options})


def _hidden(form: SearchForm) -> set[str]:
    return {"main"} if form.has_centres else {"main", "centre"}


def _pages(form: SearchForm, total: int, size: int = results.PAGE) -> dict[str, Any]:
    """The numbers of the pages before and behind this one."""
    number = form.cleaned_data["page"] or 1
    is_last = number * size >= total or number >= MOST_PAGES
    return {
        "number": number,
        "previous_page": number - 1 if number > 1 else None,
        "next_page": None if is_last else number + 1,
    }
