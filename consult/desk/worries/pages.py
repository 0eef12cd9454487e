"""気づき: the list, the form, one of them, and what becomes of it."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case, new_uid
from cases.records.centre import area_choices
from cases.records.worries import Worry
from cases.services import worries
from cases.services.worries import WorryForgotten, WorryWords
from consult.desk.worries import parts
from consult.desk.worries.forms import (
    AssignForm,
    CloseForm,
    FilterForm,
    JoinForm,
    PassForm,
    RateForm,
    WaitForm,
    WorryForm,
)
from consult.shell import drafts, roles
from consult.shell.fields import done, tell
from consult.shell.web import StaffView

PAGE: Final = 50


class Worries(StaffView):
    """What has to be decided, urgent ones and the oldest first; or others by their state."""

    permission = roles.DECIDE_WORRIES

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FilterForm(request.GET)
        state = form.cleaned_data["state"] if form.is_valid() else ""
        found = Worry.objects.visible_to(self.actor)
        if not state:
            found = found.waiting().order_by("-is_urgent", "received_on", "pk")
        elif state != "all":
            found = found.filter(state=state)
        page = Paginator(parts.for_list(found), PAGE).get_page(request.GET.get("page"))
        rows = parts.rows_of(list(page), area_choices(self.actor.centre))
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(rows))
        return render(request, "desk/worries/list.html", {"form": form, "page": page, "rows": rows})


class NewWorry(StaffView):
    """Also for 啓発, whose telephone rings too: what is typed can't be read there again."""

    permission = roles.HEAR_WATCHERS

    def get(self, request: HttpRequest) -> HttpResponse:
        start = {"uid": new_uid(), "received_on": calendar.today().isoformat(), "channel": "PHONE"}
        return self._page(request, WorryForm(initial=start, centre=self.actor.centre))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WorryForm(request.POST, centre=self.actor.centre)
        if form.is_valid():
            try:
                worry = worries.record(form.entry(), centre=self.actor.centre, by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            except Worry.DoesNotExist:
                raise Http404 from None
            else:
                messages.success(request, _("気づき%(number)sを受け取りました。") % {"number": worry.number})
                return redirect("worry", uid=worry.uid)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: WorryForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound and bool(form.errors)}
        return render(request, "desk/worries/new.html", context, status=status)


class WorryView(StaffView):
    """One 気づき of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.DECIDE_WORRIES

    def find(self, uid: uuid.UUID) -> Worry:
        rows = Worry.objects.visible_to(self.actor).select_related("centre", "decided_by", "assigned_to")
        try:
            return rows.with_case().defer(*Worry.SEALED).get(uid=uid)
        except Worry.DoesNotExist:
            raise Http404 from None

    def acted(
        self,
        request: HttpRequest,
        worry: Worry,
        form: forms.Form,
        name: str,
        act: Callable[[], object],
        said: str,
    ) -> HttpResponse:
        """Do it and show the 気づき again; what is refused comes back at the form called `name`."""
        if done(request, form, act, said):
            return redirect("worry", uid=worry.uid)
        return self.page(request, worry, status=422, has_errors=True, **{name: form})

    def page(self, request: HttpRequest, worry: Worry, *, status: int = 200, **more: Any) -> HttpResponse:
        row = parts.rows_of([worry], area_choices(worry.centre))[0]
        may_decide = self.actor.may(roles.DECIDE_WORRIES)
        context = {
            "row": row,
            "worry": worry,
            "may_decide": may_decide,
            "draft": parts.draft_of(worry) if may_decide else None,
            "case": parts.case_of(worry, self.actor) if may_decide else None,
            "join_form": JoinForm(),
            "pass_form": PassForm(),
            "wait_form": WaitForm(),
            "close_form": CloseForm(),
            "assign_form": AssignForm(actor=self.actor),
            "rate_form": RateForm(initial={"member": worry.member_verdict, "centre": worry.centre_verdict}),
            **more,
        }
        return render(request, "desk/worries/worry.html", context, status=status)

    def refused(self, request: HttpRequest, worry: Worry, refusal: CasesError) -> HttpResponse:
        return self.page(request, worry, status=refusal.status, refusal=str(refusal))

    def words(self, worry: Worry) -> WorryWords:
        return worries.opened(worry.uid, by=self.actor)


class WorryPage(WorryView):
    permission = roles.HEAR_WATCHERS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class OpenWorry(WorryView):
    """What was told, on this answer only."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("worry", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        try:
            return self.page(request, worry, opened=self.words(worry))
        except (WorryForgotten, BreakGlassNeeded) as refusal:
            return self.refused(request, worry, refusal)


