"""A rotation wraps everything anew while people write, and whatever interrupts it, nothing is lost."""

import io
import json
import os
import random
import signal
import time
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cases.protection import keys
from cases.protection.keys import files, ledger, rotation
from cases.protection.keys.models import KeyVersion
from cases.protection.keys.rotation import Cohort, rotate
from cases.protection.models import DataKey
from cases.protection.sealed import Owner
from tests import builders

CENTRE = uuid.UUID(int=7)
COHORT = Cohort("case", CENTRE, 2026)


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    yield
    keys.forget()


def made(number: int, *, kind: str = "case", cohort: int = 2026) -> list[Owner]:
    owners = [Owner(kind, uuid.uuid4()) for _number in range(number)]
    DataKey.objects.bulk_create([keys.create(owner, centre_uid=CENTRE, cohort=cohort)[0] for owner in owners])
    return owners


def versions() -> dict[int, int]:
    """Rows by KEK version."""
    rows = list(DataKey.objects.values_list("kek_version", flat=True))
    return {version: rows.count(version) for version in sorted(set(rows))}


@pytest.mark.django_db
def test_a_rotation_wraps_everything_by_a_new_version_and_changes_no_data_key():
    owners = made(25)
    row_uid = uuid.uuid4()
    values = {
        uid: sealer.sealed("case.narrative", row_uid, "点検商法")
        for uid, sealer in keys.sealers("case", [owner.uid for owner in owners]).items()
    }
    told: list[int] = []

    done = rotate(COHORT, batch=10, told=told.append)

    assert (done, told, versions()) == (25, [10, 10, 5], {2: 25})
    sealers = keys.sealers("case", values)
    assert {sealers[uid].opened("case.narrative", row_uid, value) for uid, value in values.items()} == {
        "点検商法"
    }
    assert [row.state for row in COHORT.versions()] == ["RETIRING", "CURRENT"]


@pytest.mark.django_db
def test_only_the_cohort_that_is_named_is_rotated():
    made(2)
    made(2, cohort=2025)
    made(2, kind="lecture")

    rotate(COHORT)

    rows = DataKey.objects.values_list("owner_kind", "cohort", "kek_version").distinct()
    assert set(rows) == {("case", 2026, 2), ("case", 2025, 1), ("lecture", 2026, 1)}


@pytest.mark.django_db
def test_a_rotation_that_was_broken_off_goes_on_without_another_version():
    made(10)

    class BrokenOff(Exception):
        pass

    def stop(_rows: int) -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        rotate(COHORT, batch=4, told=stop)
    assert versions() == {1: 6, 2: 4}

    assert rotate(COHORT, batch=4) == 6
    assert versions() == {2: 10}
    rotate(COHORT)
    assert versions() == {3: 10}


@pytest.mark.django_db
def test_what_was_written_with_the_old_version_meanwhile_is_wrapped_too():
    made(3)
    late: list[Owner] = []

    def write_late(_rows: int) -> None:
        if not late:  # as a process would that has not looked into the ledger yet
            ledger.remember(ledger.current(*("case", CENTRE, 2026))._replace(version=1))
            late.extend(made(1))
            keys.forget()

    assert rotate(COHORT, told=write_late) == 4
    assert versions() == {2: 4}
    assert keys.sealer(late[0])


@pytest.mark.django_db
def test_a_broken_row_stops_the_rotation_and_its_batch_stays_as_it_was():
    made(3)
    row = DataKey.objects.order_by("pk")[1]
    DataKey.objects.filter(pk=row.pk).update(wrapped=b"x" * 60)

    with pytest.raises(keys.WrapBroken):
        rotate(COHORT)
    assert versions() == {1: 3}


@pytest.mark.django_db
def test_a_batch_is_two_statements_and_its_transaction():
    def queries(batches: int) -> int:
        made(10 * batches)
        with CaptureQueriesContext(connection) as context:
            rotate(COHORT, batch=10)
        DataKey.objects.all().delete()
        return len([query for query in context if "SAVEPOINT" not in query["sql"]])

    few, many = queries(3), queries(6)

    assert many - few == 3 * 2 + 3  # and one look more, three times, at the version that was before


# --- The command --------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_command_says_what_it_did(capsys):
    case = builders.case()
    out = io.StringIO()

    call_command(
        "keys_rotate", "--centre", case.centre.code, "--cohort", "2026", "--domain", "case", stdout=out
    )

    assert json.loads(out.getvalue()) == [
        {"domain": "case", "centre_uid": str(case.centre.uid), "cohort": 2026, "wrapped": 1}
    ]
    assert "1/1" in capsys.readouterr().err
    assert keys.sealer(case.sealed_owner).open(case, "narrative")


@pytest.mark.django_db
def test_an_unknown_centre_is_a_fault_of_usage():
    with pytest.raises(CommandError) as refused:
        call_command("keys_rotate", "--centre", "nowhere")
    assert refused.value.returncode == 2


@pytest.mark.django_db
def test_a_lost_old_key_is_said_in_words():
    made(1)
    files.path_of("case", f"{CENTRE.hex}-2026-v1").unlink()
    keys.forget()

    with pytest.raises(CommandError, match="鍵が見つかりません"):
        call_command("keys_rotate")


# --- Killed while people write ------------------------------------------------------------------------------------
def _child(work) -> int:
    """A process of its own with connections of its own, that does `work` and leaves without cleaning up."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            keys.forget()
            work()
        finally:
            os._exit(0)
    return pid


def _save_on(folder: Path) -> None:
    """What a counsellor's process does: new cases, some closed and taken up again; a file for each acknowledged."""
    while True:
        owners = made(2)
        for owner in owners:
            (folder / owner.uid.hex).touch()
        keys.move(owners[0], cohort=2027)
        keys.move(owners[0], cohort=2026)


@pytest.mark.django_db(transaction=True)
def test_killed_at_ten_random_points_with_people_writing_nothing_is_lost(tmp_path):
    dice = random.Random(4)
    owners = made(300)
    acknowledged = tmp_path / "saved"
    acknowledged.mkdir()
    saver = _child(lambda: _save_on(acknowledged))
    try:
        for _kill in range(10):
            rotator = _child(lambda: rotate(COHORT, batch=dice.choice([1, 3, 10])))
            time.sleep(dice.uniform(0.005, 0.12))
            os.kill(rotator, signal.SIGKILL)
            os.waitpid(rotator, 0)
    finally:
        os.kill(saver, signal.SIGKILL)
        os.waitpid(saver, 0)
    saved = [uuid.UUID(hex=path.name) for path in acknowledged.iterdir()]
    keys.forget()

    rotate(COHORT)

    uids = {*saved, *(owner.uid for owner in owners)}
    assert saved
    assert set(keys.sealers("case", uids)) == uids
    newest = KeyVersion.objects.get(state="CURRENT", cohort=2026).version
    assert set(COHORT.rows().values_list("kek_version", flat=True)) == {newest}
    assert newest > 1


@pytest.mark.django_db
def test_waiting_counts_what_a_call_would_wrap():
    made(5)
    assert rotation.waiting(COHORT) == 5
    DataKey.objects.filter(pk=DataKey.objects.first().pk).update(kek_version=1)
    ledger.make_next("case", CENTRE, 2026)
    DataKey.objects.filter(pk__in=DataKey.objects.values("pk")[:2]).update(kek_version=2)

    assert rotation.waiting(COHORT) == 3
