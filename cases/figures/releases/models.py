"""Rows of the ledger of releases: what was said to whom, and the frozen counts behind it."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Figure:
    """A figure of the centre's own activity (回数, 人数, 枚数, 台数): it counts no consultation."""

    label: str
    value: int | str
    unit: str = ""


class Release(models.Model):
    """One publication of numbers: proposed, judged by the worker, approved by a second person, then unchanged for good.

    Only releases in the state RELEASED belong to what a reader knows. `about` are the lines that travel
    with the numbers (label, text), `as_of` is the newest fact counted. `definition`, `value` and
    `shown` are of single numbers that went out before releases had tables.
    """

    class Audience(models.TextChoices):
        MEMBERS = "members", _("見守りネットワーク構成員")
        PUBLIC = "public", _("一般")

    class Kind(models.TextChoices):
        BULLETIN = "BULLETIN", _("見守り通信")
        OPEN_DATA = "OPEN_DATA", _("オープンデータ")
        REPORT = "REPORT", _("年報・月報の公表版")
        COUNCIL = "COUNCIL", _("議会などへの資料")
        PAGE = "PAGE", _("ホームページなど")
        ACTIVITY = "ACTIVITY", _("活動の実績")
        WARNING = "WARNING", _("件数のない注意喚起")

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("判定待ち")
        JUDGING = "JUDGING", _("判定中")
        JUDGED = "JUDGED", _("承認待ち")
        RELEASED = "RELEASED", _("公表")
        REFUSED = "REFUSED", _("公表できない")
        WITHDRAWN = "WITHDRAWN", _("取下げ")

    class Form(models.TextChoices):
        EXACT = "EXACT", _("そのままの件数(少ない件数は非公表)")
        ROUND_5 = "ROUND_5", _("5件単位に丸めた件数")
        ROUND_10 = "ROUND_10", _("10件単位に丸めた件数")

    OPEN: ClassVar = (State.QUEUED, State.JUDGING, State.JUDGED, State.REFUSED)
    TITLE_LENGTH: ClassVar[int] = 100
    NOTICE_LENGTH: ClassVar[int] = 200

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # NULL: a number of before whose definition names no single centre.
    centre = models.ForeignKey("cases.Centre", models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField(_("番号"), null=True)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.BULLETIN)
    audience = models.CharField(_("公表先"), max_length=8, choices=Audience.choices)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.QUEUED)
    form = models.CharField(_("件数の出し方"), max_length=8, choices=Form.choices, default=Form.EXACT)
    title = models.CharField(_("題名"), max_length=100, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")
    asked = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    about = models.JSONField(default=list)
    as_of = models.BigIntegerField(null=True)
    # Codes to print as one so that less is hidden (`merging`), best first; tried by the worker.
    advice = models.JSONField(default=list)
    refused = models.TextField(_("公表できない理由"), blank=True, default="")
    # How many releases the judgement knew: one more, and it is out of date.
    knew = models.PositiveIntegerField(default=0)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    notice = models.CharField(_("訂正のお知らせ"), max_length=NOTICE_LENGTH, blank=True, default="")
    job = models.ForeignKey("cases.Job", models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("提案日時"), default=timezone.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("承認日時"), null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(_("公表日時"), null=True)
    # Nobody else could approve it: done alone, and listed for somebody to look at later.
    is_alone = models.BooleanField(default=False)
    # An urgent warning: out before it was approved.
    is_urgent = models.BooleanField(default=False)

    definition = models.JSONField(default=dict)
    value = models.PositiveIntegerField(null=True)
    shown = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["subject", "audience"], name="release_subject"),
            models.Index(fields=["centre", "state", "-released_at"], name="release_of_centre"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="release_number_once"),
            models.CheckConstraint(
                name="release_out_is_dated",
                condition=Q(state="RELEASED", released_at__isnull=False)
                | (~Q(state="RELEASED") & Q(released_at__isnull=True, number__isnull=True)),
            ),
            models.CheckConstraint(
                name="release_correction_has_notice", condition=Q(corrects__isnull=True) | ~Q(notice="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject or self.title} ({self.audience})"

    @property
    def is_released(self) -> bool:
        return self.state == self.State.RELEASED

    @property
    def is_open(self) -> bool:
        """A proposal that may still be changed or withdrawn."""
        return self.state in self.OPEN

    @property
    def is_judged(self) -> bool:
        return self.state in (self.State.JUDGED, self.State.RELEASED)

    @property
    def has_tables(self) -> bool:
        """Whether it counts consultations, so that it is judged."""
        return self.kind not in (self.Kind.ACTIVITY, self.Kind.WARNING)

    @property
    def rounded_to(self) -> int | None:
        """5 or 10, None where counts are printed as they are."""
        return {self.Form.ROUND_5.value: 5, self.Form.ROUND_10.value: 10}.get(self.form)

    @property
    def numbered(self) -> str:
        """「公表第3号」; empty before it is out."""
        return "" if self.number is None else gettext("公表第%(number)d号") % {"number": self.number}


class ReleasedTable(models.Model):
    """What a release says of each number of one table, as canonical JSON (`cells`); or why the table is withheld."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="tables")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    content = models.TextField(blank=True)
    withheld = models.TextField(blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["release", "place"], name="released_table_place")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.place}"


class FrozenDays(models.Model):
    """Days [start, end) that a release froze as of one fact; of several rows for a day the highest edition holds.

    They hold once the release is out.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="frozen_days")
    start = models.DateField()
    end = models.DateField()
    as_of = models.BigIntegerField()
    edition = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["edition", "pk"]
        constraints = [models.CheckConstraint(name="frozen_days_end", condition=Q(end__gt=models.F("start")))]

    def __str__(self) -> str:
        return f"{self.start}/{self.end} {self.as_of}"


class FrozenCounts(models.Model):
    """Counts by day and by some traits of cases as they were frozen, without uids: no erasure and no typing moves them.

    `traits` are joined by commas; `data` is JSON (`frozen`).
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="frozen_counts")
    traits = models.CharField(max_length=120, blank=True)
    data = models.TextField()

    def __str__(self) -> str:
        return f"{self.release_id} {self.traits}"


class ReleaseRule(models.Model):
    """The thresholds a centre set, with the reason where they are looser than before; the newest holds."""

    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    public_below = models.PositiveSmallIntegerField(_("一般向け: これ未満は非公表"))
    members_below = models.PositiveSmallIntegerField(_("構成員向け: これ未満は非公表"))
    rounding = models.PositiveSmallIntegerField(_("一般向け見守り通信の丸め"))
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    set_at = models.DateTimeField(auto_now_add=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="release_rule_public_is_stricter",
                condition=Q(public_below__gte=models.F("members_below")) & Q(members_below__gte=1),
            ),
            models.CheckConstraint(name="release_rule_rounding", condition=Q(rounding__in=(0, 5, 10))),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.public_below}/{self.members_below}"
