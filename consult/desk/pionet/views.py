"""Pages of PIO-NET. Nothing is sent anywhere: a person copies and says so."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.protection.purpose import BreakGlassNeeded, Purpose
from cases.protection.redacted import RedactedText, redacted_text
from cases.protection.reveal import reveal
from cases.records.case import Case, new_uid
from cases.services.entry import EntryRefused
from cases.services.followup import CaseStillOpen, ChangedMeanwhile
from cases.services.pionet import cards, comparing, plan, registering
from cases.services.pionet.cards import Export, NothingToExport, TooManyCards
from cases.services.pionet.comparing import CountsNotUnderstood
from cases.services.pionet.items import DATE_FORMS, ITEMS, Words
from cases.services.pionet.plan import PlanNotUnderstood
from cases.services.pionet.registering import RegistrationTaken
from consult.desk.case import CaseView
from consult.desk.pionet.copying import CardsForm, CompareForm, PlanForm, RegisterForm, fields_of, masked
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.web import StaffView

SHOWN = 50


class Waiting(StaffView):
    """What is not in PIO-NET, or not as it is now."""

    permission = roles.KEEP_REGISTRATION

    def get(self, request: HttpRequest) -> HttpResponse:
        count, oldest = registering.count_waiting(self.actor)
        context = {
            "waiting": registering.waiting(self.actor, most=SHOWN),
            "count": count,
            "oldest": oldest,
            "changed": registering.changed_since(self.actor, most=SHOWN),
            "since": plan.of(self.actor.centre).since,
        }
        return render(request, "desk/pionet/waiting.html", context)


class Copying(CaseView):
    """転記モード of one case."""

    permission = roles.KEEP_REGISTRATION

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.fields(request, self.find())

    def fields(
        self,
        request: HttpRequest,
        case: Case,
        *,
        status: int = 200,
        words: Words | None = None,
        **more: Any,
    ) -> HttpResponse:
        """`words`: what somebody opened; else the redacted ones."""
        fields = fields_of(case, words or masked(case, self.redacted(case)))
        standing = registering.standing_of(case)
        start = {
            "uid": new_uid(),
            "revision": case.revision,
            "registered_on": calendar.today().isoformat(),
            "number": standing.row.number if standing.row is not None else "",
        }
        context = {
            "case": case,
            "fields": [one for one in fields if one.text != ""],
            "empty": [one.field.label for one in fields if one.text == ""],
            "standing": standing,
            "form": RegisterForm(initial=start),
            "may_reveal": self.actor.may(roles.REVEAL_CASES),
            "is_opened": words is not None,
            **more,
        }
        return render(request, "desk/pionet/copying.html", context, status=status)

    def redacted(self, case: Case) -> RedactedText:
        return redacted_text([case.uid], by=self.actor).get(case.uid, RedactedText("", ""))


class OpenTrader(Copying):
    """The same with the trader's name, opened for copying; the log has it as every look."""

    permission = roles.REVEAL_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            values = reveal(case.uid, ["trader_name"], by=self.actor, purpose=Purpose.CONSULTATION)
        except BreakGlassNeeded as refusal:
            return self.fields(request, case, status=403, refusal=str(refusal))
        words = masked(case, self.redacted(case), values.get("trader_name", ""))
        return self.fields(request, case, words=words)


