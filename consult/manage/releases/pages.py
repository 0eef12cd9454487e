"""One release: how far its judgement is, the table in the ways it is read, and what may be done next."""

import uuid
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.releases import reading
from cases.figures.releases.models import Release
from cases.services import oversight, releases
from consult.manage.releases import listed, merging
from consult.manage.releases.forms import ApproveForm, CorrectForm, ReviseForm
from consult.manage.releases.shown import ShownTable, tables_of
from consult.shell import roles
from consult.shell.fields import tell
from consult.shell.jobs import progress_of
from consult.shell.second_person import able
from consult.shell.web import StaffView

# The rounding that is shown beside hidden numbers.
ALTERNATIVE: Final = 10
STEPS: Final = {Release.Form.ROUND_5: 5, Release.Form.ROUND_10: 10}
WITH_TABLES: Final = (Release.State.JUDGED, Release.State.RELEASED)


class ReleaseView(StaffView):
    """One release of the actor's centres; others answer 404."""

    permission: ClassVar[str] = roles.VIEW_NUMBERS

    def find(self, uid: uuid.UUID) -> Release:
        release: Release | None = releases.visible_to(self.actor).filter(uid=uid).first()
        if release is None:
            raise Http404
        return release

    def page(
        self,
        request: HttpRequest,
        release: Release,
        *,
        approve: ApproveForm | None = None,
        correct: CorrectForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "release": release,
            "state_kind": listed.STATE_KINDS[Release.State(release.state)],
            "approve_form": approve or ApproveForm(),
            "correct_form": correct or CorrectForm(),
            "has_errors": any(form is not None and form.errors for form in (approve, correct)),
            "may_prepare": self.actor.may(roles.PREPARE_RELEASES),
            "may_approve": self.actor.may(roles.APPROVE_RELEASES),
            "may_export": self.actor.may(roles.EXPORT_NUMBERS),
            "newer": Release.objects.filter(corrects=release, state=Release.State.RELEASED).first(),
            "rule": reading.rule(release),
            "left_out": reading.left_out(),
            **self._standing(request, release),
        }
        return render(request, "manage/releases/release.html", context, status=status)

    def _standing(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        """What the state of the release adds to its page."""
        state = Release.State(release.state)
        if state in (Release.State.QUEUED, Release.State.JUDGING):
            return {"progress": progress_of(release.job) if release.job else None}
        found: dict[str, Any] = {}
        if state in WITH_TABLES:
            found |= self._tables(request, release)
        if state in (Release.State.JUDGED, Release.State.REFUSED):
            found |= {
                "merges": merging.offered(release),
                "merged": merging.applied(release),
                "other_forms": [
                    (form.value, form.label) for form in Release.Form if form.value != release.form
                ]
                if not merging.is_of_money(release)
                else [],
            }
        if state == Release.State.JUDGED:
            found |= self._second(release)
        return found

    def _tables(self, request: HttpRequest, release: Release) -> dict[str, Any]:
        """The tables, or that the log does not vouch for them."""
        if not release.has_tables:
            return {"figures": reading.activity(release) if release.kind == Release.Kind.ACTIVITY else ()}
        if listed.is_single(release):
            return {"single": release.shown}
        readers = _readers(release)
        reader = request.GET.get("reader", "")
        reader = reader if reader in dict(readers) else release.audience
        alternative = None
        if (
            not merging.is_of_money(release)
            and release.state == Release.State.JUDGED
            and release.form == Release.Form.EXACT
        ):
            alternative = ALTERNATIVE
        try:
            tables = tables_of(release, reader, rounded_to=alternative)
        except reading.NotReleased as fault:
            return {"fault": str(fault)}
        return {
            "tables": tables,
            "panes": _panes(tables),
            "hidden": sum(len(table.hidden) for table in tables),
            "numbers": sum(table.numbers for table in tables),
            "reader": reader,
            "readers": readers if len(readers) > 1 else [],
            "said": reading.said(release),
        }

    def _second(self, release: Release) -> dict[str, Any]:
        """Whether the reader prepared it, and whether there is anybody else to approve it."""
        prepared = release.proposed_by_id == self.actor.pk
        who = able(self.actor, roles.APPROVE_RELEASES)
        return {
            "prepared": prepared,
            "is_alone": prepared
            and oversight.is_alone(release.centre or self.actor.centre, self.actor, able=who),
        }


def _readers(release: Release) -> list[tuple[str, str]]:
    """Who reads a release: what is public is read by members, too, who know more beside it."""
    both = [(one.value, str(one.label)) for one in (Release.Audience.PUBLIC, Release.Audience.MEMBERS)]
    return both if release.audience == Release.Audience.PUBLIC else both[1:]


def _panes(tables: list[ShownTable]) -> list[tuple[str, str]]:
    """(key, title) of the ways in which the tables can be read."""
    return next(([(pane.key, pane.title) for pane in table.panes] for table in tables if table.panes), [])


class ReleasePage(ReleaseView):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.find(uid))


class ReviseRelease(ReleaseView):
    """A merge taken up or taken back, or another way to print counts: judged anew."""

    permission = roles.PREPARE_RELEASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        release, form = self.find(uid), ReviseForm(request.POST)
        try:
            if not form.is_valid() or not self._revise(release, form):
                messages.error(request, _("選び直してください。内容が変わったか、選べないものです。"))
        except CasesError as refusal:
            messages.error(request, str(refusal))
        return redirect("release", uid)

    def _revise(self, release: Release, form: ReviseForm) -> bool:
        how, merge, apart = (form.cleaned_data[name] for name in ("form", "merge", "apart"))
        if how:
            releases.revise(release.uid, form=Release.Form(how), by=self.actor)
            return True
        asked = merging.with_merge(release, merge) if merge else merging.without_merge(release, apart)
        if asked is None:
            return False
        releases.revise(release.uid, asked=asked, by=self.actor)
        return True


class ApproveRelease(ReleaseView):
    permission = roles.APPROVE_RELEASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        release, form = self.find(uid), ApproveForm(request.POST)
        if not form.is_valid():
            return self.page(request, release, approve=form, status=422)
        try:
            release = releases.approve(uid, by=self.actor, able=able(self.actor, roles.APPROVE_RELEASES))
        except releases.LedgerGrew as refusal:
            messages.warning(request, str(refusal))
        except CasesError as refusal:
            tell(form, refusal)
            return self.page(request, self.find(uid), approve=form, status=refusal.status)
        else:
            told = _("%(number)sとして公表しました。ファイルを取り出せます。")
            messages.success(request, told % {"number": release.numbered})
        return redirect("release", uid)


class WithdrawRelease(ReleaseView):
    permission = roles.PREPARE_RELEASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.find(uid)
        try:
            releases.withdraw(uid, by=self.actor)
        except CasesError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("公表の準備を取り下げました。何も公表していません。"))
        return redirect("release", uid)


class CorrectRelease(ReleaseView):
    """The same questions counted anew, with a number of their own and a notice."""

    permission = roles.PREPARE_RELEASES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        release, form = self.find(uid), CorrectForm(request.POST)
        if not form.is_valid():
            return self.page(request, release, correct=form, status=422)
        try:
            made = releases.correct(uid, notice=form.cleaned_data["notice"], by=self.actor)
        except CasesError as refusal:
            tell(form, refusal)
            return self.page(request, release, correct=form, status=refusal.status)
        messages.success(request, _("訂正の判定を始めました。承認されるまで、何も公表されません。"))
        return redirect("release", made.uid)
