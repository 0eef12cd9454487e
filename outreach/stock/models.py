"""Rows of the stock room: handouts, stickers and teaching materials by version, where they lie, where they went."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.records.centre import Actor, Centre


class StockItem(models.Model):
    """Something that is handed out or shown: 訪問販売お断りシール, a leaflet, the slides of a talk."""

    class Kind(models.TextChoices):
        STICKER = "STICKER", _("シール")
        HANDOUT = "HANDOUT", _("配布物")
        MATERIAL = "MATERIAL", _("教材")
        OTHER = "OTHER", _("そのほか")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="stock_items")
    name = models.CharField(_("品名"), max_length=80)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.HANDOUT)
    unit = models.CharField(_("単位"), max_length=10, default="枚")
    low_at = models.PositiveIntegerField(_("残りが少ないと知らせる数"), default=0)
    is_active = models.BooleanField(_("いまも使う"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="stock_item_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class StockVersion(models.Model):
    """One edition of an item. A withdrawn one can still be told of, and every use of it is warned of."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(StockItem, models.PROTECT, related_name="versions")
    name = models.CharField(_("版"), max_length=40)
    issued_on = models.DateField(_("発行日"), null=True)
    withdrawn_on = models.DateField(_("使用をやめた日"), null=True)
    withdrawn_reason = models.CharField(_("使用をやめた理由"), max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="stock_version_once"),
            models.CheckConstraint(
                name="stock_version_withdrawn_with_reason",
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.item} {self.name}"


class StockPlace(models.Model):
    """Where stock lies: the office, a branch, a store."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="stock_places")
    name = models.CharField(_("置き場所"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="stock_place_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class StockBalance(models.Model):
    """How many of a version lie at a place; moves only together with a `StockMovement`, and never below zero."""

    version = models.ForeignKey(StockVersion, models.PROTECT, related_name="balances")
    place = models.ForeignKey(StockPlace, models.PROTECT, related_name="balances")
    number = models.PositiveIntegerField(_("数"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="stock_balance_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.place_id} {self.number}"


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(centre_id__in=actor.centre_ids)

    def of_lecture(self, lecture: uuid.UUID) -> Self:
        return self.filter(lecture=lecture).select_related("version__item", "place").order_by("on", "pk")

    def handed_out_in(self, start: object, end: object) -> Self:
        """What went to people in the half-open period [start, end)."""
        return self.filter(what=StockMovement.What.HANDED_OUT, on__gte=start, on__lt=end)


class StockMovement(models.Model):
    """One change of a balance, or a use that leaves it as it was (slides that were shown).

    `number` is above zero; of a count by hand it goes either way, of a use it may be 0. `lecture` and `member` name
    rows of other rooms by uid; `recipient` says in words to whom it went (an office, the counter), never a person.
    """

    class What(models.TextChoices):
        RECEIVED = "RECEIVED", _("受入れ")
        HANDED_OUT = "HANDED_OUT", _("配布")
        USED = "USED", _("使用(数は減らない)")
        MOVED = "MOVED", _("置き場所を移した")
        RETURNED = "RETURNED", _("戻り")
        DISPOSED = "DISPOSED", _("廃棄")
        COUNTED = "COUNTED", _("棚卸しの訂正")

    FREE: ClassVar[tuple[str, ...]] = ("COUNTED", "USED")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="stock_movements")
    version = models.ForeignKey(StockVersion, models.PROTECT, related_name="movements")
    place = models.ForeignKey(StockPlace, models.PROTECT, related_name="movements")
    place_to = models.ForeignKey(StockPlace, models.PROTECT, null=True, related_name="arrivals")
    what = models.CharField(_("動き"), max_length=12, choices=What.choices)
    number = models.IntegerField(_("数"))
    on = models.DateField(_("日"))
    lecture = models.UUIDField(null=True, db_index=True)
    member = models.UUIDField(null=True)
    recipient = models.CharField(_("配布先"), max_length=300, blank=True)
    note = models.CharField(_("理由・メモ"), max_length=600, blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = StockMovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stock_movement_has_a_number",
                condition=Q(number__gt=0) | (Q(what="COUNTED") & ~Q(number=0)) | Q(what="USED", number=0),
            ),
            models.CheckConstraint(
                name="stock_count_has_a_reason", condition=~Q(what="COUNTED") | ~Q(note="")
            ),
            models.CheckConstraint(
                name="stock_moves_to_a_place",
                condition=Q(what="MOVED", place_to__isnull=False)
                | (~Q(what="MOVED") & Q(place_to__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["centre", "what", "on"], name="stock_movement_by_day")]
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.what} {self.number}"
