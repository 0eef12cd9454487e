"""More looks than usual by one person in one hour or day: kept to be told, never to refuse."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UnusualLooks(models.Model):
    """One report for one account, kind of look and hour (or day), however many looks follow.

    `count` is the last number counted in that hour or day; `limit` the number beyond which it was unusual.
    """

    class Kind(models.TextChoices):
        REVEALS = "REVEALS", _("個人情報の表示")
        PHONES = "PHONES", _("電話番号での検索")
        NAMES = "NAMES", _("氏名での検索")
        EXPORTS = "EXPORTS", _("ファイルへの出力")

    class Span(models.TextChoices):
        HOUR = "HOUR", _("1時間")
        DAY = "DAY", _("1日")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    span = models.CharField(max_length=4, choices=Span.choices)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    noticed_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "span", "since"], name="unusual_looks_told_once"
            ),
            models.CheckConstraint(
                name="unusual_looks_seen_whole",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-since"], name="unusual_looks_list")]
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.span} {self.since:%Y-%m-%d %H:%M}"
