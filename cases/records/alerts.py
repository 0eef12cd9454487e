"""注意情報: what the police, the National Centre or the prefecture told of a trick, as a register."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def in_force(self, on: date) -> Self:
        """Those valid on the day: from the first to the last day, both included, and not ended by hand."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on, ended_at__isnull=True
        )


class Alert(models.Model):
    """One alert from outside. Published text, so it lies in the open; nothing personal belongs in it.

    `uid` is minted when its form opens. It is ended, never changed: a wrong one is ended and entered anew.
    """

    class Source(models.TextChoices):
        POLICE = "POLICE", _("警察")
        NCAC = "NCAC", _("国民生活センター")
        AGENCY = "AGENCY", _("消費者庁")
        PREFECTURE = "PREFECTURE", _("都道府県")
        OTHER = "OTHER", _("その他")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    source = models.CharField(_("発信元"), max_length=12, choices=Source.choices)
    title = models.CharField(_("件名"), max_length=120)
    text = models.TextField(_("内容"), blank=True)
    scam_type = models.CharField(_("手口"), max_length=32, blank=True)
    link = models.CharField(_("リンク"), max_length=500, blank=True)
    marks = models.TextField(_("目印"), blank=True)
    valid_from = models.DateField(_("いつから"))
    valid_until = models.DateField(_("いつまで"), null=True)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alert_ends_not_before_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="alert_ended_whole", condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["centre", "-valid_from", "-id"], name="alert_list")]
        ordering = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.title

    def is_in_force(self, on: date) -> bool:
        """The same as `in_force`, of one row."""
        until = self.valid_until
        return self.ended_at is None and self.valid_from <= on and (until is None or on <= until)
