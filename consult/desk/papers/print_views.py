"""Printing a case: on the screen and as PDF with names masked; with names only by a POST that says why."""

import uuid
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded, PurposeNeeded, ReasonNeeded
from cases.protection.redacted import RedactedText, redacted_text
from cases.protection.reveal import ATTACHMENTS, REVEALABLE, reveal
from cases.records.case import Case
from consult.desk.case import CaseView
from consult.desk.looks import RevealForm, look_at
from consult.desk.papers import printed
from consult.desk.papers.views import pdf_answer
from consult.shell import roles
from consult.shell.paper import Document, to_html

PRINTED: Final = "CASE_PRINTED"
FIELDS: Final = sorted(REVEALABLE - {ATTACHMENTS})


def printings_of(case: Case) -> int:
    """How many copies the log knows of."""
    return AuditEntry.objects.filter(action=PRINTED, case_uid=case.uid).count()


class PrintView(CaseView):
    """What the three ways to print share: the document, and the entry that a copy was made."""

    def document(self, case: Case, *, copy: int | None, values: dict[str, str] | None = None) -> Document:
        words = redacted_text([case.uid], by=self.actor, with_follow_ups=True).get(
            case.uid, RedactedText("", "")
        )
        return printed.document_of(
            case, words, by=str(self.actor), copy=copy, at=timezone.now(), values=values
        )

    def note(self, case: Case, fields: list[str], **more: Any) -> int:
        """The entry is there before the copy is; how many copies there are with this one."""
        audit.committed(audit.entry("CASE_PRINTED", by=self.actor, case=case, fields=fields, **more))
        return printings_of(case)

    def file(self, case: Case, document: Document) -> HttpResponse:
        return pdf_answer(document, f"case-{case.number}")

    def choices(self, request: HttpRequest, case: Case, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page before printing: the masked copy to look at, and the form for one with names."""
        context = {
            "case": case,
            "paper": to_html(self.document(case, copy=None), heading_level=1),
            "look": look_at(case, self.actor),
            "reveal_form": RevealForm(),
            **more,
        }
        return render(request, "desk/papers/print.html", context, status=status)


class PrintCase(PrintView):
    """The masked copy on the screen, to print from the browser or to take as PDF."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.choices(request, self.find())


class PrintCaseMasked(PrintView):
    """The masked copy as PDF."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        copy = self.note(case, ["redacted"])
        return self.file(case, self.document(case, copy=copy))


class PrintCaseWithNames(PrintView):
    """The copy with everything that the case holds, as PDF: purpose and reason as for a look at it."""

    permission = roles.REVEAL_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.choices(request, case, status=422, reveal_form=form, has_errors=True)
        try:
            values = reveal(case.uid, FIELDS, by=self.actor, **form.cleaned_data)
        except PurposeNeeded as refusal:
            form.add_error("purpose", str(refusal))
        except ReasonNeeded as refusal:
            form.add_error("reason", str(refusal))
        except BreakGlassNeeded as refusal:
            return self.choices(request, case, status=403, refusal=str(refusal))
        else:
            copy = self.note(case, FIELDS, purpose=form.cleaned_data["purpose"])
            return self.file(case, self.document(case, copy=copy, values=values))
        return self.choices(request, case, status=422, reveal_form=form, has_errors=True)
