"""The line of a card: two years of weeks with what was expected, the weeks that alarmed, and alerts from outside."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from cases.figures.surge_log.models import SurgeCard
from cases.figures.surge_log.reading import Point
from consult.manage.surges.beside import FromOutside
from consult.manage.surges.telling import week_of
from consult.shell.paper.charts import Chart, Week, watched

_WEEK = timedelta(days=6)


def picture(
    name: str, points: Sequence[Point], cards: Sequence[SurgeCard], outside: Sequence[FromOutside]
) -> Chart | None:
    """`cards`: all of the wave, for the weeks that alarmed. None where what was put in is no longer kept."""
    if not points:
        return None
    alarmed = {card.evaluation.week_ends for card in cards}
    weeks = [
        Week(
            name=week_of(point.ends, point.ends - _WEEK),
            short=f"{point.ends:%Y-%m}",
            count=int(point.count),
            expected=point.expected,
            upper=point.upper,
            is_alarm=_is_of(point.ends, alarmed),
            told=[one.label for one in outside if point.ends - _WEEK <= one.on <= point.ends],
        )
        for point in points
    ]
    title = _("%(name)sの週ごとの件数") % {"name": name}
    note = _("外からの注意情報は、始まった週の上に印で示します。件数には入れていません。") if outside else ""
    return watched(title, weeks, note=note)


def _is_of(ends: date, alarmed: set[date]) -> bool:
    """Whether one of the judged weeks ended within this one: weeks are counted back from another day each night."""
    return any(ends - _WEEK <= day <= ends for day in alarmed)
