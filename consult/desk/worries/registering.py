"""What 気づき bring to 今日 and to the page of a case."""

from django.utils.translation import gettext_lazy as _

from cases import today
from consult.desk.panels import Panel, Place, add_panel
from consult.desk.worries import parts
from consult.shell import roles
from consult.shell.web import add_to_nav


def register() -> None:
    """Called once when the app is ready."""
    today.register("worries", roles.DECIDE_WORRIES, parts.card)
    add_panel(Panel("worries", Place.SIDE, roles.VIEW_CASES, "desk/worries/panel.html", parts.panel))
    add_to_nav(roles.DECIDE_WORRIES, "worries", _("気づき"))
