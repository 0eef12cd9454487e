"""公表値: a file looked at before it is stored, the series, and one value to correct or remove."""

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cases.figures import history
from cases.figures.freshness import freshness
from cases.figures.models import FigureFile, PublishedFigure
from cases.files import FileNotUnderstood
from cases.services.history import keeping
from cases.services.history.keeping import FigureNotKept
from cases.services.history.reading import DEFINITION, NAME, PLACE, SOURCE, UNIT, HistoryNotUnderstood
from consult.manage.history.drawing import drawing_of
from consult.manage.history.forms import FigureForm, FiguresForm
from consult.manage.history.tables import series_table, summaries
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView

SHOWN_FAULTS = 50
SHOWN_LINES = 50


class PublishedFigures(StaffView):
    """All names, or with `?name=` the series of one."""

    permission = roles.VIEW_NUMBERS

    def get(self, request: HttpRequest) -> HttpResponse:
        if name := request.GET.get("name", ""):
            return self._series(request, name)
        return list_page(request, self.actor, FiguresForm())

    def _series(self, request: HttpRequest, name: str) -> HttpResponse:
        found = history.series(self.actor.centre_ids, name)
        if not found:
            raise Http404
        drawing = drawing_of(name, found, self.actor.centre)
        sources = {(point.definition, point.source): None for one in found for point in one.points}
        context = {
            "name": name,
            "table": series_table(found),
            "chart": drawing.chart if drawing else None,
            "fresh": freshness(self.actor.centre_ids) if drawing and drawing.has_counts else None,
            "sources": [
                (definition, source, _years_of(found, definition, source)) for definition, source in sources
            ],
            "changes_meaning": any(one.changes_meaning for one in found),
            "editable": _editable(self.actor, name),
        }
        return render(request, "manage/history/series.html", context)


def _years_of(found: tuple[history.Series, ...], definition: str, source: str) -> str:
    texts = {
        point.text: (point.year is None, point.year.number if point.year else 0)
        for one in found
        for point in one.points
        if (point.definition, point.source) == (definition, source)
    }
    return "、".join(sorted(texts, key=lambda text: texts[text]))


def _editable(actor: Account, name: str) -> frozenset[int]:
    if not actor.may(roles.KEEP_FIGURES):
        return frozenset()
    return frozenset(
        PublishedFigure.objects.filter(centre=actor.centre, name=name).values_list("pk", flat=True)
    )


def list_page(
    request: HttpRequest, actor: Account, form: FiguresForm, faults: list[str] | None = None
) -> HttpResponse:
    faults = faults or []
    context = {
        "form": form,
        "faults": faults[:SHOWN_FAULTS],
        "further": max(0, len(faults) - SHOWN_FAULTS),
        "files": FigureFile.objects.filter(centre=actor.centre).order_by("-received_at"),
        "summaries": summaries(history.everything(actor.centre_ids)),
        "may_keep": actor.may(roles.KEEP_FIGURES),
        "has_errors": bool(form.errors or faults),
    }
    return render(request, "manage/history/list.html", context, status=422 if context["has_errors"] else 200)


class ReceiveFigures(StaffView):
    """Read the file. What cannot be read is told by line and column, and nothing is changed."""

    permission = roles.KEEP_FIGURES

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FiguresForm(request.POST, request.FILES)
        if not form.is_valid():
            return list_page(request, self.actor, form)
        data = form.cleaned_data
        given = {name: data[name] for name in (NAME, UNIT, DEFINITION, SOURCE, PLACE)}
        try:
            file = keeping.receive(
                data["file"].name, data["file"].read(), given=given, centre=self.actor.centre, by=self.actor
            )
        except HistoryNotUnderstood as refusal:
            return list_page(request, self.actor, form, refusal.faults)
        except FileNotUnderstood as refusal:
            form.add_error("file", str(refusal))
            return list_page(request, self.actor, form)
        return redirect("published-file", uid=file.uid)


class FileView(StaffView):
    """A file that waits at the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.KEEP_FIGURES

    def find(self, uid: uuid.UUID) -> FigureFile:
        file = FigureFile.objects.select_related("centre").filter(centre=self.actor.centre, uid=uid).first()
        if file is None:
            raise Http404
        return file


class FigureFilePage(FileView):
    """What storing the file would do."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        file = self.find(uid)
        found = keeping.preview(file)
        context = {
            "file": file,
            "found": found,
            "fresh": found.fresh[:SHOWN_LINES],
            "changed": found.changed[:SHOWN_LINES],
            "blank": file.lines["blank"],
            "uncoded": file.lines["uncoded"],
        }
        return render(request, "manage/history/file.html", context)


class StoreFigures(FileView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = keeping.store(self.find(uid).uid, by=self.actor)
        messages.success(request, _("公表値を%(n)d件、取り込みました。") % {"n": found.count})
        return redirect("published")


class DiscardFigures(FileView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        keeping.discard(self.find(uid).uid, by=self.actor)
        messages.success(request, _("読み込んだ公表値を破棄しました。"))
        return redirect("published")


class FigureView(StaffView):
    """One figure of the actor's centre; those of others, and of no centre in particular, answer 404."""

    permission: ClassVar[str] = roles.KEEP_FIGURES

    def find(self, pk: int) -> PublishedFigure:
        row = PublishedFigure.objects.filter(centre=self.actor.centre, pk=pk).first() if pk < 2**63 else None
        if row is None:
            raise Http404
        return row


class FigurePage(FigureView):
    """Correct a value, its year, definition or source."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(pk)
        initial: dict[str, Any] = {
            name: getattr(row, name) for name in ("year", "unit", "definition", "source")
        }
        return self._page(
            request, row, FigureForm(initial={**initial, "value": f"{row.value.normalize():f}"})
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(pk)
        form = FigureForm(request.POST)
        if form.is_valid():
            try:
                keeping.change(pk, **form.cleaned_data, by=self.actor)
            except FigureNotKept as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.success(request, _("公表値を直しました。"))
                return redirect(_address(row))
        return self._page(request, row, form, status=422)

    def _page(
        self, request: HttpRequest, row: PublishedFigure, form: FigureForm, status: int = 200
    ) -> HttpResponse:
        context = {"row": row, "form": form, "back_url": _address(row), "has_errors": bool(form.errors)}
        return render(request, "manage/history/figure.html", context, status=status)


class RemoveFigure(FigureView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.find(pk)
        keeping.remove(pk, by=self.actor)
        messages.success(request, _("公表値を消しました。操作の記録に残っています。"))
        is_last = not PublishedFigure.objects.filter(centre=row.centre, name=row.name).exists()
        return redirect("published" if is_last else _address(row))


def _address(row: PublishedFigure) -> str:
    return f"{reverse('published')}?{urlencode({'name': row.name})}"
