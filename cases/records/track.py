"""注意指示 (track): what to do when a trader, a number, a site or an account comes up in a call, until a day."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre
from cases.records.trader import Trader


class TrackQuerySet(models.QuerySet["Track"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def running(self, today: date) -> Self:
        """Not past their last day. Whether one was ended before counts only with the log (`tracks.in_force`)."""
        return self.filter(ends_on__gte=today)


class Track(models.Model):
    """An instruction with an end. Its words, and the number that it is about, are sealed under a key of its own.

    It counts only where the log vouches for it: a row that somebody slipped in tells counsellors nothing.
    """

    OWNER_KIND: ClassVar[str] = "track"

    class Kind(models.TextChoices):
        TRADER = "TRADER", _("事業者")
        PHONE = "PHONE", _("電話番号")
        URL = "URL", _("サイト")
        ACCOUNT = "ACCOUNT", _("口座・送金先")

    class Source(models.TextChoices):
        CENTRE = "CENTRE", _("センター内")
        PREFECTURE = "PREFECTURE", _("都道府県")
        POLICE = "POLICE", _("警察")
        NATIONAL = "NATIONAL", _("国・国民生活センター")
        OTHER = "OTHER", _("そのほか")

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(_("対象"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("どこからの指示か"), max_length=12, choices=Source.choices)
    trader = models.ForeignKey(Trader, models.PROTECT, null=True, related_name="tracks")
    site = models.CharField(_("サイト"), max_length=200, blank=True)
    value = SealedField(label="track.value")
    tag = models.PositiveIntegerField(null=True)
    text = SealedField(label="track.text")
    from_whom = SealedField(label="track.from_whom")
    ends_on = models.DateField(_("いつまで"))
    placed_on = models.DateField()
    placed_at = models.DateTimeField(auto_now_add=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="track_about_one_thing",
                condition=Q(kind="TRADER", trader__isnull=False, site="", tag__isnull=True)
                | (Q(kind="URL", trader__isnull=True, tag__isnull=True) & ~Q(site=""))
                | Q(kind__in=["PHONE", "ACCOUNT"], trader__isnull=True, site="", tag__isnull=False),
            ),
            models.CheckConstraint(
                name="track_ends_after_it_begins", condition=Q(ends_on__gte=F("placed_on"))
            ),
        ]
        indexes = [models.Index(fields=["centre", "ends_on"], name="track_running")]

    def __str__(self) -> str:
        return self.kind

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)
