"""What 気づき bring to 今日 and to the page of a case."""

from cases import today
from consult.desk.panels import Panel, Place, add_panel
from consult.desk.worries import parts
from consult.shell import roles


def register() -> None:
    """Called once when the app is ready."""
    today.register("worries", roles.DECIDE_WORRIES, parts.card)
    add_panel(Panel("worries", Place.SIDE, roles.VIEW_CASES, "desk/worries/panel.html", parts.panel))
