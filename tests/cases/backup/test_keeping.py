"""Which backups stay: fourteen days, five weeks, nothing older than 35 days; and a ledger that agrees with the disk."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from cases.backup import keeping, taking
from cases.backup.keeping import Rule, superfluous
from cases.backup.models import Backup, BackupCopy, oldest_kept
from cases.law.calendar import TOKYO
from cases.records.centre import SYSTEM

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)  # a Wednesday
RULE = Rule(days=14, weeks=5, longest=35)


def daily(days):
    return [NOW.replace(hour=3) - timedelta(days=day) for day in range(days)]


def ages(moments):
    return sorted((NOW - moment).days for moment in moments)


def test_a_hundred_days_of_backups_become_fourteen_days_and_five_weeks():
    taken = daily(100)

    kept = set(taken) - superfluous(taken, NOW, RULE)

    # The Sundays of the three weeks that the fourteen days do not reach; the oldest is 24 days old.
    assert ages(kept) == [*range(14), 17, 24]


@pytest.mark.parametrize(
    ("days_old", "stays"), [(13, True), (14, False), (24, True), (35, False), (36, False)]
)
def test_the_edges(days_old, stays):
    taken = daily(100)

    assert (NOW.replace(hour=3) - timedelta(days=days_old) not in superfluous(taken, NOW, RULE)) is stays


def test_of_one_day_the_newest_stays():
    morning, evening = NOW.replace(hour=3), NOW.replace(hour=8)

    assert superfluous([evening, morning], NOW, RULE) == {morning}


def test_the_only_backup_stays_however_old():
    old = NOW - timedelta(days=90)

    assert superfluous([old], NOW, RULE) == set()
    assert superfluous([old, old - timedelta(days=1)], NOW, RULE) == {old - timedelta(days=1)}
    assert superfluous([], NOW, RULE) == set()


def test_more_weeks_never_keep_beyond_the_longest():
    taken = daily(100)

    assert max(ages(set(taken) - superfluous(taken, NOW, Rule(14, 50, 35)))) <= 35


@pytest.fixture
def three(desk, backups):
    """Backups taken today, yesterday and forty days ago."""
    rows = []
    for days in (40, 1, 0):
        with time_machine.travel(NOW - timedelta(days=days), tick=False):
            rows.append(taking.take(by=SYSTEM))
    return rows


def test_what_is_too_old_is_deleted_with_the_next_backup(three, backups):
    old, yesterday, today = (Backup.objects.get(pk=row.pk) for row in three)

    assert (old.gone_at is None, yesterday.gone_at, today.gone_at) == (False, None, None)
    assert not (backups / old.file_name).exists()
    assert not Path(f"{backups / old.file_name}.json").exists()
    assert oldest_kept() == yesterday.taken_at


def test_what_is_held_stays(desk, backups):
    with time_machine.travel(NOW - timedelta(days=40), tick=False):
        row = taking.take(by=SYSTEM)
    Backup.objects.filter(pk=row.pk).update(held_reason="訴訟のため")

    with time_machine.travel(NOW, tick=False):
        taking.take(by=SYSTEM)

    assert (backups / row.file_name).exists()
    assert oldest_kept() == row.taken_at


def test_a_copy_elsewhere_counts_until_a_person_says_that_it_is_destroyed(three):
    old = three[0]
    copy = BackupCopy.objects.create(backup=old, place="金庫の外付けディスク", made_on=NOW.date())
    assert oldest_kept() == old.taken_at

    copy.destroyed_on = NOW.date()
    copy.save()

    assert oldest_kept() == three[1].taken_at


def test_a_file_that_is_gone_is_noticed_and_one_that_nobody_knows_is_found(three, backups):
    _old, yesterday, today = three
    (backups / yesterday.file_name).unlink()
    Backup.objects.filter(pk=today.pk).delete()  # as after a restore from yesterday's

    keeping.reconcile(backups)

    assert Backup.objects.get(pk=yesterday.pk).gone_at is not None
    found = Backup.objects.get(uid=today.uid)
    assert (found.taken_at, found.file_name, found.finished_at) == (today.taken_at, today.file_name, None)


def test_while_the_disk_is_away_its_backups_count_as_kept(three, backups):
    backups.rename(backups.with_name("away"))

    assert keeping.tidy(backups) == 0

    assert Backup.objects.in_place().count() == 2


def test_foreign_files_are_left_alone(desk, backups):
    backups.mkdir()
    (backups / "notes.txt").write_text("不要になったら消す")
    (backups / f"{uuid.uuid4()}.backup").write_bytes(b"of another product")

    taking.take(by=SYSTEM)

    assert Backup.objects.count() == 1
    assert len(list(backups.glob("*.backup"))) == 2


def test_a_row_that_says_otherwise_than_its_file_is_put_right(three, backups):
    yesterday = three[1]
    Backup.objects.filter(pk=yesterday.pk).update(
        taken_at=NOW, gone_at=NOW
    )  # so that a receipt would come early

    keeping.reconcile(backups)

    assert oldest_kept() == yesterday.taken_at
