"""The guidance beside the intake form and on the page of a case."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy

from cases import today
from cases.figures import outcomes
from cases.law import calendar
from cases.records.case import Case
from cases.records.codes import Kind, codes
from cases.services import alert_marks
from cases.services import alerts as alert_service
from cases.services.alert_marks import By
from cases.services.entry import UNCLASSIFIED
from consult.desk import today_count
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
        found["today_count"] = today_count.at_form(scam_type, by)
        found["outcomes"] = outcomes.lately(scam_type, centre=by.centre, today=calendar.today())
    return found | {"code": scam_type, "name": known.text(scam_type), "may_edit": by.may(roles.EDIT_GUIDANCE)}


_WORDS: Final = ("narrative", "subject")
_NAMES: Final = ("trader_name", "traders-0-name", "traders-1-name")
_PHONES: Final = ("trader_phone", "traders-0-phone", "traders-1-phone")
_SITES: Final = ("trader_url", "traders-0-url", "traders-1-url")
_WHY: Final = {
    By.PHONE: gettext_lazy("電話番号が同じ"),
    By.SITE: gettext_lazy("サイトが同じ"),
    By.WORD: gettext_lazy("言葉が同じ"),
}


def alerts_beside(fields: Mapping[str, str], *, uid: uuid.UUID, by: Account) -> dict[str, Any]:
    """Alerts in force at the centre that the words, traders, numbers or sites of this call speak of."""

    def typed(names: Sequence[str]) -> list[str]:
        return [fields.get(name, "") for name in names]

    call = alert_marks.of_call(
        words="\n".join(typed(_WORDS)), named=typed(_NAMES), phones=typed(_PHONES), sites=typed(_SITES)
    )
    found = alert_service.about(call, centre=by.centre)
    return {"met": [{"alert": one.alert, "why": _WHY[one.by[0]]} for one in found]}


def on_case(case: Case, actor: Account) -> dict[str, Any] | None:
    """The same, shorter, while the case is open."""
    if not case.is_open or case.centre_id != actor.centre_id:
        return None
    scam_type = codes(Kind.SCAM_TYPE).current(case.main_scam)
    return shown(scam_type, actor) | {"code": scam_type, "name": codes(Kind.SCAM_TYPE).text(scam_type)}


def register() -> None:
    """Called once when the app is ready."""
    template = "desk/guidance/beside.html"
    watched = (*_WORDS, *_NAMES, *_PHONES, *_SITES)
    add_hint(
        Hint("alerts", gettext_lazy("注意情報"), watched, "desk/guidance/alerts_beside.html", alerts_beside)
    )
    add_hint(Hint("guidance", gettext_lazy("手引き"), ("scam_main",), template, beside_form))
    add_panel(Panel("guidance", Place.SIDE, roles.VIEW_CASES, "desk/guidance/panel.html", on_case))
    today.register("alerts", roles.VIEW_CASES, alerts.card)
    today.register("directory", roles.EDIT_GUIDANCE, bodies.due_card)
