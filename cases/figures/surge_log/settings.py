"""By which rules and breaks of series a centre is judged."""

from cases.figures.breaks import Break
from cases.figures.surge_log.models import SurgeBreak, SurgeSettings
from cases.records.centre import Centre
from cases.records.codes import Kind
from cases.surges.rules import Rules


def rules_of(centre: Centre) -> Rules:
    """Those that the centre set, or those that were measured."""
    row = SurgeSettings.objects.filter(centre=centre).first()
    return Rules() if row is None else row.as_rules


def breaks_of(centre: Centre) -> list[Break]:
    """The days from which the centre itself counts something else under a 手口."""
    return [
        Break(row.on, Kind.SCAM_TYPE, row.note, frozenset({row.scam}))
        for row in SurgeBreak.objects.filter(centre=centre)
    ]
