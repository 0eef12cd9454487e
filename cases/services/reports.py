"""Reports of a centre: made by a job, made anew while a draft, issued once for good, and held against the log later.

The job makes one table after the other at one cut of the fact log; a killed or cancelled one goes on from the last
table. An issued report shows what was issued: its data, and each of its files, must fit an entry of the log.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.errors import CasesError
from cases.figures import freshness, tables
from cases.figures.finality import finality_of, finality_text
from cases.figures.freshness import Freshness
from cases.figures.models import CaseFact
from cases.figures.reports import chapters, document, erased_yen
from cases.figures.reports.document import EXAMPLES, ReportData
from cases.figures.reports.models import Report, ReportExample, ReportFile
from cases.figures.reports.scope import Example, Scope, Span, end_of, scope_of
from cases.figures.tables import Placed
from cases.held import Proven
from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor, Centre

MAKE: Final = "report.make"
FILES: Final = "report.files"  # registered by the door that knows paper
ISSUED: Final = "REPORT_ISSUED"
KEPT: Final = "REPORT_FILE_KEPT"
_genuine: Proven[tuple[uuid.UUID, str]] = Proven()


class ReportBusy(CasesError):
    """A job is at work on the report."""

    code: ClassVar[str] = "report_busy"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("作成の途中です。終わるのを待つか、中止してからもう一度操作してください。"))


class ReportNotDraft(CasesError):
    """An issued report does not change."""

    code: ClassVar[str] = "report_not_draft"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("発行済みの報告は変えられません。直すときは、同じ期間の案を新しく作ってください。")
        )


class ReportNotMade(CasesError):
    """The tables are not there yet."""

    code: ClassVar[str] = "report_not_made"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("表がまだできていません。作成が終わってから操作してください。"))


class ReportNotGenuine(CasesError):
    """What is stored is not what was issued: the log does not vouch for it."""

    code: ClassVar[str] = "report_not_genuine"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "保存されている内容が発行時の記録と合いません。表示をやめました。システム担当に伝えてください。"
            )
        )


def visible_to(by: Actor) -> "Any":
    """Reports of the actor's centres; others do not exist for them."""
    return Report.objects.filter(centre_id__in=by.centre_ids).select_related("centre", "job", "check_job")


@transaction.atomic
def start(centre: Centre, span: Span, first: date, *, until: date | None = None, by: Actor) -> Report:
    """The draft for the 年度 or month that begins on `first`, and the job that makes it; a draft there is made anew.

    `until`: only what was recorded up to the end of that day counts. Raises PeriodNotBegun, ReportBusy.
    """
    report = Report.objects.select_for_update().filter(
        centre=centre, span=span, start=first, state=Report.State.DRAFT
    ).first() or Report(centre=centre, span=span, start=first, created_by_id=by.pk)  # fmt: skip
    _require_idle(report)
    report.end = end_of(span, first, today=calendar.today())
    report.as_of = None if until is None else cut_of(until)
    report.is_made, report.data = False, ""
    report.save()
    report.job = jobs.start(MAKE, {"report": str(report.uid)}, by=by, centre=centre)
    report.save(update_fields=["job"])
    audit.record("REPORT_STARTED", by=by, centre=centre, reason=str(report.uid))
    return report


