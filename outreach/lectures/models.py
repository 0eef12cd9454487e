"""Rows of the lectures room: a 出前講座 and the secret addresses of its calendar."""

import uuid
from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from cases.figures.trends import GROUPS
from cases.law import calendar
from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from outreach import audiences
from outreach.lectures.kinds import NUMBERS, Kind, Mode, Need
from outreach.lectures.roster.models import Lecturer, Room


class LectureQuerySet(models.QuerySet["Lecture"]):
    def visible_to(self, actor: Actor) -> Self:
        """Lectures of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def held_in(self, start: object, end: object) -> Self:
        """Lectures whose first day lies in the half-open period [start, end)."""
        return self.filter(held_on__gte=start, held_on__lt=end)

    def touching(self, start: object, end: object) -> Self:
        """Lectures of which any day lies in the half-open period [start, end)."""
        one_day = Q(last_on__isnull=True, held_on__gte=start)
        return self.filter(one_day | Q(last_on__gte=start), held_on__lt=end)

    def standing(self) -> Self:
        return self.exclude(state=Lecture.State.CANCELLED)

    def for_list(self) -> Self:
        return self.defer("lecturer", "meeting").select_related("centre")

    def with_lecturers(self) -> Self:
        """With those of the roster who speak, without what is sealed of them; one query more."""
        return self.prefetch_related(Prefetch("lecturers", Lecturer.objects.for_list()))


def _numbers_of(kind: Kind) -> Q:
    """That a result of this kind has every number it must have, and none that is not its own."""
    found = Q(result_kind=kind.value)
    of = NUMBERS[kind]
    for name, need in (("people", of.people), ("quantity", of.quantity), ("views", of.views)):
        if need is not Need.MAY:
            found &= Q(**{f"{name}__isnull": need is Need.NONE})
    return found


_RESULT_IS_WHOLE = Q(state="DONE", sessions__isnull=False) & reduce(or_, map(_numbers_of, Kind))


class Lecture(models.Model):
    """One 出前講座, event, exhibition, hand-out or film. What is sealed: a lecturer typed by name, and the address of
    an online meeting, by which whoever knows it comes in. Everything else is public by nature.

    `last_on`: the last of several days, NULL for one day; the hours are those of every day. `kind` is what is planned,
    `result_kind` what it was. `travel_before`, `travel_after`: minutes on the way. `go_on`: why it is held in spite of
    what stood against it. `sequence` counts the plan's versions for calendar programs (RFC 5545, 3.8.7.4).
    """

    OWNER_KIND: ClassVar[str] = "lecture"

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("企画中")
        CONFIRMED = "CONFIRMED", _("決定")
        DONE = "DONE", _("実施済み")
        CANCELLED = "CANCELLED", _("中止")

    AGE_GROUPS: ClassVar = list(GROUPS.items())

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="lectures")
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    title = models.CharField(_("講座名"), max_length=240)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices, default=Kind.LECTURE)
    mode = models.CharField(_("開き方"), max_length=9, choices=Mode.choices, default=Mode.IN_PERSON)
    theme = models.CharField(_("テーマ(手口)"), max_length=32, blank=True)
    audience = models.CharField(_("対象"), max_length=12, choices=audiences.EVER)
    age_group = models.CharField(_("対象の年代"), max_length=10, choices=AGE_GROUPS, default="ALL")
    held_on = models.DateField(_("開催日"))
    last_on = models.DateField(_("最終日"), null=True)
    starts_at = models.TimeField(_("開始"))
    ends_at = models.TimeField(_("終了"))
    venue = models.CharField(_("会場"), max_length=240)
    area = models.CharField(_("地区"), max_length=32, blank=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="lectures", verbose_name=_("部屋"))
    meeting = SealedField(label="lecture.meeting")
    lecturers = models.ManyToManyField(Lecturer, related_name="lectures", verbose_name=_("担当講師"))
    lecturer = SealedField(label="lecture.lecturer")
    travel_before = models.PositiveSmallIntegerField(_("行きの移動"), default=0)
    travel_after = models.PositiveSmallIntegerField(_("帰りの移動"), default=0)
    go_on = models.CharField(_("重なっても行う理由"), max_length=800, blank=True)
    expected_people = models.PositiveIntegerField(_("予定人数"), null=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.PLANNED)

    sessions = models.PositiveIntegerField(_("回数"), null=True)
    people = models.PositiveIntegerField(_("参加人数"), null=True)
    quantity = models.PositiveIntegerField(_("数量"), null=True)
    views = models.PositiveIntegerField(_("視聴数"), null=True)
    result_kind = models.CharField(_("実施の種類"), max_length=8, choices=Kind.choices, blank=True)
    note = models.CharField(_("メモ"), max_length=1200, blank=True)
    # The surge that it answers (`cases` knows its card); no foreign key, as a lecture outlives it.
    wave = models.UUIDField(null=True, editable=False)
    # The application that it was decided from (its room knows this one).
    application = models.UUIDField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)

    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = LectureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="lecture_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="lecture_done_has_result",
                condition=_RESULT_IS_WHOLE
                | (
                    ~Q(state="DONE")
                    & Q(sessions__isnull=True, people__isnull=True, result_kind="")
                    & Q(quantity__isnull=True, views__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="lecture_last_day_is_later",
                condition=Q(last_on__isnull=True) | Q(last_on__gt=F("held_on")),
            ),
        ]
        indexes = [models.Index(fields=["centre", "held_on"], name="lecture_by_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)

    @property
    def has_lecturer(self) -> bool:
        return self.lecturer is not None

    @property
    def has_meeting(self) -> bool:
        return self.meeting is not None

    @property
    def last_day(self) -> date:
        return self.last_on or self.held_on

    @property
    def unit(self) -> str:
        """What its quantity counts (枚, 点); empty for a kind without one."""
        return str(NUMBERS[self.result_kind or self.kind].unit)

    @property
    def fiscal_year(self) -> int:
        return calendar.fiscal_year(self.held_on)

    @property
    def is_open(self) -> bool:
        """Whether the plan can still change."""
        return self.state in (self.State.PLANNED, self.State.CONFIRMED)


class CalendarLink(models.Model):
    """A secret address under which calendar programs of one account fetch the lectures. Only its digest is kept."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_links")
    token_digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(revoked_at__isnull=True), name="one_calendar_link"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
