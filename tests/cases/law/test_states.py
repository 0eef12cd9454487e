"""Where a case stands is read off what happened to it."""

import pytest

from cases.law.states import Event, State, has_mediation, proposed_outcome, state_of

E = Event
CALL = [E.RECEIVED, E.CONTACTED]
MEDIATED = [*CALL, E.MEDIATION_STARTED, E.OFFER_BY_CONSUMER, E.OFFER_BY_TRADER, E.AGREED]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], State.RECEIVED),
        ([E.RECEIVED], State.RECEIVED),
        (CALL, State.AT_WORK),
        ([E.RECEIVED, E.MEDIATION_STARTED], State.IN_MEDIATION),
        ([*CALL, E.OFFER_BY_TRADER, E.CONTACTED], State.IN_MEDIATION),
        (MEDIATED, State.AT_WORK),
        ([*MEDIATED, E.OFFER_BY_TRADER], State.IN_MEDIATION),
        ([*MEDIATED, E.CLOSED], State.CLOSED),
        ([*CALL, E.CLOSED, E.MEDIATION_STARTED], State.CLOSED),
        ([*CALL, E.CLOSED, E.REOPENED], State.AT_WORK),
        ([*CALL, E.CLOSED, E.APPROVAL_ASKED], State.IN_APPROVAL),
        ([*CALL, E.CLOSED, E.APPROVAL_ASKED, E.APPROVAL_WITHDRAWN], State.CLOSED),
        ([*CALL, E.APPROVAL_ASKED, E.APPROVAL_WITHDRAWN], State.AT_WORK),
        ([*CALL, E.CLOSED, E.APPROVAL_ASKED, E.APPROVAL_RETURNED], State.RETURNED),
        (
            [*CALL, E.CLOSED, E.APPROVAL_ASKED, E.APPROVAL_RETURNED, E.APPROVAL_ASKED, E.APPROVED],
            State.APPROVED,
        ),
        ([*CALL, E.CLOSED, E.APPROVAL_ASKED, E.APPROVED, E.CHANGED_AFTER_APPROVAL], State.CLOSED),
        ([*CALL, E.CLOSED, E.APPROVAL_ASKED, E.APPROVED, E.REGISTERED], State.REGISTERED),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, list) else str(part),
)
def test_the_state_follows_from_the_events(events, state):
    assert state_of(events) is state


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ([], ""),
        ([E.AGREED], "MEDIATED"),
        ([E.BROKEN_OFF], "MEDIATION_FAILED"),
        ([E.AGREED, E.CLOSED], "MEDIATED"),
        ([E.BROKEN_OFF, E.OFFER_BY_TRADER], ""),
    ],
)
def test_only_the_end_of_a_mediation_proposes_an_outcome(more, outcome):
    events = [*CALL, E.MEDIATION_STARTED, *more]

    assert (proposed_outcome(events), has_mediation(events), has_mediation(CALL)) == (outcome, True, False)
