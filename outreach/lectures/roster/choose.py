"""The page on which lecturers are chosen from the roster, with reasons."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.shell import roles
from consult.shell.fields import done, offer
from outreach.lectures import choosing, services
from outreach.lectures.models import Lecture
from outreach.lectures.roster import services as roster
from outreach.lectures.views import LectureView


class ChoiceForm(forms.Form):
    lecturers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("講師"), coerce=uuid.UUID, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("講師を選んでください。")},
    )  # fmt: skip
    go_on = forms.CharField(
        label=gettext_lazy("それでも行う理由"), max_length=200, required=False,
        help_text=gettext_lazy("「重なり」のある講師を選ぶときだけ入力します。操作記録にも残ります。"),
    )  # fmt: skip

    def __init__(self, *args: Any, lecture: Lecture, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [row.pk for row in lecture.lecturers.all()]
        offer(self, "lecturers", roster.lecturer_choices(lecture.centre, kept=kept))


class ChooseLecturers(LectureView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        if not lecture.is_open:
            raise services.LectureNotOpen
        chosen = [str(row.uid) for row in lecture.lecturers.all()]
        return self._candidates(request, lecture, ChoiceForm(initial={"lecturers": chosen}, lecture=lecture))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        form = ChoiceForm(request.POST, lecture=lecture)
        said = _("講師を決めました。")
        if done(request, form, lambda: services.assign(uid, by=self.actor, **form.cleaned_data), said):
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
