"""Pages of applications: the list by waiting, entry, one application. What changes one stands in `acts`."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.law import calendar
from cases.records.centre import area_choices
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import StaffView
from outreach import audiences
from outreach.applications import deciding, erasing, groups, rulebooks, services, turns
from outreach.applications.entry import asked_of
from outreach.applications.forms import (
    AllowForm,
    ApplicationForm,
    AssignForm,
    DecideForm,
    FindForm,
    MissingForm,
    ReasonForm,
    initial_of,
    time_text,
)
from outreach.applications.models import Application
from outreach.applications.rules import Finding, Rule, Slot, judge
from outreach.lectures.choosing import Beside
from outreach.notices import done_masked
from outreach.planning import links

PAGE: Final = 50


class ApplicationList(StaffView):
    """What waits, the longest first; or all of them, the newest first."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        show = request.GET.get("show", "")
        context: dict[str, Any] = {"find_form": FindForm(), "today": calendar.today()}
        if show == "all":
            rows = Application.objects.visible_to(self.actor).for_list().order_by("-received_on", "-pk")
            page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
            context |= {"page": page, "lines": lines_of(page.object_list), "show": "all"}
        else:
            waiting = turns.waiting(self.actor)
            if show == "mine":
                waiting = [line for line in waiting if line.application.assigned_to_id == self.actor.pk]
            lines = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
            context |= {"page": lines, "lines": lines.object_list, "show": "mine" if show == "mine" else ""}
        return render(request, "outreach/applications/list.html", context)


def lines_of(rows: Any) -> list[turns.Waiting]:
    today = calendar.today()
    found = [(row, turns.turn_of(row, today)) for row in rows]
    return [turns.Waiting(row, turn, turn.waiting_days(today)) for row, turn in found]


class FindApplications(StaffView):
    """By the group's name or a telephone number; what was looked for stands in no address."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.POST)
        lines: list[turns.Waiting] = []
        if form.is_valid():
            found = groups.find(form.cleaned_data["words"], by=self.actor, centre=self.actor.centre)
            lines = lines_of(found)
        context = {
            "find_form": form, "lines": lines, "show": "found", "has_errors": not form.is_valid(),
            "today": calendar.today(),
        }  # fmt: skip
        return render(
            request, "outreach/applications/list.html", context, status=200 if form.is_valid() else 422
        )


def form_page(
    request: HttpRequest, form: ApplicationForm, application: Application | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "application": application, "has_errors": form.is_bound and bool(form.errors)}
    return render(request, "outreach/applications/form.html", context, status=status)


class NewApplication(StaffView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        wished = links.wished(request.GET, actor=self.actor, centre=self.actor.centre)
        initial: dict[str, Any] = {
            "theme": wished.theme, "area": wished.area, "proposal": wished.proposal,
            "received_on": calendar.today().isoformat(),
        }  # fmt: skip
        if audiences.is_offered(wished.audience):
            initial["audience"] = wished.audience
        if request.GET.get("kind") == "CLASS":
            initial["kind"] = "CLASS"
        return form_page(request, ApplicationForm(initial=initial, centre=self.actor.centre), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        centre = self.actor.centre
        form = ApplicationForm(request.POST, centre=centre)

        def act() -> services.Saved:
            proposal = links.proposal_of(form.cleaned_data["proposal"], self.actor)
            return services.receive(
                form.entry(keeps_persons=False), centre=centre, by=self.actor,
                proposal=proposal.uid if proposal else None, uid=form.cleaned_data["uid"],
            )  # fmt: skip

        if saved := done_masked(request, form, act, _("申込みを受け付けました。")):
            return redirect("application", uid=saved.application.uid)
        return form_page(request, form, None, status=422)


@dataclass(frozen=True)
class Judged:
    """A rule of the page: what came of it, and why it need not be kept, if so."""

    finding: Finding
    allowed: str

    @property
    def is_open(self) -> bool:
        return not self.finding.is_kept and not self.allowed


@dataclass(frozen=True)
class Candidate:
    """A time of the page with its rules and what stands against it."""

    position: int
    text: str
    judged: list[Judged]
    warnings: list[str]

    @property
    def told(self) -> list[Judged]:
        """What a reader has to know: rules that are not kept, or need not be."""
        return [one for one in self.judged if one.allowed or one.finding.outcome != "MET"]

    @property
    def is_free(self) -> bool:
        return not self.warnings and not any(one.is_open for one in self.judged)


class ApplicationView(StaffView):
    """A page of one application of the actor's centre; others are not found."""

    permission: ClassVar[str] = roles.PLAN_LECTURES

    def found(self, uid: uuid.UUID) -> Application:
        try:
            rows = Application.objects.visible_to(self.actor).for_list().select_related("made_by")
            return rows.prefetch_related("allowances__by").get(uid=uid)
        except Application.DoesNotExist:
            raise Http404 from None

    def page(self, request: HttpRequest, row: Application, *, status: int = 200, **more: Any) -> HttpResponse:
        turn = turns.turn_of(row, calendar.today())
        book = rulebooks.of(row.centre)
        slots = deciding.times_of(row)
        findings = judge(asked_of(row), book, on=row.received_on)
        allowed = {one.rule: one.reason for one in row.allowances.all()}
        whole = [Judged(one, allowed.get(one.rule, "")) for one in findings if not one.position]
        history = groups.history_of(row, around=row.lecture.held_on if row.lecture else None)
        context = {
            "application": row,
            "turn": turn,
            "waits": turn.waiting_days(calendar.today()),
            "area": dict(area_choices(row.centre)).get(row.area, ""),
            "audience": audiences.text(row.audience),
            "judged": whole,
            "candidates": _candidates(row, slots, findings, allowed),
            "earlier": lines_of(history.earlier),
            "same_theme": history.same_theme,
            "proposal": links.proposal_of(row.proposal, self.actor) if row.proposal else None,
            "erase_on": erasing.due_on(row, book.keep_years),
            "letters": [letter for letter in row.letters.all() if letter.is_made],
            **self._forms(row, slots, whole, findings, allowed),
            **more,
        }
        if row.is_open:
            context["compared"] = _compared(row, slots, context["decide_form"].other_time)
        return render(request, "outreach/applications/application.html", context, status=status)

    def _forms(
        self, row: Application, slots: list[Slot], whole: list[Judged], findings: list[Finding], allowed: Any
    ) -> dict[str, Any]:
        if not row.is_open:
            return {
                "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
                "erase_form": ReasonForm(auto_id="erase_%s"),
            }
        failing = {one.rule for one in findings if not one.is_kept and one.rule not in allowed}
        allow = AllowForm(auto_id="allow_%s")
        allow.fields["rule"].choices = [(r.value, r.label) for r in Rule if r in failing]  # type: ignore[attr-defined]
        return {
            "decide_form": DecideForm(slots=slots, centre=row.centre, auto_id="decide_%s"),
            "missing_form": MissingForm(auto_id="missing_%s", initial={"missing": _missing(row, whole)}),
            "refuse_form": ReasonForm(auto_id="refuse_%s", initial={"reason": _unmet(whole)}),
            "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
            "allow_form": allow if failing else None,
            "assign_form": self._assign_form(row),
        }

    def _assign_form(self, row: Application) -> AssignForm:
        holders = Account.objects.holding(row.centre, roles.PLAN_LECTURES)
        choices = [(str(account.uid), str(account)) for account in holders]
        chosen = row.assigned_to or self.actor
        return AssignForm(choices=choices, initial={"account": str(chosen.uid)}, auto_id="assign_%s")


