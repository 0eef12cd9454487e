"""Showing what is sealed in a case: on this answer only, the entry in the log first; and 緊急の閲覧."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.protection import watch
from cases.protection.purpose import BreakGlassNeeded, PurposeNeeded, ReasonNeeded
from cases.protection.reveal import open_glass, reveal
from cases.records.case import Case
from cases.services import glass
from cases.services.entry import EntryRefused
from cases.services.glass import NoGlassOpen
from consult.desk.case import CaseView
from consult.desk.looks import FIELDS, GlassForm, RevealForm, part_of
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell


class RevealCase(CaseView):
    """One's own open case is shown at once; for others the form says why."""

    permission = roles.REVEAL_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.page(request, case, status=422, reveal_form=form, has_errors=True)
        return self.show(request, case, form)

    def show(self, request: HttpRequest, case: Case, form: RevealForm) -> HttpResponse:
        part = part_of(request.POST.get("part", ""))
        try:
            values = reveal(case.uid, FIELDS[part], by=self.actor, **form.cleaned_data)
        except PurposeNeeded as refusal:
            form.add_error("purpose", str(refusal))
        except ReasonNeeded as refusal:
            form.add_error("reason", str(refusal))
        except BreakGlassNeeded as refusal:
            return self.page(request, case, status=403, refusal=str(refusal))
        else:
            return self.page(
                request, case, reveal_form=form, revealed=values, part=part, unusual=watch.current(self.actor)
            )
        return self.page(request, case, status=422, reveal_form=form, has_errors=True)


class LookThroughGlass(RevealCase):
    """The same for those whose role shows no values: only while their 緊急の閲覧 of this case is open."""

    permission = roles.BREAK_GLASS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        if open_glass(case, self.actor) is None:
            return self.page(request, case, status=NoGlassOpen.status, refusal=str(NoGlassOpen()))
        form = RevealForm({})
        form.full_clean()
        return self.show(request, case, form)


class BreakTheGlass(CaseView):
    permission = roles.BREAK_GLASS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = GlassForm(request.POST)
        if form.is_valid():
            try:
                opened = glass.break_glass(
                    case.uid, by=self.actor, told=told_of(case, self.actor), **form.cleaned_data
                )
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                if not opened.told:
                    messages.info(
                        request, _("ほかに知らせる人がいないため、「後で確認するもの」に載せました。")
                    )
                return redirect("case", uid=uid)
        return self.page(request, case, status=422, glass_form=form, has_errors=True)


class EndGlass(CaseView):
    permission = roles.BREAK_GLASS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            glass.end_glass(case.uid, by=self.actor)
        except NoGlassOpen:
            messages.info(request, _("緊急の閲覧はもう終わっています。"))
        return redirect("case", uid=uid)


def told_of(case: Case, by: Account) -> set[int]:
    """Whose 今日 shows that somebody opened this case: the centre's managers, and whoever has the case."""
    managers = Account.objects.holding(case.centre, roles.REVIEW_LATER)
    told = {account.pk for account in managers}
    holder = case.in_charge or case.counsellor
    if isinstance(holder, Account) and holder.is_active:
        told.add(holder.pk)
    return told - {by.pk}
