"""What a centre sets for its lectures: the rules of applications and the words of letters."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consult.shell import roles
from consult.shell.fields import done
from consult.shell.web import StaffView
from outreach.applications import rulebooks, wordings
from outreach.applications.forms import RulesForm, WordingForm, initial_rules
from outreach.applications.models import ApplicationLetter


class Rules(StaffView):
    permission = roles.KEEP_LECTURE_RULES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = RulesForm(initial=initial_rules(rulebooks.of(self.actor.centre)))
        return self._page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RulesForm(request.POST)

        def act() -> object:
            return rulebooks.change(form.book(), centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("講座の申込みの決まりを保存しました。")):
            return redirect("application-rules")
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: RulesForm, status: int = 200) -> HttpResponse:
        centre = self.actor.centre
        context: dict[str, Any] = {
            "form": form,
            "versions": rulebooks.versions_of(centre),
            "letters": [(kind, kind.label, wordings.of(centre, kind)) for kind in ApplicationLetter.Kind],
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/applications/rules.html", context, status=status)


class ChangeWording(StaffView):
    permission = roles.KEEP_LECTURE_RULES

    def get(self, request: HttpRequest, letter: str) -> HttpResponse:
        now = wordings.of(self.actor.centre, self._kind(letter))
        form = WordingForm(initial={"title": now.title, "opening": now.opening, "closing": now.closing})
        return self._page(request, letter, form)

    def post(self, request: HttpRequest, letter: str) -> HttpResponse:
        kind, form = self._kind(letter), WordingForm(request.POST)

        def act() -> object:
            return wordings.change(kind, **form.cleaned_data, centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("通知書の文を保存しました。")):
            return redirect("application-rules")
        return self._page(request, letter, form, status=422)

    def _kind(self, letter: str) -> str:
        if letter not in ApplicationLetter.Kind.values:
            raise Http404
        return letter

    def _page(self, request: HttpRequest, letter: str, form: WordingForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "label": ApplicationLetter.Kind(letter).label,
            "places": [f"{{{place}}}" for place in wordings.PLACES],
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/applications/wording.html", context, status=status)
