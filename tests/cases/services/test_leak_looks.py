"""漏えい by device and by file: what was on the screen there, and what a file took along."""

import io
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import trace
from cases.law.leaks import Answer, Duty
from cases.protection import attached, audit
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records.attachment import Attachment
from cases.records.leaks import LeakIncident
from cases.services import attachments, leaks
from cases.services.leaks import LeakFacts
from cases.services.requests import RequestEntry, enter, prepare
from consult.shell import drafts
from consult.shell.devices import SignedIn
from tests import builders
from tests.cases.services.test_leaks import counted, told

pytestmark = pytest.mark.django_db
Scope = LeakIncident.Scope
HARMLESS = LeakFacts(sensitive=Answer.NO, property_damage=Answer.NO, wrongful_intent=Answer.NO)
HOUR = timedelta(hours=1)


@pytest.fixture
def manager():
    return builders.account("MANAGER")


@pytest.fixture
def counsellor(manager):
    return builders.account(at=manager.centre)


@pytest.fixture
def known(manager):
    clerk = builders.account(at=manager.centre)
    return builders.case(by=clerk, caller=builders.person(), party=builders.person(name="山田 一郎"))


def sat_at(account, *, hours_ago=1.0, hours=2.0) -> uuid.UUID:
    """The device at which the account sat: by default now, since an hour."""
    start = timezone.now() - hours_ago * HOUR
    return SignedIn.objects.create(
        account=account, device_uid=uuid.uuid4(), at=start, ended_at=start + hours * HOUR
    ).device_uid


def from_devices(by, *devices, **more):
    return counted(told(by, Scope.DEVICE, device_uids=devices, facts=HARMLESS, **more))


def file_of(case, by) -> Attachment:
    return attachments.attach(case.uid, "写し.txt", io.BytesIO(b"copy"), size=4, by=by)


# --- devices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_there", "cases", "fields"), [(True, 1, {"caller.name": 1}), (False, 0, {})])
def test_a_device_showed_what_was_seen_while_somebody_sat_there(
    is_there, cases, fields, counsellor, manager, known
):
    lost = sat_at(counsellor) if is_there else sat_at(counsellor, hours_ago=5)
    reveal(known.uid, ["caller.name"], by=counsellor, purpose=Purpose.CONSULTATION)
    reveal(known.uid, ["narrative"], by=manager, purpose=Purpose.URGENT, reason="別の端末での閲覧")

    finding = from_devices(manager, lost)

    assert (finding.cases, finding.fields) == (cases, fields)


def test_several_devices_and_people_count_together_within_the_period(counsellor, manager, known):
    two = [sat_at(counsellor), sat_at(manager)]
    reveal(known.uid, ["caller.name"], by=counsellor, purpose=Purpose.CONSULTATION)
    reveal(known.uid, ["narrative"], by=manager, purpose=Purpose.URGENT, reason="本人から照会があった")

    assert from_devices(manager, *two).fields == {"caller.name": 1, "narrative": 1}
    assert from_devices(manager, *two, until=timezone.now() - HOUR).fields == {}
    assert from_devices(manager, uuid.uuid4()).cases == 0


def test_whoever_records_a_case_at_a_device_had_all_of_it_there(counsellor, manager):
    lost = sat_at(counsellor)
    builders.case(by=counsellor, caller=builders.person())

    finding = from_devices(manager, lost)

    assert (finding.cases, finding.persons) == (1, 1)
    assert {"narrative", "caller.name", "caller.phone"} <= set(finding.fields)


@pytest.mark.parametrize(
    ("when", "is_mine", "unplaced"),
    [("now", True, {"DRAFT_KEPT": 1}), ("now", False, {}), ("before", True, {}), ("gone", True, {})],
)
def test_a_draft_typed_at_a_device_keeps_the_number_open(when, is_mine, unplaced, counsellor, manager):
    lost = sat_at(counsellor, hours_ago=5 if when == "before" else 1)
    uid = uuid.uuid4()
    drafts.save(uid, {"narrative": ["屋根"]}, sequence=1, by=counsellor if is_mine else manager)
    if when == "gone":
        drafts.discard(uid, by=counsellor)

    finding = from_devices(manager, lost)

    assert finding.unplaced == unplaced
    assert finding.duty == (Duty.UNCLEAR if unplaced else Duty.NONE)


def test_drafts_of_an_account_count_with_what_it_saw(counsellor, manager):
    drafts.save(uuid.uuid4(), {"narrative": ["屋根"]}, sequence=1, by=counsellor)

    finding = counted(told(manager, Scope.ACCOUNT, scope_uid=counsellor.uid, facts=HARMLESS))

    assert finding.unplaced == {"DRAFT_KEPT": 1}


def test_another_centre_s_people_at_the_same_device_are_theirs_to_count(counsellor, manager, known):
    elsewhere = builders.account(at=builders.centre("kita"))
    theirs = builders.case(by=elsewhere, caller=builders.person())
    shared = sat_at(elsewhere)
    reveal(theirs.uid, ["caller.name"], by=elsewhere, purpose=Purpose.CONSULTATION)

    assert from_devices(manager, shared).cases == 0


