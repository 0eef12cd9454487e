"""A receipt is given when nothing is left that the case could be read from, and not a moment before."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.backup import ledger
from cases.law import calendar
from cases.models import Backup, BackupCopy, Disposal, Tombstone
from cases.protection import keys
from cases.protection.keys.models import KeyDestruction, KeyVersion
from cases.services.retention import erasure, receipts, wraps
from cases.services.retention.receipts import Missing, NoReceiptYet, Wait, missing
from tests import builders

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def backup(taken_at: datetime) -> Backup:
    return Backup.objects.create(taken_at=taken_at, file_name="a.backup")


def erased(by, *, is_clean: bool = True) -> Tombstone:
    case = builders.case()
    stone = erasure.erase_case(case.uid, reason=Disposal.Ground.REQUEST, by=by)
    if is_clean:
        Tombstone.objects.filter(pk=stone.pk).update(
            files_clean_at=timezone.now(), words_gone_at=timezone.now()
        )
        stone.refresh_from_db()
    return stone


def has_receipt(stone: Tombstone) -> bool:
    receipts.settle()
    stone.refresh_from_db()
    try:
        receipts.require_receipt(stone)
    except NoReceiptYet:
        return False
    return True


def test_files_and_words_come_first(manager):
    stone = erased(manager, is_clean=False)

    assert [one.wait for one in missing(stone)] == [Wait.FILES, Wait.WORDS]
    assert not has_receipt(stone)


@pytest.mark.parametrize(
    ("taken", "is_gone", "given"),
    [(-HOUR, False, False), (-HOUR, True, True), (HOUR, False, True), (timedelta(), False, True)],
)
def test_a_backup_from_before_the_erasure_holds_the_receipt_back(manager, taken, is_gone, given):
    stone = erased(manager)
    made = backup(stone.erased_at + taken)
    if is_gone:
        Backup.objects.update(gone_at=timezone.now())

    assert has_receipt(stone) == given
    expected = [] if given else [Missing(Wait.BACKUPS, made.taken_at + timedelta(days=35))]
    assert missing(stone) == expected


def test_without_any_backup_nothing_is_waited_for(manager):
    assert has_receipt(erased(manager))


@pytest.mark.parametrize(("destroyed", "given"), [("all", True), ("all but one", False)])
def test_destroyed_keys_make_old_backups_unreadable(manager, monkeypatch, destroyed, given):
    stone = erased(manager)
    backup(stone.erased_at - HOUR)
    held = [tuple(wrap) for wrap in stone.wraps]
    assert len(held) == 2
    left = set() if destroyed == "all" else {held[-1]}
    monkeypatch.setattr(wraps, "is_destroyed", lambda wrap: wrap not in left)

    assert has_receipt(stone) == given


def test_what_was_given_stays_given(manager):
    stone = erased(manager)
    assert has_receipt(stone)
    receipts.give(stone, by=manager)

    backup(stone.erased_at - HOUR)

    assert missing(stone) == []
    assert has_receipt(stone)


def test_of_two_erased_cases_the_earlier_is_settled_first(manager):
    earlier = erased(manager)
    Tombstone.objects.filter(pk=earlier.pk).update(erased_at=earlier.erased_at - 2 * HOUR)
    later = erased(manager)
    backup(later.erased_at - HOUR)

    assert (has_receipt(earlier), has_receipt(later)) == (True, False)


def test_the_database_knows_no_receipt_before_the_files_are_clean(manager):
    stone = erased(manager, is_clean=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        Tombstone.objects.filter(pk=stone.pk).update(beyond_reach_at=timezone.now())
    assert connection.needs_rollback is False


# --- Rows that somebody with the database's password wrote ----------------------------------------------------------
def may_be_given(stone: Tombstone, by) -> bool:
    stone.refresh_from_db()
    try:
        receipts.give(stone, by=by)
    except NoReceiptYet:
        return False
    return True


@pytest.mark.parametrize("is_real", [True, False])
def test_a_row_that_says_beyond_reach_is_not_believed(manager, is_real):
    stone = erased(manager)
    made = backup(stone.erased_at - HOUR)
    if is_real:
        Backup.objects.filter(pk=made.pk).update(gone_at=timezone.now())
        receipts.settle()
    else:
        Tombstone.objects.update(beyond_reach_at=timezone.now())

    assert may_be_given(stone, manager) == is_real


@pytest.mark.parametrize("is_real", [True, False])
def test_a_copy_is_destroyed_when_the_log_knows_who_said_so(manager, is_real):
    stone = erased(manager)
    today = calendar.local_date(timezone.now())
    made = backup(stone.erased_at - HOUR)
    copy = ledger.note_copy(made.uid, place="金庫", made_on=today, by=manager)
    Backup.objects.update(gone_at=timezone.now())
    if is_real:
        ledger.copy_destroyed(copy.uid, on=today, by=manager)
    else:
        BackupCopy.objects.update(destroyed_on=today)
    receipts.settle()

    assert may_be_given(stone, manager) == is_real


def test_a_key_is_not_destroyed_because_a_row_says_so(manager):
    stone = erased(manager)
    backup(stone.erased_at - HOUR)
    for _domain, centre, cohort, _version in stone.wraps:
        end = KeyDestruction.objects.create(by="x", reason="y", wrapped_rows=0, receipt_at=timezone.now())
        rows = KeyVersion.objects.filter(centre_uid=centre, cohort=cohort)
        now = timezone.now()
        rows.update(state="DESTROYED", retired_at=now, destroyed_at=now, destruction=end)
    assert all(keys.is_destroyed(row.domain, row.centre_uid, row.cohort, row.version) for row in rows)

    assert not has_receipt(stone)
