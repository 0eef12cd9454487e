"""「今日、この手口の5件目です」: beside the form as soon as a 手口 is chosen, and on the page of what was just saved.

Counted from facts, which are there with the save, so the fifth call of a morning is seen in the morning.
"""

from typing import Any, Final

from django.utils.translation import gettext as _

from cases.figures.surge_log import live
from cases.law import calendar
from cases.records.case import Case
from cases.records.codes import Kind, codes
from cases.services.entry import UNCLASSIFIED
from consult.desk.panels import Panel, Place, add_panel
from consult.shell import roles
from consult.shell.accounts import Account

FEWEST: Final = 3
"""One or two calls of a kind on a day are no news anywhere."""
TIMES: Final = 2.0
"""So many times the usual day, where a usual day is known."""


def at_form(scam: str, by: Account) -> str:
    """What today's count will be with the call that is being taken; empty where that is usual or 未分類."""
    if scam == UNCLASSIFIED:
        return ""
    found = live.today(by.centre, scam)
    return told(found, found.count + 1)


def on_case(case: Case, actor: Account) -> dict[str, Any] | None:
    """The same on the day of the call, with what was saved meanwhile."""
    if case.received_on != calendar.today() or case.centre_id != actor.centre_id:
        return None
    scam = codes(Kind.SCAM_TYPE).current(case.main_scam)
    if not scam or scam == UNCLASSIFIED:
        return None
    found = live.today(case.centre, scam)
    text = told(found, found.count)
    return {"today_count": text} if text else None


def told(found: live.Today, count: int) -> str:
    """One sentence, empty where so many a day are nothing new."""
    if count < FEWEST or (found.usual is not None and count < TIMES * found.usual):
        return ""
    given = {"n": count, "usual": f"{found.usual or 0:.1f}", "week": found.week + count - found.count}
    if found.usual is None:
        return _("今日、この手口の%(n)s件目です。") % given
    if not found.usual:
        return _("今日、この手口の%(n)s件目です(この7日間で%(week)s件。ふだんはほとんどありません)。") % given
    return _("今日、この手口の%(n)s件目です(この7日間で%(week)s件。ふだんは1日%(usual)s件)。") % given


def register() -> None:
    """Called once when the app is ready."""
    add_panel(Panel("today-count", Place.TOP, roles.VIEW_CASES, "desk/hints/today_count.html", on_case))
