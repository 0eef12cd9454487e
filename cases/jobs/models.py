"""Rows of the jobs room: jobs, the leases of periodic tasks, and when a worker was last seen in each lane."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.jobs.lanes import Lane
from cases.jobs.plain import PlainJSONField
from cases.records.centre import Actor


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own jobs and those of the actor's centres. Others do not exist for them."""
        return self.filter(Q(created_by_id=actor.pk) | Q(centre_id__in=actor.centre_ids))

    def unfinished(self) -> Self:
        return self.filter(state__in=Job.UNFINISHED)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Job(models.Model):
    """One piece of slow work. The row is the truth: who works on it, how far it is, how it ended.

    `arguments`, `cursor` and `result` hold uids, counts and plain settings only. `error` is the translated
    message of a `CasesError` or empty, never the text of another exception.
    """

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("待機中")
        RUNNING = "RUNNING", _("実行中")
        DONE = "DONE", _("完了")
        FAILED = "FAILED", _("失敗")
        CANCELLED = "CANCELLED", _("中止")

    UNFINISHED: ClassVar = [State.QUEUED, State.RUNNING]
    MAX_ATTEMPTS: ClassVar[int] = 5

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=64)
    arguments = PlainJSONField(default=dict)
    # A short job that turns out to be long goes over to the other lane.
    lane = models.CharField(max_length=8, default=Lane.JOBS)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.QUEUED)

    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=32, blank=True)
    cursor = PlainJSONField(null=True)
    result = PlainJSONField(default=dict)
    error_code = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)

    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    run_after = models.DateTimeField(default=timezone.now)

    created_at = models.DateTimeField(_("登録日時"), auto_now_add=True)
    started_at = models.DateTimeField(_("開始日時"), null=True)
    finished_at = models.DateTimeField(_("終了日時"), null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    centre = models.ForeignKey("cases.Centre", models.PROTECT, null=True, related_name="+")

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=(Q(state="RUNNING") & Q(lease_until__isnull=False))
                | (~Q(state="RUNNING") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_finished_has_time",
                condition=(Q(state__in=["QUEUED", "RUNNING"]) & Q(finished_at__isnull=True))
                | (Q(state__in=["DONE", "FAILED", "CANCELLED"]) & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run_after", "id"],
                name="job_due",
                condition=Q(state__in=["QUEUED", "RUNNING"]),
            ),
            models.Index(fields=["centre", "-created_at"], name="job_by_centre"),
            models.Index(fields=["created_by", "-created_at"], name="job_by_creator"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def percent(self) -> int | None:
        """Progress rounded down, or None while the total is unknown."""
        return min(100, 100 * self.done // self.total) if self.total else None


class TaskLease(models.Model):
    """When a periodic task is due next, and which worker is at it now."""

    name = models.CharField(max_length=64, unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Since when it ends in an error each time it runs, and the error's type: never its words.
    failing_since = models.DateTimeField(null=True)
    fault = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class WorkerSeen(models.Model):
    """One row for each lane: when a worker last went round in it, and which."""

    lane = models.CharField(max_length=8, unique=True)
    seen_at = models.DateTimeField()
    worker = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.lane} {self.seen_at:%Y-%m-%d %H:%M:%S}"
