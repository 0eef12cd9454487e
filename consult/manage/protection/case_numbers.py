"""相談番号 typed into one field, several at once."""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import spelling
from cases.records.case import Case
from cases.records.centre import Actor

MOST: Final = 500


class CaseNumbersField(forms.CharField):
    """The numbers as text; `cases_of` reads them within somebody's scope."""

    def __init__(self, **options: Any) -> None:
        given = {
            "label": gettext_lazy("相談番号"),
            "help_text": gettext_lazy("空白か改行で区切ります(500件まで)"),
            "max_length": 20_000,
            "widget": forms.Textarea({"rows": 2}),
            **options,
        }
        super().__init__(**given)


def cases_of(text: str, *, actor: Actor) -> tuple[uuid.UUID, ...]:
    """The cases of these numbers. Raises ValidationError; it tells how many were not found, not which."""
    numbers = list(dict.fromkeys(spelling.width(text).replace("、", " ").replace(",", " ").split()))
    if len(numbers) > MOST:
        raise forms.ValidationError(_("相談番号は500件までです。"))
    found = dict(Case.objects.visible_to(actor).filter(number__in=numbers).values_list("number", "uid"))
    if len(found) < len(numbers):
        missing = len(numbers) - len(found)
        raise forms.ValidationError(_("見つからない相談番号が%(n)d件あります。") % {"n": missing})
    return tuple(found[number] for number in numbers)
