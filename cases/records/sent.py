"""What is sent twice, by a double click or from two tabs, is one row: its uid was minted when the form opened.

And what was opened before somebody else saved replaces nothing unseen.
"""

import uuid
from datetime import datetime
from typing import ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.records.centre import Centre

Row = TypeVar("Row", bound=models.Model)


class SentElsewhere(CasesError):
    """The uid is another centre's: the form was not made for this actor."""

    code: ClassVar[str] = "sent_elsewhere"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この画面からは保存できません。開き直して、もう一度入力してください。"))


def sent_before(uid: uuid.UUID | None, rows: models.QuerySet[Row], centre: Centre) -> Row | None:
    """The row of this uid among `rows`, those that the actor sees. Raises SentElsewhere.

    It holds the centre until the transaction ends, so that the second of two finds what the first saved.
    """
    if uid is None:
        return None
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    found = rows.filter(uid=uid).first()
    if found is None and rows.model._default_manager.filter(uid=uid).exists():
        raise SentElsewhere
    return found


class SavedMeanwhile(CasesError):
    """The form was opened before the last save of what it would replace."""

    code: ClassVar[str] = "saved_meanwhile"
    status: ClassVar[int] = 412

    def __init__(self) -> None:
        super().__init__(
            _(
                "画面を開いた後に、別の画面で保存されています。今の内容を別のタブで確かめてください。もう一度送ると、ここに書いたものに置き換わります。"
            )
        )


def check_unchanged(seen: str, changed_at: datetime) -> None:
    """`seen`: the moment of the last save as the form carries it, empty compares nothing. Raises SavedMeanwhile."""
    if seen and seen != changed_at.isoformat():
        raise SavedMeanwhile
