"""A plan of a made-up centre, with a choice over it and a lecture that was begun from it."""

from datetime import date

from cases.demo import parts
from cases.records.centre import Actor, Centre
from consult.shell import roles
from consult.shell.accounts import Account
from outreach.lectures.models import Lecture
from outreach.planning import keeping, links, services
from outreach.planning.models import Plan, PlanChoice, ProposalAction


def load(centre: Centre, by: Actor, today: date) -> None:
    """Once; later calls find the plan and add nothing."""
    if Plan.objects.filter(centre=centre).exists():
        return
    plan = keeping.make_plan(centre, by=by)
    planner = next(
        (one for one in Account.objects.filter(centre=centre) if one.may(roles.PLAN_LECTURES)), None
    )
    if planner is None:
        return
    _begin(plan, centre, planner)
    following = plan.proposals.filter(factors__next__isnull=False).order_by("position")
    if (pinned := following.last()) is not None:
        services.choose(
            pinned.place,
            PlanChoice.Kind.PIN,
            note="自治会から相談があり、先に開く。",
            centre=centre,
            by=planner,
        )


def _begin(plan: Plan, centre: Centre, planner: Account) -> None:
    """The lecture on the first 手口 of the plan that one was planned on is shown as begun from it."""
    themes = Lecture.objects.filter(centre=centre).exclude(theme="").values_list("theme", "age_group", "uid")
    for theme, group, uid in themes.order_by("held_on"):
        proposal = plan.proposals.filter(theme=theme, age_group=group).order_by("position").first()
        if proposal is not None:
            links.acted(proposal=proposal.uid, kind=ProposalAction.Kind.LECTURE, target=uid, by=planner)
            return


def register() -> None:
    """After the residents and lectures of the demo, from which a plan is reckoned."""
    parts.register("planning", load, at_the_end=True)
