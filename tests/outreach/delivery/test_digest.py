"""A digest for each reader: the topics they chose, nothing that they have, and nobody passed over in silence."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from benchmarks.mail.server import Server, taken
from cases.jobs.work import claim_and_run
from cases.law import calendar
from cases.models import Centre
from consult.shell.accounts import Account
from outreach.bulletins.models import Bulletin
from outreach.delivery import mailings, sending, subscribers
from outreach.delivery.models import Delivery, Mailing, Subscriber
from outreach.delivery.relay import Answer
from outreach.planning import links
from outreach.planning.models import Place

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
MakeBulletin = Callable[..., Bulletin]
SignIn = Callable[[Account], Client]
TITLES = ("屋根の点検", "警察をかたる電話", "年末の注意")
ROOFS, POLICE = Place("INSPECTION", "65_OVER", ""), Place("FAKE_POLICE", "65_OVER", "")


def this_month() -> date:
    return calendar.today().replace(day=1)


def run() -> None:
    while claim_and_run(worker="test"):
        pass


@pytest.fixture
def three(a_bulletin: MakeBulletin) -> list[Bulletin]:
    """Issues of this month: about roofs, about the police, about no 手口."""
    return [
        a_bulletin("ISSUED", audience="public", title=title, theme=theme)
        for title, theme in zip(TITLES, ("INSPECTION", "FAKE_POLICE", ""), strict=True)
    ]  # fmt: skip


@pytest.fixture
def digest(centre: Centre, writer: Account) -> Callable[..., Mailing]:
    def send(expected: int, readers: str = "OTHERS", **more: Any) -> Mailing:
        return mailings.start_digest(
            this_month(), readers, expected=expected, centre=centre, by=writer, **more
        )

    return send


def titles(server: Server) -> dict[str, list[str]]:
    """Which of the three each mailbox got, over all its mails."""
    found: dict[str, list[str]] = {}
    for recipient, content in taken(server.kept.folder):
        text = message_from_bytes(content, policy=policy.default).get_content()
        found.setdefault(recipient, []).extend(title for title in TITLES if title in text)
    return {recipient: sorted(held, key=TITLES.index) for recipient, held in found.items()}


def test_each_reader_gets_their_topics_and_who_has_none_left_is_shown(
    three: list[Bulletin], digest: Callable[..., Mailing], a_subscriber: MakeSubscriber, server: Server,
    a_bulletin: MakeBulletin,
) -> None:  # fmt: skip
    a_bulletin("ISSUED", audience="members", title="構成員だけに", theme="INSPECTION")
    a_subscriber("all@example.jp", frequency="MONTHLY")
    a_subscriber("roof@example.jp", frequency="MONTHLY", topics=["INSPECTION"])
    a_subscriber("games@example.jp", frequency="MONTHLY", topics=["GAME_CHARGE"])
    a_subscriber("each@example.jp")

    mailing = digest(3)
    run()

    assert titles(server) == {
        "all@example.jp": ["屋根の点検", "警察をかたる電話", "年末の注意"],
        "roof@example.jp": ["屋根の点検", "年末の注意"],
        "games@example.jp": ["年末の注意"],  # what is about no 手口 is for every topic
    }
    assert {part.bulletin.title for part in mailing.parts.all()} == {row.title for row in three}


def test_who_has_nothing_left_is_written_down_and_gets_no_mail(
    a_bulletin: MakeBulletin, digest: Callable[..., Mailing], a_subscriber: MakeSubscriber, server: Server,
    writer: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    a_bulletin("ISSUED", audience="public", theme="INSPECTION")
    a_subscriber("roof@example.jp", frequency="MONTHLY")
    games = a_subscriber("games@example.jp", frequency="MONTHLY", topics=["GAME_CHARGE"])

    mailing = digest(1)
    run()

    assert [recipient for recipient, _content in taken(server.kept.folder)] == ["roof@example.jp"]
    assert games.deliveries.get().state == "EMPTY"
    assert games.deliveries.get().tries.count() == 0
    for url in (reverse("mailing", args=[mailing.uid]), reverse("subscriber", args=[games.uid])):
        assert "送るものなし" in signed_in(writer).get(url).content.decode()


@pytest.mark.parametrize("outcome", ["ACCEPTED", "", "REFUSED"])
def test_nobody_gets_an_issue_and_a_digest_of_it(
    outcome: str, three: list[Bulletin], digest: Callable[..., Mailing], a_subscriber: MakeSubscriber,
    server: Server, writer: Account,
) -> None:  # fmt: skip
    row = a_subscriber("moved@example.jp")
    claim = sending.claimed(
        mailings.start_issue(three[0].uid, expected=1, by=writer).deliveries.get(), "<1@city.example.jp>"
    )
    assert claim is not None
    sending.settle(claim, Answer(outcome, 250))
    subscribers.change(row.uid, topics=[], frequency="MONTHLY", member=None, by=writer)

    digest(1)
    run()

    expected = ["警察をかたる電話", "年末の注意"]
    if outcome == "REFUSED":  # who was refused the issue does not have it
        expected.insert(0, "屋根の点検")
    assert titles(server) == {"moved@example.jp": expected}


def test_nobody_gets_an_issue_after_the_digest_that_held_it(
    three: list[Bulletin], digest: Callable[..., Mailing], a_subscriber: MakeSubscriber, server: Server,
    writer: Account,
) -> None:  # fmt: skip
    row = a_subscriber("moved@example.jp", frequency="MONTHLY", topics=["INSPECTION"])
    digest(1)
    subscribers.change(row.uid, topics=[], frequency="EVERY", member=None, by=writer)

    with pytest.raises(mailings.MailingRefused):
        mailings.start_issue(three[0].uid, expected=0, by=writer)
    mailings.start_issue(three[1].uid, expected=1, by=writer)
    run()

    assert titles(server) == {"moved@example.jp": ["屋根の点検", "警察をかたる電話", "年末の注意"]}


def test_a_digest_is_fixed_with_its_start(
    three: list[Bulletin], digest: Callable[..., Mailing], a_subscriber: MakeSubscriber, server: Server,
    writer: Account,
) -> None:  # fmt: skip
    row = a_subscriber("roof@example.jp", frequency="MONTHLY", topics=["INSPECTION"])
    digest(1)
    subscribers.change(row.uid, topics=["FAKE_POLICE"], frequency="MONTHLY", member=None, by=writer)
    new = subscribers.change_address(row.uid, "new@example.jp", by=writer)
    run()

    assert titles(server) == {"new@example.jp": ["屋根の点検", "年末の注意"]}
    assert Delivery.objects.get().subscriber == new


def test_the_page_says_who_gets_what_and_takes_the_word_with_its_proposal(
    three: list[Bulletin], a_subscriber: MakeSubscriber, a_proposal: Any, server: Server, writer: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    a_subscriber("all@example.jp", frequency="MONTHLY")
    a_subscriber("roof@example.jp", frequency="MONTHLY", topics=["INSPECTION"])
    told, begun = a_proposal(ROOFS), a_proposal(POLICE)
    links.acted(proposal=begun.uid, kind="BULLETIN", target=three[1].uid, by=writer)
    client = signed_in(writer)
    chosen = {"month": f"{this_month():%Y-%m}", "readers": "OTHERS", "proposal": str(told.uid)}

    listed = client.get(reverse("mail"), {"proposal": str(told.uid)}).content.decode()
    page = client.get(reverse("mail-digest"), chosen).content.decode()
    stale = client.post(reverse("mail-digest"), {**chosen, "expected": "1"})
    answer = client.post(reverse("mail-digest"), {**chosen, "expected": "2"})

    assert f'name="proposal" value="{told.uid}"' in listed
    assert f'name="proposal" value="{told.uid}"' in page
    assert [row.split("</td>")[0] for row in page.split('class="table__num">')[2:5]] == ["2", "1", "2"]
    assert "この月は、まだ終わっていません" in page
    assert (stale.status_code, f'value="{told.uid}"' in stale.content.decode()) == (409, True)
    mailing = Mailing.objects.get()
    assert answer["Location"] == reverse("mailing", args=[mailing.uid])
    run()
    for place in (ROOFS, POLICE):
        [sent] = [step for step in links.trail(place, writer) if step.kind == "メール配信"]
        assert (sent.target.uid, sent.target.people) == (mailing.uid, 2)
