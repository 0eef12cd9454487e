"""記録の検証: whether the log is whole, when that was last looked at, and where its checkpoints go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import today
from cases.jobs import queue
from cases.jobs.models import Job
from cases.protection.audit import checking, sinks
from cases.protection.audit.faults import Kind
from cases.protection.audit.models import AuditCheckpoint, AuditDelivery, AuditFault
from cases.records.case import Case
from cases.records.centre import Actor
from consult.shell import roles
from consult.shell.web import StaffView

SHOWN: Final = 200


@dataclass(frozen=True)
class Found:
    """A fault in words. The case's number where it is one of the reader's centre."""

    kind: str
    where: str
    case_number: str
    detail: str


@dataclass(frozen=True)
class Sink:
    """One place that checkpoints go to."""

    name: str
    is_understood: bool
    is_off_host: bool
    number: int
    failing_since: datetime | None


class LogState(StaffView):
    permission = roles.VIEW_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = list(AuditFault.objects.all()[:SHOWN])
        context = {
            "last": checking.last_run(),
            "running": Job.objects.filter(kind=checking.JOB, state__in=Job.UNFINISHED).first(),
            "count": AuditFault.objects.count() if len(rows) == SHOWN else len(rows),
            "faults": _in_words(rows, self.actor),
            "checkpoint": AuditCheckpoint.objects.order_by("-number").only("number", "at").first(),
            "sinks": sinks_of(),
        }
        return render(request, "manage/protection/log_state.html", context)


class VerifyLog(StaffView):
    permission = roles.VIEW_AUDIT

    @transaction.atomic
    def post(self, request: HttpRequest) -> HttpResponse:
        """Start a verification now, unless one is under way."""
        if not Job.objects.filter(kind=checking.JOB, state__in=Job.UNFINISHED).exists():
            queue.start(checking.JOB, by=self.actor)
        messages.success(request, _("検証を始めました。終わるとこの画面に結果が出ます。"))
        return redirect("log-state")


def _in_words(rows: list[AuditFault], actor: Actor) -> list[Found]:
    cases = Case.objects.visible_to(actor).of_uids({row.case_uid for row in rows if row.case_uid})
    numbers = dict(cases.values_list("uid", "number"))
    return [
        Found(
            kind=str(Kind(row.kind).label) if row.kind in Kind.values else row.kind,
            where=f"{row.chain.partition('/')[2]} {row.seq or ''}".strip(),
            case_number=numbers.get(row.case_uid, "") if row.case_uid else "",
            detail=row.detail,
        )
        for row in rows
    ]


def sinks_of() -> list[Sink]:
    held = {row.sink: row for row in AuditDelivery.objects.all()}
    return [
        Sink(
            name=name,
            is_understood=sinks.is_understood(name),
            is_off_host=sinks.is_off_host(name),
            number=held[name].number if name in held else 0,
            failing_since=held[name].failing_since if name in held else None,
        )
        for name in sinks.configured()
    ]


def faults_card(_actor: Actor) -> today.Card | None:
    """今日: the last verification found something."""
    count = AuditFault.objects.count()
    if not count:
        return None
    title = ngettext(
        "操作記録に合わないところが%(n)d件あります", "操作記録に合わないところが%(n)d件あります", count
    ) % {"n": count}
    body = _("記録や相談が、操作を経ずに変えられたおそれがあります。内容を確かめてください。")
    return today.Card(title, body, today.Level.ERROR, url_name="log-state", link=_("内容を見る"))


def sinks_card(_actor: Actor) -> today.Card | None:
    """今日: checkpoints do not leave this machine."""
    given = sinks_of()
    failing = [sink for sink in given if sink.failing_since]
    # What was never set up is a state; what stopped working is news.
    level = today.Level.WARNING if given else today.Level.INFO
    if failing:
        title = _("操作記録の検査点を外に送れていません")
        body = _("%(sink)s に届いていません。届くまで送り直します。") % {"sink": failing[0].name}
    elif not any(sink.is_understood and sink.is_off_host for sink in given):
        title = _("操作記録の検査点の送り先がありません")
        body = _(
            "この機械の中の控えだけでは、機械ごと書き換えられたときに分かりません。"
            "AUDIT_SINKS に外の送り先を設定してください。"
        )
    else:
        return None
    return today.Card(title, body, level, url_name="log-state", link=_("送り先を見る"))
