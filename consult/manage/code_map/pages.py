"""The table of codes of before: seen by kind, changed line by line or by a file, every version with who made it."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.figures import reclassified
from cases.files import FileNotUnderstood, write_csv
from cases.records import codes
from cases.records.codes import Kind
from cases.services import code_maps
from cases.services.code_maps import CodeMapNotUnderstood
from consult.manage.code_map.forms import WITH_NONE, LineForm, TableForm
from consult.shell import roles
from consult.shell.attached import CSV_TYPE, attachment
from consult.shell.web import StaffView

SHOWN_FAULTS = 50
SHOWN_VERSIONS = 20


@dataclass(frozen=True)
class Shown:
    """One line of the table. `until`: the last day for which the code of before could be chosen, if there is one."""

    code: str
    old: str
    new: str
    basis: str
    until: date | None


class CodeMapView(StaffView):
    """What all of these pages share: whose table it is, and the page with what was wrong."""

    permission = roles.KEEP_DISTRICTS

    def kind(self, name: str) -> Kind:
        """Raises Http404 for what figures do not count by."""
        if name not in code_maps.KINDS:
            raise Http404
        return Kind(name)

    def page(
        self,
        request: HttpRequest,
        kind: Kind,
        *,
        line: LineForm | None = None,
        table: TableForm | None = None,
        faults: list[str] | None = None,
    ) -> HttpResponse:
        centre, faults = self.actor.centre, faults or []
        held = code_maps.of(centre)
        line = line or LineForm(kind=kind, centre=centre)
        table = table or TableForm()
        has_errors = bool(line.errors or table.errors or faults)
        context = {
            "kind": kind,
            "kinds": [(one, len(held.of(one))) for one in code_maps.KINDS],
            "number": held.number,
            "lines": _shown(kind, held),
            "line_form": line,
            "table_form": table,
            "faults": faults[:SHOWN_FAULTS],
            "further": max(0, len(faults) - SHOWN_FAULTS),
            "versions": code_maps.versions(centre)[:SHOWN_VERSIONS],
            "is_shipped": held.lines == reclassified.shipped().lines,
            "may_see_numbers": self.actor.may(roles.VIEW_NUMBERS),
            "has_errors": has_errors,
        }
        return render(request, "manage/code_map/page.html", context, status=422 if has_errors else 200)

    def saved(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        messages.success(request, _("分類の読み替えを保存しました。これからの集計に使います。"))
        return redirect(f"{reverse('code-map')}?kind={kind}")


def _shown(kind: Kind, held: reclassified.CodeMap) -> list[Shown]:
    known = codes.codes(kind)
    return [
        Shown(
            code=old,
            old=known.text(old),
            new=known.text(new) if new else "",
            basis=reclassified.basis_of(kind, old, new),
            until=known.by_code[old].valid_to if old in known.by_code else None,
        )
        for old, new in held.of(kind).items()
    ]


class CodeMapPage(CodeMapView):
    """`?kind=` one kind of codes; `&old=` a line of it to be changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = self.kind(request.GET.get("kind", reclassified.KIND.value))
        line = None
        if (old := request.GET.get("old", "")) in (lines := code_maps.of(self.actor.centre).of(kind)):
            initial = {"old": old, "new": lines[old] or WITH_NONE}
            line = LineForm(initial=initial, kind=kind, centre=self.actor.centre)
        return self.page(request, kind, line=line)


class SetLine(CodeMapView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("code-map")

    def post(self, request: HttpRequest) -> HttpResponse:
        kind = self.kind(request.POST.get("kind", ""))
        form = LineForm(request.POST, kind=kind, centre=self.actor.centre)
        if not form.is_valid():
            return self.page(request, kind, line=form)
        old, new = form.line
        try:
            code_maps.set_line(self.actor.centre, (kind.value, old, new), by=self.actor)
        except CodeMapNotUnderstood as refusal:
            form.add_error("new", str(refusal))
            return self.page(request, kind, line=form)
        return self.saved(request, kind)


class DropLine(CodeMapView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("code-map")

    def post(self, request: HttpRequest) -> HttpResponse:
        kind = self.kind(request.POST.get("kind", ""))
        code_maps.drop_line(self.actor.centre, kind.value, request.POST.get("old", ""), by=self.actor)
        return self.saved(request, kind)


class ImportTable(CodeMapView):
    """The whole table from a file; what cannot be read is told by its line, and nothing is changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("code-map")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, reclassified.KIND, table=form)
        file = form.cleaned_data["file"]
        try:
            code_maps.import_file(self.actor.centre, file.name, file.read(), by=self.actor)
        except CodeMapNotUnderstood as refusal:
            return self.page(request, reclassified.KIND, table=form, faults=refusal.faults)
        except FileNotUnderstood as refusal:
            form.add_error("file", str(refusal))
            return self.page(request, reclassified.KIND, table=form)
        return self.saved(request, reclassified.KIND)


class TableFile(CodeMapView):
    """The table as the file that is read again; codes alone, nothing of a case."""

    def get(self, request: HttpRequest) -> HttpResponse:
        held = code_maps.of(self.actor.centre)
        data = write_csv(code_maps.as_rows(held)).data
        name = _("分類の読み替え_第%(number)d版") % {"number": held.number}
        return attachment(data, f"{name}.csv", CSV_TYPE)


class BackToShipped(CodeMapView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("code-map")

    def post(self, request: HttpRequest) -> HttpResponse:
        code_maps.back_to_shipped(self.actor.centre, by=self.actor)
        return self.saved(request, reclassified.KIND)
