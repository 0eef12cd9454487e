"""Members of the 見守りネットワーク: kept, ended, listed for what goes out, in and out as a file."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases import files, watchers
from cases.figures.reports.scope import Span, scope_of
from cases.law import calendar
from cases.protection.models import AuditEntry, DataKey
from cases.protection.purpose import Purpose
from cases.records.rumours import Rumour
from cases.records.worries import Worry
from cases.services import worries
from cases.services.editions import COLUMNS_OF_ACTIVITY
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account, make_demo_accounts
from outreach.network import annual, demo, lists, services, views
from outreach.network.models import Member, MemberContact
from outreach.network.services import ContactEntry, MemberEntry
from outreach.programme import annual as programme
from outreach.programme.models import ProgrammeLine
from tests import builders

pytestmark = pytest.mark.django_db
LINES = (
    "種類,名称,地区,送り方,部数,協議会の構成員,秘密を守る義務を伝えた日,個別の情報,担当者,電話\n"
    "地域包括支援センター,北地域包括支援センター,北区域,ファクス,3,はい,2026-04-01,はい,佐藤 一郎,03-1234-5678\n"
    "金融機関,みなと信用金庫,,メール,1,いいえ,,いいえ,,\n"
)


@pytest.fixture
def outreach():
    return builders.account("OUTREACH")


def entry(**more):
    return MemberEntry(
        **{"kind": "WELFARE_CENTRE", "name": "北地域包括支援センター", "channel": "FAX", **more}
    )


def add(by, **more):
    return services.add(uuid.uuid4(), entry(**more), centre=by.centre, by=by)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"is_council": True, "duty_told_on": date(2026, 4, 1), "receives_shares": True}, set()),
        ({"receives_shares": True}, {"receives_shares"}),
        ({"is_council": True, "receives_shares": True}, {"duty_told_on"}),
        ({"agreement_from": date(2026, 4, 1), "agreement_until": date(2026, 3, 31)}, {"agreement_until"}),
        ({"areas": ("NOWHERE",), "topics": ("NOTHING",), "kind": "X", "copies": 0, "name": " "},
         {"areas", "topics", "kind", "copies", "name"}),
    ],
)  # fmt: skip
def test_adding_a_member(outreach, given, wrong):
    refused = _refusal(lambda: add(outreach, **given))

    assert refused == wrong
    assert [one.receives_shares for one in watchers.listed({outreach.centre_id})] == ([] if wrong else [True])


def _refusal(deed):
    try:
        deed()
    except EntryRefused as refusal:
        return set(refusal.errors)
    return set()


def test_the_database_gives_persons_to_council_members_only(outreach):
    member = add(outreach)

    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(receives_shares=True)


def test_a_council_member_by_hand_is_none_for_the_core(outreach):
    member = add(outreach)
    Member.objects.filter(pk=member.pk).update(is_council=True, duty_told_on=date(2026, 4, 1))

    assert not watchers.find(member.uid, {outreach.centre_id}).is_council
    services.change(member.uid, entry(is_council=True, duty_told_on=date(2026, 4, 2)), by=outreach)
    assert watchers.find(member.uid, {outreach.centre_id}).is_council


def test_an_ended_member_is_history_and_its_persons_can_be_forgotten(outreach):
    member = add(outreach)
    services.keep_contact(
        member.uid, ContactEntry(post="事務局", name="佐藤 一郎", mail="a@example.jp"), by=outreach
    )
    shown = services.reveal_contacts(member.uid, by=outreach, purpose=Purpose.OUTREACH)
    assert shown[0][1]["name"] == "佐藤 一郎"
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED", reason=str(member.uid)).count() == 1
    with pytest.raises(services.MemberInForce):
        services.forget_contacts(member.uid, by=outreach)

    services.end(member.uid, on=calendar.today(), reason="解散", by=outreach)

    assert watchers.listed({outreach.centre_id}) == []
    with pytest.raises(services.MemberEnded):
        services.change(member.uid, entry(), by=outreach)
    again = add(outreach)  # the same name may join anew
    assert again.pk != member.pk
    services.forget_contacts(member.uid, by=outreach)
    assert not MemberContact.objects.filter(member=member).exists()
    assert not DataKey.objects.filter(owner_kind="member", owner_uid=member.uid).exists()
    assert Member.objects.get(pk=member.pk).end_reason == "解散"


def test_recipients_are_those_in_force_that_want_the_topic_by_that_channel(outreach):
    add(outreach, name="全部", copies=5)
    add(outreach, name="点検だけ", topics=("INSPECTION",), areas=("NORTH",))
    add(outreach, name="別の手口", topics=("FAKE_POLICE",))
    add(outreach, name="通信はいらない", receives_bulletins=False)
    add(outreach, name="メールで", channel="MAIL")
    add(builders.account("OUTREACH", at=builders.centre("kita")), name="よその町")
    services.end(add(outreach, name="終わった").uid, on=calendar.today(), by=outreach)

    found = services.recipients({outreach.centre_id}, channel="FAX", theme="INSPECTION")

    assert [(one.name, one.area, one.copies) for one in found] == [("全部", "", 5), ("点検だけ", "NORTH", 1)]


def test_a_list_comes_in_with_faults_by_line_and_the_same_twice_changes_nothing(outreach):
    wrong = LINES + "金融機関,みなと信用金庫,,メール,1,,,,,\n謎の会,X,遠く,メール,たくさん,多分,,,,\n"
    given = ("名簿.csv", wrong.encode("cp932"))

    first = lists.take(*given, centre=outreach.centre, by=outreach)
    before = list(Member.objects.order_by("pk").values())
    second = lists.take(*given, centre=outreach.centre, by=outreach)

    assert (first.read, first.added, first.refused) == (4, 2, 2)
    assert (second.added, second.changed, second.same, second.refused) == (0, 0, 2, 2)
    assert list(Member.objects.order_by("pk").values()) == before
    assert MemberContact.objects.count() == 1
    bad = [line for line in lists.read(*given, centre=outreach.centre) if line.faults]
    assert [line.number for line in bad] == [4, 5]
    assert {fault.split(":")[0] for fault in bad[1].faults} == {"種類", "地区", "部数", "協議会の構成員"}
    changed = lists.take(
        "名簿.csv",
        LINES.replace("03-1234-5678", "03-9999-0000").encode(),
        centre=outreach.centre,
        by=outreach,
    )
    assert (changed.changed, changed.same, MemberContact.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_that_goes_out_names_no_person_and_comes_back_unchanged(outreach, client, form):
    lists.take("名簿.csv", LINES.encode(), centre=outreach.centre, by=outreach)
    add(outreach, name="(株)ミドリ 配達", kind="AGREEMENT", note="毎月の会議", topics=("INSPECTION",),
        agreement_until=date(2027, 3, 31))  # fmt: skip
    client.force_login(outreach)

    answer = client.post(reverse("network-export"), {"form": form})
    table = files.read_rows(f"x.{form}", answer.content)
    cells = "".join("".join(row) for _line, row in table)
    back = lists.read(f"x.{form}", answer.content, centre=outreach.centre)

    assert "佐藤" not in cells
    assert "1234-5678" not in cells
    assert [line.state for line in back] == ["SAME"] * 3
    assert AuditEntry.objects.filter(action="MEMBERS_EXPORTED", count=3).exists()


def test_pages_lead_from_the_file_to_the_member_and_its_contacts(outreach, client):
    client.force_login(outreach)
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = client.post(reverse("network-import"), {"file": SimpleUploadedFile("名簿.csv", LINES.encode())})
    assert not Member.objects.exists()
    sent = page.context["take"].initial
    client.post(reverse("network-import"), sent)
    member = Member.objects.get(kind="WELFARE_CENTRE")

    shown = client.post(reverse("member-contacts-show", args=[member.uid]), {"purpose": "OUTREACH"})
    plain = client.get(reverse("member", args=[member.uid]))

    assert "佐藤 一郎" in shown.content.decode()
    assert "佐藤" not in plain.content.decode()
    assert "秘密を守る義務" in plain.content.decode()


def test_an_agreement_that_runs_out_is_on_the_page_of_today(outreach):
    today = calendar.today()
    add(outreach, name="まだ先", agreement_until=today + timedelta(days=61))
    assert views.card(outreach) is None
    add(outreach, name="近い", agreement_until=today + timedelta(days=59))
    assert views.card(outreach).level == "info"
    add(outreach, name="過ぎた", agreement_until=today - timedelta(days=1))
    assert views.card(outreach).level == "warning"


def test_cases_that_watchers_brought_are_numbers_of_the_annual_report(outreach):
    desk, today = builders.account(), calendar.today()
    for intake in (True, False):
        given = worries.WorryEntry(
            uid=uuid.uuid4(), received_on=today, channel="PHONE", consent="GIVEN", member_kind="COMMISSIONER",
            sealed=worries.WorryWords(words="屋根の工事の請求書"),
        )  # fmt: skip
        worry = worries.record(given, centre=desk.centre, by=desk)
        if intake:
            builders.case(by=desk, uid=worries.begin_case(worry.uid, by=desk), route="WATCHER")
    year = calendar.fiscal_year_range(calendar.fiscal_year(today))

    grid = annual.grid(scope_of(desk.centre, Span.YEAR, *year))

    assert [row.cells for row in grid.rows] == [
        ("民生委員・児童委員", 2, 1), ("気づきの合計", 2, 1), ("経路が見守り関係者の相談", None, 1),
    ]  # fmt: skip
    assert annual.grid(scope_of(builders.centre("kita"), Span.YEAR, *year)) is None


def test_the_made_up_centre_has_a_network_once_and_no_mask_in_what_is_told():
    centre = builders.centre("demo", is_made_up=True)
    make_demo_accounts(centre)
    for _time in range(2):
        demo.load(centre, Account.objects.get(username="soudan"), calendar.today())

    stages = [worries.stage_of(row) for row in Worry.objects.with_case().order_by("received_on")]
    assert stages == ["CLOSED", "NEW", "PASSED", "WAITING", "NEW", "NEW"]
    assert Member.objects.count() == 10
    assert not [row for row in Rumour.objects.all() if "〔" in row.words + row.place]


def test_what_watchers_brought_never_stands_among_the_figures_that_a_public_edition_takes(outreach):
    desk, today = builders.account(), calendar.today()
    given = {"received_on": today, "channel": "PHONE", "consent": "GIVEN", "member_kind": "POLICE"}
    told = worries.WorryEntry(uid=uuid.uuid4(), sealed=worries.WorryWords(words="請求書"), **given)
    worries.record(told, centre=desk.centre, by=desk)
    ProgrammeLine.objects.create(
        centre=desk.centre, fiscal_year=calendar.fiscal_year(today), measure="講座", people=3
    )
    year = calendar.fiscal_year_range(calendar.fiscal_year(today))

    grids = programme.build(scope_of(desk.centre, Span.YEAR, *year)).grids

    assert [len(grid.columns) for grid in grids] == [COLUMNS_OF_ACTIVITY, 3]
