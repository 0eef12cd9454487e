"""Every entry has its place in a chain, and nothing in the log is changed afterwards."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.law import calendar
from cases.protection import audit, keys
from cases.protection.audit import append_only, chain, chain_keys
from cases.protection.audit.chain_keys import ChainKeyMissing
from cases.protection.audit.models import AuditHead
from cases.protection.models import AuditEntry
from cases.records.centre import SYSTEM
from cases.services import followup
from tests import builders

pytestmark = pytest.mark.django_db


def chained(subject: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(chain__endswith=subject).order_by("seq"))


def is_whole(rows: list[AuditEntry]) -> bool:
    before = b""
    for row in rows:
        if bytes(row.mac or b"") != chain.mac_of(row, before, chain_keys.writing()):
            return False
        before = bytes(row.mac or b"")
    return True


def test_what_concerns_a_case_is_one_chain_from_its_first_entry() -> None:
    case = builders.case()
    for _n in range(3):
        audit.record("CASE_VIEWED", by=SYSTEM, case=case)

    rows = chained(f"/case/{case.uid.hex}")

    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert is_whole(rows)
    head = AuditHead.objects.get(chain=rows[0].chain)
    assert (head.seq, bytes(head.mac)) == (4, bytes(rows[-1].mac or b""))


def test_the_rest_is_chained_by_centre_or_actor_and_day() -> None:
    by, today = builders.account(), calendar.today().isoformat()

    audit.record("CASES_LISTED", by=by, centre=by.centre)
    audit.record("PHONE_LOOKED_UP", by=by)

    assert len(chained(f"/centre/{by.centre.uid.hex}/{today}")) == 1
    assert len(chained(f"/actor/{by.uid.hex}/{today}")) == 1


def test_many_entries_keep_their_order_within_each_chain() -> None:
    by = builders.account()
    known, new = builders.case(by=by), builders.case(by=by)
    cases = [known, new, known, known]

    audit.record_all([audit.entry("CASE_VIEWED", by=by, case=case, count=n) for n, case in enumerate(cases)])

    rows = chained(f"/case/{known.uid.hex}")
    assert [row.count for row in rows] == [1, 0, 2, 3]
    assert is_whole(rows)


@pytest.mark.parametrize(
    ("folders", "signs"),
    [
        (("audit", "contact", "index"), "audit"),
        (("contact", "index"), "contact"),
        (("index",), "index"),
        ((), ""),
    ],
)
def test_a_process_signs_with_what_it_may_open_and_without_any_key_writes_nothing(
    folders: tuple[str, ...], signs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for domain in folders:
        (tmp_path / domain).mkdir()
        (tmp_path / domain / "chain-v1.key").write_bytes(domain.encode().ljust(32, b"."))
    monkeypatch.setattr(settings, "KEY_DIR", tmp_path)

    if signs:
        assert audit.record("SIGNED_IN", by=SYSTEM).chain.startswith(f"{signs}.")
    else:
        with pytest.raises(ChainKeyMissing):
            audit.record("SIGNED_IN", by=SYSTEM)
        assert not AuditEntry.objects.exists()


def test_the_key_folder_gets_a_chain_key_in_every_domain() -> None:
    keys.prepare()

    assert {name.partition(".")[0] for name in chain_keys.all_held()} == set(chain_keys.DOMAINS)


@pytest.mark.parametrize("what", ["update", "delete", "head"])
def test_the_database_refuses_to_change_what_is_logged(what: str) -> None:
    row = audit.record("SIGNED_IN", by=SYSTEM)

    attempt = {
        "update": lambda: AuditEntry.objects.filter(pk=row.pk).update(action="SIGNED_OUT"),
        "delete": AuditEntry.objects.filter(pk=row.pk).delete,
        "head": AuditHead.objects.all().delete,
    }[what]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attempt()

    assert AuditEntry.objects.get().action == "SIGNED_IN"


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_log() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE cases_auditentry")


def test_triggers_that_are_gone_come_back_with_the_next_migrate() -> None:
    append_only.remove(connection)
    assert append_only.missing(connection)

    append_only.look_after("default")

    assert append_only.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_writers_who_begin_the_same_chain_at_once_all_get_their_place() -> None:
    case = builders.case()
    other = builders.case(by=builders.account(at=case.centre))
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            together.wait()
            for _n in range(5):
                # Two chains in one transaction, asked for in either order.
                pair = [case, other] if number % 2 else [other, case]
                audit.record_all([audit.entry("CASE_VIEWED", by=SYSTEM, case=one) for one in pair])
                audit.record("ANALYSED", by=SYSTEM)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for subject, length in (
        (f"/case/{case.uid.hex}", 21),
        (f"/actor/{SYSTEM.uid.hex}/{calendar.today()}", 20),
    ):
        rows = chained(subject)
        assert ([row.seq for row in rows], is_whole(rows)) == (list(range(1, length + 1)), True)


def test_a_roll_back_takes_entry_and_head_together() -> None:
    case = builders.case()

    with transaction.atomic():
        audit.record("CASE_VIEWED", by=SYSTEM, case=case)
        transaction.set_rollback(True)

    audit.record("CASE_VIEWED", by=SYSTEM, case=case)
    rows = chained(f"/case/{case.uid.hex}")
    assert ([row.seq for row in rows], is_whole(rows)) == ([1, 2], True)


def test_the_time_is_taken_when_the_entry_gets_its_place() -> None:
    row = audit.entry("SIGNED_IN", by=SYSTEM)
    row.at = timezone.now() - timedelta(days=3)

    audit.record_all([row])

    assert timezone.now() - AuditEntry.objects.get().at < timedelta(minutes=1)


def stored_digest(case: Any) -> bytes:
    row = AuditEntry.objects.filter(case_uid=case.uid, digest__isnull=False).order_by("-seq")[0]
    return bytes(row.digest or b"")


def test_each_change_keeps_the_digest_of_what_is_stored() -> None:
    by = builders.account()
    case = builders.case(by=by, caller=builders.person(), contract_yen=0)
    at_first = stored_digest(case)
    assert at_first == audit.digest_of(type(case).objects.get(pk=case.pk))

    closed = followup.close_case(case.uid, outcome="ADVICE", closed_on=calendar.today(), by=by)

    assert stored_digest(case) == audit.digest_of(type(case).objects.get(pk=closed.pk)) != at_first


def test_no_digest_is_the_same_for_nothing_and_for_zero_yen() -> None:
    case = builders.case(contract_yen=0)
    with_zero = audit.digest_of(case)
    case.contract_yen = None

    assert audit.digest_of(case) != with_zero


@pytest.mark.parametrize("name", ["山田 花子", "090-1234-5678"])
def test_a_typed_reason_loses_what_is_personal(name: str) -> None:
    case_person = builders.person()

    kept = audit.typed(f"{name}さんから電話があったため\n確認", [])

    assert "090-1234-5678" not in kept
    assert "確認" in kept
    assert case_person.phone not in kept
