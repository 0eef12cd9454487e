"""Why somebody looks at what is sealed: asked before it is shown, kept in the log."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError


class Purpose(models.TextChoices):
    CONSULTATION = "CONSULTATION", gettext_lazy("相談対応")
    HAND_OVER = "HAND_OVER", gettext_lazy("引継ぎ")
    REQUEST = "REQUEST", gettext_lazy("苦情・開示請求")
    INSPECTION = "INSPECTION", gettext_lazy("監査")
    URGENT = "URGENT", gettext_lazy("緊急")


class PurposeNeeded(CasesError):
    """A value was asked for without a purpose that the log can keep."""

    code: ClassVar[str] = "purpose_needed"

    def __init__(self) -> None:
        super().__init__(_("個人情報を表示する目的を選んでください。"))
