"""Verdicts of recipients: as they were said, vouched for by the log, told to 啓発 only where nobody is seen by them."""

import uuid
from datetime import date, timedelta

import pytest

from cases.law import calendar
from cases.law.watch_share import Basis
from cases.protection.models import AuditEntry
from cases.records.watch_share import WatchShare
from cases.services import watch_share, watch_verdicts
from cases.services.entry import EntryRefused
from cases.services.retention import erasure
from cases.services.watch_share import ShareEntry
from cases.services.watch_verdicts import VerdictEntry
from outreach.network import services as network
from outreach.network.services import MemberEntry
from tests import builders

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def case(counsellor):
    return builders.case(by=counsellor)


def shared(case, by, **more) -> WatchShare:
    given = {
        "uid": uuid.uuid4(), "basis": Basis(ground="COUNCIL", is_council=True), "purpose": "VISIT",
        "recipient_kind": "WELFARE_CENTRE", "recipient": "架空地域包括支援センター", "person": "", "fields": (),
        "means": "ORAL", "dispose_by": calendar.today(), "note": "声かけをお願いする", **more,
    }  # fmt: skip
    return watch_share.share(case.uid, ShareEntry(**given), by=by)


def said(verdict="GOOD", **more) -> VerdictEntry:
    given = {"verdict": verdict, "said_on": calendar.today(), "said_by": "PHONE", **more}
    return VerdictEntry(**given)


def member_of(centre, by, name="みなと包括"):
    typed = MemberEntry(
        kind="WELFARE_CENTRE", name=name, channel="HAND", is_council=True, duty_told_on=calendar.today(),
        receives_shares=True,
    )  # fmt: skip
    return network.add(uuid.uuid4(), typed, centre=centre, by=by)


def test_a_verdict_is_kept_with_who_said_it_under_the_key_of_the_case(counsellor, case):
    row = shared(case, counsellor)
    watch_verdicts.note_verdict(
        row.uid, said("INCOMPLETE", person="鈴木 次郎", words="住所がなかった"), by=counsellor
    )
    standing = watch_share.of_case(case)[0]
    opened = watch_share.given(WatchShare.objects.select_related("centre").get(pk=row.pk), by=counsellor)

    assert (standing.share.verdict, standing.is_rated) == ("INCOMPLETE", True)
    assert (opened.verdict_person, opened.verdict_words) == ("鈴木 次郎", "住所がなかった")
    assert "鈴木" not in AuditEntry.objects.get(action="WATCH_RATED").reason


def test_a_later_verdict_takes_the_place_of_the_earlier_and_both_are_in_the_log(counsellor, case):
    row = shared(case, counsellor)
    for verdict in ("INCOMPLETE", "GOOD"):
        watch_verdicts.note_verdict(row.uid, said(verdict), by=counsellor)

    assert watch_share.of_case(case)[0].share.verdict == "GOOD"
    assert AuditEntry.objects.filter(action="WATCH_RATED").count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"verdict": "LOVELY"}, "verdict"),
        ({"verdict": ""}, "verdict"),
        ({"said_by": ""}, "said_by"),
        ({"said_on": date(2020, 1, 1)}, "said_on"),
        (lambda: {"said_on": calendar.today() + timedelta(days=1)}, "said_on"),
        ({"person": "あ" * 101}, "person"),
        ({"words": "あ" * 2001}, "words"),
    ],
)
def test_a_verdict_that_cannot_be_says_why(counsellor, case, more, field):
    row = shared(case, counsellor)

    with pytest.raises(EntryRefused) as refusal:
        watch_verdicts.note_verdict(row.uid, said(**builders.given(more)), by=counsellor)
    assert set(refusal.value.errors) == {field}
    assert not WatchShare.objects.get(pk=row.pk).verdict


def test_a_verdict_that_somebody_wrote_into_the_table_counts_as_not_said(counsellor, case):
    row = shared(case, counsellor)
    watch_verdicts.note_verdict(row.uid, said("NOT_OURS"), by=counsellor)
    WatchShare.objects.filter(pk=row.pk).update(verdict="GOOD")
    year = calendar.fiscal_year(calendar.today())

    assert not watch_share.of_case(case)[0].is_rated
    assert watch_verdicts.by_member(counsellor.centre_ids, year)[0].verdicts == {"": 1}


