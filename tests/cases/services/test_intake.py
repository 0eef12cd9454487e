"""Saving a consultation: whole or not at all, once however often, with everything that must go with it."""

import dataclasses
import threading
import uuid
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection, connections

from cases.feed.models import FeedRow
from cases.figures.models import CaseFact
from cases.protection.models import AuditEntry, DataKey, LookupTag
from cases.protection.redacted import redacted_text
from cases.protection.redaction import Redaction, redact
from cases.protection.reveal import reveal
from cases.records.case import Case, CaseNumber
from cases.records.people import CasePerson
from cases.services.entry import CaseEntry, EntryRefused
from cases.services.intake import AlreadyRecorded, masked, prepare, record_case, record_cases, save
from tests import builders

TABLES = (Case, DataKey, CasePerson, LookupTag, FeedRow, CaseFact)


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


@pytest.mark.django_db(transaction=True)
def test_a_saved_case_comes_back_as_it_was_typed() -> None:
    by = builders.account()
    entry = builders.entry(
        caller=builders.person(name="山田太郎", phone="03-1234-5678", address="港北町1-2-3"),
        party=builders.person(birth_date=date(1948, 5, 3)),
        age=None,
        contract_yen=1_480_000,
        paid_yen=0,
        trader_name="屋根まもる堂",
        scam_others=("IMPERSONATION",),
    )

    case = record_case(entry, centre=by.centre, by=by).case
    case.refresh_from_db()

    assert (case.party_age, case.party_age_band, case.number) == (78, "75_79", "2026-000001")
    assert (case.contract_yen, case.paid_yen) == (1_480_000, 0)
    assert (case.main_scam, case.other_scams) == ("INSPECTION", ["IMPERSONATION"])
    fields = ["narrative", "trader_name", "caller.name", "caller.phone", "caller.address", "party.birth_date"]
    assert list(reveal(case.uid, fields, by=by, purpose="CONSULTATION").values()) == [
        entry.narrative, "屋根まもる堂", "山田太郎", "03-1234-5678", "港北町1-2-3", "1948-05-03",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_redacted_text_names_neither_of_the_two_persons() -> None:
    by = builders.account()
    text = "太郎さん(相談者)の母、山田花子あて。ヤマダハナコ名義。連絡は０９０ー１２３４ー５６７８へ。"
    case = builders.case(
        by=by, narrative=text, caller=builders.person(name="佐藤 太郎", phone=""), party=builders.person()
    )
    with mock.patch("cases.protection.audit.committed"):  # the test's own transaction is open
        words = redacted_text([case.uid], by=by)[case.uid].narrative

    for secret in ("太郎", "山田", "花子", "ヤマダ", "１２３４"):
        assert secret not in words


@pytest.mark.django_db
def test_the_same_entry_twice_is_one_case() -> None:
    by = builders.account()
    entry = builders.entry(caller=builders.person())
    first = record_case(entry, centre=by.centre, by=by)
    before = counts()

    second = record_case(entry, centre=by.centre, by=by)

    assert (first.is_new, second.is_new, first.case.pk) == (True, False, second.case.pk)
    assert counts() == before


@pytest.mark.django_db
def test_other_words_under_a_taken_uid_are_refused_with_the_number_of_the_case() -> None:
    by = builders.account()
    entry = builders.entry()
    saved = record_case(entry, centre=by.centre, by=by).case

    with pytest.raises(AlreadyRecorded) as refusal:
        record_case(dataclasses.replace(entry, narrative="別の話"), centre=by.centre, by=by)

    assert saved.number in str(refusal.value)


@pytest.mark.django_db
def test_each_case_leaves_one_entry_one_feed_row_and_one_fact() -> None:
    by = builders.account()
    case = builders.case(by=by)

    assert AuditEntry.objects.filter(action="CASE_RECORDED", case_uid=case.uid, actor_uid=by.uid).count() == 1
    assert FeedRow.objects.filter(case_uid=case.uid, revision=1).count() >= 1
    assert list(CaseFact.objects.filter(case_uid=case.uid).values_list("sign", "scam_main")) == [
        (1, "INSPECTION")
    ]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"narrative": "  "}, "narrative"),
    ({"narrative": "あ" * 20_001}, "narrative"),
    ({"scam_main": ""}, "scam_main"),
    ({"scam_main": "NO_SUCH"}, "scam_main"),
    ({"channel": ""}, "channel"),
    ({"age": 131}, "age"),
    ({"age": -1}, "age"),
    ({"contract_yen": -1}, "contract_yen"),
    ({"contract_yen": 10**14}, "contract_yen"),
    ({"area": "NOWHERE"}, "area"),
    ({"received_at": builders.RECEIVED_AT + timedelta(days=4000)}, "received_at"),
    ({"outcome": "ADVICE"}, "outcome"),
    ({"outcome": "ADVICE", "closed_on": date(2026, 11, 1)}, "closed_on"),
    ({"product": "ROOFING_NOT_A_CODE"}, "product"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "field"), FAULTS, ids=[str(sorted(f)) + n for f, n in FAULTS])
