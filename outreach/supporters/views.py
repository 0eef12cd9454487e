"""サポーター: the register by number, each one's courses and deeds. Persons come up by POST alone."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.records.centre import area_choices
from consult.shell import roles
from consult.shell.fields import done, tell
from consult.shell.web import StaffView
from outreach.notices import tell_masked
from outreach.persons import FindForm, RevealForm
from outreach.supporters import cards, counts, services
from outreach.supporters.forms import ActivityForm, CourseForm, LeaveForm, PersonForm, SupporterForm
from outreach.supporters.models import Supporter

_PER_PAGE = 50


class Supporters(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return _list(request, self.actor, FindForm())


def _list(request: HttpRequest, actor: Any, form: FindForm, status: int = 200, **more: Any) -> HttpResponse:
    state = "left" if request.GET.get("state") == "left" else "active"
    rows = Supporter.objects.filter(centre=actor.centre, left_on__isnull=state == "active").for_list()
    page = Paginator(rows.prefetch_related("courses"), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "state": state,
        "page": page,
        "areas": dict(area_choices(actor.centre)),
        "years": counts.by_year(actor.centre),
        "soon": calendar.today() + cards.SOON,
        "find_form": form,
        "has_errors": status == 422,
        **more,
    }
    return render(request, "outreach/supporters/supporters.html", context, status=status)


class FindSupporters(StaffView):
    """Supporters with a telephone number; it stands in no address and no history."""

    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        if not form.is_valid():
            return _list(request, self.actor, form, status=422)
        found = services.find(self.actor.centre, form.cleaned_data["phone"], by=self.actor)
        return _list(request, self.actor, FindForm(), found=found, was_looked_for=True)


class NewSupporter(StaffView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._form(request, SupporterForm(centre=self.actor.centre))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SupporterForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            try:
                made, masked = services.enter(form.entry(), centre=self.actor.centre, by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("サポーターを登録しました。"))
                tell_masked(request, masked)
                return redirect("supporter", uid=made.uid)
        return self._form(request, form, status=422)

    def _form(self, request: HttpRequest, form: SupporterForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "supporter": None, "has_errors": status == 422}
        return render(request, "outreach/supporters/form.html", context, status=status)


class SupporterView(StaffView):
    """A page of one supporter of the actor's centre; others are not found."""

    permission = roles.KEEP_REGISTERS

    def found(self, uid: uuid.UUID) -> Supporter:
        try:
            return Supporter.objects.visible_to(self.actor).select_related("centre").get(uid=uid)
        except Supporter.DoesNotExist:
            raise Http404 from None

    def page(
        self, request: HttpRequest, supporter: Supporter, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = {
            "supporter": supporter,
            "area": dict(area_choices(supporter.centre)).get(supporter.area, ""),
            "courses": supporter.courses.all(),
            "activities": supporter.activities.select_related("lecture").defer(
                "lecture__lecturer", "lecture__meeting"
            )[:50],
            "course_form": CourseForm(auto_id="id_course_%s"),
            "activity_form": ActivityForm(centre=supporter.centre),
            "leave_form": LeaveForm(auto_id="id_leave_%s"),
            "reveal_form": RevealForm(auto_id="id_reveal_%s"),
            "has_errors": status == 422,
            **more,
        }
        return render(request, "outreach/supporters/supporter.html", context, status=status)

    def acted(
        self,
        request: HttpRequest,
        uid: uuid.UUID,
        form: forms.Form,
        name: str,
        act: Callable[[], Any],
        told: str,
    ) -> HttpResponse:
        """Do it, and say so; a refusal comes back on the page at the form called `name`."""
        supporter = self.found(uid)
        if done(request, form, act, told):
            return redirect("supporter", uid=uid)
        return self.page(request, supporter, status=422, **{name: form})


class SupporterPage(SupporterView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class AddCourse(SupporterView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = CourseForm(request.POST, auto_id="id_course_%s")
        return self.acted(
            request, uid, form, "course_form", lambda: services.add_course(uid, form.entry(), by=self.actor),
            _("修了した研修を記録しました。"),
        )  # fmt: skip


class AddActivity(SupporterView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = ActivityForm(request.POST, centre=self.found(uid).centre)

        def act() -> None:
            tell_masked(request, services.add_activity(uid, form.entry(), by=self.actor)[1])

        return self.acted(request, uid, form, "activity_form", act, _("活動を記録しました。"))


class Leave(SupporterView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = LeaveForm(request.POST, auto_id="id_leave_%s")
        return self.acted(
            request, uid, form, "leave_form",
            lambda: services.leave(uid, on=form.cleaned_data["on"], by=self.actor),
            _("登録をやめたことを記録しました。"),
        )  # fmt: skip


class RevealSupporter(SupporterView):
    """Shows who it is on the answer to a POST: it stands in no address and no history."""

    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        supporter = self.found(uid)
        form = RevealForm(request.POST, auto_id="id_reveal_%s")
        if not form.is_valid():
            return self.page(request, supporter, status=422, reveal_form=form)
        shown = services.reveal(uid, by=self.actor, purpose=form.cleaned_data["purpose"])
        return self.page(request, supporter, person=shown)


class CorrectSupporter(SupporterView):
    permission = roles.KEEP_REGISTERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._form(request, self.found(uid), PersonForm())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        supporter = self.found(uid)
        form = PersonForm(request.POST)
        said = _("サポーターの情報を直しました。")
        if done(request, form, lambda: services.correct(uid, form.person(), by=self.actor), said):
            return redirect("supporter", uid=uid)
        return self._form(request, supporter, form, status=422)

    def _form(
        self, request: HttpRequest, supporter: Supporter, form: PersonForm, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "supporter": supporter, "has_errors": status == 422}
        return render(request, "outreach/supporters/form.html", context, status=status)


class ForgetSupporter(SupporterView):
    permission = roles.KEEP_REGISTERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.forget(uid, by=self.actor)
        messages.success(request, _("サポーターの情報を消しました。活動の記録は残ります。"))
        return redirect("supporter", uid=uid)
