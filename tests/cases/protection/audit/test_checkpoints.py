"""Checkpoints are signed, leave the machine, and hold nobody up where they cannot."""

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.utils import timezone

from cases.protection import audit
from cases.protection.audit import checkpoints, sinks
from cases.protection.audit.checkpoints import Line
from cases.protection.audit.models import AuditCheckpoint, AuditDelivery, AuditHead
from cases.records.centre import SYSTEM
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setattr(settings, "DATA_DIR", folder)
    return folder


def some_entries(count: int = 1) -> None:
    audit.record_all([audit.entry("SIGNED_IN", by=SYSTEM) for _n in range(count)])


def lines(file: Path) -> list[Line]:
    return [Line.read(text) for text in file.read_text().splitlines()]


def test_a_checkpoint_lists_the_heads_that_moved_and_stands_on_the_one_before() -> None:
    case = builders.case()
    checkpoints.make()
    some_entries()
    checkpoints.make()

    first, second = lines(checkpoints.local_file())
    assert [leaf[0].partition("/")[2] for leaf in first.leaves] == [f"case/{case.uid.hex}"]
    assert [leaf[0].split("/")[1] for leaf in second.leaves] == ["actor"]
    assert second.before == first.hash
    assert not AuditHead.objects.filter(is_due=True).exists()


def test_the_exported_key_alone_tells_a_true_line_from_a_forged_one() -> None:
    some_entries()
    checkpoints.make()
    line = lines(checkpoints.local_file())[0]

    public = load_pem_public_key(checkpoints.public_key().encode())

    assert isinstance(public, Ed25519PublicKey)
    assert checkpoints.is_signed(line, public)
    assert not checkpoints.is_signed(Line(**{**vars(line), "root": "00" * 32}), public)


@pytest.mark.parametrize(
    ("minutes", "entries", "wanted"), [(0, 1, False), (5, 1, True), (0, 1000, True), (5, 0, False)]
)
def test_a_checkpoint_is_due_after_five_minutes_or_a_thousand_entries(
    minutes: int, entries: int, wanted: bool
) -> None:
    some_entries()
    checkpoints.make()
    if entries:
        some_entries(entries)

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        assert checkpoints.is_wanted() is wanted


def test_a_machine_without_the_signing_key_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_entries()
    monkeypatch.setattr(settings, "KEY_DIR", tmp_path)

    assert not checkpoints.is_wanted()


def test_what_the_local_file_lacks_is_written_with_the_next_checkpoint() -> None:
    some_entries()
    checkpoints.make()
    checkpoints.local_file().write_text('{"number": 1, torn')
    some_entries()
    checkpoints.make()

    held = checkpoints.local_file().read_text().splitlines()
    assert [json.loads(text)["number"] for text in held[1:]] == [1, 2]


# --- Sinks -------------------------------------------------------------------------------------------------------
@pytest.fixture
def syslog() -> Iterator[tuple[int, SimpleQueue[bytes]]]:
    """A log server on loopback that hands on what it is sent."""
    got = SimpleQueue[bytes]()

    class Keep(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            got.put(self.rfile.read())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Keep) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], got
        server.shutdown()
        thread.join()


def test_every_sink_gets_every_checkpoint_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syslog: tuple[int, SimpleQueue[bytes]]
) -> None:
    port, got = syslog
    program = tmp_path / "send"
    program.write_text(f"#!/bin/sh\ncat >> {tmp_path}/sent\n")
    program.chmod(0o700)
    share = tmp_path / "share.jsonl"
    monkeypatch.setattr(
        settings, "AUDIT_SINKS", [str(share), f"syslog://127.0.0.1:{port}", f"command:{program}"]
    )
    for _round in range(2):
        some_entries()
        checkpoints.make()
        assert sinks.is_behind()
        sinks.deliver()

    assert not sinks.is_behind()
    assert [line.number for line in lines(share)] == [1, 2]
    assert (tmp_path / "sent").read_text() == share.read_text()
    # The server reads in a thread of its own, after the sender has gone on.
    sent = [got.get(timeout=10) for _round in range(2)]
    assert [f'"number":{n}'.encode() in message for n, message in enumerate(sent, 1)] == [True, True]
    assert got.empty()


def test_a_sink_that_fails_is_tried_again_from_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share" / "checkpoints.jsonl"
    monkeypatch.setattr(settings, "AUDIT_SINKS", [str(share)])
    some_entries()
    checkpoints.make()
    sinks.deliver()
    row = AuditDelivery.objects.get()
    assert (row.number, row.failing_since is not None) == (0, True)

    share.parent.mkdir()
    sinks.deliver()

    row.refresh_from_db()
    assert (row.number, row.failing_since) == (1, None)
    assert [line.number for line in lines(share)] == [1]


def test_a_program_that_says_no_has_not_kept_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "AUDIT_SINKS", ["command:/bin/false"])
    some_entries()
    checkpoints.make()

    sinks.deliver()

    assert AuditDelivery.objects.get().number == 0
    assert AuditCheckpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("sink", "understood"),
    [
        ("/mnt/share/log.jsonl", True),
        ("log.jsonl", False),
        ("syslog://loghost:601", True),
        ("syslog://loghost", False),
        ("syslog://loghost:x", False),
        ("command:/usr/local/bin/send", True),
        ("command:send", False),
        ("mailto:auditor@example.jp", False),
    ],
)
def test_a_sink_that_is_not_understood_is_told_apart(sink: str, understood: bool) -> None:
    assert sinks.is_understood(sink) is understood


def test_a_file_on_the_disk_of_the_data_is_not_another_machine(own_data_folder: Path) -> None:
    assert not sinks.is_off_host(str(own_data_folder.parent / "copy.jsonl"))
    assert sinks.is_off_host("syslog://loghost:601")
