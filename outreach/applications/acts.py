"""What is done with one application from its page: each a POST, one service, and back to the page."""

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import done
from consult.shell.web import StaffView
from outreach.applications import deciding, erasing, letters, services
from outreach.applications.forms import AllowForm, AssignForm, DecideForm, MissingForm, ReasonForm
from outreach.applications.models import ApplicationLetter
from outreach.applications.pages import ApplicationView

Act = Callable[[], object]


class ActView(ApplicationView):
    """A POST on one application; what is refused is told beside the field that it is about."""

    permission = roles.PLAN_LECTURES

    def acted(
        self, request: HttpRequest, uid: uuid.UUID, form: forms.Form, name: str, act: Act, said: str
    ) -> HttpResponse:
        """Do it, and say so; a refusal comes back on the page at the form called `name`."""
        row = self.found(uid)
        if done(request, form, act, said):
            return redirect("application", uid=uid)
        return self.page(request, row, status=422, has_errors=True, **{name: form, "refused": form})


class AskApplicant(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = MissingForm(request.POST, auto_id="missing_%s")

        def act() -> object:
            return deciding.ask(uid, missing=form.cleaned_data["missing"], by=self.actor)

        return self.acted(request, uid, form, "missing_form", act, _("確認中にしました。"))


class ArrangeApplication(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        deciding.arrange(uid, by=self.actor)
        messages.success(request, _("調整中にしました。"))
        return redirect("application", uid=uid)


class AllowRule(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = AllowForm(request.POST, auto_id="allow_%s")

        def act() -> object:
            return deciding.allow(
                uid, form.cleaned_data["rule"], reason=form.cleaned_data["reason"], by=self.actor
            )

        return self.acted(request, uid, form, "allow_form", act, _("例外として記録しました。"))


class DecideApplication(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = DecideForm(request.POST, slots=deciding.times_of(row), centre=row.centre, auto_id="decide_%s")

        def act() -> object:
            data = form.cleaned_data
            return deciding.decide(
                uid, form.slot(), arranged=form.arranged(), title=data["title"], reason=data["reason"], by=self.actor
            )  # fmt: skip

        word = _("決定し、講座に登録しました。次は決定通知書です。")
        return self.acted(request, uid, form, "decide_form", act, word)


class RefuseApplication(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = ReasonForm(request.POST, auto_id="refuse_%s")

        def act() -> object:
            return deciding.refuse(uid, reason=form.cleaned_data["reason"], by=self.actor)

        word = _("不承認にしました。次は不承認通知書です。")
        return self.acted(request, uid, form, "refuse_form", act, word)


class WithdrawApplication(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = ReasonForm(request.POST, auto_id="withdraw_%s")

        def act() -> object:
            return deciding.withdraw(uid, reason=form.cleaned_data["reason"], by=self.actor)

        return self.acted(request, uid, form, "withdraw_form", act, _("取下げにしました。"))


class AssignApplication(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        holders = Account.objects.holding(row.centre, roles.PLAN_LECTURES)
        choices = [(str(account.uid), str(account)) for account in holders]
        form = AssignForm(request.POST, choices=choices, auto_id="assign_%s")

        def act() -> object:
            return services.assign(uid, uuid.UUID(form.cleaned_data["account"]), by=self.actor)

        return self.acted(request, uid, form, "assign_form", act, _("担当を決めました。"))


class EraseApplicant(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = ReasonForm(request.POST, auto_id="erase_%s")

        def act() -> object:
            return erasing.erase_persons(uid, reason=form.cleaned_data["reason"], by=self.actor)

        return self.acted(request, uid, form, "erase_form", act, _("申込者の氏名・連絡先を消去しました。"))


class MakeLetter(ActView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        kind = request.POST.get("kind", "")
        if kind not in ApplicationLetter.Kind.values:
            raise letters.LetterNotDue
        letter = letters.issue(row.uid, kind, by=self.actor)
        messages.success(
            request, _("%(kind)s(%(number)s)を作りました。") % {
                "kind": letter.get_kind_display(), "number": letter.shown_number,
            }
        )  # fmt: skip
        return redirect("application", uid=uid)


class LetterFile(StaffView):
    """A kept letter, byte for byte; the log knows who had it."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            letter, data = letters.file_of(uid, by=self.actor)
        except ApplicationLetter.DoesNotExist:
            raise Http404 from None
        name = f"{letter.get_kind_display()}_{letter.fiscal_year}-{letter.number}.pdf"
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
        return response
