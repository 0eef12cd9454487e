"""受付: one page while listening. The uid is minted when the page opens; draft, double click and case share it."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.records.case import Case, new_uid
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry, add_follow_up
from cases.services.intake import AlreadyRecorded, record_case
from consult.desk import hints, panels
from consult.desk.card.form import IntakeForm
from consult.desk.card.groups import rules
from consult.desk.card.start import ASKED, INFORMATION, beginning
from consult.desk.case import CaseView
from consult.desk.keeping import kept
from consult.desk.snippets import models as snippets
from consult.desk.typed import as_follow_up, initial, more_wanted, people_typed, sequence_of, typed
from consult.shell import drafts, roles
from consult.shell.drafts import Draft
from consult.shell.web import StaffView

PARKED_SHOWN = 5


class NewCase(StaffView):
    """Mints the uid and opens its page, so that reloading comes back to the same draft."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET[name] for name in ASKED if name in request.GET}
        address = reverse("intake", args=[new_uid()])
        return HttpResponseRedirect(f"{address}?{urlencode(asked)}" if asked else address)


class OneMore(CaseView):
    """One more call like this case: a new form with its codes."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('intake', args=[new_uid()])}?like={self.find().uid}")


class Intake(StaffView):
    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if case := self._became(uid):
            return redirect("case", uid=case.uid)
        if drafts.is_of_another(uid, by=self.actor):
            raise Http404
        try:
            fields, sequence = drafts.restore(uid, by=self.actor)
        except Draft.DoesNotExist:
            start = beginning(request, by=self.actor)
            form = IntakeForm(initial=start, centre=self.actor.centre, closes=True)
            return self._page(request, uid, form, is_information=request.GET.get("mode") == INFORMATION)
        form = IntakeForm(initial=initial(fields), centre=self.actor.centre, closes=True)
        return self._page(request, uid, form, sequence=sequence, is_restored=True)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Save; or, from the page without scripts, show the hints."""
        if drafts.is_of_another(uid, by=self.actor):
            raise Http404
        if request.POST.get("action") == "hints":
            return self._with_hints(request, uid)
        if request.POST.get("action") == "park":
            keep(request, uid, self)
            return redirect("today")
        if more := more_wanted(request.POST):
            return self._with_hints(request, uid, more)
        form = IntakeForm(request.POST, centre=self.actor.centre, closes=True)
        if not form.is_valid():
            return self._refused(request, uid, form)
        try:
            recorded = record_case(form.entry(uid), centre=self.actor.centre, by=self.actor)
        except EntryRefused as refusal:
            form.refuse(refusal)
            return self._refused(request, uid, form)
        except AlreadyRecorded as refusal:
            if refusal.case.centre_id != self.actor.centre_id:
                raise Http404 from None
            form.add_error(None, str(refusal))
            return self._page(request, uid, form, status=409, saved=refusal.case)
        drafts.discard(uid, by=self.actor)
        return HttpResponseRedirect(reverse("case", args=[recorded.case.uid]) + "?saved=1")

    def _became(self, uid: uuid.UUID) -> Case | None:
        """The case that this call was saved as, or went on with; its draft is no longer needed."""
        mine = Case.objects.visible_to(self.actor)
        case = mine.filter(uid=uid).first() or mine.filter(follow_ups__uid=uid).first()
        if case:
            drafts.discard(uid, by=self.actor)
        return case

    def _refused(self, request: HttpRequest, uid: uuid.UUID, form: IntakeForm) -> HttpResponse:
        return self._page(request, uid, form, status=422, sequence=keep(request, uid, self))

    def _with_hints(self, request: HttpRequest, uid: uuid.UUID, more: str = "") -> HttpResponse:
        sequence = keep(request, uid, self)
        form = IntakeForm(
            initial=initial(typed(request.POST)), centre=self.actor.centre, closes=True, more=more
        )
        shown = panels.everything(request.POST, uid=uid, by=self.actor)
        return self._page(request, uid, form, sequence=sequence, shown=shown)

    def _page(
        self, request: HttpRequest, uid: uuid.UUID, form: IntakeForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        return intake_page(request, uid, form, self, status=status, **more)


@dataclass(frozen=True)
class Parked:
    """Another call that waits, by its time alone: the words of it are sealed."""

    draft: Draft
    minutes: int | None  # since it came; None where it was yesterday or longer ago

    @classmethod
    def of(cls, draft: Draft) -> "Parked":
        since = timezone.now() - draft.opened_at
        return cls(draft, int(since.total_seconds() // 60) if since < timedelta(hours=12) else None)


def intake_page(
    request: HttpRequest,
    uid: uuid.UUID,
    form: IntakeForm,
    view: StaffView,
    *,
    status: int = 200,
    sequence: int = 0,
    shown: dict[str, dict[str, Any]] | None = None,
    **more: Any,
) -> HttpResponse:
    """The page with the form as it stands; `shown` are the parts beside it, `more` are notices."""
    mine = Draft.objects.filter(account=view.actor, case=None).exclude(uid=uid)
    context = {
        "uid": uid,
        "form": form,
        "sequence": sequence,
        "parked": [Parked.of(draft) for draft in mine.defer("body")[:PARKED_SHOWN]],
        "has_errors": form.is_bound and bool(form.errors),
        "hints": [(hint, (shown or {}).get(hint.name, {})) for hint in panels.hints()],
        "rules": rules(form),
        "snippets": snippets.texts(view.actor),
        "scam_meanings": hints.scam_meanings(),
        **more,
    }
    return render(request, "desk/intake.html", context, status=status)


def keep(request: HttpRequest, uid: uuid.UUID, view: StaffView) -> int:
    """What was sent and not saved is kept as a draft: nothing typed is lost with a closed page.

    Answers the sequence that the page goes on from. One more than was sent: without scripts nobody counts.
    """
    sequence = sequence_of(request.POST) + 1
    with suppress(drafts.DraftTooLong):  # the page still shows every character
        drafts.save(uid, typed(request.POST), sequence=sequence, by=view.actor)
    return sequence


class KeepDraft(StaffView):
    """Called by the page a second after the last key."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return kept(request, uid, typed(request.POST), by=self.actor)


class Token(StaffView):
    """A fresh form token for a page that was open over a sign-in; and whose sign-in it is."""

    permission = roles.RECORD_CASES

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"token": get_token(request), "account": str(self.actor.uid)})


class DiscardDraft(StaffView):
    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        drafts.discard(uid, by=self.actor)
        return redirect("today")


class AttachToCase(StaffView):
    """The call goes on with an earlier case: everything typed becomes its 経過, and the draft goes."""

    permission = roles.RECORD_CASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if drafts.is_of_another(uid, by=self.actor):
            raise Http404
        form = IntakeForm(request.POST, centre=self.actor.centre, closes=True)
        form.is_valid()
        entry = FollowUpEntry(
            uid=uid,
            happened_at=form.cleaned_data.get("received_at") or timezone.now(),
            kind="FROM_CALLER",
            text=as_follow_up(form),
            people=people_typed(form),
        )
        try:
            row = add_follow_up(_uid(request.POST.get("case", "")), entry, by=self.actor)
        except (CasesError, Case.DoesNotExist) as refusal:
            return self._refused(request, uid, refusal)
        drafts.discard(uid, by=self.actor)
        return HttpResponseRedirect(reverse("case", args=[row.case.uid]) + "?attached=1#follow-ups")

    def _refused(self, request: HttpRequest, uid: uuid.UUID, refusal: Exception) -> HttpResponse:
        reasons = " ".join(refusal.errors.values()) if isinstance(refusal, EntryRefused) else str(refusal)
        if isinstance(refusal, Case.DoesNotExist):
            reasons = _("続きにする相談が見つかりません。入力した内容は下書きに残っています。")
        sequence = keep(request, uid, self)
        form = IntakeForm(initial=initial(typed(request.POST)), centre=self.actor.centre, closes=True)
        return intake_page(
            request, uid, form, self, status=422, sequence=sequence, attach_refused=reasons, has_errors=True
        )


def _uid(text: str) -> uuid.UUID:
    """Raises Case.DoesNotExist for what is no uid."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Case.DoesNotExist from None
