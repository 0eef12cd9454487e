"""Pages of the planner: the list, one proposal with its trail, choices over it, and the weights."""

import uuid
from collections import Counter
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases.figures.need.choosing import Stand
from cases.law import calendar
from cases.protection import audit
from cases.services.entry import EntryRefused
from consult.shell import roles
from consult.shell.attached import XLSX_TYPE, attachment
from consult.shell.fields import tell
from consult.shell.web import StaffView
from outreach.papers import Paper, PaperForm, PaperView
from outreach.planning import beginning, keeping, links, paper, services, wording
from outreach.planning.forms import NEXT, ChoiceForm, PlanFilter, WeightsForm, initial_of
from outreach.planning.models import Place, Plan, PlanChoice, PlanWeights, Proposal, ProposalAction
from outreach.planning.wording import Names

PAGE: Final = 20
_SHOWN_CHOICES: Final = 30
_OPEN: Final = (Stand.PINNED, Stand.OPEN)


class PlanPage(StaffView):
    """Counts only: no way leads from here to a case."""

    permission = roles.VIEW_TRENDS

    def get(self, request: HttpRequest) -> HttpResponse:
        centre, names = self.actor.centre, Names(self.actor.centre)
        plan = keeping.newest(centre)
        choices = list(
            PlanChoice.objects.filter(centre=centre).select_related("made_by", "undone_by").order_by("-pk")
        )
        standing = wording.places_of([choice for choice in choices if choice.undone_at is None])
        context: dict[str, Any] = {
            "plan": plan,
            "may_plan": self.actor.may(roles.PLAN_LECTURES),
            "standing": [_told(choice, names) for choice in standing.values()],
            "past": [_told(choice, names) for choice in choices if choice.undone_at is not None][
                :_SHOWN_CHOICES
            ],
        }
        if plan is not None:
            context |= self._of_plan(request, plan, names, standing)
        return render(request, "outreach/planning/plan.html", context)

    def _of_plan(
        self, request: HttpRequest, plan: Plan, names: Names, standing: dict[Place, PlanChoice]
    ) -> dict[str, Any]:
        rows = list(plan.proposals.order_by("position"))
        themes = sorted({row.theme for row in rows}, key=names.topic)
        form = PlanFilter(
            request.GET or None, themes=themes, areas=list(names.areas), names=names, initial={"show": NEXT}
        )
        wanted = form.chosen() if form.is_bound else {"show": NEXT}
        page = Paginator([row for row in rows if _is_wanted(row, wanted)], PAGE).get_page(
            request.GET.get("page")
        )
        begun = _begun(plan)
        return {
            "form": form,
            "page": page,
            "shown": [
                wording.shown(row, names, standing.get(row.place), begun[row.place]) for row in page.object_list
            ],
            "silent": wording.silent_words(plan, names),
            "limits": wording.limits(plan),
            "rules": plan.rules,
            "unlisted": [(names.topic(one["topic"]), one["topic"], one["title"]) for one in plan.told["unlisted"]],
            "areas": [
                (names.area(one["area"]), one["events"], one["residents"])
                for one in plan.told["areas"]
                if one["area"]
            ],
            "listed": {row.place for row in rows},
            "age": (calendar.today() - plan.last_day).days,
        }  # fmt: skip


def _told(choice: PlanChoice, names: Names) -> tuple[PlanChoice, str, str]:
    return choice, names.place(choice.place), wording.choice_words(choice, names)


def _is_wanted(row: Proposal, wanted: dict[str, str]) -> bool:
    show = wanted.get("show", "")
    if show == NEXT and row.factors["next"] is None and row.factors["stand"] != Stand.PINNED:
        return False
    if show == "OPEN" and row.factors["stand"] not in _OPEN:
        return False
    return all(
        getattr(row, name) == wanted[name] for name in ("theme", "age_group", "area") if name in wanted
    )


def _begun(plan: Plan) -> Counter[Place]:
    """How much was begun from any plan's proposal of each place. One query."""
    rows = ProposalAction.objects.filter(proposal__plan__centre=plan.centre_id)
    return Counter(
        Place(*row) for row in rows.values_list("proposal__theme", "proposal__age_group", "proposal__area")
    )


