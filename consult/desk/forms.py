"""Fields and words that the forms of the desk share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.entry import NARRATIVE_LENGTH, SHORT_LENGTH


class WordsField(forms.CharField):
    """Words as they were typed. A line end counts once, however the browser sends it."""

    widget = forms.Textarea

    def __init__(self, *, rows: int, **options: Any) -> None:
        widget = forms.Textarea({"rows": rows})
        super().__init__(**{"max_length": NARRATIVE_LENGTH, "strip": False, "widget": widget, **options})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class ShortField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": SHORT_LENGTH, "required": False, **options})


def plain_words(form: forms.Form) -> None:
    """Errors that say what to do and quote no value; no `maxlength`, which cuts what is pasted without a word."""
    for field in form.fields.values():
        is_choice = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = _("選んでください。") if is_choice else _("入力してください。")
        field.error_messages["invalid_choice"] = _("選び直してください。")
        field.error_messages["max_length"] = _(
            "%(limit_value)s文字以内で入力してください(いま%(show_value)s文字)。"
        )
        field.error_messages["null_characters_not_allowed"] = _(
            "使えない文字(NUL)が入っています。消してから保存してください。"
        )
        field.widget.attrs.pop("maxlength", None)
        field.widget.attrs.setdefault("autocomplete", "off")
