"""支援措置 on and off, 引継ぎ, and links to other cases, from the case's page."""

import uuid
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case
from cases.services import custody
from cases.services.custody import NoHandOverWaits
from cases.services.entry import EntryRefused
from consult.desk.case import CaseView
from consult.desk.finding import numbered_like
from consult.desk.hands import HandOverForm, LinkForm
from consult.shell import roles
from consult.shell.fields import tell


class CustodyView(CaseView):
    """Refused forms come back on the case's page, with the part that they belong to open."""

    permission = roles.RECORD_CASES

    def refused(self, request: HttpRequest, case: Case, **forms_of_page: Any) -> HttpResponse:
        return self.page(request, case, status=422, has_errors=True, hands_open=True, **forms_of_page)


class GuardCase(CustodyView):
    """Posts `on` to protect the case; anything else takes the protection away."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            custody.guard(case.uid, is_guarded=bool(request.POST.get("on")), by=self.actor)
        except BreakGlassNeeded:
            refusal = _("支援措置を外せるのは、この相談の担当か、緊急の閲覧を開いた人です。")
            return self.page(request, case, status=BreakGlassNeeded.status, refusal=refusal)
        return redirect("case", uid=uid)


class HandOverCase(CustodyView):
    permission = roles.HAND_OVER

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = HandOverForm(request.POST, case=case, actor=self.actor)
        if form.is_valid():
            try:
                custody.hand_over(
                    case.uid,
                    to_uid=uuid.UUID(form.cleaned_data["to"]),
                    note=form.cleaned_data["note"],
                    by=self.actor,
                )
            except EntryRefused as refusal:
                tell(form, refusal)
            except BreakGlassNeeded as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, _("引継ぎを頼みました。相手が引き継ぐまでは、いまの担当のままです。")
                )
                return redirect("case", uid=uid)
        return self.refused(request, case, hand_over_form=form)


class TakeOverCase(CustodyView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            custody.take_over(case.uid, by=self.actor)
        except NoHandOverWaits as refusal:
            return self.page(request, case, status=NoHandOverWaits.status, refusal=str(refusal))
        messages.success(request, _("引き継ぎました。あなたの相談になりました。"))
        return redirect("case", uid=uid)


class WithdrawHandOver(CustodyView):
    permission = roles.HAND_OVER

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            custody.withdraw(case.uid, by=self.actor)
        except NoHandOverWaits as refusal:
            return self.page(request, case, status=NoHandOverWaits.status, refusal=str(refusal))
        return redirect("case", uid=uid)


class LinkCase(CustodyView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = LinkForm(request.POST)
        if form.is_valid() and (other := self._numbered(form)) is not None:
            try:
                custody.link(case.uid, other_uid=other.uid, kind=form.cleaned_data["kind"], by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                return redirect("case", uid=uid)
        return self.refused(request, case, link_form=form)

    def _numbered(self, form: forms.Form) -> Case | None:
        """The one case of that number; none or several become the field's error."""
        found = list(numbered_like(Case.objects.visible_to(self.actor), form.cleaned_data["number"])[:2])
        if len(found) == 1:
            return found[0]
        problem = (
            _("その番号の相談はありません。")
            if not found
            else _("年度から入力してください(例: 2026-000123)。")
        )
        form.add_error("number", problem)
        return None


class UnlinkCase(CustodyView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        with suppress(ValueError, Case.DoesNotExist, EntryRefused):  # no such pair: what was wanted is so
            custody.unlink(case.uid, other_uid=uuid.UUID(request.POST.get("other", "")), by=self.actor)
        return redirect("case", uid=uid)
