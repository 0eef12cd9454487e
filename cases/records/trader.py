"""事業者: one row for one business, the names it goes by, its numbers and addresses, and which rows are one business.

What a business says of itself in public stands in the open. Where the name is a person's, the name, the address and
the numbers are sealed, and the row goes by a 呼び名 (ADR 0021).
"""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.centre import Actor, Centre

NAME_LENGTH = 120


class TraderQuerySet(models.QuerySet["Trader"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def standing(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def one_with(self, trader: "Trader") -> Self:
        """Every row that is the same business as this one, itself first."""
        root = trader.root_id or trader.pk
        pks = [root, *self.filter(root=root).values_list("pk", flat=True)]
        return self.filter(pk__in=pks).order_by(F("root").asc(nulls_first=True), "pk")


class Trader(models.Model):
    """A business as one centre knows it; never deleted.

    `merged_into` says which row it was merged into, `root` which one stands for all of them (empty: itself). Nothing
    else moves in a merge, so that parting restores what was.
    """

    OWNER_KIND: ClassVar[str] = "trader"

    class Kind(models.TextChoices):
        COMPANY = "COMPANY", _("法人")
        SOLE = "SOLE", _("個人事業者")
        UNKNOWN = "UNKNOWN", _("不明(サイト名・屋号だけ)")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    kind = models.CharField(_("種別"), max_length=8, choices=Kind.choices, default=Kind.UNKNOWN)
    # The name is a person's: then `name` is a 呼び名 or 屋号, and what tells who it is stands sealed.
    is_person = models.BooleanField(_("名前が個人名"), default=False)
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    kana = models.CharField(_("カナ"), max_length=NAME_LENGTH, blank=True)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=20, blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    person_name = SealedField(label="trader.person_name")
    person_address = SealedField(label="trader.person_address")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects = TraderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "corporate_number"],
                condition=~Q(corporate_number=""),
                name="corporate_number_once_per_centre",
            ),
            models.CheckConstraint(
                name="trader_of_a_person_is_sealed",
                condition=Q(is_person=False, person_name__isnull=True, person_address__isnull=True)
                | Q(is_person=True, kana="", address="", corporate_number=""),
            ),
            models.CheckConstraint(
                name="trader_root_of_merged",
                condition=Q(merged_into__isnull=True, root__isnull=True)
                | Q(merged_into__isnull=False, root__isnull=False),
            ),
        ]
        # Of the merged alone: counted with the many that are not, SQLite would rather walk through all rows.
        indexes = [
            models.Index(fields=[name], name=f"trader_{name}", condition=Q(**{f"{name}__isnull": False}))
            for name in ("merged_into", "root")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class TraderName(models.Model):
    """A name that a trader goes by: its own (`is_main`), and what callers and papers call it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trader = models.ForeignKey(Trader, models.CASCADE, related_name="names")
    is_main = models.BooleanField(default=False)
    text = models.CharField(_("名前"), max_length=NAME_LENGTH)
    kana = models.CharField(_("カナ"), max_length=NAME_LENGTH, blank=True)
    # Both in one spelling, a blank between: what a longer question is compared with.
    folded = models.CharField(max_length=200)

    class Meta:
        ordering = ["-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trader", "text"], name="trader_name_once"),
            models.UniqueConstraint(
                fields=["trader"], condition=Q(is_main=True), name="trader_one_main_name"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class TraderKey(models.Model):
    """Where a search finds a name: what stands at its start (0), at the start of a part (1), inside (2).

    Bytes, because both databases compare bytes alike: everything that begins with a question lies together.
    """

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+", db_index=False)
    name = models.ForeignKey(TraderName, models.CASCADE, related_name="keys")
    trader = models.ForeignKey(Trader, models.CASCADE, related_name="+", db_index=False)
    rank = models.PositiveSmallIntegerField()
    key = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["centre", "rank", "key", "trader"], name="trader_key_find")]

    def __str__(self) -> str:
        return str(self.rank)


class TraderMark(models.Model):
    """A number or an address by which a trader is met: telephone, site, account of a social network.

    `value` is normalised and in the open; of a trader with a person's name it is sealed and found by `tag`.
    """

    class Kind(models.TextChoices):
        PHONE = "PHONE", _("電話番号")
        URL = "URL", _("サイト")
        SNS = "SNS", _("SNS")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    trader = models.ForeignKey(Trader, models.CASCADE, related_name="marks")
    kind = models.CharField(_("種類"), max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=200, blank=True)
    sealed_value = SealedField(label="trader.mark")
    tag = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="trader_mark_open_or_sealed",
                condition=(~Q(value="") & Q(tag__isnull=True, sealed_value__isnull=True))
                | Q(value="", tag__isnull=False, sealed_value__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["kind", "value"], name="trader_mark_value"),
            models.Index(fields=["kind", "tag"], name="trader_mark_tag", condition=Q(tag__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def sealed_owner(self) -> Owner:
        return self.trader.sealed_owner


class TraderMerge(models.Model):
    """One merge, kept for good: which row went into which, and whether they were parted again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Trader, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Trader, models.PROTECT, related_name="merges")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    parted_at = models.DateTimeField(null=True)
    parted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(parted_at__isnull=True), name="trader_merged_once"
            ),
            models.CheckConstraint(name="trader_merge_of_two", condition=~Q(kept=F("merged"))),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
