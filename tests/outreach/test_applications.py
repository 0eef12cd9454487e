"""申込み: rules, receipt, groups found again, the way to a lecture, whose turn it is, forgetting."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import today as board
from cases.law import calendar
from cases.protection import keys
from cases.protection.keys import KeyMissing
from cases.protection.models import AuditEntry, ContactTag, DataKey
from cases.services.entry import EntryRefused
from consult.shell.accounts import Account
from outreach.applications import deciding, erasing, groups, letters, rulebooks, services, turns
from outreach.applications.models import Application, ApplicationLetter
from outreach.applications.rules import Asked, Outcome, Rule, RuleBook, Slot, judge
from outreach.lectures import services as lectures
from outreach.lectures.models import Lecture
from outreach.planning.models import Plan, Proposal, ProposalAction
from tests import applications
from tests.outreach.nights import forgotten_at_night

pytestmark = pytest.mark.django_db
GOOD = Slot(date(2026, 12, 25), time(14), time(15))  # a Friday, 35 days after 20 November
ON = date(2026, 11, 20)


def broken(asked: dict[str, Any], book: RuleBook | None = None, slot: Slot = GOOD) -> dict[str, str]:
    given: dict[str, Any] = {
        "people": 10, "members_in_city": "YES", "venue_in_city": "YES", "purpose": "LEARNING", "slots": [slot, slot],
        **asked,
    }  # fmt: skip
    findings = judge(Asked(**given), book or RuleBook(), on=ON)
    return {one.rule.value: one.outcome.value for one in findings if one.outcome != Outcome.MET}


@pytest.mark.parametrize(
    ("asked", "slot", "expected"),
    [
        ({}, GOOD, {}),
        ({"people": 9}, GOOD, {"PEOPLE": "UNMET"}),
        ({"people": None}, GOOD, {"PEOPLE": "UNKNOWN"}),
        ({"people": 9, "is_school": True}, GOOD, {"PEOPLE": "EXEMPT"}),
        ({"venue_in_city": "NO"}, GOOD, {"VENUE": "UNMET"}),
        ({"members_in_city": "UNKNOWN"}, GOOD, {"MEMBERS": "UNKNOWN"}),
        ({"purpose": "RELIGION"}, GOOD, {"PURPOSE": "UNMET"}),
        ({"purpose": "UNKNOWN"}, GOOD, {"PURPOSE": "UNKNOWN"}),
        ({"slots": [GOOD]}, GOOD, {"CANDIDATES": "UNMET"}),
        ({}, Slot(date(2026, 12, 20), time(14), time(15)), {"DAY": "UNMET"}),  # a Sunday, on the 30th day
        ({}, Slot(date(2026, 12, 18), time(14), time(15)), {"LEAD": "UNMET"}),
        ({}, Slot(date(2026, 12, 29), time(14), time(15)), {"YEAR_END": "UNMET"}),
        ({}, Slot(date(2027, 1, 4), time(14), time(15)), {}),
        ({}, Slot(date(2027, 1, 11), time(14), time(15)), {"DAY": "UNMET"}),  # 成人の日, a Monday
        ({}, Slot(GOOD.day, time(16), time(17, 1)), {"HOURS": "UNMET"}),
        ({}, Slot(GOOD.day, time(9), time(11, 1)), {"LENGTH": "UNMET"}),
        ({}, Slot(GOOD.day, time(9), time(9, 29)), {"LENGTH": "UNMET"}),
    ],
)
def test_each_rule_is_judged_by_itself(asked: dict[str, Any], slot: Slot, expected: dict[str, str]) -> None:
    assert broken(asked, slot=slot) == expected


def test_a_book_of_rules_comes_back_from_its_column() -> None:
    book = RuleBook(least_people=5, weekdays=(5, 6), opens=time(8, 30), refused=("PROFIT",), symbol="港消")

    assert RuleBook.of(book.plain) == book
    assert RuleBook.of({"least_people": 7, "of a later version": 1}) == RuleBook(least_people=7)


def test_rules_are_kept_by_version_and_the_same_ones_make_none(manager: Account, stranger: Account) -> None:
    rulebooks.change(RuleBook(least_people=5), centre=manager.centre, by=manager)
    rulebooks.change(RuleBook(least_people=5), centre=manager.centre, by=manager)
    rulebooks.change(RuleBook(least_people=7), centre=manager.centre, by=manager)

    assert [row.version for row in rulebooks.versions_of(manager.centre)] == [2, 1]
    assert rulebooks.of(manager.centre).least_people == 7
    assert rulebooks.of(stranger.centre) == RuleBook()
    with pytest.raises(EntryRefused) as refusal:
        rulebooks.change(RuleBook(longest=20, weekdays=()), centre=manager.centre, by=manager)
    assert set(refusal.value.errors) == {"longest", "weekdays"}


def test_who_applied_is_sealed_and_stands_nowhere_in_the_open(writer: Account) -> None:
    row = applications.received(by=writer, note="連絡は090-1234-5678へ")

    stored = Application.objects.filter(pk=row.pk).values().get()
    assert all("秘密" not in str(value) for value in stored.values())
    assert row.note == "連絡は〔電話〕へ"
    assert services.persons_of(row.uid, by=writer) == applications.PERSONS
    assert AuditEntry.objects.filter(action="CONTACT_REVEALED", purpose="OUTREACH").count() == 1


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, None),
        ({"group_name": " "}, "group_name"),
        ({"phone": "あした"}, "phone"),
        ({"mail": "himitsu"}, "mail"),
        ({"audience": "CATS"}, "audience"),
        ({"theme": "NO_SUCH"}, "theme"),
        ({"area": "NOWHERE"}, "area"),
        ({"purpose": "長" * 401}, "purpose"),
        ({"received_on": date(2999, 1, 1)}, "received_on"),
        ({"slots": (Slot(date(2026, 12, 25), time(15), time(15)),)}, "ends_1"),
    ],
)
def test_receiving_an_application(writer: Account, fault: dict[str, Any], field: str | None) -> None:
    if field is None:
        assert applications.received(by=writer).number == 1
        assert applications.received(by=writer).number == 2
        return
    with pytest.raises(EntryRefused) as refusal:
        applications.received(by=writer, **fault)
    assert list(refusal.value.errors) == [field]
    assert not Application.objects.exists()
    assert not DataKey.objects.exists()


def test_a_group_is_found_again_by_its_name_or_one_of_its_numbers(writer: Account, stranger: Account) -> None:
    first = applications.received(by=writer)
    by_name = applications.received(by=writer, group_name="北町 あおぞら会", phone="03-1111-2222", mobile="")
    by_phone = applications.received(by=writer, group_name="青空会", phone="０９０(8765)4321", mobile="")
    other = applications.received(by=writer, group_name="南町会", phone="03-1111-3333", mobile="")
    elsewhere = applications.received(by=stranger)

    assert by_name.group_uid == by_phone.group_uid == first.group_uid
    assert len({first.group_uid, other.group_uid, elsewhere.group_uid}) == 3
    found = groups.find("03-9876-5432", by=writer, centre=writer.centre)
    assert [row.pk for row in found] == [first.pk]
    assert [row.pk for row in groups.find("南町", by=writer, centre=writer.centre)] == [other.pk]
    assert groups.find("秘密", by=writer, centre=writer.centre) == []


def test_a_correction_keeps_what_was_not_typed(writer: Account, stranger: Account) -> None:
    row = applications.received(by=writer)
    plain = {**dict.fromkeys(applications.PERSONS), "mobile": "080-1111-2222"}

    services.correct(row.uid, applications.entry(venue="南公民館", **plain), by=writer)

    assert services.persons_of(row.uid, by=writer) == {**applications.PERSONS, "mobile": "080-1111-2222"}
    assert [one.pk for one in groups.find("0398765432", by=writer, centre=writer.centre)] == [row.pk]
    assert groups.find("09087654321", by=writer, centre=writer.centre) == []
    with pytest.raises(ObjectDoesNotExist):
        services.correct(row.uid, applications.entry(), by=stranger)


# --- Deciding ---------------------------------------------------------------------------------------------------
def test_a_candidate_becomes_a_lecture_with_what_was_asked_for(writer: Account) -> None:
    row = applications.received(by=writer)
    slot = deciding.times_of(row)[1]

    lecture = deciding.decide(row.uid, slot, by=writer)

    assert (lecture.held_on, lecture.starts_at, lecture.venue) == (slot.day, time(14), "北公民館 和室")
    assert (lecture.theme, lecture.audience, lecture.expected_people) == ("INSPECTION", "KOREISHA", 25)
    row.refresh_from_db()
    assert (row.state, row.lecture, row.assigned_to) == ("DECIDED", lecture, writer)
    assert Lecture.objects.get().state == "CONFIRMED"
    with pytest.raises(services.ApplicationNotOpen):
        deciding.decide(row.uid, slot, by=writer)
    assert Lecture.objects.count() == 1


def test_a_rule_that_is_not_kept_wants_a_reason_and_the_reason_stays(writer: Account) -> None:
    row = applications.received(by=writer, expected_people=6)
    slot = deciding.times_of(row)[0]

    with pytest.raises(deciding.RulesNotKept) as refusal:
        deciding.decide(row.uid, slot, by=writer)
    assert [one.rule for one in refusal.value.unmet] == [Rule.PEOPLE]
    assert not Lecture.objects.exists()

    deciding.decide(row.uid, slot, reason="山田花子さんの紹介で、毎年10人を超えるため", by=writer)
    allowance = row.allowances.get()
    assert (allowance.rule, "花子" in allowance.reason) == ("PEOPLE", False)


def test_a_rule_excepted_before_asks_no_more(writer: Account) -> None:
    row = applications.received(by=writer, expected_people=6)

    deciding.allow(row.uid, "PEOPLE", reason="小さな集落の会のため", by=writer)
    deciding.allow(row.uid, "PEOPLE", reason="二度目", by=writer)

    assert deciding.decide(row.uid, deciding.times_of(row)[0], by=writer).expected_people == 6
    assert row.allowances.get().reason == "小さな集落の会のため"
    assert AuditEntry.objects.filter(action="APPLICATION_EXCEPTED").count() == 1


@pytest.mark.parametrize(
    ("state", "verb", "is_allowed"),
    [
        ("RECEIVED", "ask", True),
        ("CHECKING", "arrange", True),
        ("ARRANGING", "refuse", True),
        ("ARRANGING", "withdraw", True),
        ("REFUSED", "ask", False),
        ("REFUSED", "withdraw", False),
        ("WITHDRAWN", "refuse", False),
        ("WITHDRAWN", "arrange", False),
    ],
)
def test_which_way_an_application_may_go(writer: Account, state: str, verb: str, is_allowed: bool) -> None:
    row = applications.received(by=writer)
    Application.objects.filter(pk=row.pk).update(state=state)
    more = {"ask": {"missing": "人数"}, "refuse": {"reason": "営利のため"}}.get(verb, {})
    act: Callable[..., Any] = getattr(deciding, verb)

    if is_allowed:
        assert act(row.uid, by=writer, **more).state != state
        return
    with pytest.raises(services.ApplicationNotOpen):
        act(row.uid, by=writer, **more)


def test_an_application_of_another_centre_does_not_exist(writer: Account, stranger: Account) -> None:
    row = applications.received(by=writer)
    acts: list[Callable[[], object]] = [
        lambda: services.persons_of(row.uid, by=stranger),
        lambda: deciding.arrange(row.uid, by=stranger),
        lambda: deciding.decide(row.uid, GOOD, reason="例外", by=stranger),
        lambda: erasing.erase_persons(row.uid, by=stranger),
        lambda: letters.issue(row.uid, "DECISION", by=stranger),
    ]

    for act in acts:
        with pytest.raises(ObjectDoesNotExist):
            act()
    assert turns.waiting(stranger) == []


def test_withdrawing_a_decided_application_cancels_its_lecture(writer: Account) -> None:
    row = applications.received(by=writer)
    lecture = deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)

    deciding.withdraw(row.uid, by=writer)

    lecture.refresh_from_db()
    assert lecture.state == "CANCELLED"
    assert turns.waiting(writer) == []  # nothing was told, so nothing is to be taken back


def test_the_database_refuses_a_decision_without_a_lecture(writer: Account) -> None:
    row = applications.received(by=writer)

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(state="DECIDED")


def test_a_decision_follows_the_proposal_it_began_at(writer: Account) -> None:
    plan = Plan.objects.create(
        centre=writer.centre, last_day=ON, as_of=1, engine="1", digest="d", inputs={}, weights={}
    )
    proposal = Proposal.objects.create(
        plan=plan, position=1, theme="INSPECTION", age_group="ALL", area="", factors={}
    )
    row = services.receive(
        applications.entry(kind="CLASS"), centre=writer.centre, by=writer, proposal=proposal.uid
    ).application

    lecture = deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)

    action = ProposalAction.objects.get()
    assert (action.kind, action.target_uid) == ("CLASS", lecture.uid)


# --- Whose turn it is -------------------------------------------------------------------------------------------
def test_the_next_one_is_named_at_every_step(writer: Account) -> None:
    with time_machine.travel("2026-10-01 10:00:00+09:00", tick=False) as clock:
        row = applications.received(by=writer)
        told = [_turn(row)]
        deciding.ask(row.uid, missing="会場", by=writer)
        told.append(_turn(row))
        clock.shift(timedelta(days=9))
        deciding.arrange(row.uid, by=writer)
        told.append(_turn(row))
        lecture = deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)
        told.append(_turn(row))
        _letter(row, "DECISION")
        told.append(_turn(row))
        lectures.reschedule(lecture.uid, _moved(lecture), by=writer)
        told.append(_turn(row))
        _letter(row, "CHANGE")
        clock.move_to("2026-12-20 10:00:00+09:00")
        told.append(_turn(row))
        assert turns.waiting(writer)[0].days == (date(2026, 12, 20) - date(2026, 11, 11)).days
        lectures.record_result(lecture.uid, sessions=1, people=20, kind="LECTURE", by=writer)
        told.append(_turn(row))

    assert told == [
        ("OFFICE", "内容を確かめる", ""),
        ("APPLICANT", "不足している内容の返事", ""),
        ("OFFICE", "日程・講師・会場を決める", ""),
        ("OFFICE", "決定通知書を出す", "DECISION"),
        ("NOBODY", "当日を待つ", ""),
        ("OFFICE", "変更通知書を出す", "CHANGE"),
        ("OFFICE", "実施の結果を記録する", ""),
        ("NOBODY", "報告済み", ""),
    ]
    assert turns.waiting(writer) == []


def _turn(row: Application) -> tuple[str, str, str]:
    turn = turns.turn_of(Application.objects.for_list().get(pk=row.pk), calendar.today())
    return turn.who.value, turn.what, str(turn.letter)


def _letter(row: Application, kind: str) -> None:
    """As if it had been made: the paper itself is tested elsewhere."""
    lecture = Lecture.objects.get(application=row.uid)
    ApplicationLetter.objects.create(
        centre=row.centre, application=row, kind=kind, fiscal_year=2026, number=ApplicationLetter.objects.count() + 1,
        dated=calendar.today(), told=turns.told_of(lecture), digest="0" * 64, made_at=row.state_at,
    )  # fmt: skip


def _moved(lecture: Lecture) -> lectures.LecturePlan:
    return lectures.LecturePlan(
        title=lecture.title, held_on=date(2026, 11, 11), starts_at=time(10), ends_at=time(11), venue=lecture.venue,
        audience=lecture.audience,
    )  # fmt: skip


def test_the_longest_wait_stands_first_and_the_applicants_turn_behind(writer: Account) -> None:
    with time_machine.travel("2026-11-01 10:00:00+09:00", tick=False) as clock:
        late = applications.received(by=writer, group_name="遅い会")
        asked = applications.received(by=writer, group_name="返事待ちの会")
        deciding.ask(asked.uid, missing="人数", by=writer)
        clock.shift(timedelta(days=8))
        new = applications.received(by=writer, group_name="新しい会")
        lines = turns.waiting(writer)
        block = next(one for one in board.blocks(writer, writer.may) if one.all_url == "applications")

    assert [line.application.pk for line in lines] == [late.pk, new.pk, asked.pk]
    assert [line.days for line in lines] == [8, 0, 8]
    assert (block.total, block.level, block.rows[0].label) == (2, "warning", "遅い会")


# --- Forgetting -------------------------------------------------------------------------------------------------
def test_erasing_forgets_the_persons_and_keeps_the_lecture(writer: Account) -> None:
    row = applications.received(by=writer)
    lecture = deciding.decide(row.uid, deciding.times_of(row)[0], by=writer)

    erasing.erase_persons(row.uid, reason="本人の求め", by=writer)
    erasing.erase_persons(row.uid, by=writer)

    with pytest.raises(services.PersonsErased):
        services.persons_of(row.uid, by=writer)
    assert not ContactTag.objects.filter(owner_uid=row.uid).exists()
    assert not DataKey.objects.filter(owner_uid=row.uid).exists()
    assert Lecture.objects.get().pk == lecture.pk
    assert AuditEntry.objects.filter(action="APPLICANT_ERASED").count() == 1
    # A copy of the sealed value that somebody kept does not open any more.
    with pytest.raises(KeyMissing):
        keys.sealer(row.sealed_owner)


@pytest.mark.parametrize(("moment", "is_erased"), [("2029-11-30", False), ("2029-12-31", True)])
def test_persons_are_forgotten_when_the_years_are_over(writer: Account, moment: str, is_erased: bool) -> None:
    with time_machine.travel("2026-11-02 10:00:00+09:00", tick=False) as clock:
        held = applications.received(by=writer)
        deciding.decide(held.uid, Slot(date(2026, 12, 25), time(14), time(15)), by=writer)
        still_open = applications.received(by=writer)
        clock.move_to(f"{moment} 03:00:00+09:00")

        forgotten_at_night()

    assert Application.objects.get(pk=held.pk).has_persons is not is_erased
    assert Application.objects.get(pk=still_open.pk).has_persons


def test_the_list_asks_as_often_for_one_as_for_many(writer: Account) -> None:
    applications.received(by=writer)
    with CaptureQueriesContext(connection) as few:
        turns.waiting(writer)
    for n in range(5):
        applications.received(by=writer, group_name=f"第{n}の会")
    with CaptureQueriesContext(connection) as many:
        turns.waiting(writer)

    assert len(many) == len(few) == 3
