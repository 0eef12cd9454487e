"""高齢者・若者の年齢: whom this centre's figures call so."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.figures.limits import AgeLimits
from cases.records.centre import SENIOR_LIMITS, YOUNG_LIMITS
from cases.services import age_limits
from consult.shell import roles
from consult.shell.web import StaffView


class AgeLimitsForm(forms.Form):
    senior_from = forms.TypedChoiceField(label=gettext_lazy("高齢者とする年齢"), coerce=int)
    young_to = forms.TypedChoiceField(label=gettext_lazy("若者とする年齢"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words, known in (
            ("senior_from", _("%(years)d歳以上"), SENIOR_LIMITS),
            ("young_to", _("%(years)d歳以下"), YOUNG_LIMITS),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
            field.choices = [(years, words % {"years": years}) for years in known]


class AgeLimitsPage(StaffView):
    permission = roles.KEEP_DISTRICTS

    def get(self, request: HttpRequest) -> HttpResponse:
        held = age_limits.of(self.actor.centre)
        form = AgeLimitsForm(initial={"senior_from": held.senior_from, "young_to": held.young_to})
        return self.page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgeLimitsForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        age_limits.change(self.actor.centre, AgeLimits(**form.cleaned_data), by=self.actor)
        messages.success(request, _("年齢の区切りを保存しました。これからの集計に使います。"))
        return redirect("age-limits")

    def page(self, request: HttpRequest, form: AgeLimitsForm, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "has_errors": bool(form.errors),
            "may_see_numbers": self.actor.may(roles.VIEW_NUMBERS),
        }
        return render(request, "manage/age_limits.html", context, status=status)
