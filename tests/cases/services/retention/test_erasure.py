"""A case is erased: nothing of it is left, nobody brings it back, and what stays says only that it was."""

import uuid
from datetime import date

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from cases import erasing
from cases.backup import erased
from cases.errors import CasesError
from cases.feed.models import FeedRow
from cases.law import calendar
from cases.law.watch_share import Basis
from cases.models import AuditEntry, CaseFact, DataKey, Disposal, FollowUp, ImportedRow, LegalHold, Tombstone
from cases.protection import keys
from cases.protection.sealed import Owner
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.records.tombstone import CaseErased
from cases.records.watch_share import WatchShare
from cases.services import (
    accidents,
    approval,
    callbacks,
    custody,
    followup,
    help_calls,
    intake,
    letters,
    mediation,
    viewing,
    watch_share,
)
from cases.services.followup import FollowUpEntry
from cases.services.ledger import uploads, work
from cases.services.letters import LetterEntry
from cases.services.retention import erasure, holds
from cases.services.retention.holds import CaseOnHold
from cases.services.retention.models import DisposalItem
from cases.services.traders import keeping, linking
from cases.services.traders.keeping import TraderDetails
from cases.services.watch_share import ShareEntry
from consult.shell import drafts
from tests import builders

pytestmark = pytest.mark.django_db
REQUEST = Disposal.Ground.REQUEST
# Tables that name an erased case: the log, that it was erased, which keys wrapped its key, the word for the index.
LEFT = {"cases_auditentry", "cases_tombstone", "cases_erasurenote", "cases_pastwrap", "cases_feedrow"}


def whole_case(by):
    """A case with everything that a case can have at the desk."""
    case = builders.case(by=by, caller=builders.person(), scam_others=("PHISHING",))
    followup.add_follow_up(
        case.uid,
        FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text="山田さんに連絡した。"),
        by=by,
    )
    ImportedRow.objects.create(centre=case.centre, case_uid=case.uid, row_digest=b"x" * 32)
    return case