def test_a_faulty_entry_is_refused_by_field_and_leaves_nothing(fault: dict[str, Any], field: str) -> None:
    by = builders.account()
    before = counts()

    with pytest.raises(EntryRefused) as refusal:
        record_case(builders.entry(**fault), centre=by.centre, by=by)

    assert field in refusal.value.errors
    assert counts() == before


@pytest.mark.django_db
def test_one_faulty_entry_among_many_saves_none() -> None:
    by = builders.account()

    with pytest.raises(EntryRefused):
        record_cases([builders.entry(), builders.entry(age=999)], centre=by.centre, by=by)

    assert Case.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["_store", "facts.record", "feed.changed", "audit.record_all"])
def test_a_failure_at_any_step_leaves_nothing(step: str) -> None:
    by = builders.account()
    before = counts()

    with mock.patch(f"cases.services.intake.{step}", side_effect=RuntimeError), pytest.raises(RuntimeError):
        record_case(builders.entry(caller=builders.person()), centre=by.centre, by=by)

    assert counts() == before
    assert not CaseNumber.objects.filter(last__gt=0).exists()


@pytest.mark.django_db
def test_numbers_run_per_centre_and_fiscal_year() -> None:
    here, there = builders.account(), builders.account(at=builders.centre("kita"))
    last_year = builders.RECEIVED_AT.replace(year=2026, month=3)
    numbers = [
        builders.case(by=by, received_at=at).number
        for by, at in (
            (here, builders.RECEIVED_AT), (here, builders.RECEIVED_AT), (here, last_year), (there, last_year),
        )
    ]  # fmt: skip

    assert numbers == ["2026-000001", "2026-000002", "2025-000001", "2025-000001"]


@pytest.mark.django_db(transaction=True)
def test_savers_at_the_same_moment_get_numbers_of_their_own_and_one_case_per_uid() -> None:
    by = builders.account()
    shared = builders.entry()
    results: list[tuple[uuid.UUID, bool]] = []
    failures: list[Exception] = []

    def save(entries: list[CaseEntry]) -> None:
        try:
            for entry in entries:
                recorded = record_case(entry, centre=by.centre, by=by)
                results.append((recorded.case.uid, recorded.is_new))
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=([shared, builders.entry()],)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [is_new for uid, is_new in results if uid == shared.uid].count(True) == 1
    numbers = list(Case.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 7


@pytest.mark.django_db
def test_saving_takes_the_same_few_queries_for_one_and_for_many(django_assert_max_num_queries: Any) -> None:
    by = builders.account()
    one, *many = [builders.entry(caller=builders.person()) for _ in range(20)]
    record_case(
        builders.entry(caller=builders.person()), centre=by.centre, by=by
    )  # begins the year and the index
    are_locked_apart = connection.vendor == "postgresql"  # the facts' order lock

    with django_assert_max_num_queries(23 + are_locked_apart):
        record_cases([one], centre=by.centre, by=by)
    with django_assert_max_num_queries(23 + are_locked_apart):
        record_cases(many, centre=by.centre, by=by)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_closed_case_without_outcome() -> None:
    case = builders.case()

    with pytest.raises(Exception, match=r"(?i)check"), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET closed_on = %s WHERE id = %s", [date(2026, 11, 21), case.pk])


@pytest.mark.django_db(transaction=True)
def test_redaction_happens_before_the_lock_is_taken() -> None:
    """Redacting and sealing take most of a save: other savers must not wait for them."""
    by = builders.account()
    inside: list[bool] = []

    def watched(*args: Any, **kwargs: Any) -> Redaction:
        inside.append(connection.in_atomic_block)
        return redact(*args, **kwargs)

    with mock.patch("cases.services.intake.redact", side_effect=watched):
        record_case(builders.entry(), centre=by.centre, by=by)

    assert inside == [False]


@pytest.mark.django_db
def test_a_mask_of_the_callers_own_stands_in_for_the_redaction() -> None:
    by = builders.account()
    asked: list[str] = []

    def mask(text: str, parties: Any, allow: Any) -> str:
        asked.append(text)
        return masked(text, parties, allow)

    made = builders.entry(narrative="屋根の点検。", advice="断るよう助言。", caller=builders.person())
    save(prepare([made], centre=by.centre, by=by, mask=mask), centre=by.centre)

    assert asked == ["屋根の点検。", "断るよう助言。"]
    assert Case.objects.filter(uid=made.uid).exists()
