"""Pages of the e-application's files: hand one in, match its columns, look at its lines, have them taken in."""

import uuid
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.files import FileNotUnderstood, write_csv
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.attached import CSV_TYPE, attachment
from consult.shell.fields import done, offer
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView
from outreach.applications.files import columns, work
from outreach.applications.forms import FileForm
from outreach.applications.models import ApplicationFile

SHOWN: Final = 100


class Files(StaffView):
    """The files of the centre and the form for one more."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return list_page(request, self.actor, FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                row = work.receive(upload.name or "", upload.read(), centre=self.actor.centre, by=self.actor)
            except FileNotUnderstood as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("application-file", uid=row.uid)
        return list_page(request, self.actor, form)


def list_page(request: HttpRequest, actor: Account, form: FileForm) -> HttpResponse:
    rows = ApplicationFile.objects.filter(centre_id__in=actor.centre_ids).select_related("job", "created_by")
    context = {"form": form, "files": rows[:SHOWN], "has_errors": bool(form.errors)}
    return render(request, "outreach/applications/files.html", context, status=422 if form.errors else 200)


class ColumnsForm(forms.Form):
    """A choice for each column of the file."""

    def __init__(self, *args: Any, header: list[str], chosen: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("読まない")),
            *((name, str(label)) for name, label in columns.FIELDS.items()),
        ]
        for n, name in enumerate(header):
            self.fields[f"column_{n}"] = forms.ChoiceField(label=name, required=False)
            offer(self, f"column_{n}", choices)
            self.fields[f"column_{n}"].initial = chosen[n] if n < len(chosen) else ""

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class FileView(StaffView):
    """A page of one file of the actor's centre; others are not found."""

    permission: ClassVar[str] = roles.PLAN_LECTURES

    def found(self, uid: uuid.UUID) -> ApplicationFile:
        rows = ApplicationFile.objects.select_related("centre", "job", "created_by")
        try:
            return rows.get(uid=uid, centre_id__in=self.actor.centre_ids)
        except ApplicationFile.DoesNotExist:
            raise Http404 from None

    def page(
        self, request: HttpRequest, row: ApplicationFile, form: ColumnsForm | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {"file": row, "has_errors": form is not None}
        if row.has_file and row.job is None:
            looked = list(work.look_through(row))
            wrong = [one for one in looked if one.reason]
            context |= {
                "form": form or columns_form(row),
                "looked": looked[:SHOWN],
                "wrong": [(one, columns.REASONS[one.reason], _field(one.field)) for one in wrong[:SHOWN]],
                "wrong_count": len(wrong),
                "known_count": sum(1 for one in looked if one.is_known),
                "new_count": sum(1 for one in looked if not one.reason and not one.is_known),
                "is_part": row.lines > len(looked),
            }
        elif row.job is not None:
            faults = list(row.faults.all()[:SHOWN])
            context |= {
                "progress": None if row.job.state == "DONE" else progress_of(row.job),
                "counts": row.job.result if row.job.state == "DONE" else None,
                "faults": [(one, columns.REASONS[one.reason], _field(one.field)) for one in faults],
            }
        return render(request, "outreach/applications/file.html", context, status=422 if form else 200)


def _field(name: str) -> str:
    return str(columns.FIELDS[name]) if name in columns.FIELDS else ""


def columns_form(row: ApplicationFile, data: Any = None) -> ColumnsForm:
    return ColumnsForm(data, header=work.table_of(row).header, chosen=row.columns)


class FilePage(FileView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class MatchColumns(FileView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        if not row.has_file or row.job is not None:
            raise work.FileNotReady
        form = columns_form(row, request.POST)
        said = _("列の対応を保存しました。次に同じ見出しのファイルでも使います。")
        if done(request, form, lambda: work.choose_columns(uid, form.chosen, by=self.actor), said):
            return redirect("application-file", uid=uid)
        return self.page(request, row, form)


class TakeIn(FileView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        work.start(uid, by=self.actor)
        return redirect("application-file", uid=uid)


class DiscardFile(FileView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        work.discard(uid, by=self.actor)
        messages.success(request, _("ファイルを破棄しました。取り込んだ申込みは残ります。"))
        return redirect("application-files")


class RestOfFile(FileView):
    """The lines that were not taken in, to put right and hand in again; names of persons are in them."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        file = write_csv(work.rest_of(uid, by=self.actor))
        return attachment(file.data, _("取り込めない行") + ".csv", CSV_TYPE)
