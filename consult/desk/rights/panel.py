"""権利と期限 on the page of a case, by its coded columns."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.case import Case
from cases.services.rights import rights_of_case
from consult.desk.panels import Panel, Place, add_panel
from consult.desk.rights.shown import context
from consult.shell import roles
from consult.shell.accounts import Account


def build(case: Case, actor: Account) -> dict[str, Any] | None:
    """The rights as they stand today; nothing for a case that names no transaction of the law."""
    found = rights_of_case(case, as_of=calendar.today())
    if not found:
        return None
    return {"title": _("権利と期限")} | context((right.facts, right.answer) for right in found)


def register() -> None:
    add_panel(Panel("rights", Place.FIRST, roles.VIEW_CASES, "desk/rights/panel.html", build))
