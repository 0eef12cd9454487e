"""知らせの決まり: how sure an alarm must be at this centre, and from when a 手口 means something else."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.figures.surge_log.models import SurgeBreak
from cases.records.case import new_uid
from cases.records.codes import Kind, codes
from cases.services import surge_rules
from cases.services.entry import EntryRefused
from consult.manage.surges.forms import BreakForm, RulesForm, initial_of
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView


class RulesView(StaffView):
    permission = roles.KEEP_SURGES

    def page(
        self,
        request: HttpRequest,
        *,
        form: forms.Form | None = None,
        break_form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        known = codes(Kind.SCAM_TYPE)
        context = {
            "form": form or RulesForm(initial=initial_of(surge_rules.of(self.actor.centre))),
            "break_form": break_form or BreakForm(auto_id="id_break_%s", initial={"uid": new_uid()}),
            "breaks": [(row, known.text(row.scam)) for row in surge_rules.breaks_of(self.actor.centre)],
            "has_errors": status != 200,
        }
        return render(request, "manage/surges/rules.html", context, status=status)


class SurgeRules(RulesView):
    permission = roles.KEEP_SURGES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RulesForm(request.POST)
        if form.is_valid():
            try:
                surge_rules.change(self.actor.centre, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("決まりを保存しました。次の夜の調べから使います。"))
                return redirect("surge-rules")
        return self.page(request, form=form, status=422)


class AddBreak(RulesView):
    permission = roles.KEEP_SURGES

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BreakForm(request.POST, auto_id="id_break_%s")
        if form.is_valid():
            try:
                surge_rules.add_break(centre=self.actor.centre, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("切れ目を登録しました。次の夜の調べから、その前とは比べません。"))
                return redirect("surge-rules")
        return self.page(request, break_form=form, status=422)


class RemoveBreak(StaffView):
    permission = roles.KEEP_SURGES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            surge_rules.remove_break(uid, by=self.actor)
        except SurgeBreak.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("切れ目を外しました。"))
        return redirect("surge-rules")