class MakePlan(StaffView):
    """Compute anew from the counts of now."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest) -> HttpResponse:
        before = keeping.newest(self.actor.centre)
        plan = keeping.make_plan(self.actor.centre, by=self.actor)
        if before is not None and before.pk == plan.pk:
            messages.info(request, _("前の計算から変わったものはありません。"))
        else:
            messages.success(request, _("新しい案を計算しました。"))
        return redirect("plan")


class ProposalPage(StaffView):
    permission = roles.VIEW_TRENDS

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        proposal = _proposal(uid, self)
        form = ChoiceForm(names=Names(proposal.plan.centre))
        return self.page(request, proposal, form)

    def page(
        self, request: HttpRequest, proposal: Proposal, form: ChoiceForm, status: int = 200
    ) -> HttpResponse:
        centre = proposal.plan.centre
        names, place = Names(centre), proposal.place
        choices = list(
            PlanChoice.objects.filter(
                centre=centre, theme=place.theme, age_group=place.age_group, area=place.area
            )
            .select_related("made_by", "undone_by")
            .order_by("-pk")
        )
        newest = (
            Proposal.objects.visible_to(self.actor)
            .at(place)
            .filter(plan__centre=centre)
            .order_by("-pk")
            .first()
        )
        trail = links.trail(place, self.actor)
        context = {
            "proposal": proposal,
            "plan": proposal.plan,
            "one": wording.shown(
                proposal,
                names,
                next((choice for choice in choices if choice.undone_at is None), None),
                len(trail),
            ),
            "stand_sentence": wording.stand_sentence(proposal.factors["stand"], proposal.plan.rules),
            "choices": [(choice, wording.choice_words(choice, names)) for choice in choices],
            "newest": newest if newest and newest.pk != proposal.pk else None,
            "trail": trail,
            "begins": beginning.begins(proposal, self.actor),
            "form": form,
            "may_plan": self.actor.may(roles.PLAN_LECTURES),
        }
        return render(request, "outreach/planning/proposal.html", context, status=status)


class Choose(ProposalPage):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        proposal = _proposal(uid, self)
        centre = proposal.plan.centre
        form = ChoiceForm(request.POST, names=Names(centre))
        if form.is_valid():
            try:
                services.choose(proposal.place, centre=centre, by=self.actor, **form.cleaned_data)
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("指定を保存しました。取り消すまで、計算し直しても残ります。"))
                return redirect("plan")
        return self.page(request, proposal, form, status=422)


class TakeBackChoice(StaffView):
    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        try:
            services.take_back(uid, by=self.actor)
        except PlanChoice.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("指定を取り消しました。"))
        return redirect("plan")


class PlanWeightsPage(StaffView):
    """What the score is made of; every version stays."""

    permission = roles.PLAN_LECTURES

    def get(self, request: HttpRequest) -> HttpResponse:
        now = keeping.weights_of(self.actor.centre)
        return self._page(request, WeightsForm(initial=initial_of(now), topics=self._topics()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WeightsForm(request.POST, topics=self._topics())
        if form.is_valid():
            now = keeping.weights_of(self.actor.centre)
            try:
                services.set_weights(
                    form.weights(now), note=form.cleaned_data["note"], centre=self.actor.centre, by=self.actor
                )
            except EntryRefused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("重みを保存し、案を計算し直しました。"))
                return redirect("plan")
        return self._page(request, form, status=422)

    def _topics(self) -> dict[str, str]:
        """手口 of the newest plan, and those with a weight of their own."""
        names, plan = Names(self.actor.centre), keeping.newest(self.actor.centre)
        found = set(plan.proposals.values_list("theme", flat=True)) if plan else set()
        found |= set(keeping.weights_of(self.actor.centre).topics)
        return {code: names.topic(code) for code in sorted(found, key=names.topic)}

    def _page(self, request: HttpRequest, form: WeightsForm, status: int = 200) -> HttpResponse:
        versions = (
            PlanWeights.objects.filter(centre=self.actor.centre).select_related("set_by").order_by("-number")
        )
        context = {"form": form, "versions": versions[:_SHOWN_CHOICES]}
        return render(request, "outreach/planning/weights.html", context, status=status)


class PlanPaper(PaperView):
    """A kept plan for others, in words."""

    permission = roles.PLAN_LECTURES
    template_name = "outreach/planning/paper.html"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form = PaperForm(initial={"title": _("消費者啓発の講座の案"), "form": "page"})
        return self.page(request, form, plan=_plan(uid, self))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        form, plan = PaperForm(request.POST), _plan(uid, self)
        if not form.is_valid():
            return self.page(request, form, status=422, plan=plan)
        return self.give(
            request, form, paper.paper_of(plan, audit.typed(form.cleaned_data["title"])), plan=plan
        )

    def record(self, paper: Paper) -> None:
        audit.record("PLAN_PAPER_MADE", by=self.actor, centre=self.actor.centre, count=len(paper.figures))


class PlanFile(StaffView):
    """A kept plan with every number, for the centre's own use."""

    permission = roles.PLAN_LECTURES

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = _plan(uid, self)
        return attachment(
            paper.staff_file(plan, by=self.actor), f"{_('啓発の案')}-{plan.last_day:%Y%m%d}.xlsx", XLSX_TYPE
        )


def _plan(uid: uuid.UUID, view: StaffView) -> Plan:
    found = Plan.objects.filter(uid=uid, centre_id__in=view.actor.centre_ids).select_related("centre")
    if (plan := found.defer("inputs").first()) is None:
        raise Http404
    return plan


def _proposal(uid: uuid.UUID, view: StaffView) -> Proposal:
    found = links.proposal_of(uid, view.actor)
    if found is None:
        raise Http404
    return found
