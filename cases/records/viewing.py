"""Who has a case open now. Overwritten while the page is open, gone minutes after: never a history."""

from django.conf import settings
from django.db import models

from cases.records.case import Case


class CaseViewer(models.Model):
    """One account's pages of one case. `edited_at`: the last sign of life of a page where something is changed.

    A row whose page was left stays for minutes, so that the log's entry of its opening is not taken for a page
    without scripts.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)
    edited_at = models.DateTimeField(null=True)
    has_left = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="case_viewer_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.account_id}"
