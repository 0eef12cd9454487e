"""ほかの機関: where callers are sent. A row stands where a centre has checked, changed or added a body."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Centre

# The uid of a shipped body is the same at every centre, so that a record can name it before anybody edits it.
_SPACE: Final = uuid.UUID("5b6f5f0e-2f0c-4d0c-9b5c-6d2f4d1f7a11")


def shipped_uid(code: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, code)


class ReferralBody(models.Model):
    """One body as this centre knows it. Public offices: nothing in it is personal.

    `last_checked_on` is the day on which somebody saw that number and hours still hold; empty: nobody has.
    `revision` counts changes, so that the second of two editors is told of the first.
    """

    class Kind(models.TextChoices):
        CONSUMER = "CONSUMER", _("消費生活")
        POLICE = "POLICE", _("警察")
        LEGAL = "LEGAL", _("法律相談")
        ADR = "ADR", _("紛争解決(ADR)")
        FINANCE = "FINANCE", _("金融・支払い")
        WELFARE = "WELFARE", _("福祉・見守り")
        TECHNICAL = "TECHNICAL", _("製品・情報技術")
        PUBLIC = "PUBLIC", _("行政")
        OTHER = "OTHER", _("その他")

    uid = models.UUIDField(editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(_("種類"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名前"), max_length=80)
    kana = models.CharField(_("フリガナ"), max_length=80, blank=True)
    purpose = models.CharField(_("どんなときに案内するか"), max_length=200, blank=True)
    phone = models.CharField(_("電話"), max_length=60, blank=True)
    hours = models.CharField(_("受付時間"), max_length=120, blank=True)
    area = models.CharField(_("対象の地域"), max_length=60, blank=True)
    url = models.CharField(_("ウェブサイト"), max_length=300, blank=True)
    note = models.CharField(_("メモ"), max_length=300, blank=True)
    closed_on = models.DateField(_("案内をやめた日"), null=True)
    last_checked_on = models.DateField(_("最後に確かめた日"), null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "uid"], name="body_once_per_centre"),
            models.CheckConstraint(
                name="body_checked_whole",
                condition=Q(last_checked_on__isnull=False) | Q(checked_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
