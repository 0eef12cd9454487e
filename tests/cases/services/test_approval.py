"""決裁: what counts is the log, an approval is of one state of a case, and nobody approves their own."""

import uuid
from datetime import date
from typing import Any

import pytest

from cases import held
from cases.errors import CasesError
from cases.protection import match
from cases.protection.models import AuditEntry
from cases.records.approval import ApprovalStep
from cases.records.case import Case
from cases.records.later_review import LaterReview
from cases.services import approval, followup
from cases.services.approval import Chosen, State
from consult.shell.accounts import Account
from tests import builders
from tests.cases.services.test_followup import note
from tests.consult.desk.conftest import queries_of

pytestmark = pytest.mark.django_db
CLOSED_ON = date(2026, 11, 21)


@pytest.fixture
def counsellor() -> Account:
    return builders.account()


@pytest.fixture
def approver(counsellor: Account) -> Account:
    return builders.account("APPROVER", at=counsellor.centre)


def closed(by: Account, **more: Any) -> Case:
    case = builders.case(by=by, **more)
    return followup.close_case(case.uid, outcome="ADVICE", closed_on=CLOSED_ON, by=by)


def asked(by: Account, **more: Any) -> Case:
    case = closed(by, **more)
    approval.ask(case.uid, uid=uuid.uuid4(), by=by)
    return case


def approved(case: Case, by: Account, **more: Any) -> ApprovalStep:
    given = {"uid": uuid.uuid4(), "revision": case.revision, "able": [by.pk], **more}
    return approval.approve(case.uid, by=by, **given)


def returned(case: Case, by: Account, **more: Any) -> ApprovalStep:
    given = {
        "uid": uuid.uuid4(),
        "revision": case.revision,
        "comment": "金額の根拠を書いてください。",
        **more,
    }
    return approval.send_back(case.uid, by=by, **given)


def test_a_case_goes_from_asking_to_approval(counsellor: Account, approver: Account) -> None:
    case = closed(counsellor)
    states = [approval.state_of(case)]

    approval.ask(case.uid, uid=uuid.uuid4(), by=counsellor)
    states.append(approval.state_of(case))
    approved(case, approver)
    states.append(approval.state_of(case))

    assert states == [State.NONE, State.ASKED, State.APPROVED]


def test_what_came_back_may_be_asked_for_again(counsellor: Account, approver: Account) -> None:
    case = asked(counsellor)

    returned(case, approver)
    came_back = approval.state_of(case)
    approval.ask(case.uid, uid=uuid.uuid4(), by=counsellor)

    assert (came_back, approval.state_of(case)) == (State.RETURNED, State.ASKED)


def test_a_change_after_the_approval_is_not_approved(counsellor: Account, approver: Account) -> None:
    case = asked(counsellor)
    approved(case, approver)

    followup.add_follow_up(case.uid, note(), by=counsellor)
    case.refresh_from_db()
    after = approval.state_of(case)
    approval.ask(case.uid, uid=uuid.uuid4(), by=counsellor)

    assert (after, approval.state_of(case)) == (State.CHANGED_AFTER, State.ASKED)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("nothing", None),
        ("open", "case_still_open"),
        ("asked", "approval_asked_already"),
        ("approved", "approval_asked_already"),
        ("long", "entry_refused"),
    ],
)
def test_asking(counsellor: Account, approver: Account, what: str, code: str | None) -> None:
    case = builders.case(by=counsellor) if what == "open" else closed(counsellor)
    if what in ("asked", "approved"):
        approval.ask(case.uid, uid=uuid.uuid4(), by=counsellor)
    if what == "approved":
        approved(case, approver)
    comment = "あ" * 20_001 if what == "long" else ""

    assert _refusal(lambda: approval.ask(case.uid, uid=uuid.uuid4(), comment=comment, by=counsellor)) == code


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("nothing", None),
        ("never asked", "approval_not_asked_for"),
        ("decided", "approval_not_asked_for"),
        ("withdrawn", "approval_not_asked_for"),
        ("changed", "changed_meanwhile"),
        ("open", "case_still_open"),
    ],
)
def test_approving(counsellor: Account, approver: Account, what: str, code: str | None) -> None:
    case = closed(counsellor) if what == "never asked" else asked(counsellor)
    revision = case.revision
    if what == "decided":
        returned(case, approver)
    elif what == "withdrawn":
        approval.withdraw(case.uid, uid=uuid.uuid4(), by=counsellor)
    elif what == "changed":
        followup.add_follow_up(case.uid, note(), by=counsellor)
    elif what == "open":
        revision = followup.reopen_case(case.uid, by=counsellor).revision

    assert _refusal(lambda: approved(case, approver, revision=revision)) == code


