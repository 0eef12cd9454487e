"""What others told of the same 手口: alerts from outside, and figures of other places. Beside our line, never in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from cases.figures import history
from cases.figures.history import Series
from cases.records.alerts import Alert
from cases.records.centre import Centre
from cases.records.codes import Kind, codes


@dataclass(frozen=True)
class FromOutside:
    """An alert of the centre's register, by the day from which it held."""

    alert: Alert
    on: date

    @property
    def label(self) -> str:
        return f"{self.alert.get_source_display()}: {self.alert.title}"


def alerts_of(centre: Centre, scam: str, since: date, until: date) -> list[FromOutside]:
    """Those about the 手口 (and what was merged into it) that began in [since, until], the newest first.

    For the whole (no 手口): of every 手口.
    """
    rows = Alert.objects.filter(centre=centre, valid_from__gte=since, valid_from__lte=until).defer("text")
    if scam:
        rows = rows.filter(scam_type__in=codes(Kind.SCAM_TYPE).holding(scam))
    return [FromOutside(row, row.valid_from) for row in rows.order_by("-valid_from", "-pk")]


def published_of(centre_ids: Collection[int], scam: str) -> Sequence[Series]:
    """What was published of the 手口 elsewhere (a prefecture, the country) or before."""
    if not scam:
        return ()
    held = set(codes(Kind.SCAM_TYPE).holding(scam))
    return [one for one in history.everything(centre_ids) if one.code in held and one.drawable]
