"""What PIO-NET puts on the page of a case and on 今日."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import today
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services.pionet import registering
from consult.desk import panels
from consult.desk.panels import Panel, Place, Step
from consult.desk.pionet import demo
from consult.shell import roles
from consult.shell.accounts import Account

LATE_DAYS = 7
"""From so many days on the card is a warning: the lag that the field set itself in 2015 (an assumption, no rule)."""


def register() -> None:
    panels.add_panel(Panel("pionet", Place.SIDE, roles.KEEP_REGISTRATION, "desk/pionet/panel.html", panel))
    panels.add_step(
        Step(
            "pionet",
            roles.KEEP_REGISTRATION,
            "pionet-copy",
            gettext_lazy("PIO-NETへ転記"),
            "Alt+P",
            lambda case: not case.is_open,
        )
    )
    panels.add_step(Step("print", roles.VIEW_CASES, "case-print", gettext_lazy("印刷")))
    today.register("pionet waiting", roles.KEEP_REGISTRATION, waiting_card)
    today.register("pionet changed", roles.KEEP_REGISTRATION, changed_card)
    demo.register()


def panel(case: Case, _actor: Account) -> dict[str, Any] | None:
    return {"standing": registering.standing_of(case)}


def waiting_card(actor: Actor) -> today.Card | None:
    count, oldest = registering.count_waiting(actor)
    if not count:
        return None
    title = ngettext(
        "PIO-NETに未登録の終了した相談が%(n)d件あります",
        "PIO-NETに未登録の終了した相談が%(n)d件あります",
        count,
    ) % {"n": count}
    return today.Card(
        title,
        _("いちばん古いものは終了から%(days)d日です。") % {"days": oldest},
        level=today.Level.WARNING if oldest >= LATE_DAYS else today.Level.INFO,
        url_name="pionet",
        link=_("未登録の一覧"),
    )


def changed_card(actor: Actor) -> today.Card | None:
    count = registering.count_changed(actor)
    if not count:
        return None
    title = ngettext(
        "PIO-NETに登録した後で内容が変わった相談が%(n)d件あります",
        "PIO-NETに登録した後で内容が変わった相談が%(n)d件あります",
        count,
    ) % {"n": count}
    return today.Card(title, url_name="pionet", link=_("変わった相談"))
