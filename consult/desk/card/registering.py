"""The card's own step on the page of a case."""

from django.utils.translation import gettext_lazy as _

from consult.desk.panels import Step, add_step
from consult.shell import roles


def register() -> None:
    """Called once when the app is ready."""
    add_step(Step("one more", roles.RECORD_CASES, "case-one-more", _("同じ手口でもう1件"), "Alt+S"))
