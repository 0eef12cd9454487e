"""Rows of the supporters room: who helps, what they learned, what they did."""

import uuid
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from outreach.lectures.models import Lecture


class SupporterQuerySet(models.QuerySet["Supporter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Supporters of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def active_on(self, day: date) -> Self:
        """Registered by that day and not left before it; whoever leaves on a day still belongs to it."""
        return self.filter(joined_on__lte=day).filter(Q(left_on__isnull=True) | Q(left_on__gte=day))

    def for_list(self) -> Self:
        return self.defer(*Supporter.SEALED)


class Supporter(models.Model):
    """A 消費生活サポーター. Who they are is sealed under a key of their own; days, district and deeds count.

    `number` is what lists and colleagues call them by.
    """

    OWNER_KIND: ClassVar[str] = "supporter"
    SEALED: ClassVar[tuple[str, ...]] = ("name", "kana", "phone", "mail", "address")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="supporters")
    number = models.PositiveIntegerField(_("登録番号"))
    name = SealedField(label="supporter.name")
    kana = SealedField(label="supporter.kana")
    phone = SealedField(label="supporter.phone")
    mail = SealedField(label="supporter.mail")
    address = SealedField(label="supporter.address")
    area = models.CharField(_("地区"), max_length=32, blank=True)
    joined_on = models.DateField(_("登録日"))
    left_on = models.DateField(_("登録をやめた日"), null=True)
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    note = models.CharField(_("メモ"), max_length=600, blank=True)
    forgotten_on = models.DateField(null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = SupporterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="supporter_number_once"),
            models.CheckConstraint(
                name="supporter_left_after_joining",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
            models.CheckConstraint(
                name="supporter_forgotten_after_leaving",
                condition=Q(forgotten_on__isnull=True) | Q(left_on__isnull=False),
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class SupporterCourse(models.Model):
    """A course that a supporter finished (消費者力アップ講座), or a renewal; `valid_until` where it runs out."""

    supporter = models.ForeignKey(Supporter, models.CASCADE, related_name="courses")
    title = models.CharField(_("研修・講座"), max_length=100)
    completed_on = models.DateField(_("修了日"))
    valid_until = models.DateField(_("有効期限"), null=True)
    is_renewal = models.BooleanField(_("更新の研修"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supporter", "title", "completed_on"], name="supporter_course_once"
            ),
            models.CheckConstraint(
                name="supporter_course_runs_out_later",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("completed_on")),
            ),
        ]
        ordering = ["-completed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.completed_on} {self.title}"


class SupporterActivityQuerySet(models.QuerySet["SupporterActivity"]):
    def standing(self) -> Self:
        """Without those at lectures that were called off."""
        return self.exclude(lecture__state=Lecture.State.CANCELLED)


class SupporterActivity(models.Model):
    """What a supporter did: 回数 1 each; `people` whom they reached, NULL where nobody counted.

    With a `lecture` of the calendar, who came to it stands there and not here; called off, it is no deed.
    """

    class Kind(models.TextChoices):
        HELD = "HELD", _("講座の講師")
        LECTURE = "LECTURE", _("講座の手伝い")
        VISIT = "VISIT", _("訪問・声かけ")
        HANDOUT = "HANDOUT", _("配布・掲示")
        TRAINED = "TRAINED", _("講座・研修を受けた")
        MEETING = "MEETING", _("会議・研修会")
        OTHER = "OTHER", _("そのほか")

    supporter = models.ForeignKey(Supporter, models.CASCADE, related_name="activities")
    on = models.DateField(_("日"))
    kind = models.CharField(_("活動"), max_length=8, choices=Kind.choices)
    lecture = models.ForeignKey(
        Lecture, models.PROTECT, null=True, related_name="supporter_activities", verbose_name=_("講座")
    )
    people = models.PositiveIntegerField(_("人数"), null=True)
    note = models.CharField(_("メモ"), max_length=600, blank=True)

    objects = SupporterActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supporter", "lecture", "kind"],
                condition=Q(lecture__isnull=False),
                name="supporter_activity_once_a_lecture",
            ),
            models.CheckConstraint(
                name="supporter_activity_people_of_its_own",
                condition=Q(lecture__isnull=True) | Q(people__isnull=True),
            ),
        ]
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