def test_the_verdict_outlives_the_case_and_its_words_do_not(counsellor, case):
    row = shared(case, counsellor)
    watch_verdicts.note_verdict(row.uid, said(person="鈴木 次郎"), by=counsellor)
    erasure.erase_case(case.uid, reason="REQUEST", by=counsellor)
    watch_verdicts.note_verdict(row.uid, said("NOT_OURS", person="鈴木 次郎"), by=counsellor)
    held = WatchShare.objects.get(pk=row.pk)

    assert (held.verdict, held.verdict_person, held.verdict_words) == ("NOT_OURS", None, None)
    assert watch_share.standing_of([held])[held.pk].is_rated


def test_what_goes_back_is_a_share_with_its_ground_or_nothing(counsellor, case):
    row = shared(case, counsellor)
    back = {"answers": row.uid, "purpose": "ANSWER", "note": "お礼と、解約できたこと"}

    with pytest.raises(EntryRefused) as refusal:
        shared(case, counsellor, basis=Basis(ground=""), **back)
    assert "根拠のない提供はできません" in refusal.value.errors["ground"]
    assert watch_share.answers_to(row) == []
    consent = Basis(ground="CONSENT", consent_how="ORAL", consent_on=calendar.today())
    answer = shared(case, counsellor, basis=consent, **back)

    assert [one.share.pk for one in watch_share.answers_to(row)] == [answer.pk]
    year = calendar.fiscal_year(calendar.today())
    assert [one.shared for one in watch_verdicts.by_member(counsellor.centre_ids, year)] == [1]


def test_an_answer_belongs_to_a_share_of_its_own_case(counsellor, case):
    other = shared(builders.case(by=counsellor), counsellor)

    with pytest.raises(EntryRefused):
        shared(case, counsellor, answers=other.uid, purpose="ANSWER")


def test_an_answer_that_somebody_moved_is_no_share(counsellor, case):
    first, second = shared(case, counsellor), shared(case, counsellor)
    answer = shared(case, counsellor, answers=first.uid, purpose="ANSWER")
    WatchShare.objects.filter(pk=answer.pk).update(answers=second.uid)

    assert watch_share.answers_to(second) == []


def given_and_rated(counsellor, member, verdicts):
    for verdict in verdicts:
        row = shared(builders.case(by=counsellor), counsellor, member_uid=member.uid, recipient="")
        if verdict:
            watch_verdicts.note_verdict(row.uid, said(verdict), by=counsellor)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([], None),
        (["GOOD"], None),
        (["GOOD", "GOOD"], None),
        (["GOOD"] * 3, (3, {"GOOD": 3})),
        (["GOOD"] * 3 + ["INCOMPLETE"], (4, None)),
        (["GOOD"] * 3 + [""], (4, None)),
        (["GOOD"] * 3 + ["NOT_OURS"] * 3, (6, {"GOOD": 3, "NOT_OURS": 3})),
    ],
)
def test_outreach_hears_of_a_member_from_three_on_and_of_verdicts_where_none_is_rare(
    counsellor, time_machine, verdicts, told
):
    time_machine.move_to("2027-03-20 10:00 +0900")
    given_and_rated(counsellor, member_of(counsellor.centre, counsellor), verdicts)
    time_machine.move_to("2027-04-02 10:00 +0900")
    found = watch_verdicts.for_outreach(counsellor.centre, YEAR).members

    assert [(one.shared, one.verdicts) for one in found] == ([] if told is None else [told])


def test_outreach_hears_nothing_of_a_year_that_runs_nor_of_whom_the_list_lacks(counsellor, time_machine):
    time_machine.move_to("2027-03-20 10:00 +0900")
    given_and_rated(counsellor, member_of(counsellor.centre, counsellor), ["GOOD"] * 5)
    for _ in range(5):
        shared(builders.case(by=counsellor), counsellor)

    assert watch_verdicts.for_outreach(counsellor.centre, YEAR).members == []
    time_machine.move_to("2027-04-02 10:00 +0900")
    assert [one.name for one in watch_verdicts.for_outreach(counsellor.centre, YEAR).members] == [
        "みなと包括"
    ]


def test_another_centre_can_neither_rate_nor_count_it(counsellor, case):
    row = shared(case, counsellor)
    stranger = builders.account(at=builders.centre("hikari"))

    with pytest.raises(WatchShare.DoesNotExist):
        watch_verdicts.note_verdict(row.uid, said(), by=stranger)
    assert watch_verdicts.by_member(stranger.centre_ids, calendar.fiscal_year(calendar.today())) == []
