"""Members of the network and the addresses of theirs: what a member takes decides what its addresses get."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.law import calendar
from cases.models import Centre
from cases.watchers import WatcherKind
from consult.shell.accounts import Account
from outreach.bulletins import services as bulletins
from outreach.bulletins.models import Bulletin
from outreach.bulletins.print_run import print_run
from outreach.delivery import importing, recipients
from outreach.delivery.models import Subscriber
from outreach.network import services as network
from outreach.network.models import Member
from outreach.network.services import MemberEntry

pytestmark = pytest.mark.django_db
MakeSubscriber = Callable[..., Subscriber]
MakeBulletin = Callable[..., Bulletin]
SignIn = Callable[[Account], Client]


@pytest.fixture
def a_member(writer: Account) -> Callable[..., Member]:
    def make(name: str = "北地域包括支援センター", *, by: Account | None = None, **more: Any) -> Member:
        who = by or writer
        given = {"kind": WatcherKind.values[0], "channel": "MAIL", **more}
        return network.add(uuid.uuid4(), MemberEntry(name=name, **given), centre=who.centre, by=who)

    return make


@pytest.fixture
def an_urgent(a_text: Callable[..., Any], writer: Account) -> Callable[..., Bulletin]:
    def make(**more: Any) -> Bulletin:
        uid = bulletins.start(a_text(**more), centre=writer.centre, by=writer).bulletin.uid
        return bulletins.issue_at_once(uid, reason="今日の午後に電話が集中", by=writer, suggestions_seen=True)

    return make


@pytest.mark.parametrize(
    ("takes", "frequency", "is_urgent", "reason"),
    [
        ({}, "EVERY", False, ""),
        ({"topics": ("INSPECTION",)}, "EVERY", False, ""),
        ({"topics": ("FAKE_POLICE",)}, "EVERY", False, "not_of_member"),
        ({"receives_bulletins": False}, "EVERY", False, "not_of_member"),
        # 注意情報: what is urgent goes there whatever it is about and however often mail is wanted otherwise.
        ({"receives_bulletins": False, "receives_alerts": True}, "MONTHLY", True, ""),
        ({"topics": ("FAKE_POLICE",), "receives_alerts": True}, "MONTHLY", True, ""),
        ({"receives_bulletins": False, "receives_alerts": True}, "EVERY", False, "not_of_member"),
        ({"receives_bulletins": False}, "EVERY", True, "not_of_member"),
        ({}, "MONTHLY", True, "other_frequency"),
        # By fax: the fax is for the alert, and the address gets what it asked for.
        ({"receives_alerts": True, "channel": "FAX"}, "MONTHLY", True, "other_frequency"),
        ({"receives_alerts": True, "channel": "FAX"}, "URGENT", True, ""),
    ],
)
def test_what_a_member_takes_decides_what_its_address_gets(
    takes: dict[str, Any], frequency: str, is_urgent: bool, reason: str, a_member: Callable[..., Member],
    a_subscriber: MakeSubscriber, a_bulletin: MakeBulletin, an_urgent: Callable[..., Bulletin],
) -> None:  # fmt: skip
    a_subscriber(member=a_member(**takes).uid, frequency=frequency)
    bulletin = an_urgent(theme="INSPECTION") if is_urgent else a_bulletin("ISSUED", theme="INSPECTION")

    count = recipients.of_issue(bulletin)

    assert (count.number, dict(count.reasons)) == ((1, {}) if not reason else (0, {reason: 1}))


def test_mail_for_members_ends_with_the_member(
    a_member: Callable[..., Member], a_subscriber: MakeSubscriber, a_bulletin: MakeBulletin, writer: Account
) -> None:
    member = a_member()
    a_subscriber(member=member.uid)
    bulletin, public = a_bulletin("ISSUED"), a_bulletin("ISSUED", audience="public")

    before = recipients.of_issue(bulletin).number
    network.end(member.uid, on=calendar.today(), by=writer)

    assert (before, dict(recipients.of_issue(bulletin).reasons)) == (1, {"not_of_network": 1})
    assert recipients.of_issue(public).number == 1  # as somebody who asked for mail


def test_an_urgent_one_is_on_the_list_of_who_gets_it_by_hand_and_by_fax(
    a_member: Callable[..., Member], a_bulletin: MakeBulletin, an_urgent: Callable[..., Bulletin],
    signed_in: SignIn, writer: Account,
) -> None:  # fmt: skip
    a_member("北銀行", channel="FAX", copies=3, receives_alerts=True, receives_bulletins=False)
    a_member("南銀行", channel="POST", copies=4, topics=("FAKE_POLICE",), receives_alerts=True)
    a_member("西銀行", channel="POST", copies=5, topics=("FAKE_POLICE",))

    def listed(bulletin: Bulletin) -> dict[str, tuple[list[str], int]]:
        return {
            way.name: ([one.name for one in way.members], way.copies)
            for way in print_run(bulletin)
            if way.members
        }

    urgent, plain = an_urgent(theme="INSPECTION"), a_bulletin("ISSUED", theme="INSPECTION")
    page = signed_in(writer).get(reverse("bulletin-outputs", args=[urgent.uid])).content.decode()

    assert listed(urgent) == {"郵送": (["南銀行"], 4), "ファクス": (["北銀行"], 0)}
    assert listed(plain) == {}
    assert "手口によらず入っています" in page


def test_a_member_and_its_addresses_know_each_other_on_their_pages(
    a_member: Callable[..., Member], a_bulletin: MakeBulletin, centre: Centre, writer: Account,
    stranger: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    member, other = a_member(), a_member("よその包括", by=stranger)
    client = signed_in(writer)
    look = reverse("mail-issue", args=[a_bulletin("ISSUED").uid])
    given = {
        "uid": str(uuid.uuid4()),
        "address": "houkatsu@example.jp",
        "consent_on": "今日",
        "consent_source": "MEMBER",
        "frequency": "EVERY",
    }

    lonely = client.get(reverse("member", args=[member.uid])).content.decode()
    before = client.get(look).content.decode()
    begun = client.get(reverse("subscriber-new"), {"member": str(member.uid)}).content.decode()
    wrong = client.post(reverse("subscriber-new"), {**given, "member": str(other.uid)})
    client.post(reverse("subscriber-new"), {**given, "member": str(member.uid)})

    row = Subscriber.objects.get()
    assert "登録するまで、メールは届きません" in lonely
    assert "アドレスの登録がない構成員が1件" in before
    assert f'<option value="{member.uid}" selected>' in begun
    assert (wrong.status_code, "id_member_error" in wrong.content.decode()) == (422, True)
    assert row.member == member.uid
    for url in ("subscribers", "subscriber"):
        args = [row.uid] if url == "subscriber" else []
        assert member.name in client.get(reverse(url, args=args)).content.decode()
    assert row.short_name in client.get(reverse("member", args=[member.uid])).content.decode()
    assert "アドレスの登録がない構成員" not in client.get(look).content.decode()
    client.post(reverse("subscriber-change", args=[row.uid]), {"frequency": "MONTHLY", "member": ""})
    row.refresh_from_db()
    assert (row.member, row.frequency) == (None, "MONTHLY")


def test_a_list_may_name_members(a_member: Callable[..., Member], centre: Centre, writer: Account) -> None:
    member = a_member()
    a_member("同じ名", kind=WatcherKind.values[0])
    a_member("同じ名", kind=WatcherKind.values[1])
    head = "メールアドレス,同意日,同意の方法,構成員\n"
    names = ("北地域包括支援センター", "同じ名", "だれも知らない", "")
    lines = [f"a{n}@example.jp,2026-04-02,電話,{name}\n" for n, name in enumerate(names)]

    done = importing.import_list("a.csv", (head + "".join(lines)).encode(), centre=centre, by=writer)

    assert [line for line, _reason in done.faults] == [3, 4]
    assert set(Subscriber.objects.values_list("member", flat=True)) == {member.uid, None}
