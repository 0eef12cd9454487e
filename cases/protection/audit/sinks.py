"""Where checkpoints go beyond this machine: a file on a mounted share, a syslog server, a program.

`AUDIT_SINKS`, separated by commas: `/mnt/auditor/checkpoints.jsonl` · `syslog://loghost:601` (TCP, RFC 5424; the line
without its leaves) · `command:/usr/local/bin/send-checkpoint` (the line on standard input, exit code 0 when kept).
A sink that fails is tried again, from where it stopped, and never holds anybody up.
"""

import os
import socket
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from cases.protection.audit.models import AuditCheckpoint, AuditDelivery

SECONDS: Final = 10
_AT_ONCE: Final = 200
_PRIORITY: Final = 13 * 8 + 5  # facility "log audit", severity notice


class SinkFailed(Exception):
    """The line was not taken."""


def configured() -> list[str]:
    return [sink.strip() for sink in settings.AUDIT_SINKS if sink.strip()]


def is_understood(sink: str) -> bool:
    if sink.startswith("syslog://"):
        try:
            parts = urlsplit(sink)
            return bool(parts.hostname and parts.port)
        except ValueError:
            return False
    return Path(sink.removeprefix("command:")).is_absolute()


def is_off_host(sink: str) -> bool:
    """False for a file on the disk that holds the data: whoever has that disk has both."""
    if sink.startswith(("syslog://", "command:")):
        return True
    folder = Path(sink).parent
    try:
        return folder.stat().st_dev != Path(settings.DATA_DIR).stat().st_dev
    except OSError:
        return True  # the share is not mounted now; its failure is told elsewhere


def append_line(file: Path, line: str) -> None:
    """Append and sync. A torn last line of an earlier stop is closed first, so that this one stands alone."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (b"\n" if torn else b"") + line.encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def deliver() -> bool:
    """Send to every sink what it has not got; True where one of them still has more to come."""
    more = [_deliver_to(sink) for sink in configured() if is_understood(sink)]  # every sink has its turn
    return any(more)


def is_behind() -> bool:
    """A cheap look: a sink has not got the newest checkpoint."""
    wanted = [sink for sink in configured() if is_understood(sink)]
    if not wanted:
        return False
    newest = AuditCheckpoint.objects.order_by("-number").values_list("number", flat=True).first() or 0
    done = dict(AuditDelivery.objects.filter(sink__in=wanted).values_list("sink", "number"))
    return any(done.get(sink, 0) < newest for sink in wanted)


def _deliver_to(sink: str) -> bool:
    row, _made = AuditDelivery.objects.get_or_create(sink=sink)
    waiting = list(AuditCheckpoint.objects.filter(number__gt=row.number)[:_AT_ONCE])
    row.tried_at = timezone.now()
    is_failing = False
    try:
        for checkpoint in waiting:
            _send(sink, checkpoint)
            row.number = checkpoint.number
        row.failing_since = None
    except SinkFailed:
        is_failing, row.failing_since = True, row.failing_since or row.tried_at
    row.save()
    return not is_failing and len(waiting) == _AT_ONCE


def _send(sink: str, checkpoint: AuditCheckpoint) -> None:
    """Raises SinkFailed."""
    try:
        if sink.startswith("syslog://"):
            _send_syslog(sink, checkpoint)
        elif sink.startswith("command:"):
            program = sink.removeprefix("command:")
            subprocess.run(  # noqa: S603 - the administrator's own program, no shell
                [program],
                input=f"{checkpoint.line}\n".encode(),
                check=True,
                timeout=SECONDS,
                capture_output=True,
            )
        else:
            append_line(Path(sink), checkpoint.line)
    except (OSError, subprocess.SubprocessError) as failure:
        raise SinkFailed from failure


def _send_syslog(sink: str, checkpoint: AuditCheckpoint) -> None:
    from cases.protection.audit.checkpoints import Line

    parts = urlsplit(sink)
    stamp = checkpoint.at.isoformat(timespec="seconds")
    message = f"<{_PRIORITY}>1 {stamp} - madoguchi - checkpoint - {Line.read(checkpoint.line).short()}\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=SECONDS) as connection:
        connection.sendall(message.encode())
