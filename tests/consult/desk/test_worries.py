"""Pages of 気づき: outreach takes one down and cannot read it, the desk reads it and makes a case of it once."""

import uuid

import pytest
from django.urls import reverse

from cases import held
from cases.law import calendar
from cases.records.case import Case
from cases.records.worries import Worry
from cases.services import rumours, worries
from cases.services.entry import EntryRefused
from cases.services.rumours import RumourEntry
from cases.services.worries import WorryEntry, WorryWords
from consult.desk.worries import parts
from consult.shell import roles
from outreach.network import services as network
from outreach.network.services import MemberEntry
from tests import builders
from tests.consult.desk.conftest import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    by = builders.account("OUTREACH")
    entry = MemberEntry(kind="WELFARE_CENTRE", name="北地域包括支援センター", channel="FAX")
    return network.add(uuid.uuid4(), entry, centre=by.centre, by=by)


def typed(**more):
    return {
        "uid": str(uuid.uuid4()), "received_on": calendar.today().isoformat(), "channel": "PAPER",
        "consent": "GIVEN", "person": "山田 花子", "phone": "090-1234-5678", "age": "82", "area": "NORTH",
        "words": "屋根の工事の請求書が何枚もあった", "theme": "INSPECTION", **more,
    }  # fmt: skip


@pytest.fixture
def worry(client, member):
    client.force_login(builders.account("OUTREACH"))
    client.post(reverse("worry-new"), typed(member=str(member.uid)))
    return Worry.objects.get()


def test_outreach_takes_it_down_and_reads_nothing_of_it(client, worry):
    page = client.get(reverse("worry", args=[worry.uid])).content.decode()
    listed = client.get(reverse("network-worries")).content.decode()
    opened = client.post(reverse("worry-open", args=[worry.uid]))

    assert (worry.member_kind, worry.member_name) == ("WELFARE_CENTRE", "北地域包括支援センター")
    assert worry.number in listed
    assert opened.status_code == 403
    for text in ("山田", "090-1234-5678", "請求書"):
        assert text not in page + listed


def test_whoever_keeps_the_network_finds_the_way_back_to_it(client, worry):
    back_to = {"worry": reverse("network-worries"), "rumours": reverse("network")}
    ways = {
        name: f'<p class="page-head__over"><a href="{back_to[name]}">'
        in client.get(reverse(name, args=[worry.uid] if name == "worry" else [])).content.decode()
        for name in back_to
    }

    assert ways == {"worry": True, "rumours": True}
    client.force_login(builders.account())
    assert "page-head__over" not in client.get(reverse("rumours")).content.decode()


def test_the_desk_reads_it_and_takes_it_as_a_case_once(client, worry):
    desk = builders.account()
    client.force_login(desk)

    assert "山田 花子" in client.post(reverse("worry-open", args=[worry.uid])).content.decode()
    first = client.post(reverse("worry-case", args=[worry.uid]))
    again = client.post(reverse("worry-case", args=[worry.uid]))
    form = client.get(first.url).context["form"]
    client.force_login(builders.account())
    somebody_else = client.post(reverse("worry-case", args=[worry.uid]))

    assert first.url == again.url
    assert somebody_else.status_code == 409
    values = {
        name: form[name].value() for name in ("party_name", "route", "scam_main", "channel", "age", "area")
    }
    assert values == {
        "party_name": "山田 花子", "route": "WATCHER", "scam_main": "INSPECTION", "channel": "FAX", "age": "82",
        "area": "NORTH",
    }  # fmt: skip


def test_a_form_that_was_thrown_away_can_be_begun_again(client, worry):
    client.force_login(builders.account())
    first = client.post(reverse("worry-case", args=[worry.uid])).url
    client.post(f"{first}/discard")

    second = client.post(reverse("worry-case", args=[worry.uid])).url

    assert second != first
    assert second.startswith("/intake/")


def test_the_page_of_the_case_names_the_worry_and_the_worry_its_case(client, worry):
    desk = builders.account()
    case = builders.case(by=desk, uid=worries.begin_case(worry.uid, by=desk))
    client.force_login(desk)

    on_case = client.get(reverse("case", args=[case.uid])).content.decode()
    on_worry = client.get(reverse("worry", args=[worry.uid])).content.decode()

    assert worry.number in on_case
    assert case.number in on_worry
    assert f"?member={worry.member_uid}" in on_worry


def test_the_thanks_tell_nothing_of_what_came_of_it(client, worry):
    desk = builders.account()
    case = builders.case(by=desk)
    worries.join(worry.uid, case.uid, by=desk)
    client.force_login(builders.account("OUTREACH"))

    page = client.post(reverse("worry-thanks", args=[worry.uid])).content.decode()

    assert worry.number in page
    for text in ("山田", "請求書", case.number, "相談にした", str(case.uid)):
        assert text not in page


def test_today_tells_of_what_waits_too_long(client, worry):
    desk = builders.account()
    assert parts.card(desk) is None
    Worry.objects.update(is_urgent=True)

    assert parts.card(desk).url_name == "worries"
    worries.wait(worry.uid, until=calendar.today(), by=desk)
    assert parts.card(desk) is not None
    worries.close(worry.uid, reason="REFUSED", by=desk)
    assert parts.card(desk) is None


@pytest.mark.parametrize(
    ("name", "data"), [("join", {"number": "9"}), ("pass", {}), ("wait", {}), ("close", {}), ("assign", {})]
)
def test_an_incomplete_decision_comes_back_with_its_reason(client, worry, name, data):
    client.force_login(builders.account())

    answer = client.post(reverse(f"worry-{name}", args=[worry.uid]), data)

    assert answer.status_code == 422
    assert Worry.objects.get().state == "NEW"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("name", "most"), [("worries", 16), ("network-worries", 15), ("rumours", 13), ("network", 11)]
)
def test_a_list_asks_as_often_for_many_as_for_few(client, worry, name, most):
    everybody = builders.account()
    everybody.role_codes = list(roles.ROLES)
    everybody.save()
    client.force_login(everybody)

    def asked():
        held.forget_all()
        return queries_of(lambda: client.get(reverse(name)))

    def more():
        by = builders.account(at=everybody.centre)
        sealed = WorryWords(words="請求書")
        given = {"received_on": calendar.today(), "channel": "MAIL", "consent": "GIVEN", "sealed": sealed}
        told = worries.record(WorryEntry(uid=uuid.uuid4(), **given), centre=by.centre, by=by)
        worries.wait(told.uid, until=calendar.today(), by=by)
        worries.assign(told.uid, to=by.uid, by=by)
        heard = RumourEntry(uid=uuid.uuid4(), heard_on=calendar.today(), words="変な電話")
        rumours.record(heard, centre=by.centre, by=by)
        typed = MemberEntry(kind="POLICE", name=uuid.uuid4().hex, channel="FAX", is_council=True)
        network.add(uuid.uuid4(), typed, centre=by.centre, by=by)

    more()
    few = asked()
    for _n in range(4):
        more()

    assert asked() == few <= most


def test_a_refused_rating_is_told_at_its_form(client, worry, monkeypatch):
    def refuse(*_args, **_more):
        raise EntryRefused({"centre": "選び直してください。"})

    monkeypatch.setattr(worries, "rate", refuse)
    answer = client.post(reverse("worry-rate", args=[worry.uid]), {"member": "GOOD", "centre": "GOOD"})

    assert answer.status_code == 422
    assert answer.context["rate_form"].errors == {"centre": ["選び直してください。"]}
