"""What to look at twice before a lecture takes place, as sentences."""

from outreach.lectures.clashes import Clash, clashes
from outreach.lectures.models import Lecture


def standing_against(lecture: Lecture) -> list[Clash]:
    """Nothing for a lecture that is over or cancelled."""
    return clashes(lecture, centre=lecture.centre) if lecture.is_open else []


def warnings_for(lecture: Lecture) -> list[str]:
    """Sentences for the page and the API, what needs a reason first."""
    return [clash.text for clash in standing_against(lecture)]
