"""Word of changed cases for those who keep something made from them (search terms, columns …)."""

from django.db import models
from django.utils import timezone


class FeedRow(models.Model):
    """One case that one consumer has not seen since it changed. Written in the save transaction.

    There is no foreign key: the word that a case was erased outlives the case.
    """

    case_uid = models.UUIDField()
    consumer = models.CharField(max_length=32)
    revision = models.PositiveIntegerField()
    queued_at = models.DateTimeField(default=timezone.now)
    # Later than `queued_at` only after a failure: the age shown stays the true one.
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_uid", "consumer"], name="feed_row_once")]
        indexes = [
            models.Index(fields=["consumer", "due_at", "id"], name="feed_due"),
            models.Index(fields=["consumer", "queued_at"], name="feed_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.case_uid}"
