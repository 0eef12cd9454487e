"""The guidance beside the intake form and on the page of a case."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from cases import today
from cases.figures import outcomes
from cases.law import calendar
from cases.records.case import Case
from cases.records.codes import Kind, codes
from cases.services.entry import UNCLASSIFIED
from consult.desk.guidance import alerts, bodies
from consult.desk.guidance.pages import shown
from consult.desk.panels import Hint, Panel, Place, add_hint, add_panel
from consult.shell import roles
from consult.shell.accounts import Account


def beside_form(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    """What is known of the chosen 手口; nothing chosen, or 未分類: the general guidance."""
    chosen = fields.get("scam_main", "")
    known = codes(Kind.SCAM_TYPE)
    scam_type = known.current(chosen) if chosen in known.by_code else UNCLASSIFIED
    found = shown(scam_type, by)
    if scam_type != UNCLASSIFIED:
        found["outcomes"] = outcomes.lately(scam_type, centre=by.centre, today=calendar.today())
    return found | {"code": scam_type, "name": known.text(scam_type), "may_edit": by.may(roles.EDIT_GUIDANCE)}


def on_case(case: Case, actor: Account) -> dict[str, Any] | None:
    """The same, shorter, while the case is open."""
    if not case.is_open or case.centre_id != actor.centre_id:
        return None
    scam_type = codes(Kind.SCAM_TYPE).current(case.main_scam)
    return shown(scam_type, actor) | {"code": scam_type, "name": codes(Kind.SCAM_TYPE).text(scam_type)}


def register() -> None:
    """Called once when the app is ready."""
    template = "desk/guidance/beside.html"
    add_hint(Hint("guidance", gettext_lazy("手引き"), ("scam_main",), template, beside_form))
    add_panel(Panel("guidance", Place.SIDE, roles.VIEW_CASES, "desk/guidance/panel.html", on_case))
    today.register("alerts", roles.VIEW_CASES, alerts.card)
    today.register("directory", roles.EDIT_GUIDANCE, bodies.due_card)
