"""What the registers tell the rest of the product, once when the app is ready."""

from django.utils.translation import gettext_lazy as _

from consult.shell import roles
from consult.shell.web import add_to_nav
from outreach.devices import cards as device_cards
from outreach.devices import demo as device_demo
from outreach.devices import houses
from outreach.devices import keeping as device_keeping
from outreach.kpis import counted
from outreach.stock import cards as stock_cards
from outreach.stock import demo as stock_demo
from outreach.supporters import cards as supporter_cards
from outreach.supporters import demo as supporter_demo
from outreach.supporters import keeping as supporter_keeping


def register() -> None:
    device_cards.register()
    device_keeping.register()
    device_demo.register()
    houses.register()
    stock_cards.register()
    stock_demo.register()
    supporter_cards.register()
    supporter_keeping.register()
    supporter_demo.register()
    counted.register()
    add_to_nav(roles.KEEP_REGISTERS, "registers", _("台帳"))
