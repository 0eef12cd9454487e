"""Rows of the KPI room. The values themselves are `outreach.programme.models.Kpi`: one a name and 年度."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre


class KpiBinding(models.Model):
    """An indicator that can be counted from a register of ours. The count stands beside its values, never in them."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="kpi_bindings")
    name = models.CharField(_("指標"), max_length=100)
    source = models.CharField(_("台帳の数"), max_length=80)
    bound_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="kpi_bound_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.source}"
