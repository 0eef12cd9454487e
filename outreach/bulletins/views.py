"""Pages of the bulletins: list, editor with its paper beside it, review, issue, PDF and mail text."""

import uuid
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.surge_log.models import SurgeWave
from cases.jobs.models import Job
from cases.records import codes
from cases.records.codes import Kind
from cases.records.sent import SavedMeanwhile
from cases.services import oversight
from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import tell
from consult.shell.jobs import progress_of
from consult.shell.paper import to_html, to_text
from consult.shell.second_person import able
from consult.shell.web import StaffView
from outreach import waves
from outreach.bulletins import checks, counts, examples, hurry, services, variants
from outreach.bulletins.advice import advice_for
from outreach.bulletins.examples import Source
from outreach.bulletins.forms import BulletinForm, ReturnForm, SubmitForm, initial_of
from outreach.bulletins.models import Bulletin
from outreach.bulletins.paper import document_of
from outreach.notices import tell_masked
from outreach.planning.links import begun_from, wished
from outreach.words import Masking, pieces

PAGE: Final = 50
WATCHERS: Final = "MIMAMORI"
"""The audience of the planner that members of the network are."""
_STATE_KINDS: Final = {"IN_REVIEW": "warning", "RETURNED": "error", "APPROVED": "key", "ISSUED": "success"}


class BulletinList(StaffView):
    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest) -> HttpResponse:
        found = Bulletin.objects.visible_to(self.actor).select_related("author").newest_first()
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "may_write": self.actor.may(roles.WRITE_BULLETINS),
            "may_approve": self.actor.may(roles.APPROVE_BULLETINS),
            "kinds": _STATE_KINDS,
        }
        return render(request, "outreach/bulletins.html", context)


class BulletinView(StaffView):
    """A page of one bulletin of the actor's centre; others are not found."""

    permission = roles.VIEW_BULLETINS

    def found(self, uid: uuid.UUID) -> Bulletin:
        rows = Bulletin.objects.visible_to(self.actor).select_related(
            "centre", "author", "approver", "release__job", "job"
        )
        try:
            return rows.get(uid=uid)
        except Bulletin.DoesNotExist:
            raise Http404 from None


def editor(
    request: HttpRequest,
    form: BulletinForm,
    bulletin: Bulletin | None,
    shown: Bulletin,
    sources: Sequence[Source],
    status: int = 200,
) -> HttpResponse:
    picked = {str(uid) for uid in form["sources"].value() or ()}
    context = {
        "form": form,
        "bulletin": bulletin,
        "paper": to_html(document_of(shown), heading_level=3),
        "has_errors": form.is_bound and bool(form.errors),
        "sources": [(source, str(source.uid) in picked) for source in sources],
    }
    return render(request, "outreach/bulletin_form.html", context, status=status)


def sources_for(actor: Account, bulletin: Bulletin | None = None) -> list[Source]:
    """What is offered to begin from, and what the bulletin was begun from in any case."""
    offered = examples.offered(actor)
    known = {source.uid for source in offered}
    missing = bulletin is not None and any(uuid.UUID(uid) not in known for uid in bulletin.sources)
    older = examples.chosen(bulletin, actor) if bulletin is not None and missing else []
    return [*offered, *(source for source in older if source.uid not in known)]


class StartBulletin(StaffView):
    permission = roles.WRITE_BULLETINS

    def get(self, request: HttpRequest) -> HttpResponse:
        sources = sources_for(self.actor)
        if wave := waves.wave_of(request.GET.get("wave"), self.actor):
            begun = _answering(wave)
        else:
            begun = _wished(request.GET.dict(), self.actor)
        form = BulletinForm(initial=begun, offered=sources)
        return editor(request, form, None, _shown(form.initial, self.actor.centre), sources)

    def post(self, request: HttpRequest) -> HttpResponse:
        sources = sources_for(self.actor)
        form = BulletinForm(request.POST, offered=sources)
        if form.is_valid():
            data = form.cleaned_data
            try:
                wave = waves.uid_of(data["wave"], self.actor)
                saved = services.start(
                    form.text(),
                    centre=self.actor.centre,
                    by=self.actor,
                    wave=wave,
                    proposal=data["proposal"],
                    uid=data["uid"],
                )
            except CasesError as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("下書きを保存しました。"))
                tell_masked(request, saved.masked)
                return redirect("bulletin", uid=saved.bulletin.uid)
        return editor(request, form, None, _shown(form.data, self.actor.centre), sources, 422)


def _wished(given: dict[str, str], actor: Account) -> dict[str, Any]:
    """A draft of what an address wishes: a rising topic, or a proposal of the planner."""
    wish = wished(given, actor=actor, centre=actor.centre)
    to_members = wish.audience in ("", WATCHERS)
    return {
        **_begun(wish.theme or given.get("scam", "")),
        "audience": Bulletin.Audience.MEMBERS if to_members else Bulletin.Audience.PUBLIC,
        "proposal": wish.proposal,
    }