# --- attached files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["FILE_VIEWED", "FILE_TAKEN"])
@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.PERIOD])
@pytest.mark.django_db(transaction=True)
def test_files_that_were_looked_at_count_with_the_rest(scope, action, counsellor, manager, known):
    row = file_of(known, builders.account(at=manager.centre))
    since = timezone.now()
    attached.open_file(row, action, by=counsellor, purpose=Purpose.CONSULTATION)
    named = {"scope_uid": counsellor.uid} if scope == Scope.ACCOUNT else {}

    finding = counted(told(manager, scope, since=since, facts=HARMLESS, **named))

    assert (finding.fields, finding.persons) == ({"attachment": 1}, 2)


@pytest.mark.parametrize("is_gone", [False, True])
def test_one_file_touches_its_case_also_when_it_was_taken_away_since(is_gone, manager, known):
    row = file_of(known, manager)
    incident = told(manager, Scope.ATTACHMENT, scope_uid=row.uid, case_uids=(known.uid,), facts=HARMLESS)
    if is_gone:
        attachments.remove(row.uid, reason="WRONG_FILE", by=manager)

    finding = counted(incident)

    assert (finding.cases, finding.persons, finding.fields) == (1, 2, {"attachment": 1})
    assert finding.facts["encrypted"] == Answer.NO


def test_a_stolen_database_holds_the_files_too(manager, known):
    file_of(known, manager)

    assert counted(told(manager, Scope.DATABASE)).fields["attachment"] == 1


# --- files that left -------------------------------------------------------------------------------------------


def in_one_request(act) -> uuid.UUID:
    uid = uuid.uuid4()
    token = trace.request_id.set(str(uid))
    act()
    trace.request_id.reset(token)
    return uid


def exported(by, request_uid):
    return counted(told(by, Scope.EXPORT, scope_uid=request_uid, facts=HARMLESS))


def test_a_list_of_persons_touches_what_was_revealed_for_it(manager, known):
    reveal(known.uid, ["narrative"], by=manager, purpose=Purpose.URGENT, reason="一覧とは別の閲覧")

    def take():
        audit.record("LEAK_LIST_TAKEN", by=manager, centre=manager.centre)
        reveal(known.uid, ["caller.name"], by=manager, purpose=Purpose.URGENT, reason="本人への通知のため")

    finding = exported(manager, in_one_request(take))

    assert (finding.persons, finding.fields, finding.unplaced) == (1, {"caller.name": 1}, {})


@pytest.mark.parametrize("action", ["NUMBERS_EXPORTED", "LEDGER_EXPORTED", "REGISTER_EXPORTED"])
def test_a_table_carried_no_person_and_is_still_looked_through(action, manager, known):
    """A count of one may point at somebody: only a person's 0 ends the doubt."""
    uid = in_one_request(lambda: audit.record(action, by=manager, centre=manager.centre, count=9))

    finding = exported(manager, uid)

    assert (finding.persons, finding.fields, finding.unplaced) == (0, {}, {action: 1})
    assert finding.duty == Duty.UNCLEAR
    leaks.change_facts(finding.incident.uid, LeakFacts(**{**vars(HARMLESS), "persons_known": 0}), by=manager)
    assert counted(finding.incident).duty == Duty.NONE


def test_an_answer_to_a_citizen_took_along_the_parts_that_were_prepared(manager, known):
    entry = RequestEntry(
        uid=uuid.uuid4(), received_on=timezone.localdate(), requester_name="山田", requester_address="北町",
        identity="PHOTO_CARD", agent="SELF", stands_as="CALLER", days=30, case_uids=(known.uid,),
    )  # fmt: skip
    request = enter(entry, centre=manager.centre, by=manager)
    prepare(request.uid, by=manager, looks=lambda _uid: "")
    uid = in_one_request(lambda: opened(request.uid, manager))

    finding = exported(manager, uid)

    assert (finding.cases, finding.unplaced) == (1, {})
    assert {"narrative", "caller.name"} <= set(finding.fields)


def test_a_paper_of_a_leak_is_words_that_the_log_does_not_place(manager):
    finding = exported(manager, in_one_request(lambda: opened(uuid.uuid4(), manager)))

    assert (finding.persons, finding.unplaced) == (0, {"PAPER_OPENED": 1})


def opened(subject: uuid.UUID, by) -> None:
    """The entry that `office` leaves when a paper is taken."""
    audit.record("PAPER_OPENED", by=by, centre=by.centre, reason=str(subject))


def test_files_of_another_centre_are_not_counted_here(manager):
    elsewhere = builders.account("MANAGER", at=builders.centre("kita"))
    theirs = builders.case(by=elsewhere, caller=builders.person())
    uid = in_one_request(lambda: audit.record("FILE_TAKEN", by=elsewhere, case=theirs, fields=["attachment"]))

    assert exported(manager, uid).cases == 0
    assert exported(elsewhere, uid).cases == 1
