"""Rows of the protection room: wrapped keys, look-up tags, the audit log, sealed files."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

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
        indexes = [models.Index(fields=["centre_uid", "cohort", "kek_version", "id"], name="data_key_kek")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_uid}"


class LookupIndex(models.Model):
    """How long the tags of one field of a centre are, and the longer ones that a re-index is making.

    FILLING: both columns are written and searched; `next_tag` is being filled in row by row.
    SWITCHING: every row has a coming tag, which is being moved to `tag`. STEADY: there is nothing to come.
    """

    class State(models.TextChoices):
        STEADY = "STEADY"
        FILLING = "FILLING"
        SWITCHING = "SWITCHING"

    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    field = models.CharField(max_length=16)
    bits = models.PositiveSmallIntegerField()
    next_bits = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.STEADY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "field"], name="lookup_index_once"),
            models.CheckConstraint(
                name="lookup_index_whole",
                condition=Q(state="STEADY", next_bits__isnull=True)
                | (~Q(state="STEADY") & Q(next_bits__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.bits}"


class LookupTag(models.Model):
    """A short keyed tag of a normalised value: narrows a look-up to a few rows, which are then opened and compared.

    `centre` is the one whose key made it. `next_tag` is filled while a re-index runs. One row per value, so a value
    that shares its tag with another of the case has a row of its own only where the coming tags differ.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="lookup_tags")
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+", db_index=False)
    field = models.CharField(max_length=16)
    tag = models.PositiveIntegerField()
    next_tag = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "centre", "field", "tag", "next_tag"], name="lookup_tag_once"
            )
        ]
        indexes = [
            models.Index(fields=["centre", "field", "tag"], name="lookup_tag_find"),
            models.Index(
                fields=["centre", "field", "next_tag"],
                condition=Q(next_tag__isnull=False),
                name="lookup_tag_coming",
            ),
        ]

    def __str__(self) -> str:
        return self.field


class LookupPermit(models.Model):
    """A centre, beside the case's own, whose look-ups find the case: it was handed over to that centre."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="lookup_permits")
    centre = models.ForeignKey("cases.Centre", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "centre"], name="lookup_permit_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.centre_id}"


class ContactTag(models.Model):
    """A short keyed tag of a contact's phone, address or mail address: see `cases.protection.contact_match`."""

    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+", db_index=False)
    owner_kind = models.CharField(max_length=16)
    owner_uid = models.UUIDField(db_index=True)
    field = models.CharField(max_length=16)
    bits = models.PositiveSmallIntegerField()
    tag = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["centre", "owner_kind", "field", "bits", "tag"], name="contact_tag_find")
        ]

    def __str__(self) -> str:
        return self.field


class ConfirmedText(models.Model):
    """A text of a case as a person confirmed that it may leave the centre; void once its words or masks change.

    `digest` is keyed and stands for the words and for the masks that were proposed for them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="confirmed_texts")
    source_uid = models.UUIDField()
    label = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)
    text = SealedField(label="confirmed.text")
    confirmed_at = models.DateTimeField(auto_now=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_uid", "label"], name="confirmed_text_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner


class MaskingWord(models.Model):
    """A word that a centre always masks or never masks; or one that somebody's edit suggests for a list.

    Sealed under a key of its own: a word may be a name. Rows are added and removed, never changed but for
    `is_suggested`.
    """

    class Kind(models.TextChoices):
        DENY = "DENY", gettext_lazy("いつも伏せる")
        ALLOW = "ALLOW", gettext_lazy("伏せない")

    OWNER_KIND: ClassVar[str] = "masking"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    centre = models.ForeignKey("cases.Centre", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_suggested = models.BooleanField(default=False)
    word = SealedField(label="masking.word")
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-added_at", "-pk"]
        indexes = [models.Index(fields=["centre", "is_suggested"], name="masking_word_list")]

    def __str__(self) -> str:
        return self.kind

    @property
    def sealed_owner(self) -> Owner:
        return Owner(self.OWNER_KIND, self.uid)


class AuditEntry(models.Model):
    """Who did or saw what, when and why. It has no foreign key to the case: erasing a case leaves its log.

    Written by `cases.protection.audit` alone, never changed (triggers refuse it). Entries from before the chains
    have no place in one; `audit.begin` has sealed them together.
    """

    chain = models.CharField(max_length=80, default="", editable=False)
    seq = models.PositiveBigIntegerField(null=True, editable=False)
    mac = models.BinaryField(max_length=32, null=True)
    # What the case holds since this change: keyed digests, see `audit.rows`.
    digest = models.BinaryField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
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
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_once_per_place")]
        indexes = [
            models.Index(fields=["actor_uid", "-at"], name="audit_by_actor"),
            # Steps that a list of what waits is held against: few among all entries. As an OR: SQLite uses the
            # index where a question has one of these terms.
            models.Index(
                fields=["action", "case_uid"],
                condition=Q(action="APPROVAL_ASKED")
                | Q(action="APPROVAL_RETURNED")
                | Q(action="ACCIDENT_DECIDED"),
                name="audit_of_steps",
            ),
        ]

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
