"""取込: a ledger in four steps. The file, its columns, a look at every row, and then the cases."""

import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.files import Cell, FileNotUnderstood, write_csv
from cases.jobs.models import Job
from cases.law import calendar
from cases.records import codes
from cases.records.codes import Kind
from cases.services.ledger import columns, uploads, work
from cases.services.ledger.columns import Column, ColumnsNotMatched
from cases.services.ledger.fields import FIELDS, IGNORE, NOT_MATCHED
from cases.services.ledger.loading import Counts
from cases.services.ledger.models import ImportFault, ImportMapping, ImportRun
from cases.services.ledger.reasons import REASONS, column_letter
from cases.services.ledger.sample import Sample, sample
from consult.shell import roles
from consult.shell.fields import NOT_CHOSEN, code_choices, offer
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView

PER_PAGE: Final = 20
SHOWN_FAULTS: Final = 50
SHOWN_ROWS: Final = 5


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("台帳のファイル"),
        help_text=gettext_lazy("CSV(UTF-8・Shift_JIS)かExcel(.xlsx)。ファイル名は保存しません"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


class ColumnsForm(forms.Form):
    """One choice per column, and what holds for the whole file."""

    closed_as = forms.ChoiceField(
        label=gettext_lazy("終了日だけあって処理結果が分からない行"),
        help_text=gettext_lazy("選ばなければ未処理のまま取り込みます"),
        required=False,
    )
    save_as = forms.CharField(
        label=gettext_lazy("この対応を名前を付けて保存"),
        help_text=gettext_lazy("次に同じ形の台帳を取り込むときに選べます"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, matched: list[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = code_choices(Kind.OUTCOME, calendar.today())
        offer(self, "closed_as", [*NOT_CHOSEN, *outcomes])
        self._matched = matched
        for column in matched:
            name = f"column_{column.position}"
            self.fields[name] = forms.ChoiceField(label=column.header, required=False, initial=column.field)
            offer(self, name, _field_choices())

    @property
    def rows(self) -> list[tuple[Column, str, forms.BoundField]]:
        """(column, its letter, its choice)."""
        return [(c, column_letter(c.position + 1), self[f"column_{c.position}"]) for c in self._matched]

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data[f"column_{column.position}"] for column in self._matched]


def _field_choices() -> list[tuple[str, Any]]:
    fields = [(field.name, field.label) for field in FIELDS.values()]
    return [(NOT_MATCHED, "—"), (IGNORE, _("取り込まない")), *fields]


class Imports(StaffView):
    """The files handed in at this centre, and the form for one more."""

    permission = roles.IMPORT_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            centre, data = self.actor.centre, file.read()
            try:
                run = uploads.receive(file.name, data, centre=centre, by=self.actor)
            except FileNotUnderstood as refusal:
                uploads.refuse(file.name, len(data), reason=refusal.reason, centre=centre, by=self.actor)
                form.add_error("file", str(refusal))
            else:
                return redirect("import", uid=run.uid)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
        runs = ImportRun.objects.filter(centre=self.actor.centre).select_related(
            "created_by", "job", "check_job"
        )
        page = Paginator(runs.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page": page,
            "runs": [(run, _state_of(run), _counts(run.job)) for run in page],
            "has_errors": form.is_bound,
        }
        return render(request, "manage/imports.html", context, status=status)


def _state_of(run: ImportRun) -> str:
    if run.job is not None:
        return str(Job.State(run.job.state).label)
    if run.refusal:
        return _("受け取れなかったファイル")
    if not run.has_file:
        return _("一部の行を取り込めなかったファイル") if run.refused else _("破棄")
    if run.check_job is None:
        return _("列の対応待ち")
    return _("確認済み") if run.check_job.state == Job.State.DONE else _("確認中")


def _counts(job: Job | None) -> Counts | None:
    """How far the rows are, while the job runs and afterwards."""
    stored = job.cursor if job is not None else None
    return Counts.of(stored["counts"]) if stored else None


class ImportView(StaffView):
    """One file of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.IMPORT_CASES

    def find(self, uid: uuid.UUID) -> ImportRun:
        runs = ImportRun.objects.select_related("centre", "created_by", "job", "check_job")
        run = runs.filter(centre=self.actor.centre, uid=uid).first()
        if run is None:
            raise Http404
        return run

    def columns_page(
        self, request: HttpRequest, run: ImportRun, form: ColumnsForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "run": run,
            "form": form,
            "mappings": list(ImportMapping.objects.filter(centre=run.centre)),
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "manage/import_columns.html", context, status=status)


class ImportPage(ImportView):
    """Where the file stands: its columns, the check of its rows, or the import."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.find(uid)
        is_started = run.job is not None
        if run.has_file and not is_started and (run.check_job is None or "columns" in request.GET):
            matched = uploads.columns_of(run)
            if mapping := self._mapping(run, request.GET):
                matched = columns.with_mapping(matched, mapping)
            form = ColumnsForm(matched=matched, initial={"closed_as": run.closed_as})
            return self.columns_page(request, run, form)
        job = run.job or run.check_job
        is_checked = run.check_job is not None and run.check_job.state == Job.State.DONE
        context = {
            "run": run,
            "job": job,
            "progress": progress_of(job) if job else None,
            "counts": _counts(job),
            "is_started": is_started,
            "may_start": is_checked and not is_started and run.has_file,
            "may_discard": run.has_file and (job is None or job.is_finished),
            **_faults(run, is_check=not is_started),
            **_understood(run, shown=not is_started and is_checked),
        }
        return render(request, "manage/import.html", context)

    def _mapping(self, run: ImportRun, query: QueryDict) -> ImportMapping | None:
        chosen = query.get("mapping", "")
        known = chosen.isascii() and chosen.isdigit() and len(chosen) < 16
        return ImportMapping.objects.filter(centre=run.centre, pk=chosen).first() if known else None


def _faults(run: ImportRun, *, is_check: bool) -> dict[str, Any]:
    """The first refused rows, and every reason with its number of rows."""
    faults = ImportFault.objects.filter(run=run, is_check=is_check)
    tallied = (
        faults.values("is_note", "field", "reason").annotate(rows=Count("pk")).order_by("-rows", "reason")
    )
    tally = [
        {
            "is_note": one["is_note"],
            "field": _label(one["field"]),
            "text": REASONS[one["reason"]],
            "rows": one["rows"],
        }
        for one in tallied
    ]
    return {
        "refusals": [one for one in tally if not one["is_note"]],
        "notes": [one for one in tally if one["is_note"]],
        "first_refused": [
            _shown(fault) for fault in faults.filter(is_note=False).order_by("line", "pk")[:SHOWN_FAULTS]
        ],
    }


def _shown(fault: ImportFault) -> dict[str, Any]:
    return {
        "line": fault.line,
        "letter": column_letter(fault.column),
        "field": _label(fault.field),
        "text": REASONS[fault.reason],
    }


def _label(field: str) -> str:
    return str(FIELDS[field].label) if field in FIELDS else ""


def _understood(run: ImportRun, *, shown: bool) -> dict[str, Any]:
    """What becomes of the columns and of the first rows; nothing where it is not asked for."""
    if not shown or not run.has_file:
        return {}
    matched = uploads.columns_of(run)
    rows: list[Sample] = sample(run, rows=SHOWN_ROWS, now=timezone.now())
    return {
        "sample": rows,
        "scam_types": codes.codes(Kind.SCAM_TYPE),
        "left_out": [(column_letter(c.position + 1), c) for c in matched if not c.field and c.filled],
        "ignored": [(column_letter(c.position + 1), c) for c in matched if c.field == IGNORE],
    }


class MatchColumns(ImportView):
    """Keep the columns as chosen and look at every row."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.find(uid)
        if not run.has_file:
            raise work.ImportNotReady(_("ファイルはもう残っていません。もう一度選んでください。"))
        matched = uploads.columns_of(run)
        form = ColumnsForm(request.POST, matched=matched)
        if not form.is_valid():
            return self.columns_page(request, run, form, status=422)
        try:
            work.choose_columns(run, form.chosen, closed_as=form.cleaned_data["closed_as"])
            work.start_check(run, by=self.actor)
        except ColumnsNotMatched as refusal:
            form.add_error(None, str(refusal))
            return self.columns_page(request, run, form, status=422)
        if name := form.cleaned_data["save_as"].strip():
            header = [column.header for column in matched]
            columns.save_mapping(run.centre, name, header, form.chosen, by=self.actor)
        return redirect("import", uid=uid)


class StartImport(ImportView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        work.start_import(self.find(uid), by=self.actor)
        return redirect("import", uid=uid)


class DiscardImport(ImportView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.find(uid)
        if any(job is not None and not job.is_finished for job in (run.job, run.check_job)):
            raise work.ImportNotReady(_("処理の途中です。中止してから破棄してください。"))
        uploads.discard(run)
        messages.success(request, _("ファイルを破棄しました。"))
        return redirect("imports")


class FaultyRows(ImportView):
    """Refused rows and notes as CSV: line, column and reason, and no cell of the file."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.find(uid)
        faults = ImportFault.objects.filter(run=run, is_check=run.job is None).order_by("line", "pk")
        head: list[Cell] = [_("行"), _("列"), _("項目"), _("扱い"), _("理由")]
        rows: Iterator[list[Cell]] = (
            [
                fault.line,
                column_letter(fault.column),
                _label(fault.field),
                _("注意") if fault.is_note else _("取込不可"),
                str(REASONS[fault.reason]),
            ]
            for fault in faults.iterator()
        )
        file = write_csv(chain([head], rows))
        response = HttpResponse(file.data, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="import-rows.csv"'
        return response
