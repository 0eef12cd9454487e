"""The page of the 実施報告."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.services.entry import EntryRefused
from consult.shell import roles
from outreach.lectures.models import Lecture
from outreach.lectures.report import services
from outreach.lectures.report.forms import ReportForm, initial_of
from outreach.lectures.report.models import LectureReport
from outreach.lectures.views import LectureView
from outreach.notices import done_masked


class FileReport(LectureView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture = self.found(uid)
        if lecture.state != Lecture.State.DONE:
            raise services.LectureNotDone
        report = LectureReport.objects.filter(lecture=lecture).first()
        return self._form(request, lecture, ReportForm(initial=initial_of(lecture, report)))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        lecture, form = self.found(uid), ReportForm(request.POST)

        def act() -> services.Filed:
            try:
                return services.file_report(uid, form.entry(), by=self.actor)
            except EntryRefused as refusal:
                errors = {form.place_of(name): why for name, why in refusal.errors.items()}
                raise EntryRefused(errors) from None

        if done_masked(request, form, act, _("実施報告を保存しました。")):
            return redirect("lecture", uid=uid)
        return self._form(request, lecture, form, status=422)

    def _form(
        self, request: HttpRequest, lecture: Lecture, form: ReportForm, *, status: int = 200
    ) -> HttpResponse:
        context = {"lecture": lecture, "form": form, "has_errors": status == 422}
        return render(request, "outreach/lectures/report_form.html", context, status=status)
