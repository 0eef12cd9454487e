"""経過, 訂正, 終了: each leaves the case, its facts, its log and its feed row in step."""

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest

from cases.errors import CasesError
from cases.feed.models import FeedRow
from cases.figures.models import CaseFact
from cases.law.calendar import TOKYO
from cases.protection import match
from cases.protection.models import AuditEntry
from cases.protection.redacted import redacted_text
from cases.protection.reveal import reveal
from cases.records.case import Case
from cases.records.follow_up import FollowUp
from cases.services import followup
from cases.services.entry import EntryRefused
from cases.services.followup import FollowUpEntry
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db
CLOSED_ON = date(2026, 11, 21)


def note(**more: Any) -> FollowUpEntry:
    given = {
        "uid": uuid.uuid4(),
        "happened_at": builders.RECEIVED_AT,
        "kind": "TO_CALLER",
        "text": "助言した",
    }
    return FollowUpEntry(**{**given, **more})  # type: ignore[arg-type]


def signs(case: Case, what: str = "CASE") -> list[tuple[int, str]]:
    """What the log says of the case, or of its 経過."""
    facts = CaseFact.objects.filter(case_uid=case.uid, what=what).order_by("seq")
    return list(facts.values_list("sign", "outcome"))


def close(case: Case, by: Account, **more: Any) -> Case:
    return followup.close_case(case.uid, by=by, **{"outcome": "ADVICE", "closed_on": CLOSED_ON, **more})


def test_closing_states_the_outcome_and_takes_back_what_was_stated() -> None:
    by = builders.account()
    case = builders.case(by=by)

    closed = close(case, by, recovered_yen=500_000)

    assert (closed.outcome, closed.closed_on, closed.recovered_yen, closed.revision) == (
        "ADVICE", CLOSED_ON, 500_000, 2,
    )  # fmt: skip
    assert signs(case) == [(1, ""), (-1, ""), (1, "ADVICE")]


@pytest.mark.parametrize(
    ("closed", "more", "code"),
    [
        (False, {}, None),
        (True, {}, "case_already_closed"),
        (False, {"outcome": ""}, "entry_refused"),
        (False, {"outcome": "NO_SUCH"}, "entry_refused"),
        (False, {"closed_on": date(2026, 11, 19)}, "entry_refused"),
        (False, {"closed_on": date(2099, 1, 1)}, "entry_refused"),
        (False, {"recovered_yen": -1}, "entry_refused"),
    ],
)
def test_closing_a_case(closed: bool, more: dict[str, Any], code: str | None) -> None:
    by = builders.account()
    case = builders.case(by=by)
    if closed:
        close(case, by)
    stated = signs(case)

    if code is None:
        close(case, by, **more)
        assert signs(case) != stated
        return
    with pytest.raises(CasesError) as refusal:
        close(case, by, **more)
    assert refusal.value.code == code
    assert signs(case) == stated


def test_a_follow_up_is_kept_once_and_its_words_are_redacted_with_the_persons_of_the_case() -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person())
    entry = note(text="花子さんへ電話。ヤマダ様は留守。")

    first = followup.add_follow_up(case.uid, entry, by=by)
    second = followup.add_follow_up(case.uid, entry, by=by)

    assert first.pk == second.pk
    assert FollowUp.objects.count() == 1
    with mock.patch("cases.protection.audit.committed"):
        words = redacted_text([case.uid], by=by, with_follow_ups=True)[case.uid].follow_ups[first.uid]
    assert "花子" not in words
    assert "ヤマダ" not in words
    assert "電話" in words


def test_a_follow_up_counts_beside_its_case_and_goes_with_its_codes() -> None:
    by = builders.account()
    case = builders.case(by=by)

    followup.add_follow_up(case.uid, note(), by=by)

    assert (signs(case), signs(case, "CONTACT")) == ([(1, "")], [(1, "")])
    followup.close_case(case.uid, outcome="ADVICE", closed_on=case.received_on, by=by)
    assert signs(case, "CONTACT") == [(1, ""), (-1, ""), (1, "ADVICE")]