def cut_of(day: date) -> int:
    """The last fact recorded up to the end of the day; 0 where there is none."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=calendar.TOKYO)
    last = CaseFact.objects.filter(recorded_at__lt=midnight).order_by("-seq").values_list("seq", flat=True)
    return last.first() or 0


def _require_idle(report: Report) -> None:
    if report.job is not None and not report.job.is_finished:
        raise ReportBusy


def _locked_draft(uid: uuid.UUID, by: Actor) -> Report:
    """Raises Report.DoesNotExist, ReportNotDraft, ReportBusy."""
    rows = Report.objects.filter(centre_id__in=by.centre_ids).select_for_update(of=("self",))
    report = rows.select_related("centre", "job").get(uid=uid)
    if report.is_issued:
        raise ReportNotDraft
    _require_idle(report)
    return report


@transaction.atomic
def discard(uid: uuid.UUID, *, by: Actor) -> None:
    """Throw a draft away with the cases told in it. Raises Report.DoesNotExist, ReportNotDraft, ReportBusy."""
    report = _locked_draft(uid, by)
    report.delete()
    audit.record("REPORT_DISCARDED", by=by, centre=report.centre, reason=str(uid))


# --- making ---------------------------------------------------------------------------------------------------


def make(running: Running) -> None:
    """One table after the other, each kept with the place to go on from. A newer job of the report takes over."""
    cursor: dict[str, Any] = running.cursor or {"as_of": None, "next": 0}
    report = Report.objects.select_related("centre").get(uid=uuid.UUID(running.arguments["report"]))
    if report.job_id != running.job.pk or report.is_issued:
        return
    with translation.override(
        settings.LANGUAGE_CODE
    ):  # a report is a paper of the office, whoever has it made
        as_of = report.as_of if cursor["as_of"] is None else cursor["as_of"]
        scope = scope_of(report.centre, Span(report.span), report.start, report.end, as_of=as_of)
        wanted = document.tables_for(scope.span)
        done: list[Placed] = list(document.loaded(report.data).tables) if cursor["next"] else []
        for place, table in enumerate(wanted):
            running.advance(place, len(wanted))
            if place < cursor["next"]:
                continue
            running.stop_if_cancelled()
            done.append(document.built(table, scope))
            is_last = place + 1 == len(wanted)
            with transaction.atomic():
                _keep(report, running, scope, done, is_last=is_last)
                running.checkpoint({"as_of": scope.as_of, "next": place + 1}, done=place + 1)
    running.result = {"report": str(report.uid), "tables": len(wanted)}


def _keep(report: Report, running: Running, scope: Scope, done: Sequence[Placed], *, is_last: bool) -> None:
    """Nothing is kept where another job took the report over meanwhile."""
    fresh = _told_fresh(report, scope) if is_last else []
    text = document.dumped(ReportData(document.head_of(scope, fresh), tuple(done)))
    mine = Report.objects.filter(pk=report.pk, job_id=running.job.pk, state=Report.State.DRAFT)
    mine.update(data=text, as_of=scope.as_of, is_made=is_last)


def _fresh(report: Report, as_of: int | None) -> Freshness:
    centres = frozenset({report.centre_id})
    return freshness.freshness(centres, start=report.start, end=report.end, as_of=as_of)


def _told_fresh(report: Report, scope: Scope) -> list[tuple[str, str]]:
    """速報 or 確定 on the day it is made, and what of it is still uncoded or unapproved."""
    fresh = _fresh(report, scope.as_of)
    final = finality_of(
        scope.end, uncoded=fresh.uncoded.provisional, unapproved=fresh.unapproved, today=calendar.today()
    )
    return [(_("速報・確定"), finality_text(final)), *freshness.lines(fresh)]


def fresh_of(report: Report) -> Freshness:
    """What is said beside the report today: its cut, what is still uncoded or unapproved, which check failed."""
    return _fresh(report, report.as_of)


# --- reading --------------------------------------------------------------------------------------------------


def data_of(report: Report) -> ReportData:
    """What the report shows: of a draft with the cases told in it now, of an issued one what was issued.

    Raises ReportNotMade, ReportNotGenuine.
    """
    if not report.is_made:
        raise ReportNotMade
    if report.is_issued:
        digest = document.digest_of(report.data)
        _require_vouched(report, ISSUED, f"{report.uid} sha256:{digest}", digest)
        return document.loaded(report.data)
    data = document.loaded(report.data)
    return data if report.span == Span.MONTH else data.with_table(_examples(report))


def _examples(report: Report) -> Placed:
    rows = ReportExample.objects.filter(report=report)
    table = next(table for table in tables.registered() if table.number == EXAMPLES)
    with translation.override(settings.LANGUAGE_CODE):
        told = chapters.told_cases([Example(row.title, row.text) for row in rows])
        return Placed(EXAMPLES, str(table.title), told)


def _require_vouched(report: Report, action: str, reason: str, digest: str) -> None:
    def ask() -> bool:
        return next(audit.vouched(action, centre_uid=report.centre.uid, reason=reason), None) is not None

    if not _genuine.holds((report.uid, f"{action} {digest}"), ask):
        raise ReportNotGenuine


# --- issuing --------------------------------------------------------------------------------------------------


@transaction.atomic
def issue(uid: uuid.UUID, *, by: Actor) -> Report:
    """Give the draft the next number of its period and keep its data for good; a job then makes its files.

    Raises Report.DoesNotExist, ReportNotDraft, ReportBusy, ReportNotMade.
    """
    report = _locked_draft(uid, by)
    data = data_of(report)
    # The centre's row is the lock on its numbers.
    centre = Centre.objects.select_for_update(no_key=True).get(pk=report.centre_id)
    same = Report.objects.filter(centre=centre, span=report.span, start=report.start)
    report.number = (same.aggregate(Max("number"))["number__max"] or 0) + 1
    report.issued_at, report.issued_by_id = timezone.now(), by.pk
    report.state = Report.State.ISSUED
    report.data = document.dumped(_issued(data, report))
    report.job = jobs.start(FILES, {"report": str(uid)}, by=by, centre=centre)
    report.save()
    ReportExample.objects.filter(report=report).update(case_uid=None)
    erased_yen.keep(report, data.head)
    audit.record(
        "REPORT_ISSUED", by=by, centre=centre, reason=f"{uid} sha256:{document.digest_of(report.data)}"
    )
    return report


def _issued(data: ReportData, report: Report) -> ReportData:
    """The data with its number among its definitions."""
    with translation.override(settings.LANGUAGE_CODE):
        line = (_("番号"), numbered(report))
    return replace(data, head=replace(data.head, lines=(line, *data.head.lines)))


def newer_than(report: Report) -> Report | None:
    """The newest later number of the same period: it corrects this one. None of a draft."""
    if report.number is None:
        return None
    same = Report.objects.filter(centre=report.centre_id, span=report.span, start=report.start)
    return same.filter(number__gt=report.number).order_by("-number").first()


def numbered(report: Report) -> str:
    """「第1号(令和8年11月20日発行)」."""
    if report.number is None or report.issued_at is None:
        return _("案")
    day = calendar.wareki(calendar.local_date(report.issued_at))
    return _("第%(number)d号(%(day)s発行)") % {"number": report.number, "day": day}


@transaction.atomic
def keep_file(report: Report, form: str, data: bytes, *, by: Actor) -> ReportFile:
    """Keep the bytes of an issued report; where they are kept already, those stay."""
    held = ReportFile.objects.filter(report=report, form=form).first()
    if held is not None:
        return held
    digest = sha256(data).hexdigest()
    audit.record(
        "REPORT_FILE_KEPT", by=by, centre=report.centre, reason=f"{report.uid} {form} sha256:{digest}"
    )
    return ReportFile.objects.create(report=report, form=form, data=data, digest=digest)


def file_of(report: Report, form: str) -> bytes:
    """The kept bytes. Raises ReportFile.DoesNotExist where they are not made yet, ReportNotGenuine."""
    row = ReportFile.objects.get(report=report, form=form)
    data = bytes(row.data)
    digest = sha256(data).hexdigest()
    _require_vouched(report, KEPT, f"{report.uid} {form} sha256:{digest}", digest)
    return data


def register() -> None:
    registry.handler(MAKE, label=gettext_lazy("年報・月報の作成"))(make)


def unfinished(report: Report) -> Job | None:
    """The job that is at work on the report, or one that did not come to its end."""
    job = report.job
    return job if job is not None and job.state != Job.State.DONE else None
