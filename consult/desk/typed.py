"""What was typed into the intake page, before anybody decided that it is valid."""

from typing import Any, Final

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.services.entry import PersonEntry
from consult.desk.forms import PARTS, IntakeForm

PREFILLED: Final = frozenset({"received_at", "channel", "kind"})


def typed(post: QueryDict) -> dict[str, list[str]]:
    """The form's own fields as they were sent, without tokens and buttons."""
    return {name: post.getlist(name) for name in IntakeForm.base_fields if name in post}


def initial(fields: dict[str, list[str]]) -> dict[str, Any]:
    """The same as an unbound form takes it."""
    return {
        name: values[0] if values else "" for name, values in fields.items() if name in IntakeForm.base_fields
    }


def sequence_of(post: QueryDict) -> int:
    text = post.get("sequence", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def as_follow_up(form: IntakeForm) -> str:
    """Everything typed as the text of one 経過: the words, then each filled field with its label.

    `form` is bound; it need not be valid. Labels like 「電話」 also tell the redaction what stands behind them.
    """
    lines = [
        f"{bound.label}: {words}"
        for bound in form
        if bound.name != "narrative" and bound.name not in PREFILLED and (words := shown(form, bound.name))
    ]
    narrative = str(form["narrative"].value() or "").replace("\r\n", "\n").strip()
    if not lines:
        return narrative
    head = _("〔この電話で聞いた内容〕")
    return "\n".join([*([narrative, ""] if narrative else []), head, *lines])


def people_typed(form: IntakeForm) -> tuple[PersonEntry, ...]:
    """Caller and party as they were typed, valid or not."""
    people = []
    for role in ("caller", "party"):
        name, kana, phone, address = (str(form[f"{role}_{part}"].value() or "") for part in PARTS)
        people.append(PersonEntry(name=name, kana=kana, phone=phone, address=address))
    return tuple(people)


def shown(form: Form, name: str) -> str:
    """The field as a person reads it: the text, the label of a choice, empty for nothing."""
    value = form[name].value()
    if value is True:
        return _("はい")
    text = str(value or "").replace("\r\n", "\n").strip()
    choices = getattr(form.fields[name], "choices", None)
    if choices is None or not text:
        return text if value is not False else ""
    flat = [
        pair for code, label in choices for pair in (label if isinstance(label, list) else [(code, label)])
    ]
    # The number before a label only serves the keyboard.
    return next((str(label).partition(" ")[2] or str(label) for code, label in flat if code == text), "")
