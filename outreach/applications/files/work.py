"""A file of e-applications: sealed as it comes in, looked through, taken in by the worker line by line.

A line is known by its own number, else by what stands in it, so that the same file twice changes nothing. What cannot
be taken in is listed by line and stays in the sealed file until somebody throws that away.
"""

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import PurePath
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.errors import CasesError
from cases.files import FileNotUnderstood, Table, read_rows
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.law import calendar
from cases.protection import audit, contacts, keys, streams
from cases.records.centre import SYSTEM, Actor, Centre
from cases.services.entry import EntryRefused
from outreach.applications import services
from outreach.applications.files import columns, lines
from outreach.applications.files.lines import LineRefused, Read
from outreach.applications.models import Application, ApplicationFault, ApplicationFile
from outreach.applications.services import Source

KIND: Final = "applications.import"
MOST_LINES: Final = 10_000
MOST_BYTES: Final = 20 * 1024 * 1024
LOOKED_AT: Final = 2_000
KEPT_DAYS: Final = 30
_EVERY: Final = 25  # lines between two looks whether somebody cancelled


class FileNotReady(CasesError):
    """The file is gone, or its lines are being taken in, or were."""

    code: ClassVar[str] = "application_file_not_ready"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("このファイルは取込の途中か、もう残っていません。"))


@dataclass
class Counts:
    """Lines by what became of them."""

    read: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Looked:
    """A line of the preview, without a person: what it would become, or why it would not."""

    line: int
    group: str = ""
    day: str = ""
    reason: str = ""
    field: str = ""
    is_known: bool = False
    has_hours: bool = True


def register() -> None:
    """Called once when the app is ready."""
    # Somebody waits for a few lines; many go on in the lane of long work, from the line where they were broken off.
    jobs.handler(KIND, label=gettext_lazy("電子申請の取込"), lane=Lane.FEED)(take_in)
    jobs.every(86_400.0, "applications.files")(clean_up)


