"""漏えい対応: what each scope touches, what stays when facts change, and who may take the list of persons."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import erasing, jobs, trace
from cases.backup.models import Backup
from cases.law.leaks import Answer, Duty
from cases.protection import audit
from cases.protection.models import AuditEntry
from cases.protection.purpose import Purpose
from cases.protection.reveal import reveal
from cases.records.case import Case
from cases.records.later_review import LaterReview
from cases.records.leaks import LeakCase, LeakFinding, LeakIncident, LeakReport
from cases.records.steps import RecordStep
from cases.services import custody, leak_notices, leak_scope, leaks, oversight
from cases.services.leaks import LeakEntry, LeakFacts
from cases.services.ledger import uploads
from tests import builders

pytestmark = pytest.mark.django_db
Scope = LeakIncident.Scope
SETTLED = LeakFacts(property_damage=Answer.NO, wrongful_intent=Answer.NO)


def told(by, scope, **more) -> LeakIncident:
    entry = LeakEntry(
        uid=uuid.uuid4(),
        kind=LeakIncident.Kind.LOSS,
        found_at=timezone.now(),
        scope=scope,
        summary="端末が見当たらない。",
        **more,
    )
    return leaks.report(entry, centre=by.centre, by=by)


def counted(incident) -> LeakFinding:
    """The job run to its end."""
    incident.refresh_from_db()
    assert jobs.claim_and_run(incident.job.uid, worker="w")
    incident.job.refresh_from_db()
    assert incident.job.state == jobs.Job.State.DONE, incident.job.error_code
    return leaks.latest(incident)


@pytest.fixture
def counsellor():
    return builders.account()


@pytest.fixture
def manager():
    return builders.account("MANAGER")


@pytest.fixture
def colleague(counsellor):
    """Looks at cases that others recorded: whoever records a case has all of it before them."""
    return builders.account(at=counsellor.centre)


@pytest.fixture
def known(counsellor) -> Case:
    return builders.case(by=counsellor, caller=builders.person(), party=builders.person(name="山田 一郎"))


def test_an_account_touched_what_the_log_says_it_saw(colleague, manager, known):
    reveal(known.uid, ["caller.name"], by=colleague, purpose=Purpose.CONSULTATION)
    reveal(known.uid, ["caller.name"], by=manager, purpose=Purpose.URGENT, reason="別の人の閲覧")

    finding = counted(told(manager, Scope.ACCOUNT, scope_uid=colleague.uid, facts=SETTLED))

    assert (finding.cases, finding.persons, finding.fields) == (1, 1, {"caller.name": 1})
    assert (finding.duty, finding.grounds) == (Duty.REPORT, ["SENSITIVE"])
    assert finding.facts["encrypted"] == Answer.NO


def test_words_of_a_case_tell_of_everybody_in_it(colleague, manager, known):
    reveal(known.uid, ["narrative"], by=colleague, purpose=Purpose.CONSULTATION)

    assert counted(told(manager, Scope.ACCOUNT, scope_uid=colleague.uid, facts=SETTLED)).persons == 2


def test_looks_outside_the_period_and_at_other_centres_are_not_touched(counsellor, manager, known):
    elsewhere = builders.account(at=builders.centre("kita"))
    theirs = builders.case(by=elsewhere, caller=builders.person())
    reveal(theirs.uid, ["caller.name"], by=elsewhere, purpose=Purpose.CONSULTATION)
    reveal(known.uid, ["caller.name"], by=counsellor, purpose=Purpose.CONSULTATION)
    long_ago = {"since": timezone.now() - timedelta(days=9), "until": timezone.now() - timedelta(days=8)}

    now, before = (counted(told(manager, Scope.PERIOD, **time)) for time in ({}, long_ago))

    assert (now.cases, before.cases) == (1, 0)


@pytest.mark.parametrize(
    ("is_placed", "unplaced", "duty"),
    [(True, {}, Duty.NONE), (False, {"REDACTED_READ": 1}, Duty.UNCLEAR)],
)
def test_a_look_that_the_log_does_not_place_keeps_the_number_open(
    is_placed, unplaced, duty, colleague, manager, known
):
    """The page of a case reads its redacted words in the same request: that one is placed."""
    token = trace.request_id.set("r1")
    if is_placed:
        audit.record("CASE_VIEWED", by=colleague, case=known)
    audit.record("REDACTED_READ", by=colleague, centre=colleague.centre)
    trace.request_id.reset(token)
    facts = LeakFacts(sensitive=Answer.NO, property_damage=Answer.NO, wrongful_intent=Answer.NO)

    finding = counted(told(manager, Scope.ACCOUNT, scope_uid=colleague.uid, facts=facts))

    assert (finding.unplaced, finding.duty) == (unplaced, duty)


@pytest.mark.parametrize(
    ("key_safe", "identify", "duty", "missing"),
    [
        (Answer.YES, Answer.NO, Duty.NONE, []),
        (Answer.YES, Answer.UNKNOWN, Duty.UNCLEAR, ["encrypted"]),
        (Answer.UNKNOWN, Answer.NO, Duty.UNCLEAR, ["encrypted"]),
        (Answer.NO, Answer.NO, Duty.REPORT, []),
        (Answer.YES, Answer.YES, Duty.REPORT, []),
    ],
)
def test_a_stolen_database_is_exempt_only_where_key_and_open_columns_are_settled(
    key_safe, identify, duty, missing, manager, known
):
    facts = LeakFacts(
        property_damage=Answer.NO,
        wrongful_intent=Answer.NO,
        key_safe=key_safe,
        open_columns_identify=identify,
    )

    finding = counted(told(manager, Scope.DATABASE, facts=facts))

    assert (finding.cases, finding.persons) == (1, 2)
    assert (finding.duty, finding.missing) == (duty, missing)


def test_a_backup_holds_the_cases_of_its_moment(counsellor, manager, known):
    backup = Backup.objects.create(taken_at=timezone.now(), file_name="b1")
    builders.case(by=counsellor)

    finding = counted(told(manager, Scope.BACKUP, scope_uid=backup.uid))

    assert finding.cases == 1
    assert not LeakCase.objects.exists()


@pytest.mark.parametrize(("is_imported", "cases"), [(True, 1), (False, 0)])
def test_a_ledger_file_became_cases_and_may_hold_more_rows(is_imported, cases, manager, known):
    """Known by hand; the other case came out of the file."""
    run = uploads.receive(
        "l.csv", "受付日,相談概要\n2026-11-20,点検\n".encode(), centre=manager.centre, by=manager
    )
    if is_imported:
        run.job = jobs.Job.objects.create(kind="x", started_at=timezone.now())
        run.save()
        builders.case(by=manager, source=Case.Source.IMPORT, caller=builders.person())
    facts = LeakFacts(sensitive=Answer.NO, property_damage=Answer.NO, wrongful_intent=Answer.NO)

    finding = counted(told(manager, Scope.IMPORT, scope_uid=run.uid, facts=facts))

    assert (finding.cases, finding.duty, finding.missing) == (cases, Duty.UNCLEAR, ["persons"])


def test_without_a_number_nothing_is_said_to_be_no_duty(manager):
    facts = LeakFacts(
        sensitive=Answer.NO, property_damage=Answer.NO, wrongful_intent=Answer.NO, key_safe=Answer.NO
    )
    incident = told(manager, Scope.OTHER, facts=facts)
    assert counted(incident).missing == ["persons"]

    leaks.change_facts(incident.uid, LeakFacts(**{**vars(facts), "persons_known": 100}), by=manager)

    assert counted(incident).duty == Duty.NONE


def test_every_computation_is_kept_with_its_moment(manager, known):
    incident = told(manager, Scope.CASES, case_uids=(known.uid,))
    first = counted(incident)
    leaks.change_facts(incident.uid, LeakFacts(wrongful_intent=Answer.YES), by=manager)
    second = counted(incident)

    assert [one.uid for one in incident.findings.all()] == [second.uid, first.uid]
    assert "WRONGFUL" in second.grounds
    assert "WRONGFUL" not in first.grounds
    assert RecordStep.objects.filter(subject_uid=incident.uid).count() == 4


def test_a_count_that_was_stopped_goes_on_where_it_was(manager, counsellor, monkeypatch):
    cases = [builders.case(by=counsellor, caller=builders.person()) for _ in range(3)]
    incident = told(manager, Scope.CASES, case_uids=tuple(case.uid for case in cases))
    incident.refresh_from_db()
    monkeypatch.setattr(leak_scope, "_CHUNK", 1)
    asked = iter([False, True])
    assert jobs.claim_and_run(incident.job.uid, worker="w", stopping=lambda: next(asked))

    finding = counted(incident)

    assert (LeakFinding.objects.count(), finding.cases, finding.persons) == (1, 3, 3)
    assert LeakCase.objects.filter(finding=finding).count() == 3


def test_telling_twice_is_telling_once(manager):
    incident = told(manager, Scope.OTHER)
    entry = LeakEntry(
        uid=incident.uid, kind="LOSS", found_at=timezone.now(), scope=Scope.OTHER, summary="二度目"
    )

    assert leaks.report(entry, centre=manager.centre, by=manager) == incident
    elsewhere = builders.account("MANAGER", at=builders.centre("kita"))
    with pytest.raises(LeakIncident.DoesNotExist):
        leaks.report(entry, centre=elsewhere.centre, by=elsewhere)


def test_versions_of_a_report_stay_and_its_words_are_sealed(manager):
    incident = told(manager, Scope.OTHER)
    leaks.keep_report(incident.uid, "FINAL", {"cause": "置き忘れ"}, by=manager)
    leaks.keep_report(incident.uid, "FINAL", {"cause": "車上荒らし"}, by=manager)

    assert leaks.report_items(incident, "FINAL", by=manager)["cause"] == "車上荒らし"
    assert leaks.report_items(incident, "PRELIMINARY", by=manager) is None
    assert LeakReport.objects.count() == 2
    assert all("置き忘れ".encode() not in row.items.envelope for row in LeakReport.objects.all())


@pytest.mark.parametrize(("is_sent", "refused"), [(False, True), (True, False)])
def test_a_leak_with_a_duty_ends_only_after_its_final_report(is_sent, refused, manager, known):
    incident = told(manager, Scope.CASES, case_uids=(known.uid,))
    counted(incident)
    if is_sent:
        leaks.mark_sent(incident.uid, "FINAL", timezone.now().date(), by=manager)

    if refused:
        with pytest.raises(leaks.LeakNotClosable):
            leaks.close(incident.uid, "終わり", by=manager)
    else:
        leaks.close(incident.uid, "終わり", by=manager)
        with pytest.raises(leaks.LeakClosed):
            leaks.change_facts(incident.uid, LeakFacts(), by=manager)


# --- the list of persons to tell -------------------------------------------------------------------------------


@pytest.fixture
def listed(manager, known):
    incident = told(manager, Scope.CASES, case_uids=(known.uid,))
    counted(incident)
    return leak_notices.ask(incident.uid, 1, by=manager)


def test_the_list_needs_a_second_person_and_leaves_once(listed, manager, counsellor, known):
    with pytest.raises(leak_notices.NoticeNotReady):
        leak_notices.export(listed.uid, by=manager, reason="本人への通知のため")
    with pytest.raises(oversight.SecondPersonNeeded):
        leak_notices.approve(listed.uid, by=manager)
    leak_notices.approve(listed.uid, by=counsellor)

    persons = leak_notices.export(listed.uid, by=manager, reason="本人への通知のため")

    assert [one.values["name"] for one in persons] == ["山田 花子", "山田 一郎"]
    assert "山田" not in repr(persons)
    entry = AuditEntry.objects.get(action="REVEALED")
    assert (entry.actor_uid, entry.case_uid, entry.purpose) == (manager.uid, known.uid, "URGENT")
    with pytest.raises(leak_notices.NoticeNotReady):
        leak_notices.export(listed.uid, by=manager, reason="もう一度")


@pytest.mark.parametrize(
    ("taken_by", "names"), [("manager", [None]), ("counsellor", ["山田 花子", "山田 一郎"])]
)
def test_a_guarded_person_is_flagged_and_shown_to_the_people_of_the_case_alone(
    taken_by, names, listed, known, request
):
    custody.guard(known.uid, is_guarded=True, by=request.getfixturevalue("counsellor"))
    leak_notices.approve(listed.uid, by=request.getfixturevalue("counsellor"))

    taken = leak_notices.export(listed.uid, by=request.getfixturevalue(taken_by), reason="本人への通知のため")

    assert [one.values.get("name") for one in taken] == names
    assert all(one.is_guarded for one in taken)


def test_who_is_alone_is_let_through_and_listed_for_later(known, counsellor):
    alone = builders.account("MANAGER", at=builders.centre("kita"))
    incident = told(alone, Scope.OTHER)
    counted(incident)
    with pytest.raises(leak_notices.NothingToTell):
        leak_notices.ask(incident.uid, 1, by=alone)
    theirs = builders.case(by=alone, caller=builders.person())
    incident = told(alone, Scope.CASES, case_uids=(theirs.uid,))
    counted(incident)
    notice = leak_notices.ask(incident.uid, 1, by=alone)

    leak_notices.approve(notice.uid, by=alone)

    assert LaterReview.objects.get().subject_uid == notice.uid


def test_an_erased_case_leaves_the_numbers_and_not_its_name(listed, known):
    erasing.run(known.uid)

    assert not LeakCase.objects.exists()
    assert LeakFinding.objects.get().cases == 1


@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.BACKUP, Scope.ATTACHMENT, Scope.EXPORT])
def test_the_database_refuses_a_scope_that_names_nothing(scope, manager):
    with pytest.raises(IntegrityError), transaction.atomic():
        told(manager, scope)
