"""Once a day by itself, or at the first chance after; once a week it is tried; and 今日 says how it stands."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cases import jobs
from cases.backup import card, schedule, work
from cases.backup.models import Backup
from cases.jobs.models import Job
from cases.law.calendar import TOKYO
from cases.records.centre import SYSTEM
from cases.today import Level

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def installed(backups):
    """A machine that was set up long ago, at nine in the morning."""
    migrations = MigrationRecorder(connection).Migration.objects
    migrations.update(applied=NOW - timedelta(days=100))
    with time_machine.travel(NOW, tick=False):
        yield migrations


def backup(age: timedelta, **more) -> Backup:
    from cases.backup import places

    at = NOW - age
    return Backup.objects.create(
        taken_at=at,
        finished_at=at,
        folder=str(places.backup_folder()),
        file_name=f"{at:%d-%H%M}.backup",
        **more,
    )


@pytest.mark.parametrize(
    ("taken", "due"),
    [
        (NOW.replace(hour=3), False),
        (NOW.replace(hour=8), False),
        (NOW.replace(hour=2, minute=59), True),  # the PC was on at night, and this one was by hand
        (NOW - timedelta(days=3), True),  # the PC was off over the weekend
    ],
)
def test_a_backup_is_due_once_three_has_passed_since_the_last(taken, due):
    backup(NOW - taken)

    assert schedule.is_take_due() is due


def test_before_three_the_evening_before_counts():
    with time_machine.travel(NOW.replace(hour=2), tick=False):
        backup(timedelta(hours=20))  # yesterday at 13
        assert not schedule.is_take_due()


@pytest.mark.parametrize(("minutes", "due"), [(30, False), (61, True)])
def test_a_new_machine_is_left_alone_for_an_hour(minutes, due, installed):
    installed.update(applied=NOW - timedelta(minutes=minutes))

    assert schedule.is_take_due() is due


@pytest.mark.parametrize(
    ("state", "minutes", "due"),
    [
        (Job.State.QUEUED, 0, False),
        (Job.State.FAILED, 10, False),
        (Job.State.FAILED, 61, True),
        (Job.State.CANCELLED, 10, False),
        (Job.State.DONE, 10, True),  # its file was deleted since
    ],
)
def test_what_is_under_way_or_has_just_failed_is_not_started_again(state, minutes, due):
    job = jobs.start(schedule.TAKE, by=SYSTEM)
    ended = None if state == Job.State.QUEUED else NOW - timedelta(minutes=minutes)
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=ended)

    assert schedule.is_take_due() is due


def test_starting_twice_is_one_job():
    assert work.start_take(by=SYSTEM) == work.start_take(by=SYSTEM)


@pytest.mark.parametrize(("days", "due"), [(None, True), (6, False), (8, True)])
def test_a_backup_is_tried_once_a_week(days, due):
    checked = None if days is None else NOW - timedelta(days=days)
    backup(timedelta(hours=6), checked_at=checked)

    assert schedule.is_check_due() is due


@pytest.mark.parametrize(
    ("hours", "fault", "level", "words"),
    [
        (6, "", Level.INFO, "最後の控え: 今朝 3:00(読み直し済み)"),
        (25, "", Level.INFO, "最後の控え: 昨日 8:00(読み直し済み)"),
        (26, "", Level.INFO, "最後の控え: 昨日 7:00(読み直し済み)"),
        (27, "", Level.WARNING, "最後の控え: 昨日 6:00(読み直し済み)"),
        (72, "", Level.WARNING, "最後の控え: 11月22日 9:00(読み直し済み)"),
        (73, "", Level.ERROR, "最後の控え: 11月22日 8:00(読み直し済み)"),
        (6, "壊れています", Level.ERROR, "最後の控え: 今朝 3:00(戻せません)"),
    ],
)
def test_everybody_reads_how_old_the_newest_backup_is(hours, fault, level, words):
    backup(timedelta(hours=hours), check_fault=fault)

    keeper, others = card.state(), card.card(SYSTEM)

    assert (keeper.level, keeper.title, others.title) == (level, words, words)
    assert bool(keeper.body) == bool(others.body) == (level != Level.INFO)


@pytest.mark.parametrize("hours", [27, 73])
def test_whoever_cannot_mend_it_is_warned_and_told_whom_to_tell(hours):
    backup(timedelta(hours=hours))

    keeper, others = card.state(), card.card(SYSTEM)

    assert others.level == Level.WARNING
    assert "システム担当に伝えて" in others.body
    assert "システム担当" not in keeper.body


def test_a_backup_that_was_restored_on_trial_is_called_checked():
    backup(timedelta(hours=6), checked_at=NOW)

    assert card.card(SYSTEM).title == "最後の控え: 今朝 3:00(確認済み)"


@pytest.mark.parametrize(("hours", "level"), [(1, Level.INFO), (27, Level.WARNING), (80, Level.ERROR)])
def test_no_backup_at_all_becomes_louder_with_time(hours, level, installed):
    installed.update(applied=NOW - timedelta(hours=hours))

    assert card.state().level == level


def test_the_card_costs_one_question(django_assert_max_num_queries):
    backup(timedelta(hours=6))

    with django_assert_max_num_queries(1):
        card.card(SYSTEM)
