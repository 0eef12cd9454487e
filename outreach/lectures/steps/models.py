"""Rows of what is done before a lecture: who made sure of what, and how many days before it is due."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre
from outreach.lectures.models import Lecture


class LectureStep(models.Model):
    """One thing made sure of before a lecture. No row: it is still to be done."""

    class Kind(models.TextChoices):
        LECTURER = "LECTURER", _("講師に日時と会場を確かめる")
        MATERIALS = "MATERIALS", _("教材と配布物を用意する")
        APPLICANT = "APPLICANT", _("申込者に連絡する")

    lecture = models.ForeignKey(Lecture, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lecture", "kind"], name="lecture_step_once")]

    def __str__(self) -> str:
        return f"{self.lecture_id} {self.kind}"


class ReminderDays(models.Model):
    """How many days before a lecture each step is due at a centre; without a row the values here hold."""

    centre = models.OneToOneField(Centre, models.CASCADE, related_name="lecture_reminders")
    decide = models.PositiveSmallIntegerField(_("開催を決める"), default=21)
    lecturer = models.PositiveSmallIntegerField(_("講師に確かめる"), default=14)
    materials = models.PositiveSmallIntegerField(_("教材を用意する"), default=7)
    applicant = models.PositiveSmallIntegerField(_("申込者に連絡する"), default=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lecture_reminders_within_a_year",
                condition=Q(decide__lte=366, lecturer__lte=366, materials__lte=366, applicant__lte=366),
            )
        ]

    def __str__(self) -> str:
        return str(self.centre)
