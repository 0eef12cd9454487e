"""How far a consultation has come, read off what happened to it: 受付 → 対応中 → (あっせん中) → 終了 → 決裁 → 登録.

Pure: the state is nowhere stored, so it cannot contradict what happened.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    """What can happen to a case. Codes are stored; they never change."""

    RECEIVED = "RECEIVED", _("受付")
    CONTACTED = "CONTACTED", _("連絡・調査")
    MEDIATION_STARTED = "MEDIATION_STARTED", _("あっせん開始")
    OFFER_BY_CONSUMER = "OFFER_BY_CONSUMER", _("消費者側の申出")
    OFFER_BY_TRADER = "OFFER_BY_TRADER", _("事業者側の申出")
    AGREED = "AGREED", _("合意")
    BROKEN_OFF = "BROKEN_OFF", _("打切り")
    CLOSED = "CLOSED", _("処理を終了")
    REOPENED = "REOPENED", _("再開")
    APPROVAL_ASKED = "APPROVAL_ASKED", _("起案")
    APPROVAL_WITHDRAWN = "APPROVAL_WITHDRAWN", _("起案の取下げ")
    APPROVAL_RETURNED = "APPROVAL_RETURNED", _("差戻し")
    APPROVED = "APPROVED", _("承認")
    CHANGED_AFTER_APPROVAL = "CHANGED_AFTER", _("承認後の変更")
    REGISTERED = "REGISTERED", _("登録")


class State(TextChoices):
    """Where a case stands."""

    RECEIVED = "RECEIVED", _("受付")
    AT_WORK = "AT_WORK", _("対応中")
    IN_MEDIATION = "IN_MEDIATION", _("あっせん中")
    CLOSED = "CLOSED", _("終了")
    IN_APPROVAL = "IN_APPROVAL", _("決裁待ち")
    RETURNED = "RETURNED", _("差戻し")
    APPROVED = "APPROVED", _("決裁済み")
    REGISTERED = "REGISTERED", _("登録済み")


MEDIATION: Final = frozenset(
    {Event.MEDIATION_STARTED, Event.OFFER_BY_CONSUMER, Event.OFFER_BY_TRADER, Event.AGREED, Event.BROKEN_OFF}
)
ENDS_OF_MEDIATION: Final = frozenset({Event.AGREED, Event.BROKEN_OFF})
OUTCOME_OF_END: Final = {Event.AGREED: "MEDIATED", Event.BROKEN_OFF: "MEDIATION_FAILED"}
"""The 処理結果 that an end of mediation proposes."""

_OPEN: Final = frozenset({State.RECEIVED, State.AT_WORK, State.IN_MEDIATION})
_ALWAYS: Final = {
    Event.CLOSED: State.CLOSED,
    Event.REOPENED: State.AT_WORK,
    Event.APPROVAL_ASKED: State.IN_APPROVAL,
    Event.APPROVAL_RETURNED: State.RETURNED,
    Event.APPROVED: State.APPROVED,
    Event.CHANGED_AFTER_APPROVAL: State.CLOSED,
    Event.REGISTERED: State.REGISTERED,
}


def state_of(events: Iterable[str]) -> State:
    """The state after these events, oldest first. What does not fit the state before it (an offer written down after
    the closing) moves nothing; a 起案 taken back leads to where the case was when it was asked for."""
    state, before_approval = State.RECEIVED, State.CLOSED
    for code in events:
        event = Event(code)
        if event is Event.APPROVAL_ASKED:
            before_approval = state if state not in (State.IN_APPROVAL, State.RETURNED) else State.CLOSED
        state = _after(state, event, before_approval)
    return state


def _after(state: State, event: Event, before_approval: State) -> State:
    if event in _ALWAYS:
        return _ALWAYS[event]
    if event is Event.APPROVAL_WITHDRAWN:
        return before_approval if state is State.IN_APPROVAL else state
    if state not in _OPEN or event is Event.RECEIVED:
        return state
    if event in ENDS_OF_MEDIATION:
        return State.AT_WORK
    if event in MEDIATION:
        return State.IN_MEDIATION
    return State.AT_WORK if state is State.RECEIVED else state


def has_mediation(events: Iterable[str]) -> bool:
    return any(code in MEDIATION for code in events)


def proposed_outcome(events: Iterable[str]) -> str:
    """The 処理結果 that the end of a mediation proposes; empty while there is none, or it went on after it."""
    last = [Event(code) for code in events if code in MEDIATION]
    return OUTCOME_OF_END.get(last[-1], "") if last else ""
