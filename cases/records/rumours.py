"""うわさ・目撃情報: 「本町を変な電話が回っている」. No consumer, no card; it can be joined to cases later."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.watchers import WatcherKind


class RumourQuerySet(models.QuerySet["Rumour"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def going_round(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def meets(self, scam: str, area: str) -> Self:
        """Those about the 手口 in the district; a rumour without a district goes round in all of them."""
        found = self.filter(theme=scam) if scam else self
        return found.filter(Q(area=area) | Q(area="")) if area else found


class Rumour(models.Model):
    """One thing that is told. It is never a case and never counted as one.

    Its words lie in the open, for 啓発 sees them: what looks like a person was masked before they were saved.
    """

    uid = models.UUIDField(unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    heard_on = models.DateField(_("聞いた日"))
    last_heard_on = models.DateField(_("最後に聞いた日"))
    times = models.PositiveIntegerField(_("聞いた回数"), default=1)
    area = models.CharField(_("地区"), max_length=32, blank=True)
    # Longer than what may be typed: a mask is longer than what it hides.
    place = models.CharField(_("場所"), max_length=400, blank=True)
    theme = models.CharField(_("手口"), max_length=32, blank=True)
    words = models.TextField(_("内容"))
    # Nobody at all where it came anonymously.
    member_uid = models.UUIDField(null=True)
    member_kind = models.CharField(_("知らせた相手"), max_length=16, choices=WatcherKind.choices, blank=True)
    member_name = models.CharField(_("構成員"), max_length=100, blank=True)
    cases = models.ManyToManyField(Case, through="RumourCase", related_name="rumours")
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("終えた日"), null=True)

    objects = RumourQuerySet.as_manager()

    class Meta:
        ordering = ["-last_heard_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="rumour_heard_in_order", condition=Q(last_heard_on__gte=models.F("heard_on"))
            ),
            models.CheckConstraint(name="rumour_heard_once_at_least", condition=Q(times__gte=1)),
        ]
        indexes = [models.Index(fields=["centre", "-last_heard_on"], name="rumour_list")]

    def __str__(self) -> str:
        return f"{self.theme or '*'} {self.heard_on:%Y-%m-%d}"


class RumourCase(models.Model):
    """A case that turned out to belong to a rumour. It goes with its case, and the rumour stays."""

    rumour = models.ForeignKey(Rumour, models.CASCADE, related_name="joined")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(auto_now_add=True)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rumour", "case"], name="rumour_case_once")]

    def __str__(self) -> str:
        return f"{self.joined_at:%Y-%m-%d}"
