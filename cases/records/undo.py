"""元に戻す: the last deed on a case, kept for a few minutes so that its doer can take it back."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class UndoNote(models.Model):
    """What the last deed of a person replaced. One per case: the next deed takes its place.

    `body` says all that counts (who, when, what the case held after it); the columns in the open only serve to
    find the note.
    """

    class Kind(models.TextChoices):
        CLOSE = "CLOSE", _("終了")
        REOPEN = "REOPEN", _("終了の取消し")
        CORRECTION = "CORRECTION", _("訂正")
        FOLLOW_UP = "FOLLOW_UP", _("経過の追加")
        LINK = "LINK", _("ほかの相談とのつながり")
        HAND_OVER = "HAND_OVER", _("引継ぎの依頼")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="undo_note")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_index=True)
    body = SealedField(label="undo.body")

    def __str__(self) -> str:
        return self.kind

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
