"""What somebody with SQL write access could do to the log, each way found and called by its name.

The attacker drops the triggers first, knows every table, may put back heads and checkpoints; but holds no key and
reaches no other machine. `by name`: the kind of the fault and the chain that it is in.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cases.protection import audit
from cases.protection.audit import append_only, beginning, chain, chain_keys, checking, checkpoints, verify
from cases.protection.audit.faults import Kind
from cases.protection.audit.models import AuditCheckpoint, AuditHead
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.services import followup
from cases.services.followup import FollowUpEntry
from consult.shell.accounts import Account
from tests import builders

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@dataclass
class Log:
    """A log with a beginning, two cases of five and two entries, and two checkpoints."""

    by: Account
    case: Case
    other: Case
    old: list[AuditEntry]

    @property
    def rows(self) -> list[AuditEntry]:
        """The chain that is attacked."""
        return list(AuditEntry.objects.filter(chain__endswith=self.case.uid.hex).order_by("seq"))

    @property
    def name(self) -> str:
        return AuditHead.objects.get(chain__endswith=self.case.uid.hex).chain

    def follow_up(self, text: str) -> None:
        entry = FollowUpEntry(uid=uuid.uuid4(), happened_at=timezone.now(), kind="NOTE", text=text)
        followup.add_follow_up(self.case.uid, entry, by=self.by)

    def insert_copy(self, row: AuditEntry, **changed: Any) -> None:
        names = [f.attname for f in AuditEntry._meta.concrete_fields if f.attname != "id"]
        values = {name: getattr(row, name) for name in names} | changed
        AuditEntry.objects.bulk_create([AuditEntry(**values)])


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    by = builders.account()
    old = [AuditEntry(action="SIGNED_IN", actor_uid=by.uid, role="COUNSELLOR") for _n in range(3)]
    AuditEntry.objects.bulk_create(old)  # as the product of before wrote them
    beginning.begin()
    case, other = builders.case(by=by, caller=builders.person(), contract_yen=0), builders.case(by=by)
    made = Log(by, case, other, old)
    audit.record("CASE_VIEWED", by=by, case=case)
    made.follow_up("翌日に電話があった。")
    checkpoints.make()
    audit.record("REVEALED", by=by, case=case, fields=["caller.name"], purpose="CONSULTATION")
    made.follow_up("業者が返金に応じた。")
    audit.record("CASE_VIEWED", by=by, case=other)
    checkpoints.make()
    append_only.remove(connection)  # the attacker's first step
    return made


def found(*, rows: bool = True, against: Path | None = None) -> set[tuple[Kind, str]]:
    """Kinds and chains, but for the missing triggers."""
    faults = checking.everything(rows=rows, against=against, advance=verify.nothing)
    return {(f.kind, f.chain) for f in faults if f.kind is not Kind.TRIGGER_MISSING}


def test_a_log_that_nobody_touched_is_whole(log: Log) -> None:
    assert found() == set()
    assert [len(log.rows), AuditCheckpoint.objects.count()] == [5, 3]


def test_the_triggers_that_are_gone_are_named(log: Log) -> None:
    named = {fault.detail for fault in verify.machine()}

    assert {"audit_keep_auditentry_update", "audit_keep_auditentry_delete"} <= named


CHANGES: dict[str, str] = {
    "action": "action = 'CASE_VIEWED_'",
    "time": "at = '2026-01-01 00:00:00+00:00'",
    "actor's uid": "actor_uid = '00000000000000000000000000000001'",
    "actor": "actor_id = NULL",
    "role": "role = 'ADMIN'",
    "centre": "centre_uid = '00000000000000000000000000000001'",
    "fields": "fields = '[\"party.name\"]'",
    "purpose": "purpose = 'REQUEST'",
    "reason": "reason = '誤操作'",
    "count": "count = 9",
    "request": "request_id = 'x'",
    "digest": "digest = NULL",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("place", [2, 4], ids=["middle", "last"])
def test_a_changed_entry_is_found_whatever_was_changed(log: Log, change: str, place: int) -> None:
    sql(f"UPDATE cases_auditentry SET {change} WHERE id = %s", log.rows[place].pk)  # noqa: S608 - from the list above

    assert (Kind.ENTRY_CHANGED, log.name) in found(rows=False)


def forged(log: Log) -> bytes:
    return b"\x01" * 32


def _mac(log: Log) -> None:
    sql("UPDATE cases_auditentry SET mac = %s WHERE id = %s", forged(log), log.rows[2].pk)


def _null_mac(log: Log) -> None:
    sql("UPDATE cases_auditentry SET mac = NULL WHERE id = %s", log.rows[2].pk)


def _pretend_old(log: Log) -> None:
    sql("UPDATE cases_auditentry SET mac = NULL, chain = '', seq = NULL WHERE id = %s", log.rows[2].pk)


def _delete(place: int) -> Callable[[Log], None]:
    return lambda log: sql("DELETE FROM cases_auditentry WHERE id = %s", log.rows[place].pk)


def _set_head(log: Log, row: AuditEntry) -> None:
    sql(
        "UPDATE cases_audithead SET seq = %s, mac = %s WHERE chain = %s",
        row.seq,
        bytes(row.mac or b""),
        log.name,
    )


def _cut_and_put_head_back(log: Log) -> None:
    rows = log.rows
    _set_head(log, rows[3])
    sql("DELETE FROM cases_auditentry WHERE id = %s", rows[4].pk)


def _cut_two_and_put_head_back(log: Log) -> None:
    rows = log.rows
    _set_head(log, rows[2])
    sql("DELETE FROM cases_auditentry WHERE id IN (%s, %s)", rows[3].pk, rows[4].pk)


def _delete_chain(log: Log) -> None:
    sql("DELETE FROM cases_auditentry WHERE chain = %s", log.name)


def _delete_chain_and_head(log: Log) -> None:
    name = log.name
    sql("DELETE FROM cases_auditentry WHERE chain = %s", name)
    sql("DELETE FROM cases_audithead WHERE chain = %s", name)


def _append(log: Log) -> None:
    log.insert_copy(log.rows[-1], seq=6, mac=forged(log), action="CASE_VIEWED")


def _append_and_move_head(log: Log) -> None:
    log.insert_copy(log.rows[-1], seq=6, mac=forged(log), action="CASE_VIEWED")
    sql("UPDATE cases_audithead SET seq = 6, mac = %s WHERE chain = %s", forged(log), log.name)


def _insert(log: Log) -> None:
    rows = log.rows
    for row in reversed(rows[2:]):
        sql("UPDATE cases_auditentry SET seq = %s WHERE id = %s", (row.seq or 0) + 1, row.pk)
    log.insert_copy(rows[1], seq=3, mac=forged(log))
    sql("UPDATE cases_audithead SET seq = 6 WHERE chain = %s", log.name)


def _swap(log: Log) -> None:
    second, third = log.rows[1:3]
    sql("UPDATE cases_auditentry SET seq = 99 WHERE id = %s", second.pk)
    sql("UPDATE cases_auditentry SET seq = %s WHERE id = %s", second.seq, third.pk)
    sql("UPDATE cases_auditentry SET seq = %s WHERE id = %s", third.seq, second.pk)


def _move_here(log: Log) -> None:
    """An entry of another case, behind the end of this chain."""
    row = AuditEntry.objects.filter(case_uid=log.other.uid).order_by("-seq")[0]
    sql("UPDATE cases_auditentry SET chain = %s, seq = 6 WHERE id = %s", log.name, row.pk)
    sql("UPDATE cases_audithead SET seq = 6, mac = %s WHERE chain = %s", bytes(row.mac or b""), log.name)


def _speak_of_another(log: Log) -> None:
    row = log.rows[2]
    sql("UPDATE cases_auditentry SET case_uid = %s WHERE id = %s", *_uid_values(log.other.uid), row.pk)


def _uid_values(uid: uuid.UUID) -> tuple[str]:
    return (uid.hex if connection.vendor == "sqlite" else str(uid),)


def _sign_with_another_key(log: Log) -> None:
    """Whoever holds the keys of contacts alone writes into a chain of the audit key."""
    contact = next(key for name, key in chain_keys.all_held().items() if name.startswith("contact."))
    rows = log.rows
    row = audit.entry("CASE_VIEWED", by=SYSTEM, case=log.case)
    row.chain, row.seq = log.name, 6
    row.mac = chain.mac_of(row, bytes(rows[-1].mac or b""), contact)
    row.save()
    sql("UPDATE cases_audithead SET seq = 6, mac = %s WHERE chain = %s", row.mac, log.name)


def _head_back(log: Log) -> None:
    _set_head(log, log.rows[3])


def _head_forward(log: Log) -> None:
    sql("UPDATE cases_audithead SET seq = 9 WHERE chain = %s", log.name)


def _head_mac(log: Log) -> None:
    sql("UPDATE cases_audithead SET mac = %s WHERE chain = %s", forged(log), log.name)


def _head_gone(log: Log) -> None:
    sql("DELETE FROM cases_audithead WHERE chain = %s", log.name)


def _rewrite_history(log: Log) -> None:
    """The end is cut, the head put back, and the product writes on: every MAC is right, the past is another one."""
    _cut_and_put_head_back(log)
    append_only.install(connection)
    audit.record("CASE_VIEWED", by=log.by, case=log.case)
    append_only.remove(connection)


ATTACKS: dict[str, tuple[Callable[[Log], None], Kind]] = {
    "MAC changed": (_mac, Kind.MAC_CHANGED),
    "MAC nulled": (_null_mac, Kind.MAC_NULLED),
    "entry taken out of its chain as if it were old": (_pretend_old, Kind.MISSING),
    "first entry deleted": (_delete(0), Kind.START_CUT),
    "entry in the middle deleted": (_delete(2), Kind.MISSING),
    "last entry deleted": (_delete(4), Kind.TAIL_CUT),
    "last entry deleted and head put back": (_cut_and_put_head_back, Kind.TAIL_CUT),
    "two entries deleted and head put back": (_cut_two_and_put_head_back, Kind.TAIL_CUT),
    "all entries of a chain deleted": (_delete_chain, Kind.CHAIN_MISSING),
    "all entries of a chain and its head deleted": (_delete_chain_and_head, Kind.CHAIN_MISSING),
    "entry added behind the end": (_append, Kind.INSERTED),
    "entry added and head moved on": (_append_and_move_head, Kind.ENTRY_CHANGED),
    "entry put between others": (_insert, Kind.INSERTED),
    "two entries swapped": (_swap, Kind.REORDERED),
    "entry moved here from another case": (_move_here, Kind.MOVED),
    "entry made to speak of another case": (_speak_of_another, Kind.MOVED),
    "entry signed with the key of another domain": (_sign_with_another_key, Kind.FOREIGN_KEY),
    "head put back": (_head_back, Kind.HEAD_RESET),
    "head put forward": (_head_forward, Kind.TAIL_CUT),
    "MAC of the head changed": (_head_mac, Kind.HEAD_CHANGED),
    "head deleted": (_head_gone, Kind.HEAD_MISSING),
    "history written anew from an older state": (_rewrite_history, Kind.FORK),
}


@pytest.mark.parametrize(("attack", "kind"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_on_a_chain_is_found_by_name(log: Log, attack: Callable[[Log], None], kind: Kind) -> None:
    name = log.name
    attack(log)

    assert (kind, name) in found(rows=False)


def test_an_entry_taken_out_of_its_chain_is_named_as_one_without_a_mac(log: Log) -> None:
    _pretend_old(log)

    assert (Kind.MAC_NULLED, "") in found(rows=False)


@pytest.mark.parametrize(
    "attack", [_delete(2), _mac, _swap, _insert], ids=["deleted", "mac", "swapped", "inserted"]
)
def test_one_attack_does_not_blame_the_entries_around_it(log: Log, attack: Callable[[Log], None]) -> None:
    attack(log)

    assert not {kind for kind, _name in found(rows=False)} & {
        Kind.ENTRY_CHANGED,
        Kind.OLD_CHANGED,
        Kind.FOREIGN_KEY,
    }


def test_a_clock_that_went_back_is_found(log: Log) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=3)):
        audit.record("CASE_VIEWED", by=log.by, case=log.case)

    assert found(rows=False) == {(Kind.CLOCK_BACKWARDS, log.name)}


def _drop_uniqueness() -> None:
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("ALTER TABLE cases_auditentry DROP CONSTRAINT audit_once_per_place")
        return
    # SQLite's own constraint cannot be dropped: the attacker makes the table anew without it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'cases_auditentry'")
        made = cursor.fetchone()[0]
    start = made.index(', CONSTRAINT "audit_once_per_place"')
    made = made[:start] + made[made.index(")", start) + 1 :]
    sql("ALTER TABLE cases_auditentry RENAME TO taken")
    sql(made)
    sql("INSERT INTO cases_auditentry SELECT * FROM taken")
    sql("DROP TABLE taken")


@pytest.mark.parametrize(("mac", "kind"), [(None, Kind.DUPLICATE), (b"\x02" * 32, Kind.FORK)])
def test_a_second_entry_in_the_same_place_is_found(log: Log, mac: bytes | None, kind: Kind) -> None:
    row = log.rows[2]
    with connection.constraint_checks_disabled():
        _drop_uniqueness()

        log.insert_copy(row, mac=mac or row.mac)

        assert (kind, log.name) in found(rows=False)


# --- entries from before the chains ------------------------------------------------------------------------------
OLD: dict[str, Callable[[Log], None]] = {
    "changed": lambda log: sql("UPDATE cases_auditentry SET role = 'ADMIN' WHERE id = %s", log.old[1].pk),
    "deleted": lambda log: sql("DELETE FROM cases_auditentry WHERE id = %s", log.old[1].pk),
    "a chained one put among them": lambda log: sql(
        "UPDATE cases_auditentry SET mac = NULL, chain = '', seq = NULL, id = 0 WHERE id = %s", log.rows[2].pk
    ),
}


@pytest.mark.parametrize("attack", OLD.values(), ids=OLD)
def test_entries_from_before_the_chains_are_sealed_together(log: Log, attack: Callable[[Log], None]) -> None:
    attack(log)

    assert Kind.OLD_CHANGED in {kind for kind, _name in found(rows=False)}


def test_without_its_beginning_old_entries_count_as_nulled(log: Log) -> None:
    sql("DELETE FROM cases_auditentry WHERE action = %s", chain.BEGUN)

    kinds = {kind for kind, _name in found(rows=False)}

    assert {Kind.MAC_NULLED, Kind.CHAIN_MISSING} <= kinds


def test_chains_that_were_wiped_out_are_not_begun_anew(log: Log) -> None:
    sql("UPDATE cases_auditentry SET mac = NULL, chain = '', seq = NULL")
    sql("DELETE FROM cases_audithead")
    sql("DELETE FROM cases_auditcheckpoint")

    assert beginning.begin() is None

    kinds = {kind for kind, _name in found(rows=False)}
    assert {Kind.MAC_NULLED, Kind.CHAIN_MISSING, Kind.CHECKPOINT_MISSING} <= kinds


# --- checkpoints --------------------------------------------------------------------------------------------------
def line_of(number: int) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(AuditCheckpoint.objects.get(number=number).line)
    return held


def rewrite(place: int, **changed: Any) -> None:
    line = json.dumps({**line_of(place), **changed})
    sql("UPDATE cases_auditcheckpoint SET line = %s WHERE number = %s", line, place)


CHECKPOINTS: dict[str, tuple[Callable[[Log], None], Kind]] = {
    "leaves changed": (lambda log: rewrite(2, leaves=line_of(2)["leaves"][1:]), Kind.CHECKPOINT_SIGNATURE),
    "root changed": (lambda log: rewrite(2, root="00" * 32), Kind.CHECKPOINT_SIGNATURE),
    "time changed": (lambda log: rewrite(2, at="2026-01-01T00:00:00+00:00"), Kind.CHECKPOINT_SIGNATURE),
    "signature changed": (lambda log: rewrite(2, signature="00" * 64), Kind.CHECKPOINT_SIGNATURE),
    "one deleted": (
        lambda log: sql("DELETE FROM cases_auditcheckpoint WHERE number = 2"),
        Kind.CHECKPOINT_MISSING,
    ),
    "last deleted": (
        lambda log: sql("DELETE FROM cases_auditcheckpoint WHERE number = 3"),
        Kind.CHECKPOINT_MISSING,
    ),
    "all deleted": (lambda log: sql("DELETE FROM cases_auditcheckpoint"), Kind.CHECKPOINT_MISSING),
    "one in the place of another": (
        lambda log: rewrite(3, **line_of(2)),
        Kind.CHECKPOINT_DIFFERS,
    ),
    "made unreadable": (
        lambda log: sql("UPDATE cases_auditcheckpoint SET line = '{}' WHERE number = 2"),
        Kind.CHECKPOINT_UNREADABLE,
    ),
}


@pytest.mark.parametrize(("attack", "kind"), CHECKPOINTS.values(), ids=CHECKPOINTS)
def test_an_attack_on_the_checkpoints_is_found_by_name(
    log: Log, attack: Callable[[Log], None], kind: Kind
) -> None:
    attack(log)

    assert kind in {kind for kind, _name in found(rows=False)}


def test_a_checkpoint_that_does_not_stand_on_the_one_before_is_found(log: Log) -> None:
    """An older state was brought back, the product signed on, and the newest checkpoint of before was put behind."""
    last = AuditCheckpoint.objects.get(number=3)
    sql("DELETE FROM cases_auditcheckpoint WHERE number > 1")
    audit.record("CASE_VIEWED", by=log.by, case=log.other)
    checkpoints.make()
    AuditCheckpoint.objects.bulk_create([AuditCheckpoint(number=3, at=last.at, line=last.line, entries_to=0)])

    assert Kind.CHECKPOINT_BROKEN in {kind for kind, _name in found(rows=False)}


def test_a_copy_off_the_machine_tells_of_what_the_local_traces_no_longer_show(
    log: Log, tmp_path: Path
) -> None:
    """Everything on this machine was put back to before the last reveal: entries, heads, checkpoints, local file."""
    copy = tmp_path / "share.jsonl"
    copy.write_bytes(checkpoints.local_file().read_bytes())
    _cut_two_and_put_head_back(log)
    row = AuditEntry.objects.filter(case_uid=log.other.uid).order_by("seq")[0]
    sql("DELETE FROM cases_auditentry WHERE case_uid = %s AND seq > 1", *_uid_values(log.other.uid))
    sql("UPDATE cases_audithead SET seq = 1, mac = %s WHERE chain = %s", bytes(row.mac or b""), row.chain)
    sql("DELETE FROM cases_auditcheckpoint WHERE number = 3")
    local = checkpoints.local_file().read_text().splitlines(keepends=True)
    checkpoints.local_file().write_text("".join(local[:2]))

    assert found(rows=False) == set()
    assert {(Kind.TAIL_CUT, log.name), (Kind.CHECKPOINT_MISSING, "")} <= found(rows=False, against=copy)


# --- what the cases hold -----------------------------------------------------------------------------------------
def _replay(log: Log) -> None:
    """The trader's name of before the correction, put back: it opens without complaint."""
    before = Case.objects.get(pk=log.case.pk)
    kept = before.narrative.envelope if before.narrative else b""
    followup.correct_case(
        builders.entry(uid=log.case.uid, caller=builders.person(), narrative="別の話だったという。"),
        revision=before.revision, by=log.by,
    )  # fmt: skip
    sql("UPDATE cases_case SET narrative = %s WHERE id = %s", kept, log.case.pk)


