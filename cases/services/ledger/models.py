"""Rows of the ledger room. Nothing of a file's words is kept in the open: no file name, no header, no cell."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.protection.sealed import Owner
from cases.records.centre import Centre


class ImportMapping(models.Model):
    """Columns of a ledger as somebody matched them, for the next file of the same kind.

    `columns`: keyed digest of a header (its first row may hold a person's name by mistake) → field.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="import_mappings")
    name = models.CharField(_("対応表の名前"), max_length=60)
    columns = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="import_mapping_once_per_centre")
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file handed in. The file itself lies sealed in pieces under this owner until its rows are cases."""

    OWNER_KIND: ClassVar[str] = "import"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="import_runs")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("取込日時"), auto_now_add=True)
    ending = models.CharField(max_length=8)
    size = models.PositiveIntegerField(_("大きさ(バイト)"))
    # The field of each column in order: a name of `fields.FIELDS`, "ignore", or "" for not matched.
    columns = models.JSONField(default=list)
    # The 処理結果 of rows that are closed without one that we know; empty leaves them open.
    closed_as = models.CharField(max_length=32, blank=True)
    has_file = models.BooleanField(default=True)
    # Why the file was refused as a whole (`FileNotUnderstood.reason`, `columns`); such a run has no file.
    refusal = models.CharField(max_length=32, blank=True, default="")
    # Rows that a command refused; of a job its result says it.
    refused = models.PositiveIntegerField(default=0)
    check_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["centre", "-created_at"], name="import_run_list")]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class ImportedRow(models.Model):
    """A row that became a case. `row_digest` tells it from a changed one, also after the case was corrected."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case_uid = models.UUIDField(unique=True)
    row_digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.case_uid)


class ImportFault(models.Model):
    """A row that was refused, or taken in with something left out; `reason` is a code of `reasons.REASONS`."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="faults")
    is_check = models.BooleanField()
    is_note = models.BooleanField()
    line = models.PositiveIntegerField()
    # From 1, as in the file; 0 for the row as a whole.
    column = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["run", "is_check", "is_note", "line"], name="import_fault_list")]

    def __str__(self) -> str:
        return f"{self.line} {self.reason}"
