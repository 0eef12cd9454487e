"""Rows of the school calendar: when the city's schools have no room for a class."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre


class SchoolDaysQuerySet(models.QuerySet["SchoolDays"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class SchoolDays(models.Model):
    """Days of one school, or of every school of the city where `school` is empty; both ends included."""

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", _("休業")
        EXAM = "EXAM", _("試験")
        EVENT = "EVENT", _("行事")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="school_days")
    school = models.CharField(_("学校"), max_length=60, blank=True)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices)
    first = models.DateField(_("初日"))
    last = models.DateField(_("最終日"))
    label = models.CharField(_("名前"), max_length=60, blank=True)

    objects = SchoolDaysQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "school", "kind", "first", "last"], name="school_days_once"
            ),
            models.CheckConstraint(name="school_days_in_order", condition=Q(last__gte=F("first"))),
        ]
        ordering = ["first", "school"]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()
