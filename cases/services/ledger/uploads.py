"""The file of an import: sealed as it comes in, opened by the machine alone, gone once its rows are cases."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from pathlib import PurePath
from typing import ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import erasing
from cases.errors import CasesError
from cases.files import Table, read_rows
from cases.jobs import registry
from cases.jobs.models import Job
from cases.law import calendar
from cases.protection import audit, keys, streams
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.services.ledger import columns
from cases.services.ledger.coding import CodeBook
from cases.services.ledger.columns import SAMPLE_ROWS, Column
from cases.services.ledger.models import ImportRun

KEPT_DAYS: Final = 14


class ImportUnderWay(CasesError):
    """The case came from a ledger that is still being imported."""

    code: ClassVar[str] = "import_under_way"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この相談を取り込んだ台帳の処理が終わっていません。終わってから消去してください。")
        )


@transaction.atomic
def receive(name: str, data: bytes, *, centre: Centre, by: Actor) -> ImportRun:
    """Seal a file and match its columns. Its name is not kept: names of files hold names of people.

    Raises FileNotUnderstood.
    """
    matched = _matched(read_rows(name, data), centre)
    run = ImportRun.objects.create(
        centre=centre,
        created_by_id=by.pk,
        ending=PurePath(name).suffix.lower()[:8],
        size=len(data),
        columns=[column.field for column in matched],
    )
    streams.store(
        run.sealed_owner,
        [data],
        centre_uid=centre.uid,
        cohort=calendar.fiscal_year(calendar.today()),
    )
    audit.record("IMPORT_RECEIVED", by=by, centre=centre)
    return run


@transaction.atomic
def refuse(name: str, size: int, *, reason: str = "", rows: int = 0, centre: Centre, by: Actor) -> ImportRun:
    """Keep that a file was refused as a whole (`reason`), or that `rows` of it were: somebody must hear of it.

    Nothing of the file is kept. Whoever handed it in may be a timetable that reads no answer.
    """
    run = ImportRun.objects.create(
        centre=centre,
        created_by_id=by.pk,
        ending=PurePath(name).suffix.lower()[:8],
        size=size,
        has_file=False,
        refusal=reason[:32],
        refused=rows,
    )
    audit.record("IMPORT_REFUSED", by=by, centre=centre, reason=reason, count=rows)
    return run


def table_of(run: ImportRun) -> Table:
    """The rows of the sealed file. Raises KeyMissing where it is gone, SealBroken, FileNotUnderstood.

    A file that somebody moved to another centre by hand stays shut: raises WrapBroken.
    """
    keys.sealer(run.sealed_owner, centre_uid=run.centre.uid)
    return read_rows(f"ledger{run.ending}", streams.read(run.sealed_owner))


def columns_of(run: ImportRun) -> list[Column]:
    """The columns as they are matched now: as stored, where somebody stored them."""
    matched = _matched(table_of(run), run.centre)
    chosen = run.columns
    if len(chosen) != len(matched):
        return matched
    return [
        Column(one.position, one.header, field, one.is_guess and one.field == field, one.filled, one.seen)
        for one, field in zip(matched, chosen, strict=True)
    ]


def _matched(table: Table, centre: Centre) -> list[Column]:
    sample = [cells for _line, cells in islice(table, SAMPLE_ROWS)]
    return columns.match(table.header, sample, CodeBook(centre))


@transaction.atomic
def discard(run: ImportRun) -> None:
    """Throw the file away with its key; what the run did stays on record."""
    streams.erase(run.sealed_owner)
    ImportRun.objects.filter(pk=run.pk).update(has_file=False)


def forget_with(case_uid: UUID) -> None:
    """Throw away the stored files that the case may have come from: those received before it was entered.

    In the caller's transaction. Raises ImportUnderWay where one is being worked on.
    """
    case = Case.objects.filter(uid=case_uid, source=Case.Source.IMPORT).first()
    if case is None:
        return
    runs = list(
        ImportRun.objects.filter(centre=case.centre_id, has_file=True, created_at__lte=case.entered_at)
    )
    idle = list(_idle(runs))
    if len(idle) < len(runs):
        raise ImportUnderWay
    for run in idle:
        discard(run)


def clean_up() -> None:
    """Files that nobody works on for two weeks go."""
    old = ImportRun.objects.filter(has_file=True, created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    for run in _idle(old[:50]):
        discard(run)


def _idle(runs: Iterable[ImportRun]) -> Iterable[ImportRun]:
    for run in runs:
        busy = [job for job in (run.job_id, run.check_job_id) if job]
        if not Job.objects.filter(pk__in=busy).unfinished().exists():
            yield run


def register() -> None:
    registry.every(seconds=3600, name="import.clean_up")(clean_up)
    erasing.register("uploads", forget_with)
