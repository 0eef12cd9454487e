"""元に戻す: the last deed, by its doer, within ten minutes, and only if nothing happened since."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.errors import CasesError
from cases.figures.models import CaseFact
from cases.protection import keys, match
from cases.protection.audit import stored
from cases.protection.models import AuditEntry
from cases.records.card import CaseTransfer
from cases.records.case import Case
from cases.records.custody import HandOver
from cases.records.follow_up import FollowUp
from cases.records.links import CaseLink
from cases.records.people import CasePerson
from cases.records.undo import UndoNote
from cases.services import approval, custody, followup, undo, undo_notes
from cases.services.card_entry import TransferEntry
from cases.services.undo import NothingToUndo
from consult.shell.accounts import Account
from tests import builders
from tests.cases.services.test_followup import close, note

pytestmark = pytest.mark.django_db
Act = Callable[[Case, Account], Any]


@pytest.fixture
def by() -> Account:
    return builders.account()


@pytest.fixture
def case(by: Account) -> Case:
    return builders.case(
        by=by, caller=builders.person(), contract_yen=1_480_000, advice="初めの助言。",
        transfers=(TransferEntry(kind="BANK", account="1234567", yen=500_000),),
    )  # fmt: skip


def corrected(case: Case, by: Account, **more: Any) -> Case:
    case.refresh_from_db()
    entry = builders.entry(
        uid=case.uid, **{"narrative": "別の話。", "caller": builders.person(phone="03-1111-2222"), **more}
    )
    return followup.correct_case(entry, revision=case.revision, by=by)


def linked(case: Case, by: Account) -> CaseLink:
    return custody.link(case.uid, other_uid=builders.case(by=by).uid, kind="SAME_MATTER", by=by)


def handed_over(case: Case, by: Account) -> HandOver:
    to = builders.account(at=by.centre)
    return custody.hand_over(case.uid, to_uid=to.uid, note="申し送り。", by=by)


DEEDS: dict[str, Act] = {
    "CLOSE": lambda case, by: close(case, by, advice="終わりの助言。"),
    "CORRECTION": corrected,
    "FOLLOW_UP": lambda case, by: followup.add_follow_up(case.uid, note(), by=by),
    "LINK": linked,
    "HAND_OVER": handed_over,
}


def undone(case: Case, by: Account) -> str:
    return undo.undo(case.uid, note_uid=UndoNote.objects.get(case=case).uid, by=by).value


def held(case: Case) -> dict[str, Any]:
    """What the case holds, opened, without what every save moves."""
    case = Case.objects.get(pk=case.pk)
    sealer = keys.sealer(case.sealed_owner)
    people = CasePerson.objects.filter(case=case).select_related("case")
    transfers = CaseTransfer.objects.filter(case=case)
    return {
        "codes": (case.outcome, case.closed_on, case.contract_yen, case.main_scam, bytes(case.entry_digest)),
        "words": [
            sealer.open(case, name)
            for name in ("narrative", "narrative_redacted", "advice", "advice_redacted")
        ],
        "people": [(row.role, sealer.open(row, "name"), sealer.open(row, "phone")) for row in people],
        "transfers": [(row.yen, sealer.open(row, "account")) for row in transfers],
        "follow_ups": list(
            FollowUp.objects.filter(case=case, withdrawn_at=None).values_list("uid", flat=True)
        ),
        "links": CaseLink.objects.count(),
        "offers": HandOver.objects.filter(withdrawn_at=None).count(),
    }


@pytest.mark.parametrize("kind", DEEDS)
def test_a_deed_is_taken_back_and_the_case_is_as_it_was(case: Case, by: Account, kind: str) -> None:
    before = held(case)
    DEEDS[kind](case, by)
    assert held(case) != before

    assert undone(case, by) == kind

    assert held(case) == before
    assert AuditEntry.objects.filter(action=f"UNDONE_{kind}", case_uid=case.uid).count() == 1
    assert list(stored.cases([Case.objects.get(pk=case.pk)])) == []


def test_reopening_is_taken_back_with_the_outcome(case: Case, by: Account) -> None:
    close(case, by)
    before = held(case)
    followup.reopen_case(case.uid, by=by)

    assert undone(case, by) == "REOPEN"
    assert held(case) == before
    assert [
        row.sign for row in CaseFact.objects.filter(case_uid=case.uid, outcome="ADVICE").order_by("seq")
    ] == [1, -1, 1]


def test_a_number_is_found_again_after_a_correction_is_taken_back(case: Case, by: Account) -> None:
    corrected(case, by)
    undone(case, by)

    found = [match.same_phone(number, by=by).case_pks for number in ("090-1234-5678", "03-1111-2222")]

    assert found == [[case.pk], []]


@pytest.mark.parametrize(
    "what",
    [
        "nothing",
        "too late",
        "another person",
        "a later change",
        "approval",
        "taken back already",
        "moved note",
    ],
)
def test_what_may_be_taken_back(case: Case, by: Account, what: str, time_machine: Any) -> None:
    time_machine.move_to("2026-11-23 10:00 +0900", tick=False)
    close(case, by)
    row, actor = UndoNote.objects.get(case=case), by
    if what == "too late":
        time_machine.shift(timedelta(minutes=10, seconds=1))
    elif what == "another person":
        actor = builders.account(at=by.centre)
        UndoNote.objects.update(account=actor)
    elif what == "a later change":
        custody.guard(case.uid, is_guarded=True, by=by)
    elif what == "approval":
        time_machine.shift(timedelta(seconds=1))
        approval.ask(case.uid, uid=uuid.uuid4(), by=by)
    elif what == "taken back already":
        undone(case, by)
    elif what == "moved note":
        other = close(builders.case(by=by), by)
        UndoNote.objects.filter(case=case).delete()
        UndoNote.objects.filter(case=other).update(case=case, uid=row.uid)

    if what == "nothing":
        undo.undo(case.uid, note_uid=row.uid, by=actor)
        assert Case.objects.get(pk=case.pk).is_open
        return
    with pytest.raises(CasesError) as refusal:
        undo.undo(case.uid, note_uid=row.uid, by=actor)
    assert refusal.value.code in ("nothing_to_undo", "seal_broken")


def test_a_withdrawn_follow_up_stays_in_the_record_and_out_of_what_is_searched(
    case: Case, by: Account
) -> None:
    row = followup.add_follow_up(case.uid, note(text="特別な言葉。"), by=by)
    undone(case, by)
    texts: list[str] = []

    match.analyse([case], lambda _case, text, _sealer: texts.append(text), by=by)

    row.refresh_from_db()
    assert row.withdrawn_by_id == by.pk
    assert keys.sealer(case.sealed_owner).open(row, "text") == "特別な言葉。"
    assert "特別な言葉" not in texts[0]


def test_the_withdrawal_is_part_of_what_the_log_covers(case: Case, by: Account) -> None:
    followup.add_follow_up(case.uid, note(), by=by)
    undone(case, by)

    FollowUp.objects.update(withdrawn_at=None)

    assert [fault.kind.value for fault in stored.cases([Case.objects.get(pk=case.pk)])] != []


def test_notes_do_not_lie_about(case: Case, by: Account) -> None:
    close(case, by)
    UndoNote.objects.update(made_at=timezone.now() - timedelta(minutes=61))

    undo_notes.clean_up()

    assert not UndoNote.objects.exists()


def test_a_case_without_a_note_has_nothing_to_take_back(case: Case, by: Account) -> None:
    assert undo.offered(case, by) is None
    with pytest.raises(NothingToUndo):
        undo.undo(case.uid, note_uid=uuid.uuid4(), by=by)


def test_closing_a_case_twice_keeps_what_stood_before_the_second(case: Case, by: Account) -> None:
    close(case, by)
    undone(case, by)
    followup.close_case(case.uid, outcome="MEDIATED", closed_on=date(2026, 11, 21), by=by)

    assert undone(case, by) == "CLOSE"
    assert Case.objects.get(pk=case.pk).outcome == ""
