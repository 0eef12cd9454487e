"""What was typed into the intake page, before anybody decided that it is valid."""

from typing import Any, Final

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.services.entry import PersonEntry
from consult.desk.card.fields import CodesField
from consult.desk.card.form import PARTS, PREFILLED, IntakeForm
from consult.desk.card.rows import BY_NAME
from consult.desk.choices import CodeNotKnown

MOST_FIELDS: Final = 500


def typed(post: QueryDict) -> dict[str, list[str]]:
    """The form's own fields as they were sent, without tokens and buttons."""
    return {name: post.getlist(name) for name in list(post)[:MOST_FIELDS] if IntakeForm.is_name(name)}


def initial(fields: dict[str, list[str]]) -> dict[str, Any]:
    """The same as an unbound form takes it. Of a name sent twice (hidden, then chosen) the last one counts."""
    return {name: values[-1] if values else "" for name, values in fields.items() if IntakeForm.is_name(name)}


def more_wanted(post: QueryDict) -> str:
    """The name of the rows of which one more was asked for, by the button of the page without scripts."""
    kind = post.get("action", "").removeprefix("more:")
    return kind if kind in BY_NAME else ""


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
        if bound.name != "narrative" and not bound.is_hidden and (words := changed(form, bound.name))
    ]
    narrative = str(form["narrative"].value() or "").replace("\r\n", "\n").strip()
    if not lines:
        return narrative
    head = _("〔この電話で聞いた内容〕")
    return "\n".join([*([narrative, ""] if narrative else []), head, *lines])


def changed(form: IntakeForm, name: str) -> str:
    """The field as a person reads it; empty where it holds what it began with."""
    is_as_it_began = name in PREFILLED or form[name].value() == form.fields[name].initial
    return "" if is_as_it_began else shown(form, name)


def people_typed(form: IntakeForm) -> tuple[PersonEntry, ...]:
    """Everybody whom the form names, valid or not: caller, party, who solicited, who holds an account."""
    people = []
    for role in ("caller", "party"):
        parts: dict[str, Any] = {part: str(form[f"{role}_{part}"].value() or "") for part in PARTS}
        people.append(PersonEntry(**parts))
    named = [name for name in form.fields if name.endswith(("agent", "-holder"))]
    return (*people, *(PersonEntry(name=str(form[name].value() or "")) for name in named))


def shown(form: Form, name: str) -> str:
    """The field as a person reads it: the text, the label of a choice, the names of codes, empty for nothing."""
    value = form[name].value()
    if value is True:
        return _("はい")
    # 0円 is an amount, and not the same as nothing.
    text = "" if value is None or value is False else str(value).replace("\r\n", "\n").strip()
    field = form.fields[name]
    if isinstance(field, CodesField):
        return _names(field, text)
    choices = getattr(field, "choices", None)
    if choices is None or not text:
        return text if value is not False else ""
    flat = [
        pair for code, label in choices for pair in (label if isinstance(label, list) else [(code, label)])
    ]
    # The number before a label only serves the keyboard.
    return next((str(label).partition(" ")[2] or str(label) for code, label in flat if code == text), "")


def _names(field: CodesField, text: str) -> str:
    try:
        found = field.to_codes(text)
    except CodeNotKnown:
        return text
    names = {code: name for code, name in field.names().items() if code in found}
    return _("、").join(names[code] for code in found)
