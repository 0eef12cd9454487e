"""開示請求: the list, one request with its clock, the parts with their bars, the decision and its papers."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.law import calendar
from cases.law.leaks import days_left
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case, new_uid
from cases.records.centre import Actor
from cases.records.papers import OfficePaper
from cases.records.requests import CitizenRequest, RequestMark, RequestPart
from cases.records.steps import steps_of
from cases.services import oversight, papers, requests
from cases.services.requests import RequestRefused
from consult.manage import audit_words
from consult.manage.protection import papers as paper_job
from consult.manage.protection import request_papers
from consult.manage.protection.request_forms import (
    ExtendForm,
    IdentityForm,
    MarksForm,
    OutcomeForm,
    RequestForm,
    SentForm,
    WordsForm,
)
from consult.shell import roles
from consult.shell.jobs import progress_of
from consult.shell.second_person import able
from consult.shell.web import StaffView

SHOWN: Final = 300
AROUND: Final = 12
"""Letters shown on each side of a mark."""


class Requests(StaffView):
    permission = roles.KEEP_DISCLOSURES

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = CitizenRequest.objects.visible_to(self.actor).defer(*requests.SEALED)
        day = calendar.today()
        found = list(rows.prefetch_related("requested")[:SHOWN])
        listed = [(row, requests.due_of(row), days_left(requests.due_of(row), day)) for row in found]
        return render(request, "manage/protection/requests.html", {"rows": listed})


class EnterRequest(StaffView):
    permission = roles.KEEP_DISCLOSURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, RequestForm(actor=self.actor, initial={"uid": new_uid()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RequestForm(request.POST, actor=self.actor)
        if not form.is_valid():
            return self._page(request, form, status=422)
        row = requests.enter(form.entry(), centre=self.actor.centre, by=self.actor)
        messages.success(request, _("開示請求を記録しました。"))
        return redirect("request", uid=row.uid)

    def _page(self, request: HttpRequest, form: RequestForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_errors": form.is_bound}
        return render(request, "manage/protection/request_new.html", context, status=status)


class RequestView(StaffView):
    """One request of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.KEEP_DISCLOSURES

    def find(self, uid: uuid.UUID) -> CitizenRequest:
        rows = CitizenRequest.objects.visible_to(self.actor)
        row = rows.select_related("centre", "job", "decided_by", "proposed_by").filter(uid=uid).first()
        if row is None:
            raise Http404
        return row

    @property
    def may_open(self) -> bool:
        return self.actor.may(roles.REVEAL_CASES) or self.actor.may(roles.BREAK_GLASS)

    def page(
        self, request: HttpRequest, row: CitizenRequest, status: int = 200, **forms: Any
    ) -> HttpResponse:
        """The page of a request; `forms` replace the empty ones where something was refused."""
        uids = list(row.requested.values_list("case_uid", flat=True))
        cases = Case.objects.visible_to(self.actor).of_uids(uids).values_list("number", flat=True)
        due = requests.due_of(row)
        context = {
            "row": row,
            "words": requests.words_of(row, by=self.actor),
            "numbers": sorted(cases),
            "gone": len(uids) - len(cases),
            "due": due,
            "left": days_left(due, calendar.today()),
            "parts": _counted(row),
            "waiting": requests.open_proposals(row),
            "articles": request_papers.articles_of(row, list(row.parts.defer("text"))),
            "progress": progress_of(row.job) if row.job and not row.job.is_finished else None,
            "papers": papers.of(row.uid),
            "has_copy": row.outcome in requests.SHOWN,
            "may_open": self.may_open,
            "steps": [(step, audit_words.action_text(step.code)) for step in steps_of(row.uid)],
            "outcome_form": OutcomeForm(initial={"outcome": row.outcome}),
            "extend_form": ExtendForm(auto_id="extend_%s"),
            "identity_form": IdentityForm(),
            "sent_form": SentForm(),
            "has_errors": bool(forms),
            **forms,
        }
        return render(request, "manage/protection/request.html", context, status=status)


