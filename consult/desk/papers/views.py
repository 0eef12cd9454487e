"""The pages and files of the papers. A PDF is made while one waits, and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.law import calendar
from consult.desk.papers import blank
from consult.shell import roles
from consult.shell.paper import Document, to_html
from consult.shell.paper.pdf import at_once
from consult.shell.web import StaffView


def pdf_answer(document: Document, name: str) -> HttpResponse:
    """The document as a file to print; `name` is plain ASCII. Raises FontMissing, PaperNotMade."""
    response = HttpResponse(at_once(document, made_at=timezone.now()), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


class BlankSheet(StaffView):
    """The 受付票 on the screen, to print from the browser."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        document = blank.document_of(self.actor.centre, on=calendar.today())
        return render(request, "desk/papers/blank.html", {"paper": to_html(document, heading_level=1)})


class BlankSheetFile(StaffView):
    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        today = calendar.today()
        return pdf_answer(blank.document_of(self.actor.centre, on=today), f"uketsuke-{today:%Y%m%d}")
