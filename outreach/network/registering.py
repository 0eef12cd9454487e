"""What the network gives to other rooms, and the cards that it puts on 今日."""

from django.utils.translation import gettext_lazy as _

from cases import today, watchers
from consult.shell import roles
from consult.shell.web import add_to_nav
from outreach.network import demo, keeping, services, views


def register() -> None:
    """Called once when the app is ready."""
    watchers.register(services.watchers)
    demo.register()
    keeping.register()
    today.register("member agreements", roles.KEEP_NETWORK, views.card)
    add_to_nav(roles.KEEP_NETWORK, "network", _("見守り"))
