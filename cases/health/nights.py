"""Work that is to be done every day: done in time, without failing, and without finding anything."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.backup import card as backup_card
from cases.backup import schedule
from cases.figures.recount import nightly as recount
from cases.health.registry import Group, Level, Nightly, Reading, nightly, nightly_kinds, register
from cases.health.words import items, span
from cases.jobs.models import Job
from cases.law.calendar import TOKYO
from cases.protection.audit import checking
from cases.today import Level as CardLevel

FAR_TOO_LATE: Final = timedelta(days=3)
_OF_CARD: Final = {
    CardLevel.INFO: Level.OK,
    CardLevel.WARNING: Level.WARNING,
    CardLevel.ERROR: Level.ERROR,
}


def nights() -> Iterator[Reading]:
    """Each registered job, in the order of registration. Two queries, and one for each that found something."""
    kinds = list(nightly_kinds)
    rows = (
        Job.objects.filter(kind__in=kinds)
        .order_by()
        .values("kind")
        .annotate(
            done=Max("finished_at", filter=Q(state=Job.State.DONE)),
            failed=Max("finished_at", filter=Q(state=Job.State.FAILED)),
            at_work=Max("created_at", filter=Q(state__in=Job.UNFINISHED)),
        )
    )
    held = {row["kind"]: row for row in rows}
    since = schedule.installed_at()
    for what in nightly_kinds.values():
        yield _reading(what, held.get(what.kind, {}), since)


def _reading(what: Nightly, row: Mapping[str, Any], installed: datetime | None) -> Reading:
    done, failed = row.get("done"), row.get("failed")
    begun = done or installed or timezone.now()
    age = max(timezone.now() - begun, timedelta())
    found = _found(what, done)
    level, state, advice = Level.OK, _done_at(done), ""
    if failed and (done is None or failed > done):
        level, state = Level.ERROR, _("失敗しました(最後にできたのは %(at)s)") % {"at": _done_at(done)}
        advice = _("処理状況で理由を確かめてください。次の日にもう一度行われます。")
    elif found:
        level, state = Level.ERROR, _("%(count)sの違いが見つかりました") % {"count": items(found)}
        advice = _("内容を確かめ、直るまでは数字や記録を疑ってください。")
    elif age > what.within and not row.get("at_work"):
        level = Level.ERROR if age > what.within + FAR_TOO_LATE else Level.WARNING
        state = _("%(span)s行われていません") % {"span": span(age)}
        advice = _("処理係が動いているか、夜も機械が動いているかを確かめてください。")
    elif row.get("at_work"):
        state = _("いま行っています")
    return Reading(
        name=f"nightly.{what.kind}",
        label=str(what.label),
        state=state,
        level=level,
        limit=span(what.within),
        advice=advice,
        since=None if level is Level.OK else done,
        numbers={"done_seconds": int(age.total_seconds()) if done else None, "faults": found},
        url_name=what.url_name,
        link=_("内容を見る") if what.url_name else "",
        has_card=what.has_card and bool(found),
        of_figures=what.of_figures,
    )


def _found(what: Nightly, done: datetime | None) -> int:
    """What the last run that came to its end found wrong."""
    if what.faults is None or done is None:
        return 0
    result = Job.objects.filter(kind=what.kind, finished_at=done).values_list("result", flat=True).first()
    return what.faults(result or {})


def _done_at(done: datetime | None) -> str:
    return f"{done.astimezone(TOKYO):%Y-%m-%d %H:%M}" if done else _("まだ行っていません")


def backups() -> Iterator[Reading]:
    """The newest backup, in the words of its card."""
    found = backup_card.state()
    if found is None:
        return
    row = schedule.newest()
    age = None if row is None else max(timezone.now() - row.taken_at, timedelta())
    yield Reading(
        name="backup",
        label=_("データの控え"),
        state=found.title,
        level=_OF_CARD[found.level],
        limit=span(backup_card.OLD),
        advice=found.body,
        since=None if row is None or found.level is CardLevel.INFO else row.taken_at,
        numbers={"age_seconds": None if age is None else int(age.total_seconds())},
        url_name="backups",
        link=_("控えを見る"),
        has_card=True,
    )


def _faults_of_log(result: Mapping[str, object]) -> int:
    return _count(result, "faults")


def _different(result: Mapping[str, object]) -> int:
    return _count(result, "different")


def _count(result: Mapping[str, object], name: str) -> int:
    count = result.get(name, 0)
    return count if isinstance(count, int) else 0


def register_all() -> None:
    nightly(
        Nightly(
            recount.JOB, gettext_lazy("集計の数え直し"), faults=_different, of_figures=True, url_name="jobs"
        )
    )
    nightly(
        Nightly(
            checking.JOB,
            gettext_lazy("操作記録の検証"),
            faults=_faults_of_log,
            has_card=True,
            url_name="log-state",
        )
    )
    register("nights", Group.NIGHT, gettext_lazy("毎日の確認"), nights, of_figures=True)
    register("backup", Group.NIGHT, gettext_lazy("データの控え"), backups)