class CaseFromWorry(WorryView):
    """The form of a call, filled once with what was told; saved, it is the case behind the 気づき."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        if (draft := parts.draft_of(worry)) is not None:
            return self._go_on(request, worry, draft)
        try:
            words = self.words(worry)
            begin = worries.begin_again if worry.intake_uid else worries.begin_case
            intake = begin(worry.uid, by=self.actor)
        except (WorryForgotten, worries.WorryDecided, BreakGlassNeeded) as refusal:
            return self.refused(request, self.find(uid), refusal)
        drafts.save(intake, parts.prefilled(worry, words), sequence=1, by=self.actor)
        return redirect("intake", uid=intake)

    def _go_on(self, request: HttpRequest, worry: Worry, draft: drafts.Draft) -> HttpResponse:
        if draft.account_id == self.actor.pk:
            return redirect("intake", uid=draft.uid)
        told = _("%(who)sさんが相談として入力しています。") % {"who": draft.account}
        return self.page(request, worry, status=409, refusal=told)


class JoinWorry(WorryView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = JoinForm(request.POST)
        if form.is_valid() and (case := parts.numbered_one(form, self.actor)) is not None:
            try:
                worries.join(worry.uid, case.uid, by=self.actor)
            except CasesError as refusal:
                tell(form, refusal)
            except Case.DoesNotExist:
                form.add_error("number", _("その番号の相談はありません。"))
            else:
                messages.success(request, _("相談%(number)sにつなぎました。") % {"number": case.number})
                return redirect("worry", uid=uid)
        return self.page(request, worry, status=422, join_form=form, has_errors=True)


class PassWorry(WorryView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = PassForm(request.POST)

        def act() -> object:
            return worries.pass_on(worry.uid, by=self.actor, **form.cleaned_data)

        return self.acted(request, worry, form, "pass_form", act, _("ほかの機関へつないだと記録しました。"))


class WaitWorry(WorryView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = WaitForm(request.POST)

        def act() -> object:
            return worries.wait(worry.uid, by=self.actor, **form.cleaned_data)

        return self.acted(request, worry, form, "wait_form", act, _("次に確かめる日を記録しました。"))


class CloseWorry(WorryView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = CloseForm(request.POST)

        def act() -> object:
            return worries.close(worry.uid, by=self.actor, **form.cleaned_data)

        return self.acted(request, worry, form, "close_form", act, _("相談にせず終えたと記録しました。"))


class AssignWorry(WorryView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = AssignForm(request.POST, actor=self.actor)

        def act() -> object:
            return worries.assign(worry.uid, to=uuid.UUID(form.cleaned_data["to"]), by=self.actor)

        return self.acted(request, worry, form, "assign_form", act, _("次に見る人を決めました。"))


class RateWorry(WorryView):
    permission = roles.HEAR_WATCHERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        worry = self.find(uid)
        form = RateForm(request.POST)

        def act() -> object:
            return worries.rate(worry.uid, by=self.actor, **form.cleaned_data)

        return self.acted(request, worry, form, "rate_form", act, _("評価を記録しました。"))


class ThankForWorry(WorryView):
    """The words that may go back without any ground: a number, a day, thanks."""

    permission = roles.HEAR_WATCHERS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.find(uid)
        worries.thank(uid, by=self.actor)
        return render(request, "desk/worries/thanks.html", {"worry": self.find(uid)})

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("worry", uid=self.find(uid).uid)
