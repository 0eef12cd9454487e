"""見守りの情報提供: giving, showing again what was given, and following its disposal."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today, watchers
from cases.law import calendar
from cases.law.watch_share import Consent, Ground
from cases.protection import audit
from cases.protection.purpose import BreakGlassNeeded
from cases.records.card import NO, YES, CaseConsent
from cases.records.case import Case, new_uid
from cases.records.centre import Actor
from cases.records.watch_share import WatchShare
from cases.services import watch_share, watch_verdicts
from cases.services.entry import EntryRefused
from cases.services.watch_share import Given, ShareNotVouched
from consult.desk.case import CaseView
from consult.desk.panels import Panel, Place, Step, add_panel, add_step
from consult.desk.watch.forms import FIELD_LABELS, DisposalForm, ShareForm, VerdictForm
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import done
from consult.shell.web import StaffView

# Names of the service's refusals where the form calls the field otherwise.
_FORM_NAMES = {"fields": "fields_given"}


class WatchShares(StaffView):
    """What is out and not disposed of, the earliest date first."""

    permission = roles.SHARE_WATCH

    def get(self, request: HttpRequest) -> HttpResponse:
        day = calendar.today()
        found = watch_share.open_shares(self.actor)
        uids = {standing.share.case_uid for standing in found}
        numbers = dict(Case.objects.visible_to(self.actor).of_uids(uids).values_list("uid", "number"))
        audit.record("CASES_LISTED", by=self.actor, centre=self.actor.centre, count=len(found))
        rows = [
            (standing.share, numbers.get(standing.share.case_uid, ""), standing.is_overdue(day))
            for standing in found
        ]
        year = calendar.fiscal_year(day)
        years = [(one, watch_verdicts.by_member(self.actor.centre_ids, one)) for one in (year, year - 1)]
        return render(request, "desk/watch/list.html", {"rows": rows, "years": years})


class ShareCase(CaseView):
    """The form of one share. Giving reveals the chosen values, so it is refused where those would be."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        audit.record("CASE_VIEWED", by=self.actor, case=case)
        start = {"uid": new_uid(), "member": request.GET.get("member", ""), **_consent_of(case)}
        start |= _answering(case, request.GET.get("answers", ""))
        return self._page(request, case, ShareForm(initial=start, centre=case.centre))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        case = self.find()
        form = ShareForm(request.POST, centre=case.centre)
        if form.is_valid():
            try:
                row = watch_share.share(case.uid, form.entry(), by=self.actor)
            except EntryRefused as refusal:
                for name, reason in refusal.errors.items():
                    form.add_error(_FORM_NAMES.get(name, name), reason)
            except (BreakGlassNeeded, ShareNotVouched) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("提供を記録しました。渡す紙は「表示して印刷する」から出します。"))
                return redirect("watch-share", uid=row.uid)
        return self._page(request, case, form, status=422, has_errors=True)

    def _page(
        self, request: HttpRequest, case: Case, form: ShareForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        refused = CaseConsent.objects.filter(case=case, kind="WATCH", answer=NO).exists()
        has_members = bool(watchers.listed({case.centre_id}))
        context = {"case": case, "form": form, "is_refused": refused, "has_members": has_members, **more}
        return render(request, "desk/watch/share.html", context, status=status)


def _consent_of(case: Case) -> dict[str, Any]:
    """The consent that the card holds, as the form's first values."""
    row = CaseConsent.objects.filter(case=case, kind="WATCH", answer=YES).first()
    if row is None:
        return {}
    how = Consent.WRITTEN if row.how == "WRITTEN" else Consent.ORAL
    return {"ground": Ground.CONSENT, "consent_how": how, "consent_on": row.given_on or ""}


def _answering(case: Case, text: str) -> dict[str, Any]:
    """The first values of a form that tells something back to the recipient of an earlier share of this case."""
    try:
        earlier = WatchShare.objects.get(uid=uuid.UUID(text), case_uid=case.uid)
    except (ValueError, WatchShare.DoesNotExist):
        return {}
    to: dict[str, Any] = {"answers": earlier.uid, "purpose": WatchShare.Purpose.ANSWER}
    if earlier.member_uid is not None:
        return {**to, "member": earlier.member_uid}
    typed = ("recipient_kind", "recipient", "is_council")
    return {**to, **{name: getattr(earlier, name) for name in typed}}


class ShareView(StaffView):
    """One share of the actor's centre; others answer 404."""

    permission: ClassVar[str] = roles.SHARE_WATCH

    def find(self, uid: uuid.UUID) -> WatchShare:
        try:
            return watch_share.find(uid, by=self.actor)
        except WatchShare.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, row: WatchShare, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "row": row,
            "case": watch_share.case_of(row),
            "standing": watch_share.standing_of([row]).get(row.pk),
            "given_fields": [FIELD_LABELS[name] for name in row.fields if name in FIELD_LABELS],
            "form": DisposalForm(),
            "verdict_form": VerdictForm(),
            "answers": watch_share.answers_to(row),
            "may_open": self.actor.may(roles.REVEAL_CASES),
            "today": calendar.today(),
            **more,
        }
        return render(request, "desk/watch/shared.html", context, status=status)

    def opened(
        self, request: HttpRequest, row: WatchShare, opening: Callable[..., Given]
    ) -> Given | HttpResponse:
        full = WatchShare.objects.select_related("centre").get(pk=row.pk)
        try:
            return opening(full, by=self.actor)
        except (BreakGlassNeeded, ShareNotVouched) as refusal:
            return self.page(request, row, status=refusal.status, refusal=str(refusal))
        except Case.DoesNotExist:
            gone = _("相談が消去されたため、渡した内容はもう開けません。")
            return self.page(request, row, status=410, refusal=gone)


