"""Pages of 照会: who is asked, who has answered, what an answer changes, and the files both ways."""

import uuid
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.errors import CasesError
from cases.files.errors import FileNotUnderstood
from cases.law import calendar
from cases.protection import audit
from cases.records.case import new_uid
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE, attachment
from consult.shell.web import StaffView
from outreach.programme import inquiries
from outreach.programme.answers import AnswerNotUnderstood
from outreach.programme.differences import Sort
from outreach.programme.inquiries import InquiryRefused
from outreach.programme.models import Inquiry, InquiryAnswer, InquirySection
from outreach.years import fiscal_year_name

PAGE: Final = 30
DAYS: Final = 14
TONES: Final = {
    Sort.NEW: "chip--key", Sort.CHANGED: "chip--key", Sort.FAULTY: "chip--error", Sort.MISSING: "chip--warning",
    Sort.SAME: "chip--quiet", Sort.EMPTY: "chip--quiet",
}  # fmt: skip
SORTS: Final = {
    Sort.NEW: gettext_lazy("この年度の最初の記録"),
    Sort.CHANGED: gettext_lazy("数値が違う"),
    Sort.FAULTY: gettext_lazy("読めない"),
    Sort.MISSING: gettext_lazy("回答にない"),
    Sort.SAME: gettext_lazy("同じ"),
    Sort.EMPTY: gettext_lazy("記入なし"),
}


class AskForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    fiscal_year = forms.IntegerField(
        label=gettext_lazy("年度(西暦)"), min_value=2000, max_value=2100, widget=forms.TextInput
    )
    title = forms.CharField(label=gettext_lazy("件名"), max_length=100)
    due_on = forms.DateField(label=gettext_lazy("回答の期限"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=gettext_lazy("記入のお願い"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("記入の済んだExcel(.xlsx)"))


class InquiryView(StaffView):
    permission = roles.KEEP_PROGRAMME

    def inquiry(self, uid: uuid.UUID) -> Inquiry:
        try:
            return Inquiry.objects.select_related("centre", "asked_by").get(
                uid=uid, centre_id__in=self.actor.centre_ids
            )
        except Inquiry.DoesNotExist:
            raise Http404 from None

    def answer(self, uid: uuid.UUID) -> InquiryAnswer:
        try:
            return InquiryAnswer.objects.select_related("of__inquiry__centre", "received_by").get(
                uid=uid, of__inquiry__centre_id__in=self.actor.centre_ids
            )
        except InquiryAnswer.DoesNotExist:
            raise Http404 from None


class Inquiries(InquiryView):
    """What was asked, and the form to ask."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest) -> HttpResponse:
        today = calendar.today()
        given = {
            "uid": new_uid(),
            "fiscal_year": calendar.fiscal_year(today) - 1,
            "title": _("消費者啓発の実績について(照会)"),
            "due_on": today + timedelta(days=DAYS),
        }
        return self._page(request, AskForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AskForm(request.POST)
        if form.is_valid():
            try:
                inquiry = inquiries.ask(**form.cleaned_data, centre=self.actor.centre, by=self.actor)
            except InquiryRefused as refusal:
                form.add_error(refusal.field or None, str(refusal))
            else:
                return redirect("inquiry", uid=inquiry.uid)
        return self._page(request, form, status=422)

    def _page(self, request: HttpRequest, form: AskForm, status: int = 200) -> HttpResponse:
        found = Inquiry.objects.filter(centre_id__in=self.actor.centre_ids).prefetch_related("sections")
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        rows = [(one, fiscal_year_name(one.fiscal_year), *_settled(list(one.sections.all()))) for one in page]
        context = {
            "form": form,
            "page": page,
            "rows": rows,
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/programme/inquiries.html", context, status=status)


def _settled(sections: list[InquirySection]) -> tuple[int, int]:
    return sum(one.settled_at is not None for one in sections), len(sections)


class InquiryPage(InquiryView):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.inquiry(uid), FileForm())

    def page(
        self, request: HttpRequest, inquiry: Inquiry, form: FileForm, *, status: int = 200
    ) -> HttpResponse:
        sections = list(inquiry.sections.prefetch_related("answers"))
        waiting = [one.section or _("担当課なし") for one in sections if not one.answers.all()]
        context = {
            "inquiry": inquiry,
            "year": fiscal_year_name(inquiry.fiscal_year),
            "sections": [(one, list(one.answers.all())) for one in sections],
            "waiting": waiting,
            "is_late": inquiry.closed_at is None and bool(waiting) and inquiry.due_on < calendar.today(),
            "reminder": _reminder(inquiry, waiting),
            "form": form,
            "has_errors": form.is_bound and bool(form.errors),
        }
        return render(request, "outreach/programme/inquiry.html", context, status=status)


def _reminder(inquiry: Inquiry, waiting: list[str]) -> str:
    """Words to send to those who have not answered."""
    return _(
        "%(sections)s 御中\n%(year)sの「%(title)s」の回答がまだ届いていません。期限は%(due)sです。"
        "お手数ですが、お送りしたExcelに記入してお返しください。"
    ) % {
        "sections": "、".join(waiting),
        "year": fiscal_year_name(inquiry.fiscal_year),
        "title": inquiry.title,
        "due": calendar.wareki(inquiry.due_on),
    }


class ReceiveAnswer(InquiryPage):
    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("inquiry", uid=self.inquiry(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        inquiry = self.inquiry(uid)
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                answer = inquiries.receive(
                    file.name, file.read(inquiries.MAX_BYTES + 1), into=inquiry, by=self.actor
                )
            except (FileNotUnderstood, AnswerNotUnderstood, InquiryRefused) as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("inquiry-answer", uid=answer.uid)
        return self.page(request, inquiry, form, status=422)


class SectionSheet(InquiryView):
    """The file for one section; that it was given is on record, so it is asked for by a press."""

    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            asked, content = inquiries.sheet(uid, by=self.actor)
        except InquirySection.DoesNotExist:
            raise Http404 from None
        name = _("照会_%(year)d_%(section)s.xlsx") % {
            "year": asked.inquiry.fiscal_year,
            "section": asked.section or _("担当課なし"),
        }
        return attachment(content, name, XLSX_TYPE)


class SettleSection(InquiryView):
    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            asked = inquiries.settle(uid, by=self.actor)
        except InquirySection.DoesNotExist:
            raise Http404 from None
        return redirect("inquiry", uid=asked.inquiry.uid)


class CloseInquiry(InquiryView):
    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        inquiry = inquiries.close(self.inquiry(uid).uid, by=self.actor)
        messages.success(request, _("照会を終えました。配ったファイルと回答は残ります。"))
        return redirect("inquiry", uid=inquiry.uid)


class AnswerPage(InquiryView):
    """Line by line what the answer says beside what is stored, and which of it is taken over."""

    permission = roles.KEEP_PROGRAMME

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._page(request, self.answer(uid))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        answer = self.answer(uid)
        try:
            taken = inquiries.accept(uid, request.POST.getlist("row"), by=self.actor)
        except CasesError as refusal:
            return self._page(request, answer, refusal)
        said = ngettext("%(n)d行を取り入れました。", "%(n)d行を取り入れました。", taken) % {"n": taken}
        messages.success(request, said)
        if any(one.can_be_taken for one in inquiries.compared(answer)):
            return redirect("inquiry-answer", uid=uid)
        inquiries.settle(answer.of.uid, by=self.actor)
        return redirect("inquiry", uid=answer.of.inquiry.uid)

    def _page(self, request: HttpRequest, answer: InquiryAnswer, refusal: Any = None) -> HttpResponse:
        rows = inquiries.compared(answer)
        newest = answer.of.answers.first()
        context = {
            "answer": answer,
            "asked": answer.of,
            "inquiry": answer.of.inquiry,
            "year": fiscal_year_name(answer.of.inquiry.fiscal_year),
            "rows": [(one, SORTS[one.sort], TONES[one.sort]) for one in rows],
            "can_be_taken": sum(one.can_be_taken for one in rows),
            "faulty": sum(one.sort is Sort.FAULTY for one in rows),
            "is_newest": newest is not None and newest.pk == answer.pk,
            "refusal": str(refusal) if refusal is not None else "",
            "has_errors": refusal is not None,
        }
        status = refusal.status if refusal is not None else 200
        return render(request, "outreach/programme/answer.html", context, status=status)


class AnswerFile(InquiryView):
    """The file as it came, to look at again."""

    permission = roles.KEEP_PROGRAMME

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        answer = self.answer(uid)
        audit.record("PROGRAMME_SHEET_GIVEN", by=self.actor, centre=answer.of.inquiry.centre, reason=str(uid))
        return attachment(bytes(answer.content), answer.name, XLSX_TYPE)
