"""The page of the school calendar: what is known, typing days, and taking a table."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.files import FileNotUnderstood
from cases.law import calendar
from consult.shell import roles
from consult.shell.fields import day_field, done
from consult.shell.web import StaffView
from outreach.lectures.school import services
from outreach.lectures.school.models import SchoolDays
from outreach.lectures.school.services import DaysEntry

SHOWN = 300


class DaysForm(forms.Form):
    school = forms.CharField(
        label=gettext_lazy("学校"), max_length=services.LONGEST_NAME, required=False,
        help_text=gettext_lazy("空のままなら、市のすべての学校です。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=SchoolDays.Kind.choices)
    first = day_field(gettext_lazy("初日"), required=True, help_text=gettext_lazy("例: 12/10、R8.12.10"))
    last = day_field(gettext_lazy("最終日"), help_text=gettext_lazy("何日も続くときだけ入力します。"))
    label = forms.CharField(
        label=gettext_lazy("名前"), max_length=services.LONGEST_NAME, required=False,
        help_text=gettext_lazy("例: 冬季休業、期末試験"),
    )  # fmt: skip

    def entry(self) -> DaysEntry:
        return DaysEntry(**self.cleaned_data)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSVかExcelのファイル"),
    )


class SchoolCalendar(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DaysForm(request.POST)

        def act() -> SchoolDays:
            return services.add(form.entry(), centre=self.actor.centre, by=self.actor)

        if done(request, form, act, _("学校の予定を登録しました。")):
            return redirect("lecture-schools")
        return self.page(request, form=form, status=422)

    def page(self, request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
        rows = SchoolDays.objects.visible_to(self.actor).filter(last__gte=calendar.today())
        context = {
            "rows": list(rows[:SHOWN]),
            "form": DaysForm(),
            "file_form": FileForm(),
            "has_errors": status == 422,
            **more,
        }
        return render(request, "outreach/lectures/schools.html", context, status=status)


class TakeSchoolFile(SchoolCalendar):
    """POST a file: the lines that can be read are taken, the others are told on the answer."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("lecture-schools")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, file_form=form, status=422)
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            data = file.read(services.MOST_BYTES + 1)
            taken = services.take_file(file.name or "", data, centre=self.actor.centre, by=self.actor)
        except FileNotUnderstood as refusal:
            form.add_error("file", str(refusal))
            return self.page(request, file_form=form, status=422)
        return self.page(request, taken=taken)


class RemoveSchoolDays(StaffView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            services.remove(uid, by=self.actor)
        except SchoolDays.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("学校の予定を消しました。"))
        return redirect("lecture-schools")
