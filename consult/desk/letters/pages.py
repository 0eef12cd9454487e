"""通知: choose a letter, word it, keep it, print it. Its words come only in the answer to a POST."""

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.law import letters as law
from cases.protection import audit
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case, new_uid
from cases.records.letters import CaseLetter
from cases.services import letters
from cases.services.entry import EntryRefused
from cases.services.letters import LetterChanged, Written
from consult.desk.case import CaseView
from consult.desk.letters import documents, papers
from consult.desk.letters.deadline import contract_of, deadline_of
from consult.desk.letters.forms import ChooseForm, LetterForm
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.jobs import progress_of
from consult.shell.web import StaffView


class LettersView(CaseView):
    """Pages about the letters of one case."""

    permission = roles.REVEAL_CASES

    def list_page(
        self, request: HttpRequest, case: Case, form: ChooseForm | None = None, **more: Any
    ) -> HttpResponse:
        deadline = deadline_of(case)
        initial = {"contract": contract_of(deadline)}
        context = {
            "case": case,
            "deadline": deadline,
            "form": form or ChooseForm(initial=initial),
            "letters": letters.newest_of(case),
            "keep": law.what_to_keep(),
            "has_errors": form is not None,
            **more,
        }
        return render(request, "desk/letters/list.html", context, status=more.get("status", 200))

    def form_page(
        self, request: HttpRequest, case: Case, form: LetterForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        kind = str(form["kind"].value() or "")
        context = {"case": case, "form": form, "deadline": deadline_of(case, kind), **more}
        return render(request, "desk/letters/write.html", context, status=status)


class Letters(LettersView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        return self.list_page(request, case)


class WriteLetter(LettersView):
    """The letter, filled from the case and not yet kept: the values are revealed for 相談対応."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("letters", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        chosen = ChooseForm(request.POST)
        if not chosen.is_valid():
            return self.list_page(request, case, chosen, status=422)
        kind, medium = chosen.cleaned_data["kind"], chosen.cleaned_data["medium"]
        try:
            begun = letters.begin(
                case,
                kind=kind,
                transaction_type=chosen.cleaned_data["contract"],
                medium=medium,
                by=self.actor,
            )
        except BreakGlassNeeded as refusal:
            return self.list_page(request, case, refusal=str(refusal), status=refusal.status)
        except EntryRefused as refusal:
            tell(chosen, refusal)
            return self.list_page(request, case, chosen, status=refusal.status)
        initial = {
            "uid": new_uid(), "letter_uid": new_uid(), "after": 0, "kind": kind, "medium": medium,
            "template": begun.template, "text": begun.filled.text, "addressee": begun.addressee,
            "sender": begun.sender,
        }  # fmt: skip
        return self.form_page(
            request, case, LetterForm(initial=initial), blanks=begun.filled.blanks, title=begun.filled.title
        )


class KeepLetter(LettersView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("letters", uid=self.find().uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = LetterForm(request.POST)
        if form.is_valid():
            try:
                row = letters.keep(case.uid, form.entry(), by=self.actor)
            except EntryRefused as refusal:
                tell(form, refusal)
            except BreakGlassNeeded as refusal:
                form.add_error(None, str(refusal))
            except LetterChanged as refusal:
                form.add_error(None, str(refusal))
                return self._changed(request, case, form)
            else:
                messages.success(request, _("保存しました。次は印刷です。"))
                return redirect("letter", uid=row.uid)
        return self.form_page(request, case, form, status=422, has_errors=True)

    def _changed(self, request: HttpRequest, case: Case, form: LetterForm) -> HttpResponse:
        """Both wordings: what was typed stays in the fields; what is kept now stands beside it."""
        rows = CaseLetter.objects.filter(case=case, letter_uid=form.cleaned_data["letter_uid"])
        theirs = rows.select_related("case__centre", "made_by").order_by("-version").first()
        if theirs is None:
            return self.form_page(request, case, form, status=409, has_errors=True)
        words = letters.words_of(theirs, by=self.actor)
        again = LetterForm({**request.POST.dict(), "after": str(theirs.version), "uid": str(new_uid())})
        again.add_error(None, str(LetterChanged()))
        return self.form_page(request, case, again, status=409, theirs=theirs, words=words, has_errors=True)


class LetterView(StaffView):
    """One wording of a letter of a case in scope; others answer 404."""

    permission: ClassVar[str] = roles.REVEAL_CASES

    def find(self, uid: uuid.UUID) -> CaseLetter:
        row = (
            CaseLetter.objects.select_related("case__centre", "made_by", "job")
            .filter(uid=uid, case__in=Case.objects.visible_to(self.actor))
            .first()
        )
        if row is None:
            raise Http404
        return row

    def page(self, request: HttpRequest, row: CaseLetter, *, status: int = 200, **more: Any) -> HttpResponse:
        versions = CaseLetter.objects.filter(case=row.case, letter_uid=row.letter_uid)
        context = {
            "row": row,
            "case": row.case,
            "versions": list(
                versions.defer(*CaseLetter.SEALED).select_related("made_by").order_by("-version")
            ),
            "deadline": deadline_of(row.case, row.kind),
            "steps": law.how_to_send(row.kind, row.medium),
            "keep": law.what_to_keep(),
            "progress": progress_of(row.job) if row.job and not row.job.is_finished else None,
            "job": row.job,
            **more,
        }
        return render(request, "desk/letters/letter.html", context, status=status)

    def opened(self, request: HttpRequest, row: CaseLetter) -> Written | HttpResponse:
        try:
            return letters.words_of(row, by=self.actor)
        except BreakGlassNeeded as refusal:
            return self.page(request, row, status=refusal.status, refusal=str(refusal))


class LetterPage(LetterView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class PrintLetter(LetterView):
    """The words, laid out for paper; opening them is logged."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("letter", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        words = self.opened(request, row)
        if isinstance(words, HttpResponse):
            return words
        context = {
            "row": row,
            "case": row.case,
            "words": words,
            "title": documents.title_of(row),
            "blanks": law.blanks_left(words.text + words.addressee + words.sender),
            "fits": law.fits_a_postcard(words.text),
            "steps": law.how_to_send(row.kind, row.medium),
            "deadline": deadline_of(row.case, row.kind),
        }
        return render(request, "desk/letters/print.html", context)


class RewriteLetter(LetterView):
    """The form again, with the newest words of the letter."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("letter", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        words = self.opened(request, row)
        if isinstance(words, HttpResponse):
            return words
        newest = (
            CaseLetter.objects.filter(letter_uid=row.letter_uid)
            .order_by("-version")
            .values_list("version")[0][0]
        )
        initial = {
            "uid": new_uid(), "letter_uid": row.letter_uid, "after": newest, "kind": row.kind,
            "template": row.template, "medium": row.medium, "text": words.text, "addressee": words.addressee,
            "sender": words.sender,
        }  # fmt: skip
        context = {
            "case": row.case, "form": LetterForm(initial=initial), "deadline": deadline_of(row.case, row.kind),
            "title": documents.title_of(row),
        }  # fmt: skip
        return render(request, "desk/letters/write.html", context)


class LetterPdf(LetterView):
    """Queues the PDF; it comes among the files of the case."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("letter", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        with transaction.atomic():
            row.job = papers.start(documents.LETTER, row.uid, centre=row.case.centre, by=self.actor)
            row.save(update_fields=["job"])
        messages.success(request, _("PDFを作っています。できると相談の添付ファイルに並びます。"))
        return redirect("letter", uid=uid)
