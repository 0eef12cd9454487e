"""The one number a bulletin may print: how many consultations of its 手口 the centre had."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from cases.figures import measures
from cases.figures.measures import Question
from cases.figures.releases.models import Release
from cases.figures.releases.single import SMALLEST_SHOWN
from cases.figures.trends import PERIOD
from cases.law import calendar
from outreach.bulletins.models import Bulletin

SMALLEST = SMALLEST_SHOWN[Release.Audience.MEMBERS]


def question_of(bulletin: Bulletin) -> Question | None:
    """New cases of the 主 手口 up to today; None where no number is wanted."""
    if bulletin.period == Bulletin.Period.NONE or not bulletin.theme:
        return None
    end = calendar.today() + timedelta(days=1)
    if bulletin.period == Bulletin.Period.FOUR_WEEKS:
        start = end - PERIOD
    else:
        start = calendar.fiscal_year_range(calendar.fiscal_year(calendar.today()))[0]
    return Question(
        centre_ids=frozenset({bulletin.centre_id}),
        start=start,
        end=end,
        rows="scam_main",
        filters={"scam_main": [bulletin.theme]},
    )


def count_now(bulletin: Bulletin) -> int | None:
    """The count as staff see it today, small or not; None where no number is wanted."""
    question = question_of(bulletin)
    return None if question is None else measures.breakdown(question).total


def sentence(bulletin: Bulletin) -> str:
    """What is printed: the released number, before approval today's; nothing where it is small."""
    if bulletin.release_id and bulletin.release:
        release = bulletin.release
        if release.value is None:
            return ""
        period = release.definition["from"], release.definition["to"]
        return _sentence(release.shown, *map(date.fromisoformat, period))
    question = question_of(bulletin)
    if question is None:
        return ""
    count = measures.breakdown(question).total
    if count < SMALLEST:
        return ""
    return _sentence(_("%(count)d件") % {"count": count}, question.start, question.end)


def _sentence(shown: str, start: date, end: date) -> str:
    last = end - timedelta(days=1)
    return _("%(start)sから%(last)sまでに、当センターへこの手口の相談が%(shown)sありました。") % {
        "start": calendar.wareki(start),
        "last": calendar.wareki(last),
        "shown": shown,
    }
