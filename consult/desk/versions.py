"""Two people corrected one case: both versions field by field, and the one that each field takes.

The form carries a short keyed digest of each field as it was when it opened, so that the page knows who changed what:
a field that one of the two left alone takes the other's version, and only where both changed it a person chooses.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.forms import Form
from django.http import QueryDict

from cases.protection import keys
from cases.records.case import Case
from consult.desk.card.rows import is_row_name
from consult.desk.typed import shown
from consult.templatetags.shell import yen

MINE: Final = "mine"
THEIRS: Final = "theirs"
_DIGEST: Final = 6  # bytes; they tell two versions of one field apart, nothing more hangs on them


@dataclass(frozen=True)
class Choice:
    """One field that is stored otherwise than it was typed. `taken` is empty where both changed it.

    A hidden field (the uid of a row) is nobody's to choose: it goes with whoever changed it, else with what was typed.
    """

    name: str
    label: str
    mine: str
    theirs: str
    theirs_value: str
    taken: str
    is_hidden: bool = False


def opened_with(case: Case, form: Form) -> str:
    """What the form shows as it opens, as digests; the page sends it back."""
    return json.dumps({bound.name: _digest(case, bound.name, _words(form, bound.name)) for bound in form})


def choices(case: Case, typed: Form, now: Form, opened: str, picked: Mapping[str, str]) -> list[Choice]:
    """The fields in which the typed form differs from what is stored. `picked`: what a person chose before.

    Rows that only one of the two holds are compared with an empty field.
    """
    before = _read(opened)
    found = []
    for name in dict.fromkeys([*now.fields, *typed.fields]):
        bound = (now if name in now.fields else typed)[name]
        mine, theirs = _words(typed, name), _words(now, name)
        if mine == theirs:
            continue
        taken = picked.get(name, "")
        if taken not in (MINE, THEIRS):
            # A row that was not there when the form opened was empty; without digests a person decides.
            empty = _digest(case, name, "") if before else None
            taken = _taken(before.get(name, empty), _digest(case, name, mine), _digest(case, name, theirs))
        if bound.is_hidden:
            taken = taken or MINE
        value = now[name].value() if name in now.fields else ""
        raw = "" if value is None or value is False else "on" if value is True else str(value)
        found.append(
            Choice(name, str(bound.label), mine, _as_money(name, theirs), raw, taken, bound.is_hidden)
        )
    return sorted(found, key=lambda one: one.taken != "")  # what needs a choice stands first


def _as_money(name: str, text: str) -> str:
    """A stored amount with its unit, beside what somebody typed as they type it."""
    return yen(int(text)) if name.endswith("yen") and text.isascii() and text.isdigit() else text


def _words(form: Form, name: str) -> str:
    """As a person reads it; hidden fields as they are. Empty for what a row that was never filled begins with."""
    if name not in form.fields:
        return ""
    if is_row_name(name) and form[name].value() == form.fields[name].initial:
        return ""
    return str(form[name].value() or "") if form[name].is_hidden else shown(form, name)


def _taken(before: str | None, mine: str, theirs: str) -> str:
    if before == theirs:
        return MINE
    return THEIRS if before == mine else ""


def are_chosen_in(post: QueryDict) -> bool:
    """Whether the page that was sent shows both versions."""
    return any(key.startswith("theirs.") for key in post)


def picks(post: Mapping[str, Any] | QueryDict) -> dict[str, str]:
    """What was chosen, by field."""
    return {key.removeprefix("take."): str(value) for key, value in post.items() if key.startswith("take.")}


def resolved(post: QueryDict) -> tuple[QueryDict, list[str]]:
    """The form's data with the stored version where that was chosen, and the fields that nobody chose for."""
    data, chosen = post.copy(), picks(post)
    open_fields = []
    for key in post:
        name = key.removeprefix("theirs.")
        if name == key:
            continue
        if chosen.get(name) not in (MINE, THEIRS):
            open_fields.append(name)
        elif chosen[name] == THEIRS:
            data.pop(name, None)
            if value := post.get(key):
                data[name] = value
    return data, open_fields


def _digest(case: Case, name: str, text: str) -> str:
    return keys.keyed_digest("versions/v1", f"{case.uid} {name} {text}".encode("utf-8", "replace"))[
        :_DIGEST
    ].hex()


def _read(opened: str) -> dict[str, Any]:
    try:
        found = json.loads(opened)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