def _counted(row: CitizenRequest) -> list[tuple[RequestPart, str, int, int]]:
    """(part, its name, waiting proposals, bars)."""
    black, waiting = (
        Count("marks", filter=Q(marks__state=state))
        for state in (RequestMark.State.BLACK, RequestMark.State.PROPOSED)
    )
    rows = row.parts.defer("text").annotate(black=black, waiting=waiting)
    return [(part, request_papers.part_text(part.name), part.waiting, part.black) for part in rows]


class RequestPage(RequestView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class PrepareRequest(RequestView):
    """Freeze what the cases hold now, and go to the first part."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        if not self.may_open:
            raise requests.RequestNotReady
        try:
            requests.prepare(uid, by=self.actor, looks=request_papers.looks_of)
        except BreakGlassNeeded as refusal:
            messages.error(request, str(refusal))
            return redirect("request", uid=uid)
        first = row.parts.filter(marks__state=RequestMark.State.PROPOSED).first()
        messages.success(request, _("いまの記録を写し取りました。黒塗りの候補を確かめてください。"))
        return redirect("request-part", uid=first.uid) if first else redirect("request", uid=uid)


class ProposeOutcome(RequestView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = OutcomeForm(request.POST)
        if form.is_valid():
            try:
                requests.propose(
                    uid, form.cleaned_data["outcome"], reason=form.cleaned_data["reason"], by=self.actor
                )
            except RequestRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("決定の案を保存しました。ほかの人が確かめると決まります。"))
                return redirect("request", uid=uid)
        return self.page(request, row, status=422, outcome_form=form)


class ConfirmOutcome(RequestView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        try:
            requests.confirm(row.uid, by=self.actor, able=able(self.actor, self.permission))
        except (oversight.SecondPersonNeeded, RequestRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("決定しました。"))
        return redirect("request", uid=uid)


class ExtendRequest(RequestView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = ExtendForm(request.POST, auto_id="extend_%s")
        if not form.is_valid():
            return self.page(request, row, status=422, extend_form=form)
        requests.extend(uid, reason=form.cleaned_data["reason"], by=self.actor)
        messages.success(request, _("期限を30日延ばしました。請求者に書面で知らせてください。"))
        return redirect("request", uid=uid)


class CheckIdentity(RequestView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = IdentityForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, status=422, identity_form=form)
        requests.confirm_identity(uid, form.cleaned_data["identity"], by=self.actor)
        messages.success(request, _("本人確認を記録しました。"))
        return redirect("request", uid=uid)


class MakePaper(RequestView):
    """The decision, and where something is shown the copy with its bars."""

    kind: ClassVar[OfficePaper.Kind] = OfficePaper.Kind.DECISION

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        if not row.is_decided or (self.kind == OfficePaper.Kind.COPY and row.outcome not in requests.SHOWN):
            raise requests.RequestNotReady
        row.job = paper_job.start(self.kind, uid, centre=row.centre, by=self.actor)
        row.save(update_fields=["job"])
        messages.success(request, _("書類を作っています。できると「書類」に並びます。"))
        return redirect("request", uid=uid)


class MakeRequestCopy(MakePaper):
    kind = OfficePaper.Kind.COPY


class NoteSent(RequestView):
    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = SentForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, status=422, sent_form=form)
        requests.sent(uid, on=form.cleaned_data["sent_on"], by=self.actor)
        messages.success(request, _("通知した日を記録しました。"))
        return redirect("request", uid=uid)


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `number` is that of its mark, 0 for none. Holds a value: never log it."""

    text: str
    number: int = 0
    state: str = ""

    def __repr__(self) -> str:
        return "<Piece>"


def pieces(text: str, marks: list[RequestMark]) -> list[Piece]:
    """The text cut at its marks; where marks overlap, the later one shows what the earlier left."""
    found: list[Piece] = []
    done = 0
    for number, mark in enumerate(marks, start=1):
        start = max(mark.start, done)
        if start > done:
            found.append(Piece(text[done:start]))
        if mark.end > start:
            found.append(Piece(text[start : mark.end], number, mark.state))
        done = max(done, mark.end)
    return [*found, Piece(text[done:])]


def _around(text: str, mark: RequestMark) -> tuple[str, str, str]:
    before = text[max(0, mark.start - AROUND) : mark.start]
    return before, text[mark.start : mark.end], text[mark.end : mark.end + AROUND]


class PartPage(RequestView):
    """One part: its words with the marks in them, a choice for each mark, and a field for more words."""

    def part(self, uid: uuid.UUID) -> RequestPart:
        rows = RequestPart.objects.select_related("request__centre")
        part = rows.filter(uid=uid, request__centre_id__in=self.actor.centre_ids).first()
        if part is None:
            raise Http404
        return part

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        part = self.part(uid)
        return self._page(request, part)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        part = self.part(uid)
        marks = list(part.marks.all())
        form = MarksForm(request.POST, marks=marks)
        if not form.is_valid():
            return self._page(request, part, status=422, form=form)
        requests.decide_marks(uid, form.answers, by=self.actor)
        rest = part.request.parts.filter(marks__state=RequestMark.State.PROPOSED)
        following = rest.filter(position__gt=part.position).first() or rest.first()
        messages.success(request, _("確かめたことを保存しました。"))
        if following is not None:
            return redirect("request-part", uid=following.uid)
        return redirect("request", uid=part.request.uid)

    def _page(self, request: HttpRequest, part: RequestPart, status: int = 200, **forms: Any) -> HttpResponse:
        if not self.may_open:
            raise requests.RequestNotReady
        marks = list(part.marks.all())
        text = requests.texts_of(part.request, [part], by=self.actor)[0]
        form = forms.get("form") or MarksForm(marks=marks)
        bound: list[BoundField] = list(form)
        context = {
            "part": part,
            "row": part.request,
            "name": request_papers.part_text(part.name),
            "pieces": pieces(text, marks),
            "choices": [
                (field, *_around(text, mark), mark) for field, mark in zip(bound, marks, strict=True)
            ],
            "form": form,
            "words_form": WordsForm(),
            "has_errors": bool(forms),
            **forms,
        }
        return render(request, "manage/protection/request_part.html", context, status=status)


class AddWords(PartPage):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("request-part", uid=self.part(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        part = self.part(uid)
        form = WordsForm(request.POST)
        if form.is_valid():
            try:
                count = requests.add_marks(
                    uid, form.cleaned_data["words"], form.cleaned_data["article"], by=self.actor
                )
            except RequestRefused as refusal:
                form.add_error("words", str(refusal))
            else:
                messages.success(request, _("%(n)dか所を黒塗りにしました。") % {"n": count})
                return redirect("request-part", uid=uid)
        return self._page(request, part, status=422, words_form=form)


def card(actor: Actor) -> today.Card | None:
    """今日: requests whose decision is due within a week, or late."""
    day = calendar.today()
    waiting = CitizenRequest.objects.visible_to(actor).unanswered().defer(*requests.SEALED)
    due = [requests.due_of(row) for row in waiting]
    soon = [one for one in due if one <= day + timedelta(days=7)]
    if not soon:
        return None
    title = ngettext(
        "開示請求が%(n)d件、決定の期限に近づいています",
        "開示請求が%(n)d件、決定の期限に近づいています",
        len(soon),
    ) % {"n": len(soon)}
    level = today.Level.ERROR if min(soon) < day else today.Level.WARNING
    body = _("いちばん早い期限は%(day)sです。") % {"day": calendar.both(min(soon))}
    return today.Card(title, body, level, url_name="requests", link=_("開示請求を開く"))


def register() -> None:
    """Called once when the app is ready."""
    today.register("requests", roles.KEEP_DISCLOSURES, card)
    paper_job.builder(OfficePaper.Kind.COPY, request_papers.copy_of)
    paper_job.builder(OfficePaper.Kind.DECISION, request_papers.decision_of)
