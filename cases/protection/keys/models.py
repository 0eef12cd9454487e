"""The ledger of KEKs, what wrapped an owner's key before, and the record of each destruction."""

import uuid

from django.db import models

from cases.protection.keys.kek import Kek


class KeyVersion(models.Model):
    """One KEK: what it wraps, since when, where it lies, and its end. The row outlives the key."""

    class State(models.TextChoices):
        CURRENT = "CURRENT"  # new owners take it; at most one of a domain, centre and cohort
        RETIRING = "RETIRING"  # opens what it wrapped, wraps nothing more
        DESTROYED = "DESTROYED"

    domain = models.CharField(max_length=16)
    centre_uid = models.UUIDField()
    cohort = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.CURRENT)
    provider = models.CharField(max_length=16)
    # Fingerprint of the recovery key that its copy is sealed to; empty where there is no copy.
    escrowed_to = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    destruction = models.ForeignKey("KeyDestruction", models.PROTECT, null=True, related_name="versions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "centre_uid", "cohort", "version"], name="key_version_once"
            ),
            models.UniqueConstraint(
                fields=["domain", "centre_uid", "cohort"],
                condition=models.Q(state="CURRENT"),
                name="one_current_key_version",
            ),
            models.CheckConstraint(
                condition=models.Q(state="CURRENT", retired_at__isnull=True, destroyed_at__isnull=True)
                | models.Q(state="RETIRING", retired_at__isnull=False, destroyed_at__isnull=True)
                | models.Q(state="DESTROYED", retired_at__isnull=False, destroyed_at__isnull=False),
                name="key_version_dates",
            ),
        ]

    def __str__(self) -> str:
        return str(self.kek)

    @property
    def kek(self) -> Kek:
        return Kek(self.domain, self.centre_uid, self.cohort, self.version)


class PastWrap(models.Model):
    """A cohort that wrapped an owner's key until some moment: older backups still hold the key in that form.

    New versions within a cohort leave no row here: the ledger knows them.
    """

    owner_kind = models.CharField(max_length=16)
    owner_uid = models.UUIDField()
    centre_uid = models.UUIDField()
    cohort = models.PositiveSmallIntegerField()
    kek_version = models.PositiveSmallIntegerField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner_kind", "owner_uid"], name="past_wrap_owner")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_uid}"


class KeyMedium(models.Model):
    """A copy of the key folder that a person made: a USB stick in a safe, say. Destruction names it."""

    name = models.CharField(max_length=100, unique=True)
    copied_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class KeyDestruction(models.Model):
    """The end of some KEKs. There is no receipt before every named copy is destroyed too."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    destroyed_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    # Data keys that went with it; 0 for a version that wrapped nothing any more.
    wrapped_rows = models.PositiveIntegerField(default=0)
    receipt_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.uid)


class KeyCopy(models.Model):
    """A copy that only a person can destroy, and who says that it is done."""

    destruction = models.ForeignKey(KeyDestruction, models.PROTECT, related_name="copies")
    name = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["destruction", "name"], name="key_copy_once")]

    def __str__(self) -> str:
        return self.name
