"""Transfers to one account find each other across cases: sealed, narrowed by a tag, decided by opening."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection

from cases.payees import read
from cases.protection import lookup, match, reindex
from cases.protection.models import AuditEntry, LookupTag
from cases.services import custody, followup
from cases.services.card_entry import TransferEntry
from cases.services.intake import record_case
from tests import builders

pytestmark = pytest.mark.django_db
PAYEE = read("BANK", "みどり銀行 北町支店", "1234567")


@pytest.fixture
def counsellor(db):
    return builders.account()


def transferred(by, institution="みどり銀行 北町支店", account="普通 1234567", kind="BANK", **more):
    to = TransferEntry(kind=kind, institution=institution, account=account, holder="カ)ミドリ", yen=500_000)
    return builders.case(by=by, transfers=(to,), **more)


def test_a_case_that_tells_of_the_account_is_found_and_others_are_not(counsellor):
    case = transferred(counsellor)
    part = transferred(counsellor, institution="", account="1234567")
    transferred(counsellor, institution="あおい銀行 北町支店")
    transferred(counsellor, account="7654321")
    builders.case(by=counsellor)

    found = match.same_account(PAYEE, by=counsellor)

    assert (found.sure, found.perhaps) == ([case.pk], [part.pk])
    entry = AuditEntry.objects.get(action="ACCOUNT_LOOKED_UP")
    assert (entry.count, entry.reason) == (2, "")


@pytest.mark.parametrize(
    ("kind", "account"),
    [("CRYPTO", "0xabcdef0123456789abcdef0123456789abcdef01"), ("EMONEY", "ABCD-1234-EFGH")],
)
def test_addresses_and_numbers_of_e_money_are_found_too(counsellor, kind, account):
    case = transferred(counsellor, institution="", account=account, kind=kind)

    assert match.same_account(read(kind, "", account.lower()), by=counsellor).sure == [case.pk]


def test_the_case_in_hand_and_another_centre_are_left_out(counsellor):
    case = transferred(counsellor)
    far = builders.account(at=builders.centre("hikari"))
    transferred(far)

    assert match.same_account(PAYEE, by=counsellor, leave_out=case.uid).sure == []
    assert len(match.same_account(PAYEE, by=far).sure) == 1


def test_a_guarded_case_is_told_of_and_not_shown(counsellor):
    case = transferred(counsellor)
    custody.guard(case.uid, is_guarded=True, by=counsellor)
    colleague = builders.account(at=counsellor.centre)

    assert match.same_account(PAYEE, by=colleague) == match.AccountMatches([], [], guarded=1)
    assert match.same_account(PAYEE, by=counsellor).sure == [case.pk]


def test_a_corrected_account_is_looked_up_by_what_it_is_now(counsellor):
    entry = builders.entry(transfers=(TransferEntry(institution="みどり銀行 北町支店", account="1234567"),))
    case = record_case(entry, centre=counsellor.centre, by=counsellor).case
    other = replace(entry, transfers=(TransferEntry(institution="みどり銀行 北町支店", account="7654321"),))
    followup.correct_case(other, revision=1, by=counsellor)

    assert match.same_account(PAYEE, by=counsellor).sure == []
    assert match.same_account(read("BANK", "みどり銀行 北町支店", "7654321"), by=counsellor).sure == [case.pk]


def test_a_reindex_gives_tags_to_cases_that_had_none(counsellor):
    case = transferred(counsellor)
    LookupTag.objects.filter(case=case, field=lookup.ACCOUNT).delete()
    assert match.same_account(PAYEE, by=counsellor).sure == []

    reindex.fill(counsellor.centre, [case])

    assert match.same_account(PAYEE, by=counsellor).sure == [case.pk]


def test_nothing_of_the_account_stands_in_the_open(counsellor):
    transferred(counsellor, uid=uuid.uuid4())

    with connection.cursor() as cursor:
        for table in ("cases_casetransfer", "cases_lookuptag", "cases_case", "cases_auditentry"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own table
            text = " ".join(
                bytes(value).decode("utf-8", "ignore")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for row in cursor.fetchall()
                for value in row
            )
            assert not any(word in text for word in ("1234567", "北町")), table
