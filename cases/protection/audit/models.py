"""Rows of the chains beside the entries: where each chain ends, the signed checkpoints, and where those were sent."""

from django.db import models
from django.db.models import Q


class AuditHead(models.Model):
    """The end of one chain. Locked while an entry is appended; it only goes forward."""

    chain = models.CharField(max_length=80, unique=True)
    seq = models.PositiveBigIntegerField()
    mac = models.BinaryField(max_length=32)
    # Moved since the last checkpoint.
    is_due = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["chain"], name="audit_head_due", condition=Q(is_due=True))]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class AuditCheckpoint(models.Model):
    """A signed list of the heads that had moved since the checkpoint before. Never changed."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    # The line as it was signed and sent: see `audit.checkpoints`.
    line = models.TextField()
    entries_to = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class AuditDelivery(models.Model):
    """How far one sink has got. Checkpoints are sent in order; a failure is tried again."""

    sink = models.CharField(max_length=200, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.sink} {self.number}"


class AuditFault(models.Model):
    """What the last verification found, for the pages; the commands print it themselves."""

    found_at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    chain = models.CharField(max_length=80, blank=True)
    seq = models.PositiveBigIntegerField(null=True)
    entry_pk = models.PositiveBigIntegerField(null=True)
    case_uid = models.UUIDField(null=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.chain}"
