"""見守りの情報提供: not without a ground, kept as it was given, followed to its disposal; forged rows are none."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases import today
from cases.law import calendar
from cases.law.watch_share import Basis
from cases.protection.models import AuditEntry
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case
from cases.records.watch_share import WatchShare
from cases.services import custody, watch_share
from cases.services.entry import EntryRefused
from cases.services.retention import erasure
from cases.services.watch_share import AlreadyDisposed, ShareEntry, ShareNotVouched
from outreach.network import services as network
from outreach.network.services import MemberEntry
from tests import builders

pytestmark = pytest.mark.django_db
COUNCIL = Basis(ground="COUNCIL", is_council=True)


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor, party=builders.person(name="山田 花子", address="架空市北町1-2"))


def entry(**more) -> ShareEntry:
    given = {
        "uid": uuid.uuid4(), "basis": COUNCIL, "recipient_kind": "WELFARE_CENTRE", "person": "鈴木",
        "recipient": "架空地域包括支援センター", "purpose": "VISIT", "fields": ("party.name", "party.address"),
        "means": "BY_HAND", "dispose_by": calendar.today() + timedelta(days=30), "note": "週に一度の声かけ",
        **more,
    }  # fmt: skip
    return ShareEntry(**given)


def disposed(row, by, **more):
    given = {"disposed_on": calendar.today(), "disposal": "SHREDDED", "use_report": "3回訪問した", **more}
    return watch_share.note_disposal(row.uid, by=by, **given)


def opened(row, by):
    return watch_share.given(WatchShare.objects.select_related("centre").get(pk=row.pk), by=by)


def test_what_was_given_is_kept_as_it_was_then(counsellor, case):
    row = watch_share.share(case.uid, entry(), by=counsellor)

    revealed, shared = (AuditEntry.objects.get(action=name) for name in ("REVEALED", "WATCH_SHARED"))
    assert revealed.pk < shared.pk
    assert shared.fields == ["party.name", "party.address"]
    given = opened(row, counsellor)
    assert given.values == {
        "party.name": "山田 花子", "party.address": "架空市北町1-2", "note": "週に一度の声かけ"
    }  # fmt: skip
    assert given.person == "鈴木"
    assert "山田" not in repr(given)
    assert AuditEntry.objects.filter(action="WATCH_SHARE_OPENED", case_uid=case.uid).count() == 1


def test_the_same_form_sent_twice_gives_once(counsellor, case):
    once = entry()
    rows = [watch_share.share(case.uid, once, by=counsellor) for _ in range(2)]

    assert rows[0].pk == rows[1].pk
    assert AuditEntry.objects.filter(action="WATCH_SHARED").count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"basis": Basis(ground="")}, "ground"),
        ({"basis": Basis(ground="COUNCIL")}, "is_council"),
        ({"basis": Basis(ground="CONSENT", consent_how="ORAL")}, "consent_on"),
        ({"basis": Basis(ground="EXCEPTION")}, "reason"),
        ({"recipient": " "}, "recipient"),
        ({"fields": ("follow_ups",)}, "fields"),
        ({"fields": (), "note": ""}, "fields"),
        ({"dispose_by": date(2020, 1, 1)}, "dispose_by"),
        (lambda: {"dispose_by": calendar.today() + timedelta(days=400)}, "dispose_by"),
        ({"purpose": "FUN"}, "purpose"),
    ],
)
def test_without_a_ground_or_an_end_nothing_is_revealed(counsellor, case, more, field):
    with pytest.raises(EntryRefused) as refusal:
        watch_share.share(case.uid, entry(**builders.given(more)), by=counsellor)

    assert field in refusal.value.errors
    assert not WatchShare.objects.exists()
    assert not AuditEntry.objects.filter(action="REVEALED").exists()


def test_a_protected_case_is_given_by_its_own_people_alone(counsellor, case):
    custody.guard(case.uid, is_guarded=True, by=counsellor)

    with pytest.raises(BreakGlassNeeded):
        watch_share.share(case.uid, entry(), by=builders.account(at=counsellor.centre))
    assert watch_share.share(case.uid, entry(), by=counsellor)


def test_a_share_is_out_until_its_disposal_is_noted(counsellor, case):
    row = watch_share.share(case.uid, entry(), by=counsellor)

    assert [standing.share.pk for standing in watch_share.open_shares(counsellor)] == [row.pk]
    disposed(row, counsellor)
    assert watch_share.open_shares(counsellor) == []
    assert watch_share.of_case(case)[0].is_disposed
    assert opened(row, counsellor).use_report == "3回訪問した"
    with pytest.raises(AlreadyDisposed):
        disposed(row, counsellor)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        (lambda: {"disposed_on": calendar.today() + timedelta(days=1)}, "disposed_on"),
        ({"disposed_on": date(2020, 1, 1)}, "disposed_on"),
        ({"disposal": "LOST"}, "disposal"),
        ({"use_report": "あ" * 2001}, "use_report"),
    ],
)
def test_a_disposal_that_cannot_be_says_why(counsellor, case, more, field):
    row = watch_share.share(case.uid, entry(), by=counsellor)

    with pytest.raises(EntryRefused) as refusal:
        disposed(row, counsellor, **builders.given(more))
    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    "written",
    [
        lambda: {"disposed_on": calendar.today(), "disposal": "SHREDDED"},
        {},
    ],
)
def test_a_disposal_that_somebody_wrote_into_the_table_is_still_due(counsellor, case, written):
    row = watch_share.share(case.uid, entry(), by=counsellor)
    WatchShare.objects.filter(pk=row.pk).update(**builders.given(written))

    assert len(watch_share.open_shares(counsellor)) == 1


@pytest.mark.parametrize(
    "written", [{"recipient": "別の会社"}, {"dispose_by": date(2099, 1, 1)}, {"ground": "LAW"}]
)
def test_a_share_that_somebody_rewrote_is_no_share(counsellor, case, written):
    row = watch_share.share(case.uid, entry(), by=counsellor)
    WatchShare.objects.filter(pk=row.pk).update(**builders.given(written))

    assert watch_share.of_case(case) == []
    with pytest.raises(ShareNotVouched):
        disposed(row, counsellor)


def test_a_share_that_somebody_slipped_in_is_none(counsellor, case):
    WatchShare.objects.create(
        uid=uuid.uuid4(), centre=case.centre, case_uid=case.uid, recipient_kind="POLICE", recipient="署",
        purpose="VISIT", ground="LAW", means="ORAL", shared_at=timezone.now(), dispose_by=date(2020, 1, 1),
    )  # fmt: skip

    assert watch_share.of_case(case) == []
    assert watch_share.open_shares(counsellor) == []


def test_late_disposals_are_a_card_of_the_day(counsellor, case, time_machine):
    watch_share.share(case.uid, entry(dispose_by=calendar.today()), by=counsellor)
    shown = lambda: [card.url_name for card in today.cards(counsellor, counsellor.may)]  # noqa: E731 - two of them

    assert "watch-shares" not in shown()
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert "watch-shares" in shown()


def test_the_line_outlives_the_case_and_its_disposal_can_still_be_noted(counsellor, case):
    row = watch_share.share(case.uid, entry(), by=counsellor)
    erasure.erase_case(case.uid, reason="REQUEST", by=counsellor)

    held = WatchShare.objects.get(pk=row.pk)
    assert [getattr(held, name) for name in WatchShare.SEALED] == [None] * 6
    assert len(watch_share.open_shares(counsellor)) == 1
    with pytest.raises(Case.DoesNotExist):
        opened(row, counsellor)
    disposed(row, counsellor)
    assert watch_share.open_shares(counsellor) == []
    assert WatchShare.objects.get(pk=row.pk).use_report is None


@pytest.mark.parametrize(
    ("member", "ground", "wrong"),
    [
        ({"is_council": True, "told": True, "receives_shares": True}, "COUNCIL", ""),
        ({"is_council": True, "told": True}, "COUNCIL", "member"),
        ({"is_council": True}, "CONSENT", "member"),
        ({}, "COUNCIL", "member"),
        ({}, "CONSENT", "is_outside_known"),
    ],
    ids=["council", "not on its list for persons", "duty not told", "outside", "outside by consent"],
)
def test_what_the_list_of_members_says_of_a_recipient_decides(counsellor, case, member, ground, wrong):
    told = calendar.today() if member.get("told") else None
    given = {name: value for name, value in member.items() if name != "told"}
    typed = MemberEntry(kind="AGREEMENT", name="みなと新聞店", channel="HAND", duty_told_on=told, **given)
    listed = network.add(uuid.uuid4(), typed, centre=case.centre, by=counsellor)
    basis = Basis(ground=ground, is_council=True, consent_how="ORAL", consent_on=calendar.today())
    wanted = entry(basis=basis, member_uid=listed.uid, recipient="")

    if wrong:
        with pytest.raises(EntryRefused) as refused:
            watch_share.share(case.uid, wanted, by=counsellor)
        assert set(refused.value.errors) == {wrong}
        assert not WatchShare.objects.exists()
        return
    row = watch_share.share(case.uid, wanted, by=counsellor)

    assert (row.recipient, row.recipient_kind, row.member_uid, row.is_council) == (
        "みなと新聞店", "OTHER", listed.uid, True,
    )  # fmt: skip
    assert row.pk in watch_share.standing_of([row])