@pytest.mark.parametrize("fault", [{"text": " "}, {"kind": ""}, {"kind": "NO_SUCH"}, {"text": "あ" * 20_001}])
def test_a_faulty_follow_up_is_refused(fault: dict[str, str]) -> None:
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(EntryRefused):
        followup.add_follow_up(case.uid, note(**fault), by=by)

    assert not FollowUp.objects.exists()


def test_a_correction_replaces_persons_codes_and_tags() -> None:
    by = builders.account()
    before = builders.entry(caller=builders.person(phone="090-1111-1111"))
    case = builders.case(by=by, uid=before.uid, caller=before.caller)

    after = dataclasses.replace(
        before, scam_main="SUPPORT_SCAM", age=64, caller=builders.person(phone="090-2222-2222")
    )
    corrected = followup.correct_case(after, revision=1, by=by)

    assert (corrected.party_age, corrected.party_age_band, corrected.number) == (64, "60_64", case.number)
    assert Case.objects.get(pk=case.pk).main_scam == "SUPPORT_SCAM"
    # Tags are of five bits: two numbers may share one, so what is asked is who is found.
    assert match.same_phone("090-2222-2222", by=by).case_pks == [case.pk]
    assert match.same_phone("090-1111-1111", by=by).case_pks == []
    facts = CaseFact.objects.filter(case_uid=case.uid).order_by("seq")
    assert list(facts.values_list("sign", "scam_main", "age")) == [
        (1, "INSPECTION", 78), (-1, "INSPECTION", 78), (1, "SUPPORT_SCAM", 64),
    ]  # fmt: skip


def test_a_correction_of_an_older_reading_is_refused_and_changes_nothing() -> None:
    by = builders.account()
    entry = builders.entry()
    case = builders.case(by=by, uid=entry.uid)
    followup.add_follow_up(case.uid, note(), by=by)

    with pytest.raises(followup.ChangedMeanwhile):
        followup.correct_case(dataclasses.replace(entry, age=20), revision=1, by=by)

    assert Case.objects.get(pk=case.pk).party_age == 78


def test_a_correction_keeps_how_the_case_was_closed() -> None:
    by = builders.account()
    entry = builders.entry()
    case = builders.case(by=by, uid=entry.uid)
    close(case, by)

    corrected = followup.correct_case(dataclasses.replace(entry, age=20), revision=2, by=by)

    assert (corrected.outcome, corrected.closed_on) == ("ADVICE", CLOSED_ON)


def test_a_reopened_case_is_counted_as_open_again() -> None:
    by = builders.account()
    case = builders.case(by=by)
    close(case, by)

    followup.reopen_case(case.uid, by=by)

    assert [sign for sign, outcome in signs(case) if outcome == ""] == [1, -1, 1]
    with pytest.raises(followup.CaseStillOpen):
        followup.reopen_case(case.uid, by=by)


CHANGES: list[Callable[[Case, Account], object]] = [
    lambda case, by: close(case, by),
    lambda case, by: followup.add_follow_up(case.uid, note(), by=by),
    lambda case, by: followup.correct_case(builders.entry(uid=case.uid, age=20), revision=1, by=by),
]


@pytest.mark.parametrize("change", CHANGES, ids=["close", "follow up", "correct"])
def test_each_change_leaves_one_entry_and_a_feed_row_of_its_revision(
    change: Callable[[Case, Account], object],
) -> None:
    by = builders.account()
    case = builders.case(by=by)
    before = AuditEntry.objects.filter(case_uid=case.uid).count()

    change(case, by)

    assert AuditEntry.objects.filter(case_uid=case.uid).count() == before + 1
    assert set(FeedRow.objects.filter(case_uid=case.uid).values_list("revision", flat=True)) == {2}


@pytest.mark.parametrize("change", CHANGES, ids=["close", "follow up", "correct"])
def test_the_case_of_another_centre_does_not_exist(change: Callable[[Case, Account], object]) -> None:
    case = builders.case()
    stranger = builders.account(at=builders.centre("kita"))

    with pytest.raises(Case.DoesNotExist):
        change(case, stranger)


