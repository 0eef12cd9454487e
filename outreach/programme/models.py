"""Rows of the programme room: what was done by which section in which year, and the indicators."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre


class ProgrammeLine(models.Model):
    """One line of the 施策×年度 matrix, as it was published or typed. Unknown numbers are NULL, never 0.

    `people` are those who came; a stock such as 登録者 is `quantity`. Only lines with `in_total` add up.
    `occurrence` tells apart lines that a file repeats with the same name, section, kind and unit.
    `section` is written as in its year, several with 「、」 between them; `sections` says which go by another name now.
    """

    class State(models.TextChoices):
        """What became of the line in its year; only 実施 carries figures."""

        DONE = "", _("実施")
        PLANNED = "PLANNED", _("予定")
        STOPPED = "STOPPED", _("中止")
        NONE = "NONE", _("該当なし")

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="programme_lines")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    measure = models.CharField(_("施策"), max_length=100)
    section = models.CharField(_("担当課"), max_length=60, blank=True)
    kind = models.CharField(_("種類"), max_length=20, blank=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    occurrence = models.PositiveSmallIntegerField(default=1)
    sessions = models.PositiveIntegerField(_("回数"), null=True)
    people = models.PositiveIntegerField(_("人数"), null=True)
    quantity = models.DecimalField(_("数量"), max_digits=15, decimal_places=2, null=True)
    cumulative = models.PositiveIntegerField(_("累計"), null=True)
    in_total = models.BooleanField(_("合計に入れる"), default=False)
    is_new = models.BooleanField(_("新規"), default=False)
    state = models.CharField(_("状況"), max_length=8, choices=State.choices, blank=True, default=State.DONE)
    reason = models.CharField(_("中止の理由"), max_length=200, blank=True, default="")
    # Shown a second time where another measure lists it (再掲): in brackets, and never added up.
    is_repeated = models.BooleanField(_("再掲"), default=False)
    cumulative_since = models.PositiveSmallIntegerField(_("累計の始まり(年度)"), null=True)
    note = models.CharField(_("備考"), max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="programme_repeated_adds_nothing", condition=Q(is_repeated=False) | Q(in_total=False)
            ),
            models.UniqueConstraint(
                fields=["centre", "fiscal_year", "measure", "section", "kind", "unit", "occurrence"],
                name="programme_line_once",
            ),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.measure}"


class Kpi(models.Model):
    """One indicator with its target. `year` is NULL where the source gives none for the present value."""

    class Direction(models.TextChoices):
        UP = "up", _("増やす")
        DOWN = "down", _("減らす")

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="kpis")
    name = models.CharField(_("指標"), max_length=100)
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    value = models.DecimalField(_("現状値"), max_digits=15, decimal_places=2, null=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    target = models.DecimalField(_("目標値"), max_digits=15, decimal_places=2, null=True)
    target_text = models.CharField(_("目標(文)"), max_length=100, blank=True)
    target_year = models.PositiveSmallIntegerField(_("目標年度"), null=True)
    direction = models.CharField(_("向き"), max_length=4, choices=Direction.choices, blank=True)
    source = models.CharField(_("出典"), max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name", "year"], name="kpi_once_a_year"),
            models.UniqueConstraint(
                fields=["centre", "name"], condition=Q(year__isnull=True), name="kpi_once_without_year"
            ),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A 担当課, whatever it was called: its names are rows of their own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="sections")

    def __str__(self) -> str:
        return str(self.uid)


class SectionName(models.Model):
    """What a section is called from a 年度 on."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="names")
    # A name means one section of a centre, in every year.
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+")
    name = models.CharField(_("課の名前"), max_length=60)
    since = models.PositiveSmallIntegerField(_("この名前になった年度"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="section_name_once"),
            models.UniqueConstraint(fields=["section", "since"], name="section_one_name_a_year"),
        ]
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return self.name


class PublishedSum(models.Model):
    """A sum that was printed: the lines of the year have to add up to it."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="published_sums")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    name = models.CharField(_("合計の名前"), max_length=100)
    # Of the lines that add up, those whose 施策 begins so; blank for all of them.
    begins_with = models.CharField(_("施策の始まり"), max_length=100, blank=True, default="")
    sessions = models.PositiveIntegerField(_("回数"), null=True)
    people = models.PositiveIntegerField(_("人数"), null=True)
    source = models.CharField(_("出典"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "fiscal_year", "name"], name="published_sum_once")
        ]
        ordering = ["fiscal_year", "pk"]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.name}"


class Inquiry(models.Model):
    """照会: every section is asked for its lines of one 年度."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="inquiries")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("件名"), max_length=120)
    words = models.CharField(_("記入のお願い"), max_length=600, blank=True)
    due_on = models.DateField(_("回答の期限"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class InquirySection(models.Model):
    """One section that is asked. `lines`: what stands in its file, by number from 1: 施策, 種類, 単位, occurrence."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="sections")
    section = models.CharField(_("担当課"), max_length=60, blank=True)
    code = models.CharField(max_length=12, unique=True, editable=False)
    lines = models.JSONField(default=list)
    given_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inquiry", "section"], name="inquiry_section_once")]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.section


class InquiryAnswer(models.Model):
    """A filled file as it came back, kept byte for byte, and what was read out of it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    of = models.ForeignKey(InquirySection, models.CASCADE, related_name="answers")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    received_at = models.DateTimeField(auto_now_add=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "digest"], name="inquiry_answer_once")]
        ordering: ClassVar = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.name
