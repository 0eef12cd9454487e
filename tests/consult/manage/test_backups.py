"""控え: what the keeper of backups sees and writes down."""

import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.backup import schedule
from cases.backup.models import Backup, BackupCopy
from cases.jobs.models import Job
from cases.law.calendar import TOKYO
from cases.protection.models import AuditEntry
from tests import builders
from tests.consult.manage.conftest import signed_in

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def keeper(centre):
    return builders.account("ADMIN", at=centre)


@pytest.fixture
def client(keeper, settings, tmp_path):
    settings.BACKUP_DIR, settings.KEY_BACKUP_DIR = tmp_path / "backups", ""
    return signed_in(keeper)


def backup(days=0, **more):
    at = timezone.now() - timedelta(days=days)
    given = {
        "folder": "/mnt/backup",
        "file_name": f"{days}.backup",
        "size": 5_000_000,
        "finished_at": at,
        **more,
    }
    return Backup.objects.create(taken_at=at, **given)


def text(response):
    return response.content.decode()


def test_the_page_is_calm_before_the_first_backup(client):
    page = text(client.get(reverse("backups")))

    assert "控えはまだありません" in page
    assert "鍵の控えの置き場所が決まっていません" in page


def test_the_list_says_how_old_how_large_and_how_sound(client):
    backup(0, checked_at=NOW)
    backup(1, check_fault="壊れています", checked_at=NOW)
    backup(2, held_reason="訴訟のため")
    backup(50, gone_at=NOW)

    page = text(client.get(reverse("backups")))

    for words in ("2026-11-25 09:00", "確認済み", "戻せません", "訴訟のため", "4.8", "/mnt/backup"):
        assert words in page
    assert "2026-10-06" not in page


def test_the_list_asks_as_often_however_long_it_is(client, django_assert_max_num_queries):
    backup(0)
    client.get(reverse("backups"))
    for days in range(1, 30):
        row = backup(days)
        BackupCopy.objects.create(backup=row, place="金庫", made_on=NOW.date())

    with django_assert_max_num_queries(12):
        client.get(reverse("backups"))


def test_the_button_starts_one_backup_however_often_it_is_pressed(client, keeper):
    for _time in range(2):
        answer = client.post(reverse("backups"), follow=True)

    assert "控えを取り始めました" in text(answer)
    job = Job.objects.get(kind=schedule.TAKE)
    assert (job.created_by, job.centre) == (keeper, keeper.centre)
    assert reverse("job", args=[job.uid]) in text(client.get(reverse("backups")))


def test_a_backup_is_tried_on_request(client):
    row = backup()

    client.post(reverse("backup-check", args=[row.uid]))

    assert Job.objects.get(kind=schedule.CHECK).arguments == {"backup": str(row.uid)}


@pytest.mark.parametrize(("gone", "status", "held"), [(False, 302, "訴訟のため"), (True, 422, "")])
def test_a_backup_is_kept_beyond_its_time(gone, status, held, client):
    row = backup(gone_at=NOW if gone else None)

    answer = client.post(reverse("backup-hold", args=[row.uid]), {"reason": "訴訟のため"})

    row.refresh_from_db()
    assert (answer.status_code, row.held_reason) == (status, held)
    assert AuditEntry.objects.filter(action="BACKUP_HELD").exists() is not gone


def test_an_empty_reason_lets_a_backup_go(client):
    row = backup(held_reason="訴訟のため")

    client.post(reverse("backup-hold", args=[row.uid]), {"reason": ""})

    row.refresh_from_db()
    assert row.held_reason == ""
    assert AuditEntry.objects.filter(action="BACKUP_LET_GO").count() == 1


@pytest.mark.parametrize(
    ("place", "made_on", "status"),
    [
        ("金庫", "11/25", 302),
        ("金庫", "今日", 302),
        ("", "11/25", 422),
        ("金庫", "11/23", 422),
        ("金庫", "11/26", 422),
    ],
)
def test_a_copy_elsewhere_is_noted(place, made_on, status, client):
    row = backup(1)

    answer = client.post(reverse("backup-copy", args=[row.uid]), {"place": place, "made_on": made_on})

    assert answer.status_code == status
    assert BackupCopy.objects.exists() is (status == 302)
    if status == 422:
        assert "field__error" in text(answer)


@pytest.mark.parametrize(("on", "is_noted"), [("11/25", True), ("11/20", False), ("いつか", False)])
def test_the_end_of_a_copy_is_noted(on, is_noted, client):
    copy = BackupCopy.objects.create(backup=backup(3), place="金庫", made_on=NOW.date() - timedelta(days=2))

    answer = client.post(reverse("backup-copy-destroyed", args=[copy.uid]), {"destroyed_on": on}, follow=True)

    copy.refresh_from_db()
    assert (copy.destroyed_on is not None) is is_noted
    assert ("廃棄した日を記録しました" in text(answer)) is is_noted


@pytest.mark.parametrize(("days", "is_wrong"), [(0, False), (2, True)])
def test_the_keeper_is_led_to_the_page_and_told_what_to_do_where_something_is_wrong(
    days, is_wrong, client, settings, tmp_path
):
    settings.KEY_BACKUP_DIR = str(tmp_path / "medium")
    backup(days)

    page = text(client.get(reverse("today")))

    assert page.count("最後の控え") == 1
    assert f'href="{reverse("backups")}"' in page
    assert ("今すぐ控えを取ってください" in page) is is_wrong
    assert "システム担当に伝えて" not in page


def test_a_backup_that_nobody_knows_is_not_there(client):
    assert client.get(reverse("backup", args=[uuid.uuid4()])).status_code == 404
