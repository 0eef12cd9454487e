"""PIO-NET: under which number a case was registered there, in which state; and how the centre copies.

PIO-NET itself is not reached from here: a person copies, and says so.
"""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.records.centre import Centre

NUMBER_LENGTH: Final = 32


class Registration(models.Model):
    """One copying of a case into PIO-NET, first or again. `revision` is the state of the case that was copied.

    A row counts where the log vouches for it (`cases.services.pionet.registering`). `uid` is minted when its form
    opens. The newest row of a case is `is_last`.
    """

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="registrations")
    revision = models.PositiveIntegerField()
    number = models.CharField(_("PIO-NETの番号"), max_length=NUMBER_LENGTH)
    registered_on = models.DateField(_("登録日"))
    made_at = models.DateTimeField(auto_now_add=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_last = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(is_last=True), name="one_last_registration"),
        ]
        indexes = [models.Index(fields=["case", "-made_at"], name="registration_of_case")]
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} r{self.revision}"


class CopyingPlan(models.Model):
    """How one centre copies: the fields in PIO-NET's order as CSV, and from which 受付日 on it is kept here.

    Every change is a row, the newest counts, and only where the log vouches for it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    fields = models.TextField(_("転記の項目(CSV)"), blank=True)
    since = models.DateField(_("この受付日から"), null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.made_at:%Y-%m-%d}"