def _begun(scam: str) -> dict[str, Any]:
    """A draft made from a rising topic: its 手口 and the advice for it."""
    if scam not in codes.codes(Kind.SCAM_TYPE).by_code:
        scam = ""
    template = advice_for(scam)
    return {
        "theme": scam,
        "title": template.title,
        "advice": "\n".join(template.advice),
        "signs": "\n".join(template.signs),
        "period": Bulletin.Period.FOUR_WEEKS if scam else Bulletin.Period.NONE,
    }


def _answering(wave: SurgeWave) -> dict[str, Any]:
    """A warning made from a surge: no count, so that it can go out as soon as it is approved; an example to rewrite."""
    begun = _begun(wave.scam)
    example = examples.opening_of(wave.scam)
    return {**begun, "wave": wave.uid, "example": example, "period": Bulletin.Period.NONE}


def _shown(typed: Any, centre: Any) -> Bulletin:
    """What was typed as an unsaved bulletin, masked as saving would mask it."""
    masking = Masking(centre)

    def lines(name: str) -> list[str]:
        return masking.lines(line for line in str(typed.get(name) or "")[:1000].splitlines() if line.strip())

    theme, period = typed.get("theme") or "", typed.get("period") or Bulletin.Period.NONE
    known = theme in codes.codes(Kind.SCAM_TYPE).by_code and period in Bulletin.Period.values
    return Bulletin(
        centre=centre,
        title=masking.text(str(typed.get("title") or _("(題)"))[: services.TITLE_LENGTH]),
        example=masking.text(_cut(typed.get("example"))),
        more_examples=[
            masking.text(text) for name in services.EXAMPLE_FIELDS[1:] if (text := _cut(typed.get(name)))
        ],
        advice=lines("advice"),
        signs=lines("signs"),
        theme=theme if known else "",
        period=period if known else Bulletin.Period.NONE,
    )


def _cut(typed: Any) -> str:
    return str(typed or "")[: services.EXAMPLE_LENGTH * 2]


class PreviewBulletin(StaffView):
    """The paper of what is typed so far, for the editor's right side. Stores nothing."""

    permission = roles.WRITE_BULLETINS

    def post(self, request: HttpRequest) -> HttpResponse:
        document = document_of(_shown(request.POST, self.actor.centre))
        return HttpResponse(to_html(document, heading_level=3))


class EditBulletin(BulletinView):
    permission = roles.WRITE_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        if not bulletin.is_editable:
            raise services.BulletinNotInState(bulletin)
        sources = sources_for(self.actor, bulletin)
        form = BulletinForm(initial=initial_of(bulletin), offered=sources)
        return editor(request, form, bulletin, bulletin, sources)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        sources = sources_for(self.actor, bulletin)
        form = BulletinForm(request.POST, offered=sources)
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                saved = services.revise(uid, form.text(), by=self.actor, seen=seen)
            except (EntryRefused, SavedMeanwhile) as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("下書きを保存しました。"))
                tell_masked(request, saved.masked)
                return redirect("bulletin", uid=uid)
        return editor(request, form, bulletin, _shown(form.data, bulletin.centre), sources, 422)


def to_be_put_right(
    request: HttpRequest, bulletin: Bulletin, refusal: EntryRefused, actor: Account
) -> HttpResponse:
    """The editor, at what must be put right before it can be sent for approval or issued."""
    sources = sources_for(actor, bulletin)
    form = BulletinForm(initial_of(bulletin), offered=sources)
    form.is_valid()
    tell(form, refusal)
    return editor(request, form, bulletin, bulletin, sources, 422)