@transaction.atomic
def receive(name: str, data: bytes, *, centre: Centre, by: Actor) -> ApplicationFile:
    """Seal the file and match its columns. Its name is not kept: names of files hold names of people.

    Raises FileNotUnderstood, also for more than MOST_LINES.
    """
    if len(data) > MOST_BYTES:
        raise FileNotUnderstood(
            "too_large", _("ファイルが大きすぎます(%(n)dMBまで)。") % {"n": MOST_BYTES // 1024 // 1024}
        )
    table = read_rows(name, data)
    count = 0
    for count, _line in enumerate(table, start=1):
        if count > MOST_LINES:
            raise FileNotUnderstood(
                "too_many_rows", _("行が多すぎます(%(n)s行まで)。") % {"n": f"{MOST_LINES:,}"}
            )
    row = ApplicationFile.objects.create(
        centre=centre, created_by_id=by.pk, ending=PurePath(name).suffix.lower()[:8], size=len(data), lines=count,
        columns=columns.of_layout(centre, table.header),
    )  # fmt: skip
    streams.store(row.sealed_owner, [data], centre_uid=centre.uid, cohort=keys.NO_YEAR)
    audit.record("APPLICATION_FILE_RECEIVED", by=by, centre=centre, count=count, reason=str(row.uid))
    return row


def table_of(row: ApplicationFile) -> Table:
    """The sealed file's table, for the machine. Raises KeyMissing where it is gone, SealBroken, WrapBroken."""
    keys.sealer(row.sealed_owner, centre_uid=row.centre.uid)
    return read_rows(f"applications{row.ending}", streams.read(row.sealed_owner))


@transaction.atomic
def choose_columns(uid: uuid.UUID, fields: list[str], *, by: Actor) -> ApplicationFile:
    """What each column holds, for this file and the next with the same header. Raises ColumnsNotMatched."""
    row = _idle(uid, by)
    header = table_of(row).header
    columns.check(fields, len(header))
    row.columns = fields
    row.save(update_fields=["columns"])
    columns.keep_layout(row.centre, header, fields)
    return row


def look_through(row: ApplicationFile) -> Iterator[Looked]:
    """The first LOOKED_AT lines as they would be taken in. Shows no person: group, first day and reasons alone."""
    found = [(line, *_understood(cells, row)) for line, cells in islice(table_of(row), LOOKED_AT)]
    sources = [_source(row.centre, read) for _line, read, _refusal in found if read is not None]
    held = _held(row.centre, [source.key for source in sources])
    seen: set[bytes] = set()
    for line, read, refusal in found:
        if read is None:
            yield Looked(
                line, reason=refusal.reason if refusal else "", field=refusal.field if refusal else ""
            )
            continue
        source = _source(row.centre, read)
        verdict = _verdict(source, held, seen)
        seen.add(source.key)
        first = read.first_day.isoformat() if read.first_day else ""
        reason, is_known = ("", True) if verdict == "known" else (verdict, False)
        has_hours = not first or any(slot.day == read.first_day for slot in read.entry.slots)
        yield Looked(line, read.entry.group_name, first, reason, "", is_known, has_hours)


def _understood(cells: list[str], row: ApplicationFile) -> tuple[Read | None, LineRefused | None]:
    try:
        return lines.read(cells, row.columns, today=calendar.today()), None
    except LineRefused as refusal:
        return None, refusal


def _held(centre: Centre, wanted: list[bytes]) -> dict[bytes, bytes]:
    """Digests of the lines that are applications already, by their keys; asked in parts."""
    found: dict[bytes, bytes] = {}
    for start in range(0, len(wanted), 500):
        rows = Application.objects.filter(centre=centre, source_key__in=wanted[start : start + 500])
        pairs: list[tuple[Any, Any]] = list(rows.values_list("source_key", "source_digest"))
        found |= {bytes(key): bytes(digest or b"") for key, digest in pairs}
    return found


def _verdict(source: Source, held: dict[bytes, bytes], seen: set[bytes]) -> str:
    """The word "known" for the same line again, a reason for another line under its number, "" for a new one."""
    if source.key in seen:
        return "twice"
    if source.key in held:
        return "known" if held[source.key] == source.digest else "changed"
    return ""


def _source(centre: Centre, read: Read) -> Source:
    digest = keys.keyed_digest(f"applications/line/{centre.uid.hex}", read.content)
    told = f"no {read.number}".encode() if read.number else read.content
    return Source(keys.keyed_digest(f"applications/number/{centre.uid.hex}", told), digest)


@transaction.atomic
def start(uid: uuid.UUID, *, by: Actor) -> Job:
    """Queue the lines. Raises FileNotReady, ColumnsNotMatched."""
    row = _idle(uid, by)
    columns.check(row.columns, len(table_of(row).header))
    row.job = jobs.start(KIND, {"file": str(row.uid)}, by=by, centre=row.centre)
    row.save(update_fields=["job"])
    audit.record("APPLICATION_FILE_STARTED", by=by, centre=row.centre, reason=str(row.uid))
    return row.job


def take_in(running: Running) -> None:
    """The lines behind the cursor, each in a transaction of its own with where to go on from."""
    row = ApplicationFile.objects.select_related("centre").get(uid=running.arguments["file"])
    cursor = running.cursor or {"line": 0, "counts": asdict(Counts())}
    counts, last = Counts(**cursor["counts"]), cursor["line"]
    by = running.job.created_by or SYSTEM
    ApplicationFault.objects.filter(file=row, line__gt=last).delete()
    running.advance(counts.read, total=row.lines)
    if row.has_file:
        for line, cells in table_of(row):
            if line <= last:
                continue
            if counts.read % _EVERY == 0:
                running.stop_if_cancelled()
            with transaction.atomic():
                _take(row, line, cells, counts, by)
                counts.read += 1
                running.checkpoint({"line": line, "counts": asdict(counts)}, done=counts.read)
    running.result = asdict(counts)
    if not counts.refused:
        with transaction.atomic():
            _throw_away(row)


def _take(row: ApplicationFile, line: int, cells: list[str], counts: Counts, by: Actor) -> None:
    read, refusal = _understood(cells, row)
    if read is None:
        _refuse(row, line, counts, refusal.reason if refusal else "refused", refusal.field if refusal else "")
        return
    source = _source(row.centre, read)
    verdict = _verdict(source, _held(row.centre, [source.key]), set())
    if verdict == "known":
        counts.known += 1
        return
    if verdict:
        _refuse(row, line, counts, verdict, "number")
        return
    try:
        with transaction.atomic():
            services.receive(read.entry, centre=row.centre, by=by, source=source)
    except EntryRefused as refused:
        _refuse(row, line, counts, "refused", next(iter(refused.errors), ""))
        return
    counts.new += 1


def _refuse(row: ApplicationFile, line: int, counts: Counts, reason: str, field: str) -> None:
    counts.refused += 1
    ApplicationFault.objects.create(file=row, line=line, reason=reason, field=field[:20])


def rest_of(uid: uuid.UUID, *, by: Actor) -> list[list[str]]:
    """Header and the lines that were not taken in, with the reason in front: persons are in them, so it is logged.

    Raises ApplicationFile.DoesNotExist, FileNotReady.
    """
    row = ApplicationFile.objects.select_related("centre").get(uid=uid, centre_id__in=by.centre_ids)
    if not row.has_file:
        raise FileNotReady
    reasons = {fault.line: str(columns.REASONS[fault.reason]) for fault in row.faults.all()}
    data = contacts.file_of(
        "APPLICATION_LINES_TAKEN", row.sealed_owner, by=by, centre=row.centre, about=row.uid
    )
    table = read_rows(f"applications{row.ending}", data)
    return [
        [_("行"), _("取り込めない理由"), *table.header],
        *([str(line), reasons[line], *cells] for line, cells in table if line in reasons),
    ]


@transaction.atomic
def discard(uid: uuid.UUID, *, by: Actor) -> None:
    """Throw the file away with its key; what was taken in, and the list of refused lines, stay.

    Raises FileNotReady while it is being taken in.
    """
    rows = ApplicationFile.objects.select_for_update(of=("self",)).select_related("centre", "job")
    row = rows.get(uid=uid, centre_id__in=by.centre_ids)
    if row.job is not None and not row.job.is_finished:
        raise FileNotReady
    _throw_away(row)
    audit.record("APPLICATION_FILE_DISCARDED", by=by, centre=row.centre, reason=str(row.uid))


def _throw_away(row: ApplicationFile) -> None:
    streams.erase(row.sealed_owner)
    ApplicationFile.objects.filter(pk=row.pk).update(has_file=False)


def _idle(uid: uuid.UUID, by: Actor) -> ApplicationFile:
    rows = ApplicationFile.objects.select_for_update(of=("self",)).select_related("centre")
    row = rows.get(uid=uid, centre_id__in=by.centre_ids)
    if not row.has_file or row.job_id is not None:
        raise FileNotReady
    return row


def clean_up() -> None:
    """Files that nobody came back to are thrown away after KEPT_DAYS days."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    for row in ApplicationFile.objects.filter(has_file=True, created_at__lt=old).select_related("job"):
        if row.job is None or row.job.is_finished:
            with transaction.atomic():
                _throw_away(row)
