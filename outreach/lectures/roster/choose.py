"""The page on which a lecturer is chosen from the roster, with reasons."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.fields import tell
from outreach.lectures import choosing, services
from outreach.lectures.models import Lecture
from outreach.lectures.views import LectureView


class ChoiceForm(forms.Form):
    lecturer = forms.UUIDField(widget=forms.HiddenInput)
    go_on = forms.CharField(
        label=gettext_lazy("それでも行う理由"), max_length=200, required=False,
        help_text=gettext_lazy("「重なり」のある講師を選ぶときだけ入力します。操作記録にも残ります。"),
    )  # fmt: skip


class ChooseLecturer(LectureView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        if not lecture.is_open:
            raise services.LectureNotOpen
        return self._candidates(request, lecture, ChoiceForm())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture, form = self.found(uid), ChoiceForm(request.POST)
        if form.is_valid():
            try:
                services.assign(uid, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("講師を決めました。"))
                return redirect("lecture", uid=uid)
        return self._candidates(request, lecture, form, status=422)

    def _candidates(
        self, request: HttpRequest, lecture: Lecture, form: ChoiceForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "lecture": lecture,
            "candidates": choosing.candidates(lecture),
            "form": form,
            "has_errors": status == 422,
        }
        return render(request, "outreach/lectures/choose.html", context, status=status)
