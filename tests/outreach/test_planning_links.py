"""From a proposal to what is begun from it: the link is written once, stays, and never reaches another centre."""

import uuid
from datetime import date
from typing import Any

import pytest

from cases.protection.models import AuditEntry
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.planning import links
from outreach.planning.models import Place, ProposalAction

pytestmark = pytest.mark.django_db
TOPIC = Place("INSPECTION", "65_OVER", "")


@pytest.mark.parametrize(("is_own", "linked"), [(True, 1), (False, 0)])
def test_a_link_is_written_once_and_only_within_the_centre(
    is_own: bool, linked: int, a_proposal: Any, a_lecture: Any, writer: Account, stranger: Account
) -> None:
    proposal, lecture = a_proposal(at=None if is_own else stranger.centre), a_lecture()

    for _again in range(2):
        links.acted(proposal=str(proposal.uid), kind="LECTURE", target=lecture.uid, by=writer)

    assert ProposalAction.objects.count() == linked
    assert AuditEntry.objects.filter(action="PROPOSAL_FOLLOWED").count() == linked
    assert (links.begun_from(lecture.uid, writer) == proposal) == is_own


@pytest.mark.parametrize("given", ["", None, "no-uid", str(uuid.UUID(int=0))])
def test_what_names_no_proposal_hinders_nothing(given: Any, a_lecture: Any, writer: Account) -> None:
    assert links.acted(proposal=given, kind="LECTURE", target=a_lecture().uid, by=writer) is None
    with pytest.raises(ValueError, match="no such kind"):
        links.acted(proposal=given, kind="DANCE", target=uuid.uuid4(), by=writer)


def test_the_trail_tells_what_came_of_every_plan_s_proposal_of_the_same(
    a_proposal: Any, a_lecture: Any, a_bulletin: Any, writer: Account, stranger: Account, today: date
) -> None:
    earlier, later, other = a_proposal(), a_proposal(), a_proposal(Place("FAKE_POLICE", "ALL", ""))
    lecture: Lecture = a_lecture(held_on=date(2026, 11, 2))
    lectures.record_result(lecture.uid, sessions=1, people=31, kind="LECTURE", by=writer)
    bulletin: Bulletin = a_bulletin("ISSUED")
    links.acted(proposal=earlier.uid, kind="LECTURE", target=lecture.uid, by=writer)
    links.acted(proposal=later.uid, kind="BULLETIN", target=bulletin.uid, by=writer)
    links.acted(
        proposal=later.uid, kind="MAIL", target=uuid.uuid4(), by=writer
    )  # nobody tells of it any more
    links.acted(proposal=other.uid, kind="CLASS", target=a_lecture().uid, by=writer)

    found = links.trail(TOPIC, writer)

    assert [(step.kind, step.target.uid, step.proposal) for step in found] == [
        ("見守り通信", bulletin.uid, later.uid),
        ("講座", lecture.uid, earlier.uid),
    ]
    assert found[1].target.people == 31
    assert found[1].target.result == "令和8年11月2日に実施、参加31人"
    assert "第1号として発行" in found[0].target.result
    assert links.trail(TOPIC, stranger) == []


def test_an_address_wishes_only_for_what_the_centre_has(
    a_proposal: Any, writer: Account, stranger: Account
) -> None:
    proposal = a_proposal()
    address = {
        "theme": "INSPECTION",
        "audience": "KOREISHA",
        "area": "NOWHERE",
        "proposal": str(proposal.uid),
    }

    own = links.wished(address, actor=writer, centre=writer.centre)
    others = links.wished({**address, "theme": "NO_SUCH"}, actor=stranger, centre=stranger.centre)

    assert own == links.Wished("INSPECTION", "KOREISHA", "", "65_OVER", proposal.uid)
    assert others == links.Wished("", "KOREISHA", "", "", None)
