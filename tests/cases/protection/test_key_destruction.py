"""A destroyed key opens nothing anywhere; it goes only when nothing needs it, and the receipt comes last."""

import io
import json
import uuid
from contextlib import suppress
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.protection import keys
from cases.protection.keys import ceremony, destruction, files, providers, recovery
from cases.protection.keys.kek import Kek
from cases.protection.keys.models import KeyDestruction, KeyMedium, KeyVersion
from cases.protection.keys.rotation import Cohort, rotate
from cases.protection.keys.status import status
from cases.protection.models import DataKey
from cases.protection.sealed import Owner
from cases.records.case import Case
from tests import builders

pytestmark = pytest.mark.django_db
CENTRE = uuid.UUID(int=7)
COHORT = Cohort("case", CENTRE, 2026)
OLD = Kek("case", CENTRE, 2026, 1)
WHO = {"by": "山田", "reason": "保存期間満了"}


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.KEY_DIR, settings.KEY_ESCROW_DIR = tmp_path / "keys", tmp_path / "copies"
    keys.forget()
    keys.prepare()
    ceremony.begin(X25519PrivateKey.generate().private_bytes_raw())
    yield
    keys.forget()


@pytest.fixture
def no_grace(monkeypatch):
    monkeypatch.setattr(destruction, "GRACE", timedelta(0))


def made(number: int = 1, *, cohort: int = 2026) -> list[Owner]:
    owners = [Owner("case", uuid.uuid4()) for _number in range(number)]
    DataKey.objects.bulk_create([keys.create(owner, centre_uid=CENTRE, cohort=cohort)[0] for owner in owners])
    return owners


def readable(owners: list[Owner]) -> int:
    """How many of these owners' keys open."""
    count = 0
    for owner in owners:
        with suppress(keys.KeyMissing):
            count += keys.sealer(owner).owner == owner
    return count


def test_a_version_goes_once_nothing_is_wrapped_by_it(no_grace):
    owners = made(3)

    with pytest.raises(destruction.KeyInUse, match="使用中"):
        destruction.destroy_version(OLD, **WHO)
    rotate(COHORT)
    found = destruction.destroy_version(OLD, **WHO)

    assert destruction.is_gone(OLD)
    assert not files.path_of("case", OLD.file_name).exists()
    assert not recovery.copy_of(files.path_of("case", OLD.file_name)).exists()
    assert readable(owners) == 3
    assert destruction.destroy_version(OLD, **WHO) == found


def test_a_version_that_still_wraps_something_stays(no_grace):
    made(3)
    rotate(COHORT)
    DataKey.objects.filter(pk=DataKey.objects.first().pk).update(kek_version=1)

    with pytest.raises(destruction.KeyInUse, match="1件"):
        destruction.destroy_version(OLD, **WHO)
    assert not destruction.is_gone(OLD)


@pytest.mark.parametrize(("minutes", "is_gone"), [(5, False), (7, True)])
def test_a_process_may_still_remember_a_version_that_has_just_retired(minutes, is_gone):
    made()
    rotate(COHORT)
    KeyVersion.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(minutes=minutes))

    with suppress(destruction.KeyStillRemembered):
        destruction.destroy_version(OLD, **WHO)
    assert destruction.is_gone(OLD) == is_gone


def test_a_year_goes_with_all_its_versions_and_no_backup_opens(no_grace):
    """The rows of the database before it, as a backup holds them, with the key folder as it is after it."""
    owners, others = made(20), made(2, cohort=2025)
    rotate(COHORT)
    backup = list(DataKey.objects.all())
    assert readable(owners) == 20

    found = destruction.destroy_cohort(COHORT, with_rows=True, **WHO)

    assert (found.wrapped_rows, readable(owners), readable(others)) == (20, 0, 2)
    DataKey.objects.all().delete()
    DataKey.objects.bulk_create(backup)
    assert (readable(owners), readable(others)) == (0, 2)
    assert {kek.version for kek in keys.every_wrap(owners[0])} == {1, 2}


def test_a_year_with_records_goes_only_when_that_is_said(no_grace):
    owners = made(2)

    with pytest.raises(destruction.KeyInUse, match="2件残っています"):
        destruction.destroy_cohort(COHORT, with_rows=False, **WHO)
    assert readable(owners) == 2
    for owner in owners:
        keys.destroy(owner)
    destruction.destroy_cohort(COHORT, with_rows=False, **WHO)
    assert destruction.is_gone(OLD)
    with pytest.raises(KeyVersion.DoesNotExist):
        destruction.destroy_cohort(COHORT, with_rows=False, **WHO)


def make_due(case):
    """Closed so long ago that its years are over, whatever KEK wraps its key."""
    day = date(2015, 5, 1)
    Case.objects.filter(pk=case.pk).update(received_on=day, closed_on=day, outcome="ADVICE")


def due_case():
    case = builders.case()
    make_due(case)
    return case


def test_an_open_case_keeps_its_year(no_grace):
    case = builders.case()
    cohort = Cohort("case", case.centre.uid, 2026)

    with pytest.raises(destruction.KeyInUse, match="対応中の相談が1件"):
        destruction.destroy_cohort(cohort, with_rows=True, **WHO)

    make_due(case)
    destruction.destroy_cohort(cohort, with_rows=True, **WHO)
    assert readable([case.sealed_owner]) == 0


