"""What the day's room brings to 今日, the case page and the worker."""

from django.utils.translation import gettext_lazy as _

from cases import today as cards
from consult.desk.day import (
    blocks,
    callbacks,
    demo,
    help_calls,
    leavers,
    mediation,
    related,
    safe_contact,
    today,
)
from consult.desk.panels import Panel, Place, Step, add_panel, add_step
from consult.shell import roles


def register() -> None:
    """Called once when the app is ready."""
    cards.register("help calls", roles.ANSWER_HELP, help_calls.card)
    cards.register("worker", roles.SIGNED_IN, today.worker_card)
    cards.register("opened cases", roles.RECORD_CASES, today.opened_card)
    cards.register("cases of the stopped", roles.ORDER_HAND_OVERS, leavers.card)
    cards.register_block("many of a kind", roles.VIEW_CASES, blocks.many_of_a_kind)
    cards.register_block("late contacts", roles.ORDER_HAND_OVERS, blocks.late_contacts)
    add_panel(
        Panel("safe contact", Place.TOP, roles.VIEW_CASES, "desk/day/safe_panel.html", safe_contact.panel)
    )
    add_panel(
        Panel("callbacks", Place.TOP, roles.VIEW_CASES, "desk/day/callbacks_panel.html", callbacks.panel)
    )
    add_panel(
        Panel("mediation", Place.TOP, roles.VIEW_CASES, "desk/day/mediation_panel.html", mediation.panel)
    )
    add_panel(Panel("related", Place.SIDE, roles.REVEAL_CASES, "desk/day/related_panel.html", related.panel))
    demo.register()
    add_step(Step("course", roles.VIEW_CASES, "case-course", _("経緯")))
    add_step(Step("mediation", roles.RECORD_CASES, "case-mediation", _("あっせん"), "Alt+A"))
