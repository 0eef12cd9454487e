"""Beside the form: until when, why, what to ask. Asked again when a field that bears on it changes."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cases.law.rights import TRANSACTIONS
from cases.law.rights.facts import DATES
from consult.desk.panels import Hint
from consult.desk.rights.facts import FIELDS, READ_BESIDE, SHOWN_TRANSACTION, all_facts
from consult.desk.rights.shown import assessed, context

UNORDERED: Final = "NEGATIVE_OPTION"
WITHOUT_DATES: Final = frozenset({"mail_order", "store"})
"""Transactions about which there is something to say before any day is known."""


def build(fields: Mapping[str, str], **_of: Any) -> dict[str, Any]:
    """The rights of what is typed. Without a day, what to type; for unordered goods, what to do with them."""
    chosen = fields.get(SHOWN_TRANSACTION, "")
    base = {"transactions": TRANSACTIONS.items(), "chosen": chosen, "field": SHOWN_TRANSACTION}
    if fields.get("sales_method") == UNORDERED and chosen not in TRANSACTIONS:
        return base | {"is_unordered": True}
    facts = all_facts(fields)
    has_day = any(one.day(name) for one in facts for name in DATES)
    if not has_day and facts[0].transaction not in WITHOUT_DATES:
        return base
    return base | context(assessed(facts))


def rights_hint() -> Hint:
    fields = (*FIELDS, *READ_BESIDE)
    return Hint("rights", _("クーリング・オフと期限"), fields, "desk/rights/hint.html", build)