def test_after_the_end_of_a_year_a_new_record_of_it_gets_a_new_key(no_grace):
    made()
    destruction.destroy_cohort(COHORT, with_rows=True, **WHO)

    [owner] = made()

    assert DataKey.objects.get(owner_uid=owner.uid).kek_version == 2
    assert readable([owner]) == 1


def test_the_receipt_waits_for_every_copy(no_grace):
    made()
    for name, days in (("USB 1", 1), ("USB 2", 1), ("before the key", -1)):
        KeyMedium.objects.create(name=name, copied_at=timezone.now() + timedelta(days=days))
    KeyMedium.objects.create(
        name="gone", copied_at=timezone.now() + timedelta(days=1), gone_at=timezone.now()
    )
    found = destruction.destroy_cohort(COHORT, with_rows=True, **WHO)

    names = destruction.open_copies(found)
    assert names[:2] == ["USB 1", "USB 2"]
    assert len(names) == 4  # and backups of the whole machine, and copies of the sealed copies
    for name in names:
        assert not keys.is_destroyed(*OLD)
        with pytest.raises(destruction.CopiesNotGone, match=name.split("(", maxsplit=1)[0]):
            destruction.receipt(found)
        found = destruction.confirm(found.uid, name, by="佐藤")
    assert keys.is_destroyed(*OLD)
    text = destruction.receipt(found)
    assert str(OLD) in text
    assert all(name in text for name in names)
    assert "佐藤" in text


def test_no_receipt_while_the_key_is_still_on_this_machine(no_grace, monkeypatch):
    """Killed between ledger and key folder: the next call finishes, and until then nothing is confirmed."""
    made()

    def killed(_self, _kek):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(providers.KeyFiles, "destroy", killed)
        with pytest.raises(SystemExit):
            destruction.destroy_cohort(COHORT, with_rows=True, **WHO)
    found = KeyDestruction.objects.get()
    for name in destruction.open_copies(found):
        found = destruction.confirm(found.uid, name, by="佐藤")
    with pytest.raises(destruction.CopiesNotGone, match=OLD.file_name):
        destruction.receipt(found)
    assert any(OLD.file_name in text or "残っています" in text for text in status().problems)

    destruction.finish(found)
    found = destruction.confirm(found.uid, found.copies.first().name, by="佐藤")
    assert destruction.receipt(found)


# --- The command --------------------------------------------------------------------------------------------------
def run(*options: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("keys_destroy", *options, "--by", "山田", stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def test_the_command_from_the_first_call_to_the_receipt(no_grace, capsys):
    case = due_case()
    given = ("--centre", case.centre.code, "--cohort", "2026", "--reason", "保存期間満了")

    with pytest.raises(CommandError, match="残っています"):
        run(*given)
    assert run(*given, "--yes-destroy") == ("", 3)
    found = KeyDestruction.objects.get()
    said = capsys.readouterr().err
    copies = destruction.open_copies(found)
    assert all(name in said for name in copies)
    for name in copies[:-1]:
        assert run("--destruction", str(found.uid), "--confirm", name) == ("", 3)
    receipt, status_code = run("--destruction", str(found.uid), "--confirm", copies[-1])
    assert status_code == 0
    assert str(found.uid) in receipt


def test_the_command_rests_where_the_key_has_just_retired():
    case = due_case()

    given = ("--centre", case.centre.code, "--cohort", "2026", "--reason", "満了", "--yes-destroy")

    assert run(*given) == ("", 3)
    assert keys.sealer(case.sealed_owner)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--cohort", "2026", "--reason", "x"),
        ("--centre", "C", "--cohort", "2026"),
        ("--centre", "C", "--cohort", "1999", "--reason", "x"),
        ("--centre", "nowhere", "--cohort", "2026", "--reason", "x"),
        ("--destruction", str(uuid.uuid4())),
    ],
)
def test_what_is_not_said_or_not_there_is_a_fault_of_usage(options):
    centre = builders.case().centre

    with pytest.raises(CommandError) as refused:
        run(*(centre.code if word == "C" else word for word in options))
    assert refused.value.returncode == 2


# --- keys_status --------------------------------------------------------------------------------------------------
def test_the_status_counts_and_names_what_is_wrong(no_grace, capsys):
    case = builders.case()
    kek = Kek("case", case.centre.uid, 2026, 1)

    def asked(*options: str) -> tuple[dict, int]:
        out = io.StringIO()
        try:
            call_command("keys_status", *options, stdout=out)
        except SystemExit as ended:
            return json.loads(out.getvalue()), ended.code
        return json.loads(out.getvalue()), 0

    call_command("keys_create", stdout=io.StringIO())
    found, code = asked("--copied", "USB 1")
    assert code == 0, found["problems"]
    [row] = [key for key in found["keys"] if (key["domain"], key["cohort"]) == ("case", 2026)]
    assert (row["centre"], row["rows"], row["state"], row["has_copy"]) == (
        case.centre.code,
        1,
        "CURRENT",
        True,
    )
    assert [medium["name"] for medium in found["media"]] == ["USB 1"]

    files.path_of("case", kek.file_name).unlink()
    recovery.copy_of(files.path_of("index", "v1")).unlink()
    found, code = asked("--gone", "USB 1")
    assert code == 3
    assert [case.centre.code in text for text in found["problems"]] == [True]
    assert "1件" in found["problems"][0]
    assert found["media"][0]["gone_at"]
    assert found["problems"][0] in capsys.readouterr().err
