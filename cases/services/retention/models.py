"""Rows of retention: years per class, what a person decided about a case, holds, and batches of disposal."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.records.case import Case
from cases.records.centre import Centre
from cases.services.retention.rules import LEAST_YEARS, MOST_YEARS, RecordClass


class RetentionYears(models.Model):
    """How many years a centre keeps a class, for judgements on or after `from_on`."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="retention_years")
    record_class = models.CharField(_("記録の種類"), max_length=16, choices=RecordClass.choices)
    years = models.PositiveSmallIntegerField(_("年数"))
    from_on = models.DateField(_("適用日"))
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "record_class", "from_on"], name="retention_years_once_per_day"
            ),
            models.CheckConstraint(
                name="retention_years_in_range",
                condition=Q(years__gte=LEAST_YEARS) & Q(years__lte=MOST_YEARS),
            ),
        ]
        ordering = ["from_on"]

    def __str__(self) -> str:
        return f"{self.record_class} {self.years}"


class CaseClass(models.Model):
    """The class that a person gave a case, instead of the one that its codes give."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="kept_as")
    record_class = models.CharField(max_length=16, choices=RecordClass.choices)
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.record_class


class LegalHold(models.Model):
    """保存停止: while it lasts nothing erases the case. `reference` is a number of a document, no name."""

    class Ground(models.TextChoices):
        LITIGATION = "LITIGATION", _("訴訟・調停")
        INVESTIGATION = "INVESTIGATION", _("捜査・行政調査")
        DISCLOSURE = "DISCLOSURE", _("開示請求・情報公開請求")
        AUDIT = "AUDIT", _("監査")
        OTHER = "OTHER", _("その他")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="holds")
    ground = models.CharField(_("理由"), max_length=16, choices=Ground.choices)
    reference = models.CharField(_("文書番号"), max_length=40, blank=True)
    placed_at = models.DateTimeField(_("始めた日時"), auto_now_add=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(_("解いた日時"), null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_lifted_whole",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["case"], name="hold_in_force", condition=Q(lifted_at__isnull=True))]
        ordering = ["-placed_at", "-pk"]

    def __str__(self) -> str:
        return self.ground


class Disposal(models.Model):
    """廃棄: cases that one person proposes to erase and another approves. The register is made of these."""

    class Ground(models.TextChoices):
        DUE = "DUE", _("保存期限の到来")
        REQUEST = "REQUEST", _("本人からの消去の請求")
        ORDER = "ORDER", _("裁判所・行政機関の命令")
        MISTAKE = "MISTAKE", _("誤って作った記録")
        AGAIN = "AGAIN", _("控えから戻した後の再度の消去")

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("承認待ち")
        APPROVED = "APPROVED", _("廃棄中")
        DONE = "DONE", _("廃棄済み")
        WITHDRAWN = "WITHDRAWN", _("取下げ")

    OPEN: ClassVar = [State.PROPOSED, State.APPROVED]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="disposals")
    ground = models.CharField(_("根拠"), max_length=16, choices=Ground.choices)
    reference = models.CharField(_("文書番号"), max_length=40, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.PROPOSED)
    # True where more cases were due than one batch takes.
    is_cut = models.BooleanField(default=False)
    proposed_at = models.DateTimeField(_("案の日時"), auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("承認日時"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(_("終了日時"), null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disposal_decided_whole",
                condition=(Q(state="PROPOSED") & Q(decided_at__isnull=True) & Q(decided_by__isnull=True))
                | (~Q(state="PROPOSED") & Q(decided_at__isnull=False) & Q(decided_by__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["centre", "-proposed_at"], name="disposal_list")]

    def __str__(self) -> str:
        return str(self.uid)


class DisposalItem(models.Model):
    """One case of a batch. It goes with the case; what is left of a batch afterwards is what was not erased."""

    class Skipped(models.TextChoices):
        HELD = "HELD", _("保存停止になった")
        REOPENED = "REOPENED", _("終了が取り消された")
        NOT_DUE = "NOT_DUE", _("期限が延びた")
        BUSY = "BUSY", _("台帳の取込が続いている")

    disposal = models.ForeignKey(Disposal, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    record_class = models.CharField(max_length=16, choices=RecordClass.choices)
    due_on = models.DateField(null=True)
    is_kept = models.BooleanField(default=False)
    skipped = models.CharField(max_length=8, choices=Skipped.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disposal", "case"], name="disposal_item_once")]
        indexes = [models.Index(fields=["disposal", "is_kept", "skipped"], name="disposal_left")]

    def __str__(self) -> str:
        return self.record_class
