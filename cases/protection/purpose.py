"""Why somebody looks at what is sealed: asked before it is shown, kept in the log."""

from typing import ClassVar, Final

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
    # Of the page of 決裁 alone, and only while the case waits there.
    APPROVAL = "APPROVAL", gettext_lazy("決裁")
    # Of 転記モード alone, and only of a closed case: what is copied into PIO-NET as it was spoken.
    REGISTRATION = "REGISTRATION", gettext_lazy("登録")
    # Of the pages of outreach alone: to write to, or call, somebody who applied for a lecture, lends or belongs to us.
    OUTREACH = "OUTREACH", gettext_lazy("講座などの連絡")


_OF_ONE_PAGE: Final = (Purpose.APPROVAL, Purpose.REGISTRATION, Purpose.OUTREACH)
DESK_PURPOSES: Final = tuple(choice for choice in Purpose.choices if choice[0] not in _OF_ONE_PAGE)
"""What a counsellor chooses from."""
SAYS_ENOUGH: Final = (Purpose.CONSULTATION, Purpose.REGISTRATION)
"""Purposes that need no further word: the work itself."""


class PurposeNeeded(CasesError):
    """A value was asked for without a purpose that the log can keep."""

    code: ClassVar[str] = "purpose_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("個人情報を表示する目的を選んでください。"))


class ReasonNeeded(CasesError):
    """Every purpose but those of `SAYS_ENOUGH` wants a word about what it is for."""

    code: ClassVar[str] = "reason_needed"
    status: ClassVar[int] = 422

    def __init__(self) -> None:
        super().__init__(_("相談対応のほかの目的では、理由も入力してください。"))


class BreakGlassNeeded(CasesError):
    """The case is under 支援措置 and with somebody else: 緊急の閲覧 first."""

    code: ClassVar[str] = "break_glass_needed"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("この相談の個人情報を見るには、理由を書いて「緊急の閲覧」を開きます。"))
