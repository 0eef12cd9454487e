"""What rumours bring to 今日, to the card of a surge and to the page of a case."""

from cases import today
from cases.figures import surge_actions
from consult.desk.panels import Panel, Place, add_panel
from consult.desk.rumours import pages
from consult.shell import roles


def register() -> None:
    """Called once when the app is ready."""
    today.register("rumours", roles.HEAR_WATCHERS, pages.card)
    surge_actions.register("rumours", pages.of_surge, pages.begin)
    add_panel(Panel("rumours", Place.SIDE, roles.VIEW_CASES, "desk/rumours/panel.html", pages.panel))