def test_a_follow_up_sent_again_with_other_words_is_refused_and_keeps_the_first() -> None:
    by = builders.account()
    case = builders.case(by=by)
    entry = note(text="助言した")
    followup.add_follow_up(case.uid, entry, by=by)

    # The moment may differ: a page may fill in the time of each sending.
    again = dataclasses.replace(entry, happened_at=datetime(2026, 11, 20, 11, tzinfo=TOKYO))
    assert followup.add_follow_up(case.uid, again, by=by).happened_at == entry.happened_at
    with pytest.raises(followup.FollowUpTaken):
        followup.add_follow_up(case.uid, dataclasses.replace(entry, text="助言した。再勧誘あり"), by=by)

    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=TOKYO),
        datetime(1926, 11, 20, tzinfo=TOKYO),
        datetime(9999, 12, 31, 23, tzinfo=UTC),
    ],
)
def test_a_follow_up_outside_the_centuries_is_refused(moment: datetime) -> None:
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(EntryRefused) as refusal:
        followup.add_follow_up(case.uid, note(happened_at=moment), by=by)

    assert list(refusal.value.errors) == ["happened_at"]


def test_more_than_ten_trillion_yen_are_not_recovered() -> None:
    by = builders.account()
    case = builders.case(by=by)

    with pytest.raises(EntryRefused):
        close(case, by, recovered_yen=10**13 + 1)

    assert close(case, by, recovered_yen=10**13).recovered_yen == 10**13


def test_a_person_added_by_a_correction_is_masked_in_what_was_noted_before() -> None:
    by = builders.account()
    case = builders.case(by=by)
    row = followup.add_follow_up(case.uid, note(text="夫(いさお)が来所、明日また来る。"), by=by)

    def shown() -> str:
        with mock.patch("cases.protection.audit.committed"):
            return redacted_text([case.uid], by=by, with_follow_ups=True)[case.uid].follow_ups[row.uid]

    before = shown()
    followup.correct_case(
        builders.entry(uid=case.uid, caller=builders.person(name="山田 功", kana="ヤマダ イサオ")),
        revision=2,
        by=by,
    )

    assert "いさお" in before
    assert shown() == before.replace("いさお", "〔氏名〕")


def test_a_correction_sent_twice_is_done_once() -> None:
    by = builders.account()
    case = builders.case(by=by)
    entry = builders.entry(uid=case.uid, age=64)

    first = followup.correct_case(entry, revision=1, by=by)
    second = followup.correct_case(entry, revision=1, by=by)

    assert (first.revision, second.revision) == (2, 2)
    assert AuditEntry.objects.filter(case_uid=case.uid, action="CASE_CORRECTED").count() == 1
    with pytest.raises(followup.ChangedMeanwhile):
        followup.correct_case(dataclasses.replace(entry, age=65), revision=1, by=by)


@pytest.mark.parametrize(
    "moment", [datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(1949, 12, 31, tzinfo=UTC)]
)
def test_a_consultation_outside_the_centuries_is_refused(moment: datetime) -> None:
    with pytest.raises(EntryRefused) as refusal:
        builders.case(received_at=moment)

    assert "received_at" in refusal.value.errors


def test_an_empty_code_is_no_further_scam_type() -> None:
    with pytest.raises(EntryRefused) as refusal:
        builders.case(scam_others=("",))

    assert list(refusal.value.errors) == ["scam_others"]


def test_a_correction_without_the_callers_birth_date_keeps_the_one_that_is_stored() -> None:
    by = builders.account()
    entry = builders.entry(caller=builders.person(birth_date=date(1980, 1, 2)))
    builders.case(by=by, uid=entry.uid, caller=entry.caller)

    without = dataclasses.replace(entry, caller=builders.person(name="山田 春子"))
    followup.correct_case(without, revision=1, by=by)

    case = Case.objects.get(uid=entry.uid)
    with mock.patch("cases.protection.audit.committed"):
        values = reveal(case.uid, ["caller.name", "caller.birth_date"], by=by, purpose="CONSULTATION")
    assert values == {"caller.name": "山田 春子", "caller.birth_date": "1980-01-02"}
