"""事例 of a draft: a confirmed text beside the person's own words, checked before they are kept."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.figures.reports.models import Report, ReportExample
from cases.services import report_examples
from cases.services.entry import EntryRefused
from cases.services.report_examples import LooksPersonal
from consult.manage.report.forms import ExampleForm, PickForm, title_of
from consult.manage.report.pages import ReportView
from consult.shell import roles
from consult.shell.web import StaffView


class Examples(ReportView):
    """The cases told so far; `?case=` opens the confirmed text of one to tell."""

    permission = roles.KEEP_REPORTS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.find(uid)
        picked = request.GET.get("case", "").strip()
        number = picked if picked.isprintable() else ""
        return self._page(request, report, number, ExampleForm(initial={"number": number}))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        report = self.find(uid)
        form = ExampleForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                report_examples.add(
                    uid,
                    data["number"],
                    title=data["title"],
                    text=data["text"],
                    seen=data["seen"],
                    by=self.actor,
                )
            except EntryRefused as refusal:
                for name, why in refusal.errors.items():
                    form.add_error(name, why)
            except LooksPersonal as refusal:
                form.add_error("seen", str(refusal))
            else:
                messages.success(request, _("事例を載せました。"))
                return redirect("report-examples", uid=uid)
        return self._page(request, report, form.cleaned_data.get("number", ""), form, status=422)

    def _page(
        self, request: HttpRequest, report: Report, number: str, form: ExampleForm, status: int = 200
    ) -> HttpResponse:
        offered = [] if report.is_issued else report_examples.offered(report, by=self.actor)
        chosen = (
            report_examples.told(report, number, by=self.actor) if number and not report.is_issued else None
        )
        context: dict[str, Any] = {
            "report": report,
            "title": title_of(report),
            "examples": list(report.examples.all()),
            "pick": PickForm({"case": number} if chosen else None, offered=offered),
            "has_offers": bool(offered),
            "chosen": chosen,
            "is_missing": bool(number) and chosen is None,
            "form": form,
            "has_errors": form.is_bound,
        }
        return render(request, "manage/report/examples.html", context, status=status)


class RemoveExample(StaffView):
    permission = roles.KEEP_REPORTS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            report = report_examples.remove(uid, by=self.actor)
        except ReportExample.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("事例を外しました。"))
        return redirect("report-examples", uid=report.uid)
