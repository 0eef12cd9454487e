"""A paper for others: looked at on screen first; a file of it is an issue, and every figure goes on record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.errors import CasesError
from cases.figures.releases.models import Figure
from cases.services.releases.activity import release_activity
from consult.shell import roles
from consult.shell.attached import PDF_TYPE, XLSX_TYPE, attachment
from consult.shell.paper import Document, to_html
from consult.shell.paper.pdf import at_once
from consult.shell.web import StaffView


@dataclass(frozen=True)
class Paper:
    """One paper in its three shapes; `figures` is all that they say. `name`: of its file, without an ending."""

    document: Document
    workbook: Callable[[], bytes]
    figures: Sequence[Figure]
    name: str


class PaperForm(forms.Form):
    title = forms.CharField(label=_("題"), max_length=100)
    form = forms.ChoiceField(
        label=_("形"),
        choices=[("page", _("画面で見る")), ("pdf", "PDF"), ("xlsx", "Excel")],
        widget=forms.RadioSelect,
    )


class PaperView(StaffView):
    """Counts of the office's own activity: no threshold holds, and each issue is among the releases."""

    permission = roles.KEEP_PROGRAMME
    template_name: str

    def record(self, paper: Paper) -> None:
        """Write the entry in the log."""
        raise NotImplementedError

    def give(self, request: HttpRequest, form: PaperForm, paper: Paper, **context: Any) -> HttpResponse:
        """What the form asks for; the form is valid."""
        shape = form.cleaned_data["form"]
        if shape == "page":
            return self.page(request, form, preview=to_html(paper.document, heading_level=2), **context)
        try:
            content = paper.workbook() if shape == "xlsx" else at_once(paper.document, made_at=timezone.now())
            self._put_on_record(paper)
        except CasesError as refusal:
            form.add_error(None, str(refusal))
            return self.page(request, form, status=refusal.status, **context)
        return attachment(content, f"{paper.name}.{shape}", XLSX_TYPE if shape == "xlsx" else PDF_TYPE)

    @transaction.atomic
    def _put_on_record(self, paper: Paper) -> None:
        self.record(paper)
        release_activity(
            self.actor.centre, paper.figures, audience="public", title=paper.document.title, by=self.actor
        )

    def page(
        self, request: HttpRequest, form: PaperForm, status: int = 200, preview: str = "", **context: Any
    ) -> HttpResponse:
        given = {"form": form, "preview": preview, "has_errors": form.is_bound and bool(form.errors)}
        return render(request, self.template_name, {**context, **given}, status=status)
