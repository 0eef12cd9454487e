"""Pages of what is next: the list, marking a step, and how many days before each is due."""

import uuid
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from consult.shell import roles
from consult.shell.fields import done
from consult.shell.web import StaffView
from outreach.lectures.steps import services
from outreach.lectures.steps.models import ReminderDays
from outreach.lectures.views import LectureView

DAYS: Final = ("decide", "lecturer", "materials", "applicant")


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=services.MOST_DAYS, widget=forms.TextInput)


class DaysForm(forms.Form):
    decide = _days(gettext_lazy("開催を決定する(日前)"))
    lecturer = _days(gettext_lazy("講師に確かめる(日前)"))
    materials = _days(gettext_lazy("教材を用意する(日前)"))
    applicant = _days(gettext_lazy("申込者に連絡する(日前)"))


class Steps(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        row = ReminderDays.objects.filter(centre=self.actor.centre).first() or ReminderDays()
        return self._page(request, DaysForm(initial={name: getattr(row, name) for name in DAYS}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """How many days before each is due."""
        form = DaysForm(request.POST)

        def act() -> ReminderDays:
            return services.set_days(self.actor.centre, form.cleaned_data, by=self.actor)

        if done(request, form, act, _("知らせる日を変更しました。")):
            return redirect("lecture-steps")
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: DaysForm, *, status: int = 200) -> HttpResponse:
        steps = services.next_steps(self.actor, calendar.today())
        context = {"steps": steps, "form": form, "has_errors": status == 422}
        return render(request, "outreach/lectures/steps.html", context, status=status)


class MarkStep(LectureView):
    """POST `kind`, and `undo` to take it back; `back` leads to the list."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        kind = request.POST.get("kind", "")
        if request.POST.get("undo"):
            services.take_back(uid, kind, by=self.actor)
            messages.success(request, _("未了に戻しました。"))
        else:
            services.mark_done(uid, kind, by=self.actor)
            messages.success(request, _("済みにしました。"))
        if request.POST.get("back") == "list":
            return redirect("lecture-steps")
        return redirect("lecture", uid=uid)
