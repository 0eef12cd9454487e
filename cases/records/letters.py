"""Letters that the desk writes for a caller: notices to traders and credit companies, kept as they were last worded."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.jobs.models import Job
from cases.law.letters import LetterKind
from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class CaseLetter(models.Model):
    """One wording of one letter, never changed: writing it anew makes the next `version` of the same `letter_uid`.

    `uid` is minted when the form opens. Text and addresses are sealed under the case's key and end with it.
    """

    class Medium(models.TextChoices):
        POSTCARD = "POSTCARD", _("はがき(手で書き写す)")
        LETTER = "LETTER", _("封書")
        ELECTRONIC = "ELECTRONIC", _("メール・Webフォーム")

    SEALED: ClassVar = ("text", "addressee", "sender")

    uid = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="letters")
    letter_uid = models.UUIDField(db_index=True, editable=False)
    version = models.PositiveIntegerField()
    kind = models.CharField(_("種類"), max_length=24, choices=LetterKind.choices)
    # The template that the wording began with, for whoever asks later which text was ours.
    template = models.CharField(max_length=60)
    medium = models.CharField(_("送り方"), max_length=12, choices=Medium.choices)
    text = SealedField(label="letter.text")
    addressee = SealedField(label="letter.addressee")
    sender = SealedField(label="letter.sender")
    made_at = models.DateTimeField(_("書いた日時"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter_uid", "version"], name="letter_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
