"""Rows of the programme room: what was done by which section in which year, and the indicators."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre


class ProgrammeLine(models.Model):
    """One line of the 施策×年度 matrix, as it was published or typed. Unknown numbers are NULL, never 0.

    `people` are those who came; a stock such as 登録者 is `quantity`. Only lines with `in_total` add up.
    `occurrence` tells apart lines that a file repeats with the same name, section, kind and unit.
    """

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
    note = models.CharField(_("備考"), max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fiscal_year", "measure", "section", "kind", "unit", "occurrence"],
                name="programme_line_once",
            )
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