def _candidates(
    row: Application, slots: list[Slot], findings: list[Finding], allowed: dict[str, str]
) -> list[Candidate]:
    """Each time with its rules and, while it is to be decided, what stands against it: two queries each."""
    found = []
    for position, slot in enumerate(slots, start=1):
        judged = [Judged(one, allowed.get(one.rule, "")) for one in findings if one.position == position]
        warnings = [clash.text for clash in deciding.against(row, slot)] if row.is_open else []
        found.append(Candidate(position, time_text(slot), judged, warnings))
    return found


@dataclass(frozen=True)
class Compared:
    """Times side by side, a heading each, and the lecturers and the rooms of the roster at each."""

    headings: list[tuple[str, str]]
    groups: list[list[Beside]]


def _compared(row: Application, slots: list[Slot], other: Slot | None) -> Compared | None:
    """The candidates, and another time that was typed; None without a time, or with nothing in the roster."""
    headings = [(_("第%(n)s希望") % {"n": n}, time_text(slot)) for n, slot in enumerate(slots, 1)]
    if other is not None:
        slots, headings = [*slots, other], [*headings, (_("ほかの日時"), time_text(other))]
    groups = [rows for rows in deciding.beside(row, slots) if rows]
    return Compared(headings, groups) if slots and groups else None


def _missing(row: Application, whole: list[Judged]) -> str:
    """What is not known yet, as a line to begin with."""
    if row.state_note and row.state == Application.State.CHECKING:
        return row.state_note
    unknown = [str(one.finding.rule.label) for one in whole if one.finding.outcome == "UNKNOWN"]
    if not row.candidates.all():
        unknown.append(_("候補日"))
    return _("、").join(dict.fromkeys(unknown))


def _unmet(whole: list[Judged]) -> str:
    broken = [one.finding.words for one in whole if one.finding.outcome == "UNMET" and not one.allowed]
    return _("、").join(broken)


class ApplicationPage(ApplicationView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.found(uid))


class ChangeApplication(ApplicationView):
    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        if not row.is_open:
            raise services.ApplicationNotOpen
        form = ApplicationForm(initial=initial_of(row), centre=row.centre, kept=row.audience)
        return form_page(request, form, row)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        form = ApplicationForm(request.POST, centre=row.centre, kept=row.audience)

        def act() -> services.Saved:
            seen = request.POST.get("seen", "")
            return services.correct(uid, form.entry(keeps_persons=True), by=self.actor, seen=seen)

        if done_masked(request, form, act, _("申込みを直しました。")):
            return redirect("application", uid=uid)
        return form_page(request, form, row, status=422)


class RevealApplicant(ApplicationView):
    """Shows who applied on the answer to a POST: it stands in no address and no history."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = self.found(uid)
        return self.page(request, row, persons=services.persons_of(uid, by=self.actor))
