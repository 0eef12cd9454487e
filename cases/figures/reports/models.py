"""Rows of the reports: a draft that can be made anew, an issued one for good, its files, and the cases it tells."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """The report of one centre on one 年度 or month, as of one cut of the fact log.

    `data` is the report as canonical JSON (see `reports.document`), empty before the first table is made. Of an issued
    report it never changes: the log holds its digest.
    """

    class Span(models.TextChoices):
        YEAR = "YEAR", _("年報")
        MONTH = "MONTH", _("月報")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("案")
        ISSUED = "ISSUED", _("発行済み")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    span = models.CharField(_("種類"), max_length=5, choices=Span.choices)
    start = models.DateField(_("期間の初め"))
    end = models.DateField(_("期間の終わり(含まない)"))
    # The cut that was asked for, NULL for the newest; then the one that was taken.
    as_of = models.BigIntegerField(null=True)
    state = models.CharField(_("状態"), max_length=6, choices=State.choices, default=State.DRAFT)
    is_made = models.BooleanField(default=False)
    data = models.TextField(blank=True, default="")
    job = models.ForeignKey("cases.Job", models.SET_NULL, null=True, related_name="+")
    check_job = models.ForeignKey("cases.Job", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    number = models.PositiveIntegerField(_("号"), null=True)
    issued_at = models.DateTimeField(_("発行日時"), null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-start", "span", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "span", "start"], condition=Q(state="DRAFT"), name="report_one_draft"
            ),
            models.UniqueConstraint(fields=["centre", "span", "start", "number"], name="report_number_once"),
            models.CheckConstraint(
                name="report_issued_has_number",
                condition=Q(state="DRAFT", number__isnull=True, issued_at__isnull=True)
                | Q(state="ISSUED", number__isnull=False, issued_at__isnull=False, is_made=True),
            ),
            models.CheckConstraint(name="report_ends_after_start", condition=Q(end__gt=models.F("start"))),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.start}"

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED


class ReportAmounts(models.Model):
    """One row of yen of an issued report: its middle and largest amounts, and what erasure has taken out of it since.

    `measure` in yen, of `group` (高齢者, 若者 by the report's limits, or all), of the period or of that a year before.
    `low` and `high` are the two amounts in the middle (one, where their number is odd). `n` and `total` are the known
    amounts of cases erased since, of which so many lie below, at and above the middle, and at the largest: counts and
    a sum, no amount of a case. With what still stands they give back what was printed, and nothing else.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="amounts")
    measure = models.CharField(max_length=16)
    group = models.CharField(max_length=8)
    is_before = models.BooleanField()
    senior_from = models.PositiveSmallIntegerField()
    young_to = models.PositiveSmallIntegerField()
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    largest = models.BigIntegerField(null=True)
    n = models.PositiveIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    below = models.PositiveIntegerField(default=0)
    at_low = models.PositiveIntegerField(default=0)
    at_high = models.PositiveIntegerField(default=0)
    above = models.PositiveIntegerField(default=0)
    at_largest = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "measure", "group", "is_before"], name="report_amounts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.measure} {self.group}"


class ReportFile(models.Model):
    """The bytes of an issued report as they were first made. `digest` (SHA-256) stands in the log as well."""

    FORMS: ClassVar = ("pdf", "xlsx", "json")

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    form = models.CharField(max_length=4)
    data = models.BinaryField()
    digest = models.CharField(_("SHA-256"), max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "form"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.form}"


class ReportExample(models.Model):
    """A case told without persons, in words of whoever chose it.

    `case_uid` is the case until the report is issued or the case erased; an erasure takes the words of a draft along.
    """

    TITLE_LENGTH: ClassVar[int] = 60
    TEXT_LENGTH: ClassVar[int] = 800

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="examples")
    case_uid = models.UUIDField(null=True, db_index=True)
    title = models.CharField(_("題名"), max_length=TITLE_LENGTH)
    text = models.TextField(_("内容"), max_length=TEXT_LENGTH)
    chosen_at = models.DateTimeField(auto_now_add=True)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.uid)
