"""Suggestions of codes beside the intake form. Nothing is shown, not even a title, where there is nothing to say."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records.codes import Kind, codes
from cases.services.entry import NARRATIVE_LENGTH
from consult.desk.choices import CodeNotKnown, numbers, read_codes
from consult.desk.panels import Hint, add_hint
from consult.shell.accounts import Account
from consult.shell.fields import Label
from search import suggest
from search.suggest import Suggestion
from search.suggest_learning import KINDS

LEAST_TEXT: Final = 8
# The first of a set, then those behind it. Letters that no other part of the intake page uses.
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "scam_main": ("Alt+8", "Alt+Q", "Alt+U"), "product": ("Alt+9", "Alt+V", "Alt+X"), "sales_method": ("Alt+0",),
}  # fmt: skip
_LABELS: Final[Mapping[str, Label]] = {
    "scam_main": gettext_lazy("手口(主)"), "product": gettext_lazy("商品・役務"),
    "sales_method": gettext_lazy("販売購入形態"), "scam_others": gettext_lazy("ほかの手口"),
    "issues": gettext_lazy("内容別分類"),
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A suggestion with the name of its code, the key that takes it, and what is put into a field of several."""

    suggestion: Suggestion
    text: str
    number: str
    key: str


@dataclass(frozen=True)
class Group:
    """The suggestions for one field. `adds`: the field holds several codes as numbers."""

    field: str
    label: Label
    adds: bool
    items: list[Item]


def codes_hint(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    """What the words speak for, for fields that are still empty."""
    text = fields.get("narrative", "")[:NARRATIVE_LENGTH]
    if len(text.strip()) < LEAST_TEXT:
        return {}
    chosen = {
        name: [code] for name in ("scam_main", "product", "sales_method") if (code := fields.get(name, ""))
    }
    chosen["scam_others"] = _read(Kind.SCAM_TYPE, fields.get("scam_others", ""))
    main = fields.get("issue_main", "")
    chosen["issues"] = [*([main] if main else []), *_read(Kind.ISSUE_KIND, fields.get("issue_others", ""))]
    found = suggest.suggest(text, by=by, centre_uid=by.centre.uid, chosen=chosen, leave_out=uid)
    return {"groups": [_group(name, best, has_main=bool(main)) for name, best in found.by_set.items()]}


def _read(kind: str, text: str) -> list[str]:
    """Codes typed so far; half a number is none yet."""
    with suppress(CodeNotKnown):
        return list(read_codes(kind, text))
    return []


def _group(name: str, best: list[Suggestion], *, has_main: bool) -> Group:
    field = name if name != "issues" else "issue_others" if has_main else "issue_main"
    kind = KINDS[name]
    known, typed = codes(kind), numbers(kind, calendar.today()) if kind is not Kind.PRODUCT else {}
    keys = _KEYS.get(name, ())
    items = [
        Item(one, known.text(one.code), typed.get(one.code, ""), keys[at] if at < len(keys) else "")
        for at, one in enumerate(best)
    ]
    return Group(field, _LABELS[name], field in ("scam_others", "issue_others"), items)


def register() -> None:
    """Called once when the app is ready."""
    asked = ("narrative", "scam_main", "product", "sales_method", "scam_others", "issue_main", "issue_others")
    add_hint(Hint("codes", gettext_lazy("分類の候補"), asked, "desk/suggest/hint.html", codes_hint))
