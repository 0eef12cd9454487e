"""The worker's lanes and all that waits there: the oldest item of each queue, jobs and tasks that go wrong."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import feed
from cases.feed.models import FeedRow
from cases.figures import columns
from cases.health.registry import Group, Level, Reading, nightly_kinds, register
from cases.health.words import items, span
from cases.jobs.lanes import Lane
from cases.jobs.models import Job, TaskLease
from cases.jobs.registry import label_of
from cases.jobs.signs import UNSEEN_AFTER, seen_at
from cases.law.calendar import TOKYO

WAITS: Final = timedelta(minutes=5)
"""An ordinary wait is of seconds; a heap of new cases may take minutes, and then it is so that search is behind."""
JOB_WAITS: Final = timedelta(minutes=15)
"""Jobs are done one after the other, and a backup or an import of many rows takes minutes."""
STALLED: Final = timedelta(minutes=3)
"""A lease lasts a minute, and whoever looks next takes the job up again."""
FAILURES_TOLD: Final = timedelta(days=7)
told_elsewhere: Final[set[str]] = set()
"""Kinds of jobs whose failures another look tells, in words of its own."""
TASK_FAILS: Final = timedelta(minutes=2)
"""A database that is busy for a moment fails a task once; it comes round again in seconds."""


_STANDS_STILL: Final = {
    Lane.FEED: gettext_lazy(
        "保存はできます。検索・集計・お知らせへの反映と、PDFの作成が止まっています。窓口の機械を入れ直してください。"
    ),
    Lane.JOBS: gettext_lazy(
        "保存と検索はできます。取込・報告・控え・毎日の確認が止まっています。処理状況に長く続く処理がないかを見て、"
        "なければ窓口の機械を入れ直してください。"
    ),
}
"""What to do where nobody goes round in a lane."""


def worker() -> Iterator[Reading]:
    """Whether a worker goes round, in each lane: one may stand still while the other works."""
    seen, now = seen_at(), timezone.now()
    for lane in Lane:
        last = seen.get(lane)
        age = None if last is None else max(now - last, timedelta())
        is_there = age is not None and age < UNSEEN_AFTER
        if age is None:
            state = _("まだ一度も動いていません")
        elif is_there:
            state = _("動いています")
        else:
            state = _("%(span)s動いていません") % {"span": span(age)}
        yield Reading(
            name=f"worker.{lane}",
            label=_("処理係(%(lane)s)") % {"lane": lane.label},
            state=state,
            level=Level.OK if is_there else Level.ERROR,
            limit=span(UNSEEN_AFTER),
            advice="" if is_there else str(_STANDS_STILL[lane]),
            since=None if is_there else last,
            numbers={"seen_seconds": None if age is None else int(age.total_seconds())},
        )


def feeds() -> Iterator[Reading]:
    """Changed cases that somebody has not taken in yet, by whom."""
    held = FeedRow.objects.order_by().values("consumer").annotate(n=Count("pk"), oldest=Min("queued_at"))
    waiting = {row["consumer"]: (row["n"], row["oldest"]) for row in held}
    now = timezone.now()
    for name, consumer in feed.consumers.items():
        count, oldest = waiting.get(name, (0, None))
        age = timedelta() if oldest is None else max(now - oldest, timedelta())
        is_late = age > WAITS
        yield Reading(
            name=f"feed.{name}",
            label=_("%(name)sに入るのを待つ相談") % {"name": consumer.label or name},
            state=_("%(count)s(最も古いもの %(span)s前)") % {"count": items(count), "span": span(age)}
            if count
            else _("ありません"),
            level=Level.WARNING if is_late else Level.OK,
            limit=span(WAITS),
            advice=_("処理係が動いているかを確かめてください。相談は保存されていて、失われません。")
            if is_late
            else "",
            since=oldest if is_late else None,
            numbers={"waiting": count, "oldest_seconds": int(age.total_seconds())},
        )


def copied() -> Iterator[Reading]:
    """Facts that the columns lack. Numbers stay right, and become slow."""
    since = columns.waits_since()
    age = timedelta() if since is None else max(timezone.now() - since, timedelta())
    is_late = age > WAITS
    yield Reading(
        name="figures.columns",
        label=_("集計の写し"),
        state=_("%(span)s遅れています") % {"span": span(age)} if is_late else _("追いついています"),
        level=Level.WARNING if is_late else Level.OK,
        limit=span(WAITS),
        advice=_("数字は正しいままですが、集計が遅くなります。処理係とディスクの空きを確かめてください。")
        if is_late
        else "",
        since=since if is_late else None,
        numbers={"oldest_seconds": int(age.total_seconds())},
    )


def jobs() -> Iterator[Reading]:
    """Jobs that wait too long, whose worker is gone, or that failed without a later success. One query."""
    now = timezone.now()
    queued = Q(state=Job.State.QUEUED, run_after__lte=now)
    stalled = Q(state=Job.State.RUNNING, lease_until__lt=now - STALLED)
    rows = list(
        Job.objects.order_by()
        .values("kind")
        .annotate(
            waiting=Count("pk", filter=queued),
            oldest=Min("run_after", filter=queued),
            stalled_since=Min("lease_until", filter=stalled),
            failed=Max("finished_at", filter=Q(state=Job.State.FAILED)),
            done=Max("finished_at", filter=Q(state=Job.State.DONE)),
        )
    )
    waiting = sum(row["waiting"] for row in rows)
    yield Reading(
        name="jobs",
        label=_("待っている処理"),
        state=items(waiting) if waiting else _("ありません"),
        limit=span(JOB_WAITS),
        numbers={"waiting": waiting},
        url_name="jobs",
        link=_("処理状況を見る"),
    )
    for row in rows:
        yield from _of_kind(row, now)


def _of_kind(row: Mapping[str, Any], now: datetime) -> Iterator[Reading]:
    kind, oldest = row["kind"], row["oldest"]
    if oldest and now - oldest > JOB_WAITS:
        told = {"count": items(row["waiting"]), "span": span(now - oldest)}
        state = _("%(count)sが待っています(最も古いもの %(span)s前)") % told
        yield _of_job(f"jobs.waiting.{kind}", label_of(kind), state, since=oldest)
    if row["stalled_since"]:
        state = _("途中で止まり、だれも続けていません")
        yield _of_job(f"jobs.stalled.{kind}", label_of(kind), state, since=row["stalled_since"])
    if kind not in nightly_kinds and kind not in told_elsewhere and _has_failed(row["failed"], row["done"]):
        yield Reading(
            name=f"jobs.failed.{kind}",
            label=label_of(kind),
            state=_("失敗しました"),
            level=Level.WARNING,
            advice=_("処理状況で理由を見て、再開するか、もう一度始めてください。"),
            since=row["failed"],
            url_name="jobs",
            link=_("処理状況を見る"),
        )


def _has_failed(failed: datetime | None, done: datetime | None) -> bool:
    """Lately, and nothing of the kind went well since."""
    if failed is None or failed < timezone.now() - FAILURES_TOLD:
        return False
    return done is None or done < failed


def _of_job(name: str, label: str, state: str, *, since: datetime | None) -> Reading:
    return Reading(
        name=name,
        label=label,
        state=state,
        level=Level.WARNING,
        limit=span(JOB_WAITS),
        advice=_("処理係が動いているか、長い処理が続いていないかを処理状況で確かめてください。"),
        since=since,
        url_name="jobs",
        link=_("処理状況を見る"),
    )


def tasks() -> Iterator[Reading]:
    """Small tasks of the worker that fail each time."""
    failing = TaskLease.objects.filter(failing_since__lt=timezone.now() - TASK_FAILS).order_by(
        "failing_since"
    )
    late = list(failing.values_list("name", "fault", "failing_since"))
    if not late:
        yield Reading(
            name="tasks",
            label=_("処理係の小さな仕事"),
            state=_("失敗しているものはありません"),
            limit=span(TASK_FAILS),
            numbers={"failing": 0},
        )
    for name, fault, since in late:
        at = since.astimezone(TOKYO) if since else None
        yield Reading(
            name=f"tasks.failing.{name}",
            label=_("処理係の小さな仕事 %(name)s") % {"name": name},
            state=_("失敗が続いています(%(fault)s、%(at)sから)")
            % {"fault": fault, "at": f"{at:%Y-%m-%d %H:%M}" if at else "—"},
            level=Level.WARNING,
            limit=span(TASK_FAILS),
            advice=_("ディスクの空きと、機械の記録(ログ)を確かめてください。何度でもやり直します。"),
            since=since,
        )


def register_all() -> None:
    register("worker", Group.WORK, gettext_lazy("処理係"), worker)
    register("jobs", Group.WORK, gettext_lazy("待っている処理"), jobs)
    register("tasks", Group.WORK, gettext_lazy("処理係の小さな仕事"), tasks)
    register("feeds", Group.SEARCH, gettext_lazy("反映を待つ相談"), feeds)
    register("figures.columns", Group.SEARCH, gettext_lazy("集計の写し"), copied)
