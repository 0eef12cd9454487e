"""Rows of the protection room: wrapped keys, look-up tags, the audit log, sealed files."""

import uuid

from django.conf import settings
from django.db import models

from cases.protection.sealed import Owner, SealedField


class DataKey(models.Model):
    """The wrapped data key of one owner. Narrow on purpose: a new KEK re-wraps this table alone."""

    owner_kind = models.CharField(max_length=16)
    owner_uid = models.UUIDField()
    centre_uid = models.UUIDField()
    cohort = models.PositiveSmallIntegerField()
    kek_version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_kind", "owner_uid"], name="one_key_per_owner")]
        indexes = [models.Index(fields=["centre_uid", "cohort", "kek_version"], name="data_key_kek")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_uid}"


class LookupTag(models.Model):
    """A short keyed tag of a normalised value: narrows a look-up to a few rows, which are then opened and compared."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="lookup_tags")
    field = models.CharField(max_length=16)
    tag = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "field", "tag"], name="lookup_tag_once")]
        indexes = [models.Index(fields=["field", "tag"], name="lookup_tag_find")]

    def __str__(self) -> str:
        return self.field


class AuditEntry(models.Model):
    """Who did or saw what, when and why. It has no foreign key to the case: erasing a case leaves its log."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=32)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_uid = models.UUIDField()
    role = models.CharField(max_length=64)
    centre_uid = models.UUIDField(null=True)
    case_uid = models.UUIDField(null=True, db_index=True)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=1)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        indexes = [models.Index(fields=["actor_uid", "-at"], name="audit_by_actor")]

    def __str__(self) -> str:
        return self.action


class SealedChunk(models.Model):
    """A piece of an uploaded file. In the database, so that several machines and a backup share it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_kind = models.CharField(max_length=16)
    owner_uid = models.UUIDField()
    position = models.PositiveIntegerField()
    is_last = models.BooleanField(default=False)
    data = SealedField(label="file.chunk")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_uid", "position"], name="chunk_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner_uid} {self.position}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.owner_kind, self.owner_uid)
