"""Links between cases instead of merging people: same person, household, trader, account, the call that goes on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case


class CaseLink(models.Model):
    """Two cases of one centre that belong together. Stored once, the smaller key first."""

    class Kind(models.TextChoices):
        SAME_PERSON = "SAME_PERSON", _("同じ人")
        SAME_MATTER = "SAME_MATTER", _("同じ件")
        SAME_TRADER = "SAME_TRADER", _("同じ事業者")
        SAME_HOUSEHOLD = "SAME_HOUSEHOLD", _("同じ世帯")
        SAME_ACCOUNT = "SAME_ACCOUNT", _("同じ口座・送金先")
        CONTINUATION = "CONTINUATION", _("前の相談の続き")

    first = models.ForeignKey(Case, models.CASCADE, related_name="+")
    second = models.ForeignKey(Case, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    linked_at = models.DateTimeField(auto_now_add=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="case_link_once"),
            models.CheckConstraint(name="case_link_in_order", condition=Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return self.kind


def linked_pks(case_pk: int) -> list[int]:
    """Keys of the cases that are linked with this one directly."""
    pairs = CaseLink.objects.filter(Q(first=case_pk) | Q(second=case_pk)).values_list("first", "second")
    return [second if first == case_pk else first for first, second in pairs]
