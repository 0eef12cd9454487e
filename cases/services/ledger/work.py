"""The job that checks or imports a sealed ledger; killed at any moment, it goes on behind its last batch."""

from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.errors import CasesError
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.protection import audit
from cases.records.centre import SYSTEM, Actor
from cases.services.ledger import uploads
from cases.services.ledger.columns import require_usable
from cases.services.ledger.loading import Counts, load
from cases.services.ledger.models import ImportFault, ImportRun
from cases.services.ledger.reasons import Fault
from cases.services.ledger.rows import plan_for

KIND: Final = "cases.import"


class ImportNotReady(CasesError):
    """The file is gone, its rows were not checked as the columns stand now, or it is being worked on."""

    code: ClassVar[str] = "import_not_ready"
    status: ClassVar[int] = 409


def register() -> None:
    jobs.handler(KIND, label=gettext_lazy("台帳の取込"))(handle)


@transaction.atomic
def choose_columns(run: ImportRun, fields: list[str], *, closed_as: str) -> ImportRun:
    """Keep the field of each column; an earlier check no longer holds. Raises ColumnsNotMatched, ImportNotReady."""
    row = _idle(run)
    require_usable(fields)
    row.columns, row.closed_as, row.check_job = fields, closed_as, None
    row.save(update_fields=["columns", "closed_as", "check_job"])
    return row


@transaction.atomic
def start_check(run: ImportRun, *, by: Actor) -> Job:
    """Queue a look at every row that writes no case. Raises ColumnsNotMatched, ImportNotReady."""
    row = _idle(run)
    require_usable(row.columns)
    row.check_job = jobs.start(KIND, {"run": str(row.uid), "dry": True}, by=by, centre=row.centre)
    row.save(update_fields=["check_job"])
    return row.check_job


@transaction.atomic
def start_import(run: ImportRun, *, by: Actor) -> Job:
    """Queue the import of a checked file. Raises ImportNotReady."""
    row = _idle(run)
    if row.check_job is None or row.check_job.state != Job.State.DONE:
        raise ImportNotReady(_("先に行の確認をしてください。"))
    row.job = jobs.start(KIND, {"run": str(row.uid), "dry": False}, by=by, centre=row.centre)
    row.save(update_fields=["job"])
    audit.record("IMPORT_STARTED", by=by, centre=row.centre)
    return row.job


def _idle(run: ImportRun) -> ImportRun:
    rows = ImportRun.objects.select_for_update(of=("self",)).select_related("centre", "job", "check_job")
    row = rows.get(pk=run.pk)
    if not row.has_file:
        raise ImportNotReady(_("ファイルはもう残っていません。もう一度選んでください。"))
    if any(job is not None and not job.is_finished for job in (row.job, row.check_job)):
        raise ImportNotReady(_("この取込は処理の途中です。終わるまでお待ちください。"))
    if row.job is not None:
        raise ImportNotReady(_("この取込は始まっています。処理の画面から再開してください。"))
    return row


def handle(running: Running) -> None:
    """The rows behind the cursor, as cases or (dry) as counts and faults alone."""
    cursor = running.cursor or {}
    is_dry = bool(running.arguments["dry"])
    if cursor.get("is_finished"):
        running.result = cursor["counts"]
        return
    run = ImportRun.objects.select_related("centre").get(uid=running.arguments["run"])
    start = Counts.of(cursor.get("counts"))
    if is_dry and not start.line:
        ImportFault.objects.filter(run=run, is_check=True).delete()
    running.advance(start.read, total=sum(1 for _row in uploads.table_of(run)))
    table = uploads.table_of(run)
    plan = plan_for(run.centre, table.header, run.columns, now=timezone.now(), closed_as=run.closed_as)

    def saved(counts: Counts, faults: list[Fault]) -> None:
        _keep_faults(run, faults, is_check=is_dry)
        running.checkpoint({"counts": counts.plain()}, done=counts.read)

    counts = load(
        table,
        plan,
        by=running.job.created_by or SYSTEM,
        start=start,
        saved=saved,
        between=lambda _counts: running.stop_if_cancelled(),
        is_dry=is_dry,
    )
    running.result = counts.plain()
    if not is_dry:
        with transaction.atomic():
            uploads.discard(run)
            running.checkpoint({"counts": counts.plain(), "is_finished": True}, done=counts.read)


def _keep_faults(run: ImportRun, faults: list[Fault], *, is_check: bool) -> None:
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                run=run,
                is_check=is_check,
                is_note=fault.is_note,
                line=fault.line,
                column=fault.column,
                field=fault.field,
                reason=fault.reason,
            )
            for fault in faults
        ]
    )
