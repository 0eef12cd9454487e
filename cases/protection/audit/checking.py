"""Verification as a whole: for the command, and as the nightly job with its progress, cancel and resume."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.jobs import queue, registry
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.running import LEASE, Running
from cases.law import calendar
from cases.protection.audit import checkpoints, entries, sinks, stored, verify, witness
from cases.protection.audit.faults import Fault
from cases.protection.audit.models import AuditFault
from cases.protection.audit.vouching import vouched
from cases.protection.models import AuditEntry
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor

JOB: Final = "audit.verify"
# The night run starts at this hour in Japan, or as soon after it as a machine is switched on.
HOUR: Final = 1
_MOST_KEPT: Final = 1000
_PAUSE: Final = timedelta(hours=1)

Advance = Callable[[int], None]


def everything(
    *, since: datetime | None = None, against: Path | None = None, rows: bool = False, advance: Advance
) -> Iterator[Fault]:
    """All that can be found. `since` narrows the chains alone; `rows` compares what the cases hold as well.

    `advance` is told of each entry and case looked at. Raises OSError where `against` cannot be read.
    """
    seen: set[tuple[str, str, int | None, str]] = set()
    for fault in _everything(since, against, rows, advance):
        # A cut tail is found by its head, and again by each checkpoint that lists it.
        detail = fault.detail if fault.seq is None or fault.kind.is_of_rows else ""
        place = (fault.kind.value, fault.chain, fault.seq, detail)
        if place not in seen:
            seen.add(place)
            yield fault


def _everything(
    since: datetime | None, against: Path | None, rows: bool, advance: Advance
) -> Iterator[Fault]:
    yield from verify.machine()
    yield from verify.unchained()
    for window in verify.windows():
        yield from verify.chains(window, advance, since)
    for _number, found in witness.stored():
        yield from found
    if against is not None:
        yield from witness.copies(against)
    if checkpoints.local_file().exists():
        yield from witness.copies(checkpoints.local_file())
    if rows:
        for batch in stored.batches():
            yield from stored.cases(batch)
            advance(len(batch))
        for _uid, found in stored.vanished():
            yield from found


def size(*, rows: bool) -> int:
    """What `advance` will count up to, about."""
    return AuditEntry.objects.count() + (Case.objects.count() if rows else 0)


def note(found: int, *, by: Actor) -> None:
    """A verification is itself in the log, with the number of its faults."""
    entries.record("AUDIT_VERIFIED", by=by, count=found)


# --- The night run ----------------------------------------------------------------------------------------------
def run(running: Running) -> None:
    """Verify everything in steps; a run that was broken off goes on at the step it had reached."""
    cursor: dict[str, Any] = running.cursor or {"step": "machine", "after": "", "done": 0}
    if cursor["step"] == "machine":
        AuditFault.objects.all().delete()
    total = size(rows=True)
    for step, after, done, found in _steps(cursor):
        with transaction.atomic():
            _keep(found)
            running.checkpoint({"step": step, "after": after, "done": done}, done=min(done, total))
        running.advance(min(done, total), total)
        running.stop_if_cancelled()
    found_count = AuditFault.objects.count()
    note(found_count, by=SYSTEM)
    running.result = {"entries": total, "faults": found_count}


def _steps(cursor: dict[str, Any]) -> Iterator[tuple[str, str, int, list[Fault]]]:
    """(step to go on with, from where, done so far, faults) after each piece of work."""
    step, after, done = cursor["step"], cursor["after"], cursor["done"]
    if step == "machine":
        yield "chains", "", done, [*verify.machine(), *verify.unchained()]
        step, after = "chains", ""
    if step == "chains":
        for window in verify.windows(after):
            counted: list[int] = []
            found = list(verify.chains(window, counted.append))
            done += sum(counted)
            yield "chains", window.last or window.after, done, found
        step, after = "checkpoints", "0"
        yield step, after, done, []
    if step == "checkpoints":
        for number, found in witness.stored(int(after)):
            yield "checkpoints", str(number), done, found
        file = checkpoints.local_file()
        yield "rows", "0", done, list(witness.copies(file)) if file.exists() else []
        step, after = "rows", "0"
    if step == "rows":
        for batch in stored.batches(int(after)):
            done += len(batch)
            yield "rows", str(batch[-1].pk), done, list(stored.cases(batch))
        step, after = "vanished", ""
    for uid, found in stored.vanished(_uid(after)):
        yield "vanished", str(uid), done, found


def _uid(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _keep(found: list[Fault]) -> None:
    """Faults for the page, each once, the first thousand of them: more say nothing more."""
    room = _MOST_KEPT - AuditFault.objects.count()
    for fault in found[: max(0, room)]:
        AuditFault.objects.get_or_create(
            kind=fault.kind.value,
            chain=fault.chain,
            seq=fault.seq,
            detail=fault.detail[:200],
            defaults={"found_at": timezone.now(), "entry_pk": fault.pk, "case_uid": fault.case_uid},
        )


def is_wanted() -> bool:
    """Whether the night run of today is still to be started; by the machine that holds the keys of the log."""
    now = timezone.localtime(timezone.now(), calendar.TOKYO)
    if now.hour < HOUR or not checkpoints.may_sign():
        return False
    night = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return not _is_at_work(night) and next(entries_of_runs(since=night), None) is None


def _is_at_work(night: datetime) -> bool:
    """Whether a run waits or runs, or one of tonight ended without a result within the hour.

    A row that is due in a far year, or is said to be done, keeps no night run away: rows are quickly written.
    """
    now = timezone.now()
    soon, lately = Q(run_after__lte=now), Q(finished_at__gte=max(night, now - _PAUSE))
    waiting = Q(state=Job.State.QUEUED) & soon
    running = Q(state=Job.State.RUNNING, lease_until__lte=now + 2 * LEASE)
    broken_off = Q(state__in=[Job.State.FAILED, Job.State.CANCELLED]) & lately
    return Job.objects.filter(waiting | running | broken_off, kind=JOB).exists()


def entries_of_runs(*, since: datetime | None = None) -> Iterator[AuditEntry]:
    """What verifications that came to their end left in the log, newest first."""
    return vouched("AUDIT_VERIFIED", actor_uid=SYSTEM.uid, since=since)


def start_night_run() -> None:
    if is_wanted():
        queue.start(JOB, by=SYSTEM)


def last_run() -> Job | None:
    """The newest verification that came to its end."""
    return Job.objects.filter(kind=JOB, state=Job.State.DONE).order_by("-finished_at").first()


def faults_by_kind() -> dict[str, int]:
    held = AuditFault.objects.order_by().values("kind").annotate(n=Count("pk"))
    return {row["kind"]: row["n"] for row in held}


def register() -> None:
    registry.handler(JOB, label=_("操作記録の検証"))(run)
    registry.every(600.0, "audit.verify_nightly", wanted=is_wanted)(start_night_run)
    registry.every(15.0, "audit.checkpoint", wanted=checkpoints.is_wanted, lane=Lane.FEED)(checkpoints.make)
    registry.every(60.0, "audit.deliver", wanted=sinks.is_behind, lane=Lane.FEED)(sinks.deliver)