def _refusal(act: Any) -> str | None:
    try:
        act()
    except CasesError as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("who", ["asker", "holder"])
@pytest.mark.parametrize("is_alone", [False, True])
def test_nobody_approves_their_own_unless_alone(counsellor: Account, who: str, is_alone: bool) -> None:
    counsellor.role_codes = ["COUNSELLOR", "APPROVER"]
    counsellor.save()
    colleague = builders.account(at=counsellor.centre)
    case = closed(counsellor if who == "holder" else colleague)
    approval.ask(case.uid, uid=uuid.uuid4(), by=colleague if who == "holder" else counsellor)
    able = {counsellor.pk} if is_alone else {counsellor.pk, colleague.pk}

    refusal = _refusal(lambda: approved(case, counsellor, able=able))

    assert refusal == (None if is_alone else "second_person_needed")
    assert LaterReview.objects.filter(kind="CASE_APPROVAL").exists() == is_alone
    assert approval.state_of(case) is (State.APPROVED if is_alone else State.ASKED)


@pytest.mark.parametrize("comment", ["  ", ""])
def test_sending_back_needs_a_word(counsellor: Account, approver: Account, comment: str) -> None:
    case = asked(counsellor)

    assert _refusal(lambda: returned(case, approver, comment=comment)) == "entry_refused"
    assert approval.state_of(case) is State.ASKED


@pytest.mark.parametrize("verb", ["ask", "approve", "return", "withdraw"])
def test_a_step_sent_twice_is_one_step(counsellor: Account, approver: Account, verb: str) -> None:
    case = closed(counsellor) if verb == "ask" else asked(counsellor)
    uid, before = uuid.uuid4(), ApprovalStep.objects.count()
    act = {
        "ask": lambda: approval.ask(case.uid, uid=uid, comment="お願いします。", by=counsellor),
        "approve": lambda: approved(case, approver, uid=uid, comment="よい。"),
        "return": lambda: returned(case, approver, uid=uid),
        "withdraw": lambda: approval.withdraw(case.uid, uid=uid, by=counsellor),
    }[verb]

    first, second = act(), act()

    assert first.pk == second.pk
    assert ApprovalStep.objects.count() == before + 1


@pytest.mark.parametrize("other", ["words", "case"])
def test_a_uid_that_is_taken_hides_no_words(counsellor: Account, other: str) -> None:
    case, uid = closed(counsellor), uuid.uuid4()
    approval.ask(case.uid, uid=uid, comment="初めの文。", by=counsellor)
    if other == "words":
        second = lambda: approval.ask(case.uid, uid=uid, comment="次の文。", by=counsellor)  # noqa: E731 - one of two
    else:
        there = closed(counsellor)
        second = lambda: approval.ask(there.uid, uid=uid, comment="初めの文。", by=counsellor)  # noqa: E731 - one of two

    assert _refusal(second) == "approval_step_taken"


def test_of_several_those_that_changed_are_named_and_the_rest_goes_through(
    counsellor: Account, approver: Account
) -> None:
    first, changed, elsewhere = (
        asked(counsellor),
        asked(counsellor),
        asked(builders.account(at=builders.centre("kita"))),
    )
    chosen = [Chosen(case.uid, case.revision, uuid.uuid4()) for case in (first, changed, elsewhere)]
    followup.add_follow_up(changed.uid, note(), by=counsellor)

    answers = approval.approve_all(chosen, by=approver, able=[approver.pk])

    told = [(one.number, one.refusal.code if one.refusal else None) for one in answers]
    assert told == [(first.number, None), (changed.number, "changed_meanwhile"), ("", "case_gone")]
    assert AuditEntry.objects.filter(action="APPROVAL_APPROVED").count() == 1


