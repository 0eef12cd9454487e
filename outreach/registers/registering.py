"""What the registers tell the rest of the product, once when the app is ready."""

from django.utils.translation import gettext_lazy as _

from consult.shell import roles
from consult.shell.web import add_to_nav
from outreach.devices import cards, demo, keeping


def register() -> None:
    cards.register()
    keeping.register()
    demo.register()
    add_to_nav(roles.KEEP_REGISTERS, "registers", _("台帳"))
