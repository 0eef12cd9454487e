"""重大事故等: what was decided about an accident of a case, and when which office was told of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law.accidents import Verdict
from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class AccidentDecision(models.Model):
    """One decision, never changed: new facts make a new one, and the newest counts.

    It counts where the log vouches for it (`services.accidents`), and so does the notice. `items` are the entries of
    the notice form as JSON, sealed under the case's key; no name of a person belongs there.
    """

    class Recipient(models.TextChoices):
        AGENCY = "AGENCY", _("消費者庁")
        PREFECTURE = "PREFECTURE", _("都道府県")
        NATIONAL_CENTRE = "NATIONAL_CENTRE", _("国民生活センター")
        PIO_NET = "PIO_NET", _("PIO-NETへの入力")

    SEALED: ClassVar = ("items",)

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="accident_decisions")
    # Question → "yes", "no" or "unknown".
    answers = models.JSONField(default=dict)
    verdict = models.CharField(_("判定"), max_length=16, choices=Verdict.choices)
    items = SealedField(label="accident.items")
    decided_at = models.DateTimeField(_("判定した日時"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    notified_at = models.DateTimeField(_("通知した日時"), null=True)
    noted_at = models.DateTimeField(_("通知を記録した日時"), null=True)
    notified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    notified_to = models.CharField(_("通知先"), max_length=16, choices=Recipient.choices, blank=True)
    number = models.CharField(_("受付番号"), max_length=40, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accident_notified_whole",
                condition=Q(notified_at__isnull=True, noted_at__isnull=True, notified_to="")
                | (Q(notified_at__isnull=False, noted_at__isnull=False) & ~Q(notified_to="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.decided_at:%Y-%m-%d}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