def _reopen_by_hand(log: Log) -> None:
    followup.close_case(log.case.uid, outcome="ADVICE", closed_on=timezone.localdate(), by=log.by)
    sql("UPDATE cases_case SET outcome = '', closed_on = NULL WHERE id = %s", log.case.pk)


ROWS: dict[str, tuple[Callable[[Log], None], Kind]] = {
    "old value put back": (_replay, Kind.VALUE_REPLAYED),
    "value changed": (
        lambda log: sql("UPDATE cases_caseperson SET phone = name WHERE case_id = %s", log.case.pk),
        Kind.VALUE_CHANGED,
    ),
    "value emptied": (
        lambda log: sql("UPDATE cases_caseperson SET phone = NULL WHERE case_id = %s", log.case.pk),
        Kind.VALUE_VANISHED,
    ),
    "経過 dropped": (
        lambda log: sql(
            "DELETE FROM cases_followup WHERE id IN (SELECT MIN(id) FROM cases_followup WHERE case_id = %s)",
            log.case.pk,
        ),
        Kind.VALUE_VANISHED,
    ),
    "経過 moved to another case": (
        lambda log: sql("UPDATE cases_followup SET case_id = %s", log.other.pk),
        Kind.ROW_ADDED,
    ),
    "date of a 経過 changed": (
        lambda log: sql("UPDATE cases_followup SET kind = 'CALL' WHERE case_id = %s", log.case.pk),
        Kind.VALUE_CHANGED,
    ),
    "code changed": (
        lambda log: sql("UPDATE cases_case SET channel = 'VISIT' WHERE id = %s", log.case.pk),
        Kind.CODE_CHANGED,
    ),
    "amount of 0 emptied": (
        lambda log: sql("UPDATE cases_case SET contract_yen = NULL WHERE id = %s", log.case.pk),
        Kind.CODE_CHANGED,
    ),
    "手口 changed": (
        lambda log: sql("UPDATE cases_casescamtype SET code = 'BEAUTY' WHERE case_id = %s", log.case.pk),
        Kind.CODE_CHANGED,
    ),
    "counsellor changed": (
        lambda log: sql("UPDATE cases_case SET counsellor_id = NULL WHERE id = %s", log.case.pk),
        Kind.CODE_CHANGED,
    ),
    "codes of before put back": (
        lambda log: (
            _reopen_by_hand(log),
            sql("UPDATE cases_case SET revision = revision - 1 WHERE id = %s", log.case.pk),
        ),
        Kind.CODE_REPLAYED,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("attack", "kind"), ROWS.values(), ids=ROWS)
def test_what_a_case_holds_is_compared_with_its_last_change(
    log: Log, attack: Callable[[Log], None], kind: Kind
) -> None:
    attack(log)

    assert kind in {kind for kind, _name in found()}
    assert found(rows=False) == set()  # the log itself is whole


@pytest.mark.parametrize(("logged", "kinds"), [(False, {Kind.CASE_VANISHED}), (True, set())])
def test_a_case_that_is_gone_needs_an_entry_about_its_erasure(
    log: Log, logged: bool, kinds: set[Kind]
) -> None:
    if logged:
        audit.record("CASE_ERASED", by=log.by, case=log.case)
    for table in ("caseperson", "casescamtype", "lookuptag", "followup", "undonote"):
        sql(f"DELETE FROM cases_{table} WHERE case_id = %s", log.case.pk)  # noqa: S608 - named in the line above
    sql("DELETE FROM cases_case WHERE id = %s", log.case.pk)

    assert {kind for kind, _name in found()} == kinds


def test_a_case_that_nobody_recorded_is_found(log: Log) -> None:
    case = Case.objects.get(pk=log.other.pk)
    case.pk, case.uid, case.number = None, uuid.uuid4(), "2026-999999"
    case.save(force_insert=True)

    assert {kind for kind, _name in found()} == {Kind.CASE_UNRECORDED}