def test_a_case_that_is_disposed_of_meanwhile_stops_no_other_of_the_batch(
    counsellor: Account, approver: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept = asked(counsellor), asked(counsellor)
    chosen = [Chosen(case.uid, case.revision, uuid.uuid4()) for case in (gone, kept)]
    approve = approval.approve

    def disposed_of_first(case_uid: uuid.UUID, **given: Any) -> ApprovalStep:
        if case_uid == gone.uid:
            Case.objects.filter(pk=gone.pk).delete()
        return approve(case_uid, **given)

    monkeypatch.setattr(approval, "approve", disposed_of_first)
    answers = approval.approve_all(chosen, by=approver, able=[approver.pk])

    told = [(one.number, one.refusal.code if one.refusal else None) for one in answers]
    assert told == [(gone.number, "case_gone"), (kept.number, None)]


def test_one_comment_goes_to_every_case_of_a_batch(counsellor: Account, approver: Account) -> None:
    cases = [asked(counsellor), asked(counsellor)]
    chosen = [Chosen(case.uid, case.revision, uuid.uuid4()) for case in cases]

    approval.approve_all(chosen, comment="月次で確認しました。", by=approver, able=[approver.pk])

    rows = ApprovalStep.objects.filter(kind="APPROVED")
    assert [match.holds(row, "comment", "月次で確認しました。") for row in rows] == [True, True]


@pytest.mark.parametrize("deed", ["deleted", "made to look approved", "no longer the last"])
def test_a_row_that_somebody_takes_away_takes_no_case_off_the_lists(
    counsellor: Account, approver: Account, deed: str
) -> None:
    case, back = asked(counsellor), asked(counsellor)
    returned(back, approver)
    rows = ApprovalStep.objects.filter(is_last=True)
    if deed == "deleted":
        rows.delete()
    else:
        rows.update(**({"kind": "APPROVED"} if deed == "made to look approved" else {"is_last": False}))
    held.forget_all()

    waits = [one.pk for one, _standing in approval.waiting(approver, most=10)]
    own = [one.pk for one, _standing in approval.of_holder(counsellor, most=10)]

    assert (waits, approval.count_waiting(approver)) == ([case.pk], 1)
    assert (own, approval.count_returned(counsellor)) == ([back.pk, case.pk], 1)


def test_who_asked_is_told_by_the_log_where_the_row_is_gone(counsellor: Account, approver: Account) -> None:
    colleague = builders.account(at=counsellor.centre)
    colleague.role_codes = ["COUNSELLOR", "APPROVER"]
    colleague.save()
    case = closed(counsellor)
    approval.ask(case.uid, uid=uuid.uuid4(), by=colleague)
    ApprovalStep.objects.all().delete()

    able = [colleague.pk, approver.pk]
    assert _refusal(lambda: approved(case, colleague, able=able)) == "second_person_needed"


@pytest.mark.parametrize("deed", ["put in", "changed"])
def test_a_row_that_somebody_slipped_in_approves_nothing(
    counsellor: Account, approver: Account, deed: str
) -> None:
    case = asked(counsellor)
    if deed == "put in":
        ApprovalStep.objects.update(is_last=False)
        ApprovalStep.objects.create(
            uid=uuid.uuid4(), case=case, kind="APPROVED", revision=case.revision, account=approver
        )
    else:
        ApprovalStep.objects.update(kind="APPROVED", account=approver)

    assert approval.state_of(case) is State.ASKED


def test_an_entry_that_is_not_genuine_approves_nothing(counsellor: Account, approver: Account) -> None:
    case = asked(counsellor)
    last = AuditEntry.objects.filter(case_uid=case.uid).order_by("-pk")[0]
    AuditEntry.objects.create(
        chain=last.chain, seq=(last.seq or 0) + 1, mac=b"x" * 32, action="APPROVAL_APPROVED",
        actor=approver, actor_uid=approver.uid, role="APPROVER", case_uid=case.uid,
        reason=f"{uuid.uuid4()} {case.revision}",
    )  # fmt: skip

    assert approval.state_of(case) is State.ASKED


def test_an_approver_opens_persons_only_while_the_case_waits(
    counsellor: Account, approver: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.protection.audit.committed", lambda entry: None)
    case = asked(counsellor, caller=builders.person())

    def look() -> dict[str, str]:
        return approval.reveal_for(case.uid, ["caller.name"], reason="金額を確かめる", by=approver)

    shown = look()
    approved(case, approver)

    assert shown == {"caller.name": "山田 花子"}
    assert _refusal(look) == "approval_not_asked_for"


def test_where_many_cases_stand_takes_as_many_queries_as_for_one(
    counsellor: Account, approver: Account
) -> None:
    one = [asked(counsellor)]
    many = [*one, asked(counsellor), closed(counsellor), asked(counsellor)]
    approved(many[1], approver)

    assert queries_of(lambda: approval.standings(many)) == queries_of(lambda: approval.standings(one)) == 3
    assert [approval.standings(many)[case.pk].state.value for case in many] == [
        "asked",
        "approved",
        "none",
        "asked",
    ]


def test_what_waits_is_listed_oldest_first_and_only_here(counsellor: Account, approver: Account) -> None:
    first, second = asked(counsellor), asked(counsellor)
    asked(builders.account(at=builders.centre("kita")))
    followup.reopen_case(asked(counsellor).uid, by=counsellor)

    assert [case.pk for case, _standing in approval.waiting(approver, most=10)] == [first.pk, second.pk]
    assert approval.count_waiting(approver) == 2