class BulletinPage(BulletinView):
    """One bulletin: its paper, where it stands, and what this reader may do next."""

    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))

    def page(
        self, request: HttpRequest, bulletin: Bulletin, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        document = document_of(bulletin)
        wrote = bulletin.writers.filter(pk=self.actor.pk).exists()
        context = {
            "bulletin": bulletin,
            "state_kind": _STATE_KINDS.get(bulletin.state, ""),
            "paper": to_html(document),
            "steps": bulletin.steps.select_related("by"),
            "wrote": wrote,
            "is_alone": wrote
            and oversight.is_alone(
                bulletin.centre, self.actor, able=able(self.actor, roles.APPROVE_BULLETINS)
            ),
            "may_write": self.actor.may(roles.WRITE_BULLETINS),
            "may_approve": self.actor.may(roles.APPROVE_BULLETINS),
            "submit_form": SubmitForm(),
            "return_form": ReturnForm(),
            **(_to_check(bulletin) if bulletin.state != Bulletin.State.ISSUED else {}),
            "sources": examples.chosen(bulletin, self.actor)
            if bulletin.state != Bulletin.State.ISSUED
            else [],
            "variants": list(variants.kept(bulletin).values())
            if bulletin.state == Bulletin.State.IN_REVIEW
            else [],
            "begun_from": begun_from(bulletin.uid, self.actor),
            **(_issued(bulletin, to_text(document)) if bulletin.state == Bulletin.State.ISSUED else {}),
            **hurry.context_of(bulletin),
            **more,
        }
        return render(request, "outreach/bulletin.html", context, status=status)


def _to_check(bulletin: Bulletin) -> dict[str, Any]:
    """What author and approver look at before it leaves: possible names, and the count behind the sentence."""
    lines = bulletin.words
    cut = [pieces(line, bulletin.centre) for line in lines]
    marked = [parts for parts in cut if any(part.kind for part in parts)]
    typed = [number for line in lines for number in counts.numbers_typed_in(line)]
    return {
        "marked": marked,
        "typed_numbers": typed,
        "checks": checks.checks(bulletin),
        **_number_of(bulletin),
    }


def _number_of(bulletin: Bulletin) -> dict[str, Any]:
    """The card of the number: the count of today for staff, and what of it the gate lets out."""
    release, job = bulletin.release, counts.judging_job(bulletin)
    return {
        "count_now": None if release is not None and release.is_released else counts.count_now(bulletin),
        "is_awaited": counts.is_awaited(bulletin),
        "printed": counts.sentence(bulletin),
        "progress": progress_of(job) if job else None,
    }


def _issued(bulletin: Bulletin, text: str) -> dict[str, Any]:
    return {"mail_text": text, **job_context(bulletin)}


def job_context(bulletin: Bulletin) -> dict[str, Any]:
    """The component `shell/components/progress.html` for the PDF's job."""
    job = bulletin.job
    has_pdf = hasattr(bulletin, "paper")
    state = Job.State.DONE if has_pdf else Job.State(job.state) if job else Job.State.FAILED
    return {
        "bulletin": bulletin,
        "has_pdf": has_pdf,
        "key": str(bulletin.uid),
        "title": _("PDF(A4)"),
        "state_label": state.label,
        "state_kind_job": {"DONE": "success", "FAILED": "error"}.get(state, "key"),
        "percent": 100 if has_pdf else (job.percent or 0) if job else 0,
        "detail": job.error if job and not has_pdf else "",
        "poll_url": ""
        if has_pdf or not job or job.is_finished
        else reverse("bulletin-job", args=[bulletin.uid]),
        "download_url": reverse("bulletin-pdf", args=[bulletin.uid]) if has_pdf else "",
        "may_retry": not has_pdf and (job is None or job.is_finished),
    }


class BulletinJob(BulletinView):
    """The progress of the PDF, asked for every two seconds until it ends."""

    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return render(request, "outreach/bulletin_job.html", job_context(self.found(uid)))


class LargePrint(BulletinView):
    """Whether the large print fits its pages, asked for once the page stands: the typesetter takes a second."""

    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        context = {"bulletin": bulletin, "check": checks.large_print(bulletin)}
        is_part = request.headers.get("HX-Request") == "true"
        template = "check" if is_part else "large_print"
        return render(request, f"outreach/bulletins/{template}.html", context)


class SubmitBulletin(BulletinPage):
    permission = roles.WRITE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = SubmitForm(request.POST)
        form.is_valid()
        try:
            services.submit(uid, by=self.actor, suggestions_seen=form.cleaned_data["suggestions_seen"])
        except EntryRefused as refusal:
            return to_be_put_right(request, bulletin, refusal, self.actor)
        except services.SuggestionsNotSeen as unseen:
            form.add_error("suggestions_seen", str(unseen))
            return self.page(request, bulletin, status=422, submit_form=form, has_errors=True)
        messages.success(request, _("確認を依頼しました。承認の権限がある人の画面に出ます。"))
        return redirect("bulletin", uid=uid)


class ReturnBulletin(BulletinPage):
    permission = roles.APPROVE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        form = ReturnForm(request.POST)
        if not form.is_valid():
            return self.page(request, bulletin, status=422, return_form=form, has_errors=True)
        services.send_back(uid, comment=form.cleaned_data["comment"], by=self.actor)
        messages.success(request, _("差し戻しました。"))
        return redirect("bulletin", uid=uid)


class ApproveBulletin(BulletinView):
    permission = roles.APPROVE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.approve(uid, by=self.actor)
        messages.success(request, _("承認しました。"))
        return redirect("bulletin", uid=uid)


class IssueBulletin(BulletinView):
    permission = roles.WRITE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        bulletin = services.issue(uid, by=self.actor)
        messages.success(request, _("%(name)sとして発行しました。") % {"name": bulletin.issue_name})
        return redirect("bulletin", uid=uid)


class MakePdfAgain(BulletinView):
    permission = roles.WRITE_BULLETINS

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.found(uid)
        services.make_pdf_again(uid, by=self.actor)
        return redirect("bulletin", uid=uid)


class BulletinPdf(BulletinView):
    permission = roles.VIEW_BULLETINS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        bulletin = self.found(uid)
        if not hasattr(bulletin, "paper"):
            raise Http404
        name = f"見守り通信_{bulletin.fiscal_year}_{bulletin.number:02d}.pdf"
        return HttpResponse(
            bytes(bulletin.paper.pdf),
            content_type="application/pdf",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        )