class SharePage(ShareView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class OpenShare(ShareView):
    """What was given, on this answer only."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("watch-share", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        given = self.opened(request, row, watch_share.given)
        if isinstance(given, HttpResponse):
            return given
        return self.page(request, row, opened=given, lines=lines_of(given))


class PrintShare(ShareView):
    """The paper that is handed over: in the log it is a file that left."""

    permission = roles.REVEAL_CASES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("watch-share", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        given = self.opened(request, row, watch_share.taken)
        if isinstance(given, HttpResponse):
            return given
        context = {"row": row, "opened": given, "lines": lines_of(given)}
        return render(request, "desk/watch/print.html", context)


class NoteDisposal(ShareView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("watch-share", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = DisposalForm(request.POST)

        def act() -> object:
            return watch_share.note_disposal(row.uid, by=self.actor, **form.cleaned_data)

        if done(request, form, act, _("廃棄の報告を記録しました。")):
            return redirect("watch-share", uid=uid)
        return self.page(request, self.find(uid), status=422, form=form, has_errors=True)


class NoteVerdict(ShareView):
    """What the recipient said of the hand-over."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return redirect("watch-share", uid=self.find(uid).uid)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.find(uid)
        form = VerdictForm(request.POST)

        def act() -> object:
            return watch_verdicts.note_verdict(row.uid, form.entry(), by=self.actor)

        if done(request, form, act, _("相手の評価を記録しました。")):
            return redirect("watch-share", uid=uid)
        return self.page(request, row, status=422, verdict_form=form, has_errors=True)


def lines_of(given: Given) -> list[tuple[Any, str]]:
    return [
        (label, given.values.get(name, "")) for name, label in FIELD_LABELS.items() if name in given.values
    ]


def card(actor: Actor) -> today.Card | None:
    """今日: what was given to watchers and should be disposed of by now."""
    day = calendar.today()
    late = [standing for standing in watch_share.open_shares(actor) if standing.is_overdue(day)]
    if not late:
        return None
    title = ngettext(
        "見守りに渡した情報の廃棄報告が%(n)d件、期限を過ぎています",
        "見守りに渡した情報の廃棄報告が%(n)d件、期限を過ぎています",
        len(late),
    ) % {"n": len(late)}
    body = _("いちばん早い期限は%(day)sです。") % {"day": calendar.both(late[0].share.dispose_by)}
    return today.Card(title, body, today.Level.WARNING, url_name="watch-shares", link=_("渡した情報の一覧"))


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    found = watch_share.of_case(case)
    day = calendar.today()
    return {"shares": [(one, one.is_overdue(day)) for one in found]} if found else None


def register() -> None:
    """Called once when the app is ready."""
    today.register("watch disposals", roles.SHARE_WATCH, card)
    add_panel(Panel("watch shares", Place.SIDE, roles.SHARE_WATCH, "desk/watch/panel.html", panel))
    add_step(Step("watch share", roles.REVEAL_CASES, "case-watch-share", gettext_lazy("見守りに情報を渡す")))
