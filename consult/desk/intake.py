"""受付: one page while listening. The uid is minted when the page opens; draft, double click and case share it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.case import Case, new_uid
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry, add_follow_up
from cases.services.intake import AlreadyRecorded, record_case
from consult.desk import hints
from consult.desk.forms import IntakeForm
from consult.shell import drafts, roles
from consult.shell.drafts import Draft
from consult.shell.web import StaffView

MULTIPLE = frozenset({"scam_others"})


class NewCase(StaffView):
    """Mints the uid and opens its page, so that reloading comes back to the same draft."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("intake", uid=new_uid())


class Intake(StaffView):
    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if saved := Case.objects.visible_to(self.actor).filter(uid=uid).first():
            drafts.discard(uid, by=self.actor)
            return redirect("case", uid=saved.uid)
        sequence, is_restored = 0, False
        initial: dict[str, Any] = {"received_at": _now_text(), "channel": "PHONE", "kind": "COMPLAINT"}
        try:
            fields, sequence = drafts.restore(uid, by=self.actor)
            initial, is_restored = _initial(fields), True
        except Draft.DoesNotExist:
            if Draft.objects.filter(uid=uid).exists():
                return redirect("intake-new")
        form = IntakeForm(initial=initial, centre=self.actor.centre)
        return intake_page(request, uid, form, sequence=sequence, is_restored=is_restored)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Save; or, from the page without scripts, show the hints or keep a draft."""
        if request.POST.get("action") == "hints":
            return self._with_hints(request, uid)
        form = IntakeForm(request.POST, centre=self.actor.centre)
        if not form.is_valid():
            self._keep(request, uid)
            return intake_page(request, uid, form, status=422)
        try:
            recorded = record_case(form.entry(uid), centre=self.actor.centre, by=self.actor)
        except EntryRefused as refusal:
            for name, reason in refusal.errors.items():
                form.add_error(name if name in form.fields else None, reason)
            self._keep(request, uid)
            return intake_page(request, uid, form, status=422)
        except AlreadyRecorded as refusal:
            form.add_error(None, str(refusal))
            return intake_page(request, uid, form, status=409, saved=refusal.case)
        drafts.discard(uid, by=self.actor)
        return HttpResponseRedirect(reverse("case", args=[recorded.case.uid]) + "?saved=1")

    def _keep(self, request: HttpRequest, uid: uuid.UUID) -> None:
        """What was refused is kept as a draft too: nothing typed is lost with a closed page."""
        try:
            drafts.save(uid, typed(request.POST), sequence=_sequence(request.POST), by=self.actor)
        except (Draft.DoesNotExist, drafts.DraftTooLong):
            return

    def _with_hints(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self._keep(request, uid)
        form = IntakeForm(initial=_initial(typed(request.POST)), centre=self.actor.centre)
        shown = hints.everything(request.POST, uid=uid, by=self.actor)
        return intake_page(request, uid, form, **shown)


def intake_page(
    request: HttpRequest, uid: uuid.UUID, form: IntakeForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page with the form as it stands; `more` are hints and notices."""
    context = {
        "uid": uid,
        "form": form,
        "sections": [(section, [form[name] for name in section.fields]) for section in form.SECTIONS],
        "sequence": _sequence(request.POST),
        "has_errors": form.is_bound and bool(form.errors),
        "scam_meanings": hints.scam_meanings(),
        **more,
    }
    return render(request, "desk/intake.html", context, status=status)


class KeepDraft(StaffView):
    """Called by the page a second after the last key."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            kept = drafts.save(uid, typed(request.POST), sequence=_sequence(request.POST), by=self.actor)
        except Draft.DoesNotExist:
            return JsonResponse({"message": _("この下書きはほかの人のものです。")}, status=403)
        except drafts.DraftTooLong:
            return JsonResponse({"message": _("長すぎるため下書きを保存できません。")}, status=413)
        at = timezone.localtime().strftime("%H:%M:%S")
        return JsonResponse({"kept": kept, "message": _("下書きを保存しました %(at)s") % {"at": at}})


class DiscardDraft(StaffView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        drafts.discard(uid, by=self.actor)
        return redirect("today")


class AttachToCase(StaffView):
    """The call goes on with an earlier case: what was typed becomes its 経過, the draft goes."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        target = request.POST.get("case", "")
        entry = FollowUpEntry(
            uid=uid, happened_at=timezone.now(), kind="FROM_CALLER", text=request.POST.get("narrative", "")
        )
        try:
            row = add_follow_up(uuid.UUID(target), entry, by=self.actor)
        except EntryRefused as refusal:
            form = IntakeForm(initial=_initial(typed(request.POST)), centre=self.actor.centre)
            refused = " ".join(refusal.errors.values())
            return intake_page(request, uid, form, status=422, attach_refused=refused)
        drafts.discard(uid, by=self.actor)
        return HttpResponseRedirect(reverse("case", args=[row.case.uid]) + "?attached=1")


def typed(post: QueryDict) -> dict[str, list[str]]:
    """The form's own fields as they were sent, without tokens and buttons."""
    return {name: post.getlist(name) for name in IntakeForm.base_fields if name in post}


def _initial(fields: dict[str, list[str]]) -> dict[str, Any]:
    return {
        name: values if name in MULTIPLE else (values[0] if values else "")
        for name, values in fields.items()
        if name in IntakeForm.base_fields
    }


def _sequence(post: QueryDict) -> int:
    text = post.get("sequence", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _now_text() -> str:
    return timezone.localtime(timezone.now(), calendar.TOKYO).strftime("%Y-%m-%d %H:%M")
