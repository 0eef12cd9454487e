"""Rows of 人口: what a municipality published of a day, by district, and which town lies in which district."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.figures.residents import OPEN


class PopulationTable(models.Model):
    """Residents of a centre's municipality on one day, out of one file. A draft until somebody confirms it.

    A confirmed one is never changed or deleted: it ends when another one of its day takes its place or when it is
    taken back, so that figures as of an earlier moment find the population that held then.
    `content` is what the file says town by town (`residents.to_plain`), for districts that change.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="population_tables")
    as_of = models.DateField(_("基準日"))
    source = models.CharField(_("出典"), max_length=300)
    is_made_up = models.BooleanField(_("架空の人口"), default=False)
    content = models.JSONField()
    # What was noticed while reading; shown before it is confirmed (`cases.services.population.keeping`).
    notes = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "as_of"],
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="population_once_a_day",
            ),
            models.CheckConstraint(name="population_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="population_ends_after_it_began",
                condition=Q(ended_at__isnull=True)
                | Q(confirmed_at__isnull=False, ended_at__gte=F("confirmed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.as_of}"

    @property
    def is_draft(self) -> bool:
        return self.confirmed_at is None

    @property
    def holds(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None


class Residents(models.Model):
    """People of one district, sex and class of ages [first, end). `people` NULL is no data, never 0.

    `area` is a district's code or `*` for the municipality; `sex` is empty for both; `end` 999 is open.
    """

    table = models.ForeignKey(PopulationTable, models.CASCADE, related_name="residents")
    area = models.CharField(max_length=32)
    sex = models.CharField(max_length=8, blank=True)
    first = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "area", "sex", "first", "end"], name="residents_once_a_class"
            ),
            models.CheckConstraint(
                name="residents_class_has_ages", condition=Q(first__lt=F("end"), end__lte=OPEN)
            ),
            models.CheckConstraint(name="residents_sex", condition=Q(sex__in=("", "MALE", "FEMALE"))),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.sex} {self.first}-{self.end}"


class TownDistrict(models.Model):
    """Which district a 町丁目 lies in, as a person confirmed it, for the next file. Empty: in none."""

    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="town_districts")
    town = models.CharField(_("町丁目"), max_length=100)
    area = models.CharField(_("地区コード"), max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "town"], name="town_district_once_a_town")]
        ordering = ["town"]

    def __str__(self) -> str:
        return self.town
