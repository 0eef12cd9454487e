"""Form fields that every door shares: text read as people type it, and choices out of code sets."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from cases.errors import CasesError
from cases.law import calendar
from cases.records import codes
from cases.records.case import new_uid
from cases.records.codes import Code
from cases.services.reading import read_yen
from consult.shell.offering import Offered

Label = str | Promise
NOT_CHOSEN: Final = [("", "—")]


class ReadField(forms.CharField):
    """A text field whose value is what `read` makes of it; a refusal becomes the field's error."""

    def __init__(self, read: Callable[[str], Any], **options: Any) -> None:
        self._read = read
        super().__init__(**{"required": False, "max_length": 60, **options})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self._read(text)
        except CasesError as refusal:
            raise forms.ValidationError(str(refusal)) from None


def _day_or_none(text: str) -> date | None:
    return calendar.parse_date(text, today=calendar.today()) if text.strip() else None


def day_field(label: Label, **options: Any) -> ReadField:
    """A day typed as 11/20, R8.11.20 or 今日; None where nothing is typed."""
    return ReadField(_day_or_none, label=label, **options)


def yen_field(label: Label, **options: Any) -> ReadField:
    return ReadField(read_yen, label=label, **options)


def option_label(code: Code) -> str:
    """「22 偽通販サイト」: the number first, so that two digits choose it in a list."""
    number = code.attributes.get("no")
    return f"{number} {code.text}" if number else code.text


def code_choices(kind: str, on: date) -> list[tuple[str, str]]:
    return [(code.code, option_label(code)) for code in codes.codes(kind).valid_on(on)]


def grouped_choices(kind: str, on: date) -> list[tuple[str, Any]]:
    """Parents as groups with themselves first, for long lists such as 商品・役務."""
    valid = codes.codes(kind).valid_on(on)
    children: dict[str, list[tuple[str, str]]] = {}
    for code in valid:
        children.setdefault(code.parent or code.code, []).append((code.code, code.text))
    texts = {code.code: code.text for code in valid}
    return [(texts.get(parent, parent), below) for parent, below in children.items()]


def minted() -> forms.UUIDField:
    """The uid of what is made, carried unseen from when the form opens: sent twice, it is made once."""
    return forms.UUIDField(required=False, initial=new_uid, widget=forms.HiddenInput)


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]] | Offered) -> None:
    """Give a choice field of the form its choices."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def tell(form: forms.BaseForm, refusal: CasesError) -> None:
    """Put the reasons of a refusal to the fields that it names, what names none above the form."""
    errors: Mapping[str | None, str] = getattr(refusal, "errors", {None: str(refusal)})
    for name, reason in errors.items():
        form.add_error(name if name in form.fields else None, reason)


def done(request: HttpRequest, form: forms.BaseForm, act: Callable[[], object], said: str) -> bool:
    """Do it if the form holds what it needs, and say so; whether it was done. A refusal is told at its fields."""
    if not form.is_valid():
        return False
    try:
        act()
    except CasesError as refusal:
        tell(form, refusal)
        return False
    messages.success(request, said)
    return True
