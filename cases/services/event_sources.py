"""What the rooms of 決裁 and 登録 tell of a case, as events of it: only what the log vouches for."""

from typing import Final

from cases.law.states import Event
from cases.records.case import Case
from cases.services import approval, events
from cases.services.approval import State
from cases.services.events import Happened

_OF_STATE: Final = {
    State.ASKED: (Event.APPROVAL_ASKED,),
    State.RETURNED: (Event.APPROVAL_RETURNED,),
    State.APPROVED: (Event.APPROVED,),
    State.CHANGED_AFTER: (Event.APPROVED, Event.CHANGED_AFTER_APPROVAL),
}


def of_approval(case: Case) -> list[Happened]:
    """The newest step that counts; earlier ones moved the case to where it no longer stands."""
    standing = approval.standing_of(case)
    step = standing.step
    if step is None or standing.state not in _OF_STATE:
        return []
    return [Happened(code, step.made_at, str(step.account or "")) for code in _OF_STATE[standing.state]]


def register() -> None:
    """Called once, when the apps are ready."""
    events.register("approval", of_approval)
