"""Rows of the keeping room: for how many years persons of a kind are kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre
from cases.services.retention.rules import LEAST_YEARS, MOST_YEARS


class ContactYears(models.Model):
    """How many years a centre keeps the persons of one kind (`kinds`), from `from_on` on."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="contact_years")
    kind = models.CharField(_("種類"), max_length=16)
    years = models.PositiveSmallIntegerField(_("年数"))
    from_on = models.DateField(_("適用日"))
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "from_on"], name="contact_years_once_per_day"),
            models.CheckConstraint(
                name="contact_years_in_range",
                condition=Q(years__gte=LEAST_YEARS) & Q(years__lte=MOST_YEARS),
            ),
        ]
        ordering = ["from_on"]

    def __str__(self) -> str:
        return f"{self.kind} {self.years}"