class OpenWords(Copying):
    """The words as they were spoken, for a registration that wants them so."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("pionet-copy", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        try:
            values = registering.spoken(case.uid, by=self.actor)
        except (BreakGlassNeeded, CaseStillOpen) as refusal:
            return self.fields(request, case, status=refusal.status, refusal=str(refusal))
        return self.fields(request, case, words=Words(**values), is_spoken=True)


class Register(Copying):
    """「登録した」."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = RegisterForm(request.POST)
        if form.is_valid():
            try:
                row = registering.register(case.uid, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            except (ChangedMeanwhile, RegistrationTaken) as refusal:
                # What was copied is not what there is now: the fields below are the new ones, the number stays typed.
                fresh = RegisterForm({**request.POST.dict(), "uid": new_uid(), "revision": case.revision})
                return self.fields(request, case, status=refusal.status, form=fresh, refusal=str(refusal))
            else:
                messages.success(
                    request, _("PIO-NETの番号 %(number)s を記録しました。") % {"number": row.number}
                )
                return redirect("case", uid=case.uid)
        return self.fields(request, case, status=422, form=form, has_errors=True)


class Compare(StaffView):
    """Month's end: their counts beside ours. Posted, so that a long table fits; nothing of it is kept."""

    permission = roles.KEEP_REGISTRATION

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "desk/pionet/compare.html", {"form": CompareForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CompareForm(request.POST)
        lines = None
        if form.is_valid():
            try:
                lines = comparing.compare(comparing.read(form.cleaned_data["counts"]), by=self.actor)
            except CountsNotUnderstood as refusal:
                form.add_error("counts", str(refusal))
        context = {
            "form": form,
            "lines": lines,
            "differing": [line for line in lines or () if line.difference],
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/pionet/compare.html", context, status=422 if form.errors else 200)


class EditPlan(StaffView):
    """The order, names and limits of the fields, and since when registrations are kept here."""

    permission = roles.KEEP_REGISTRATION

    def get(self, request: HttpRequest) -> HttpResponse:
        held = plan.of(self.actor.centre)
        since = held.since.isoformat() if held.since else ""
        return self.page(request, PlanForm(initial={"fields_csv": held.text, "since": since}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                plan.change(self.actor.centre, fields=data["fields_csv"], since=data["since"], by=self.actor)
            except PlanNotUnderstood as refusal:
                form.add_error("fields_csv", str(refusal))
            else:
                messages.success(request, _("転記の項目を保存しました。"))
                return redirect("pionet-plan")
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: PlanForm, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "items": sorted(ITEMS.values(), key=lambda item: item.code),
            "forms": [(name, read(calendar.today())) for name, read in DATE_FORMS.items() if name],
            "has_errors": bool(form.errors),
        }
        return render(request, "desk/pionet/plan.html", context, status=status)


class Cards(StaffView):
    """Cards without persons, of a period."""

    permission = roles.KEEP_REGISTRATION

    def get(self, request: HttpRequest) -> HttpResponse:
        first = calendar.today().replace(day=1)
        last = first - timedelta(days=1)
        start = {"since": last.replace(day=1).isoformat(), "until": last.isoformat(), "form": "csv"}
        return render(request, "desk/pionet/cards.html", {"form": CardsForm(initial=start)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CardsForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                export = cards.of_period(data["since"], data["until"] + timedelta(days=1), by=self.actor)
            except (NothingToExport, TooManyCards) as refusal:
                form.add_error(None, str(refusal))
            else:
                name = f"cards-{data['since']:%Y%m%d}-{data['until']:%Y%m%d}"
                return cards_file(export, data["form"], name)
        return render(request, "desk/pionet/cards.html", {"form": form, "has_errors": True}, status=422)


class CardOfCase(CaseView):
    """The card without persons of one case."""

    permission = roles.KEEP_REGISTRATION

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        shape = request.POST.get("form", "json")
        if shape not in dict(CardsForm.FORMATS):
            raise Http404
        try:
            return cards_file(cards.of_case(case.uid, by=self.actor), shape, f"card-{case.number}")
        except NothingToExport as refusal:
            messages.warning(request, str(refusal))
            return redirect("pionet-copy", uid=case.uid)


def cards_file(export: Export, shape: str, name: str) -> HttpResponse:
    """The file to save. Shift_JIS says in a header how many characters it could not write."""
    if shape == "json":
        response = HttpResponse(cards.as_json(export), content_type="application/json")
    else:
        made = cards.as_csv(export, encoding="cp932" if shape == "csv-cp932" else "utf-8-sig")
        response = HttpResponse(made.data, content_type="text/csv")
        response["X-Unwritable"] = str(made.unwritable)
    response["Content-Disposition"] = f'attachment; filename="{name}.{"json" if shape == "json" else "csv"}"'
    return response
