"""Rows of the roster: who speaks, and the centre's own rooms."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre


class LecturerQuerySet(models.QuerySet["Lecturer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Lecturers of the actor's centres; others do not exist for them."""
        return self.filter(centre_id__in=actor.centre_ids)

    def for_list(self) -> Self:
        return self.defer("name", "phone", "mail")


class Lecturer(models.Model):
    """Somebody who speaks for the centre. `label` names a role, never a person: lists and papers show it.

    `themes` (手口) empty: speaks about everything. `weekdays` (0 is Monday) empty: any day. `yearly_cap`: lectures in
    a fiscal year, NULL without limit. `inactive_since`: the day they were taken off
    the list. `forgotten_at`: name and contact are destroyed, the label stays for old lectures.
    """

    OWNER_KIND: ClassVar[str] = "lecturer"

    class Kind(models.TextChoices):
        COUNSELLOR = "COUNSELLOR", _("相談員")
        PROMOTER = "PROMOTER", _("推進員")
        OFFICER = "OFFICER", _("職員")
        OUTSIDE = "OUTSIDE", _("外部の講師")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="lecturers")
    # Longer than what may be typed: a mask such as 〔生年月日〕 is longer than what it hides.
    label = models.CharField(_("呼び名"), max_length=120)
    kind = models.CharField(_("区分"), max_length=10, choices=Kind.choices)
    name = SealedField(label="lecturer.name")
    phone = SealedField(label="lecturer.phone")
    mail = SealedField(label="lecturer.mail")
    themes = models.JSONField(_("話せるテーマ"), default=list)
    weekdays = models.JSONField(_("担当できる曜日"), default=list)
    yearly_cap = models.PositiveSmallIntegerField(_("年度の上限回数"), null=True)
    is_active = models.BooleanField(_("担当できる"), default=True)
    inactive_since = models.DateField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LecturerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "label"], name="lecturer_label_once"),
            models.CheckConstraint(
                name="lecturer_inactive_since_a_day",
                condition=Q(is_active=True, inactive_since__isnull=True)
                | Q(is_active=False, inactive_since__isnull=False),
            ),
            models.CheckConstraint(
                name="lecturer_forgotten_whole",
                condition=Q(forgotten_at__isnull=True)
                | Q(name__isnull=True, phone__isnull=True, mail__isnull=True, is_active=False),
            ),
        ]
        ordering = ["kind", "label"]

    def __str__(self) -> str:
        return self.label

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)


class Room(models.Model):
    """A room of the centre's own. Halls elsewhere are typed with each lecture."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="rooms")
    name = models.CharField(_("部屋"), max_length=80)
    capacity = models.PositiveSmallIntegerField(_("定員"), null=True)
    equipment = models.CharField(_("設備"), max_length=400, blank=True)
    is_active = models.BooleanField(_("使える"), default=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="room_name_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
