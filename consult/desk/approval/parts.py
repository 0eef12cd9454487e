"""What 決裁 puts on the page of a case, and on 今日."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import today
from cases.protection.redacted import redacted_comments
from cases.records.case import Case, new_uid
from cases.services import approval
from cases.services.approval import State
from consult.desk import panels
from consult.desk.approval import demo, lists
from consult.desk.panels import Panel, Place, Step
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.web import add_to_nav


def standing_panel(case: Case, actor: Account) -> dict[str, Any] | None:
    """Where the case stands; the comment of a return is read through the door of redacted words."""
    standing = approval.standing_of(case)
    if standing.state is State.NONE:
        return None
    step = standing.step
    comment = ""
    if step is not None and step.comment_redacted is not None:
        comment = redacted_comments(case, by=actor).get(step.uid, "")
    asker = step.account_id if step is not None else None
    return {
        "standing": standing,
        "comment": comment,
        "has_changed": standing.revision != case.revision,
        "may_decide": standing.waits and actor.may(roles.APPROVE_CASES),
        "may_withdraw": standing.waits
        and actor.may(roles.RECORD_CASES)
        and actor.pk in (asker, case.holder_id),
        "withdraw_uid": new_uid(),
    }


def may_be_asked_for(case: Case) -> bool:
    return not case.is_open and approval.state_of(case) not in (State.ASKED, State.APPROVED)


def register() -> None:
    """Called once when the app is ready."""
    panels.add_panel(
        Panel("approval", Place.TOP, roles.VIEW_CASES, "desk/approval/standing.html", standing_panel)
    )
    panels.add_step(
        Step("approval", roles.RECORD_CASES, "case-approval", _("起案する"), "Alt+Q", may_be_asked_for)
    )
    today.register("approvals", roles.APPROVE_CASES, lists.waiting_card)
    today.register("returned cases", roles.RECORD_CASES, lists.returned_card)
    demo.register()
    add_to_nav(roles.APPROVE_CASES, "approvals", _("決裁"))
