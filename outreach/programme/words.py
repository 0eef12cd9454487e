"""A line of the programme in the words of a paper."""

from django.utils.translation import gettext as _

from outreach.programme.matrix import plain
from outreach.programme.models import ProgrammeLine

NOTHING = "—"
State = ProgrammeLine.State


def cell_text(line: ProgrammeLine | None) -> str:
    """「5回 / 82人」, 「120台(累計874)」, in brackets what is listed elsewhere too, or why there is no number."""
    if line is None:
        return NOTHING
    if line.state == State.STOPPED and line.reason:
        return _("中止(%(reason)s)") % {"reason": line.reason}
    if line.state:
        return str(State(line.state).label)
    parts = []
    if line.sessions is not None:
        parts.append(_("%(n)s回") % {"n": f"{line.sessions:,}"})
    if line.people is not None:
        parts.append(_("%(n)s人") % {"n": f"{line.people:,}"})
    if line.quantity is not None:
        parts.append(f"{plain(line.quantity):,}{line.unit}")
    text = " / ".join(parts) or NOTHING
    if line.cumulative is not None:
        text += _cumulative(line)
    if line.is_repeated:
        text = f"({text})"
    return _("新規 %(text)s") % {"text": text} if line.is_new else text


def _cumulative(line: ProgrammeLine) -> str:
    n = f"{line.cumulative:,}"
    if line.cumulative_since is None:
        return _("(累計%(n)s)") % {"n": n}
    return _("(%(year)d年度からの累計%(n)s)") % {"year": line.cumulative_since, "n": n}
