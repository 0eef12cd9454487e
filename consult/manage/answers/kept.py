"""Keeping the question on the page under a name, and letting it go."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.records.answers import NumbersQuestion
from cases.services import answers
from cases.services.entry import EntryRefused
from consult.manage.answers.forms import FIXED, MOVING, KeepForm
from consult.manage.asking import Asked, NumbersForm, period_label
from consult.shell import roles
from consult.shell.web import StaffView


class KeepQuestion(StaffView):
    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("numbers")

    def post(self, request: HttpRequest) -> HttpResponse:
        asking = NumbersForm(QueryDict(request.POST.get("keep-address", "")), centre=self.actor.centre)
        if not asking.is_valid():
            raise Http404
        asked = asking.asked()
        form = KeepForm(request.POST, period=period_label(asked.period))
        if form.is_valid():
            data = form.cleaned_data
            address = _address(asked, data["counts"])
            try:
                answers.save_question(
                    data["uid"], name=data["name"], address=address, is_shared=data["is_shared"],
                    centre=self.actor.centre, by=self.actor,
                )  # fmt: skip
            except EntryRefused as refusal:
                for name, text in refusal.errors.items():
                    form.add_error(name, text)
            except CasesError as refusal:
                form.add_error("name", str(refusal))
            except NumbersQuestion.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(request, _("集計を保存しました。"))
                return redirect(f"{reverse('numbers')}?{address}")
        context = {"keep_form": form, "back": asked.query(), "has_errors": True}
        return render(request, "manage/answers/keep.html", context, status=422)


def _address(asked: Asked, counts: str) -> str:
    """The query string that counts what was chosen."""
    if counts == FIXED:
        return asked.query()
    return asked.query(as_of=None) if counts == MOVING else asked.query(as_of=None, period="")


class ForgetQuestion(StaffView):
    permission = roles.VIEW_NUMBERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            answers.remove_question(uid, by=self.actor)
        except NumbersQuestion.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("保存した集計を消しました。"))
        return redirect("numbers")