def tables_naming(case_uid, case_pk):
    """Every table in which the uid, or the key of the case in a foreign key, stands."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.UUIDField):
                value = case_uid
            elif isinstance(field, models.ForeignKey) and field.related_model is Case:
                value = case_pk
            else:
                continue
            if model._default_manager.filter(**{field.attname: value}).exists():
                found.add(model._meta.db_table)
    return found


def test_nothing_names_the_case_but_the_log_and_the_tombstone(manager):
    by = builders.account()
    case, kept = whole_case(by), whole_case(by)
    before = tables_naming(case.uid, case.pk)
    assert before >= {
        "cases_case", "cases_caseperson", "cases_casescamtype", "cases_lookuptag", "cases_followup",
        "cases_datakey", "cases_casefact", "cases_importedrow",
    }  # fmt: skip

    tombstone = erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert tables_naming(case.uid, case.pk) <= LEFT
    assert tables_naming(kept.uid, kept.pk) == before
    assert (tombstone.number, tombstone.record_class, tombstone.ground) == (
        case.number,
        "CONSULTATION",
        "REQUEST",
    )
    entry = AuditEntry.objects.get(action="CASE_ERASED")
    assert (entry.case_uid, entry.actor_uid, entry.reason) == (case.uid, manager.uid, "REQUEST")
    assert FeedRow.objects.get(case_uid=case.uid, consumer="search").revision > case.revision
    kept_facts = CaseFact.objects.filter(source="ERASED").order_by("what")
    assert list(kept_facts.values_list("what", flat=True)) == ["CASE", "CONTACT"]
    assert not DataKey.objects.filter(owner_uid=case.uid).exists()


def test_what_the_rooms_of_the_desk_keep_of_a_case_goes_with_it(manager):
    """But that watchers hold what they were given: who has to dispose of it stays, without a word of it."""
    by = builders.account()
    case = case_through_all_rooms(by)
    rooms = {
        "cases_caseletter", "cases_accidentdecision", "cases_watchshare", "cases_callback", "cases_helpcall",
        "cases_caseevent", "cases_approvalstep", "cases_undonote", "cases_caseviewer", "cases_casetrader",
        "cases_caselink", "cases_handover",
    }  # fmt: skip
    assert tables_naming(case.uid, case.pk) >= rooms

    erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert tables_naming(case.uid, case.pk) <= LEFT | {"cases_watchshare"}
    share = WatchShare.objects.get()
    assert [getattr(share, name) for name in WatchShare.SEALED] == [None] * len(WatchShare.SEALED)
    assert not DataKey.objects.filter(owner_uid=case.uid).exists()


def case_through_all_rooms(by):
    case, other = builders.case(by=by, caller=builders.person()), builders.case(by=by)
    trader = keeping.add(uuid.uuid4(), TraderDetails(name="ミドリ住設"), centre=by.centre, by=by)
    linking.choose(case.uid, trader_uid=trader.uid, by=by)
    step = mediation.Step(
        uid=uuid.uuid4(), code="OFFER_BY_TRADER", happened_at=timezone.now(), text="山田様へ返金"
    )
    mediation.record(case.uid, step, by=by)
    custody.link(case.uid, other_uid=other.uid, kind="SAME_PERSON", by=by)
    letter = LetterEntry(
        uid=uuid.uuid4(), letter_uid=uuid.uuid4(), kind="RESCISSION", template="RESCISSION/-/v1", medium="LETTER",
        text="山田", addressee="", sender="",
    )  # fmt: skip
    letters.keep(case.uid, letter, by=by)
    accidents.decide(case.uid, uid=uuid.uuid4(), answers={"fire": "yes"}, items={"place": "山田方"}, by=by)
    share = ShareEntry(
        uid=uuid.uuid4(), basis=Basis(ground="COUNCIL", is_council=True), recipient_kind="POLICE",
        recipient="架空署", person="山田", purpose="VISIT", fields=("narrative",), means="ORAL", note="見守りを",
        dispose_by=calendar.today(),
    )  # fmt: skip
    watch_share.share(case.uid, share, by=by)
    callbacks.plan(case.uid, callbacks.aftercare(case, 2, uid=uuid.uuid4()), by=by)
    help_calls.call(centre=by.centre, by=by, case_uid=case.uid)
    viewing.beat(case, is_editing=True, by=by)
    followup.close_case(case.uid, outcome="ADVICE", closed_on=calendar.today(), by=by)
    approval.ask(case.uid, uid=uuid.uuid4(), comment="山田さんの件", by=by)
    custody.hand_over(case.uid, to_uid=builders.account(at=by.centre).uid, note="山田さん", by=by)
    return case


def test_drafts_of_the_case_go_with_it(manager):
    by = builders.account()
    case = whole_case(by)
    follow_up = FollowUp.objects.get()
    unrelated = uuid.uuid4()
    for uid in (case.uid, follow_up.uid, unrelated):
        key, sealer = keys.create(Owner("draft", uid), centre_uid=by.centre.uid, cohort=2024)
        key.save()
        draft = drafts.Draft(uid=uid, account=by)
        sealer.seal(draft, "body", "{}")
        draft.save()

    tombstone = erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert [draft.uid for draft in drafts.Draft.objects.all()] == [unrelated]
    assert [key.owner_uid for key in DataKey.objects.filter(owner_kind="draft")] == [unrelated]
    assert ["case", by.centre.uid.hex, 2024, 1] in [list(wrap) for wrap in tombstone.wraps]


def test_a_held_case_is_not_erased_until_the_hold_is_lifted(manager):
    case = whole_case(builders.account())
    hold = holds.place(case.uid, ground=LegalHold.Ground.LITIGATION, by=manager)

    with pytest.raises(CaseOnHold):
        erasure.erase_case(case.uid, reason=REQUEST, by=manager)
    assert Case.objects.filter(uid=case.uid).exists()

    holds.lift(hold.uid, by=manager)
    erasure.erase_case(case.uid, reason=REQUEST, by=manager)
    assert not Case.objects.filter(uid=case.uid).exists()


def test_a_case_of_another_centre_is_not_found(manager):
    case = whole_case(builders.account(at=builders.centre("kita")))

    with pytest.raises(Case.DoesNotExist):
        erasure.erase_case(case.uid, reason=REQUEST, by=manager)


def test_a_late_retry_is_refused_in_words(manager):
    by = builders.account()
    entry = builders.entry()
    case = intake.record_case(entry, centre=by.centre, by=by).case
    assert intake.record_case(entry, centre=by.centre, by=by).case == case
    erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    with pytest.raises(CaseErased) as refusal:
        intake.record_case(entry, centre=by.centre, by=by)
    with pytest.raises(CaseErased):
        drafts.save(case.uid, {"narrative": ["屋根の点検"]}, sequence=1, by=by)

    assert (refusal.value.status, refusal.value.code) == (410, "case_erased")
    assert Case.objects.count() == DataKey.objects.count() == 0


def test_a_room_that_refuses_keeps_the_case_whole(manager, monkeypatch):
    def refuse(_uid):
        raise CasesError("not now")

    monkeypatch.setattr(erasing, "_rooms", {})
    erasing.register("a", refuse)
    case = whole_case(builders.account())
    before = tables_naming(case.uid, case.pk)

    with pytest.raises(CasesError, match="not now"):
        erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert tables_naming(case.uid, case.pk) == before


def test_after_an_older_backup_was_restored_what_was_erased_since_goes_again(manager):
    by = builders.account()
    case, kept = whole_case(by), whole_case(by)
    holds.place(case.uid, ground=LegalHold.Ground.AUDIT, by=manager)
    notes = erased.Notes(erased={case.uid: timezone.now(), uuid.uuid4(): timezone.now()})

    assert [erased.erase_again(notes), erased.erase_again(notes)] == [1, 0]

    assert [row.uid for row in Case.objects.all()] == [kept.uid]
    assert Tombstone.objects.get().ground == "AGAIN"


LEDGER = "受付日,相談概要\n2026-11-20,屋根の点検\n2026-11-21,羽毛布団\n".encode()


def imported(by):
    run = uploads.receive("ledger.csv", LEDGER, centre=by.centre, by=by)
    run.columns = ["received_on", "narrative"]
    run.save()
    return run


@pytest.mark.parametrize("is_idle", [True, False])
def test_the_ledger_that_a_case_came_from_goes_too_unless_it_is_at_work(manager, is_idle):
    run = imported(manager)
    case = builders.case(source=Case.Source.IMPORT)
    if not is_idle:
        work.start_check(run, by=manager)

    if is_idle:
        erasure.erase_case(case.uid, reason=REQUEST, by=manager)
    else:
        with pytest.raises(uploads.ImportUnderWay):
            erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    run.refresh_from_db()
    assert run.has_file != is_idle
    assert Case.objects.filter(uid=case.uid).exists() != is_idle


def test_items_and_holds_go_with_the_case(manager, closed):
    case = closed(date(2027, 3, 31))
    hold = holds.place(case.uid, ground=LegalHold.Ground.OTHER, by=manager)
    holds.lift(hold.uid, by=manager)
    disposal = Disposal.objects.create(centre=manager.centre, ground=REQUEST, proposed_by=manager)
    DisposalItem.objects.create(disposal=disposal, case=case, record_class="CONSULTATION")

    erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert (LegalHold.objects.count(), DisposalItem.objects.count()) == (0, 0)


def test_keys_of_its_files_are_among_those_that_a_receipt_waits_for(manager):
    case = whole_case(builders.account())
    file = Attachment.objects.create(
        case=case, number=1, kind="TXT", size=1, content_digest=b"x" * 32, added_by=manager
    )
    key, _sealer = keys.create(file.sealed_owner, centre_uid=case.centre.uid, cohort=2019)
    key.save()

    assert file.sealed_owner in erasing.owners_of(case.uid)
    stone = erasure.erase_case(case.uid, reason=REQUEST, by=manager)

    assert ["case", case.centre.uid.hex, 2019, 1] in [list(wrap) for wrap in stone.wraps]
    assert not Attachment.objects.exists()
