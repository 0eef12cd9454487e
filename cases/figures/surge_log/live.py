"""What is known at once: the how many-th call of a kind today's is, and a 手口 never seen before that comes five times.

Counted from facts, which are there with the save. The alarm of the day is the worker's, some seconds later: nobody's
save waits for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from cases.figures import columns, counting
from cases.figures.columns import Facts
from cases.figures.counting import RECEIVED_ON, Axis, Selection
from cases.figures.dimensions import BLANK, DIMENSIONS
from cases.figures.layout import ERASED, day_number
from cases.figures.models import CaseFact
from cases.figures.surge_log.evaluating import Trigger, evaluate
from cases.figures.surge_log.models import SurgeWave
from cases.held import Proven
from cases.jobs.lanes import Lane
from cases.jobs.registry import every
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Kind
from cases.surges.scales import FEWEST_WEEKS, WEEKS_A_YEAR

NEW_CASES: Final = 5
"""So many cases in seven days of a 手口 that never came before are an alarm of the day."""
_WEEK: Final = 7
_looked_at: Final = Proven[int]()
_SECONDS: Final = 10.0
_NOT_A_TYPE: Final = frozenset({BLANK, ERASED, "UNCLASSIFIED"})


@dataclass(frozen=True)
class Today:
    """`count` cases of a 手口 received today, `week` in the seven days that end today.

    `usual` a working day and `usual_week` are means of the 52 weeks before those seven days, or of fewer in a shorter
    history; None where the centre has no week behind it.
    """

    count: int
    week: int
    usual: float | None
    usual_week: float | None


def today(centre: Centre, code: str, on: date | None = None) -> Today:
    """What a counsellor is told when one more case of the 手口 is saved. Merged 手口 count as one. Two queries."""
    on = on or calendar.today()
    facts = columns.read()
    begins = on - timedelta(days=_WEEK * (WEEKS_A_YEAR + 1) - 1)
    spanned = counting.days_spanned(facts, {centre.pk})
    end, current = on + timedelta(days=1), codes.codes(Kind.SCAM_TYPE).current(code)
    is_of_code = DIMENSIONS["scam_main"].filter(facts, {current}, begins, end)
    by_day = Axis(RECEIVED_ON, np.arange((end - begins).days), (end - begins).days, base=day_number(begins))
    counts = counting.count(facts, Selection(frozenset({centre.pk}), begins, end, [is_of_code]), [by_day])
    weeks = min(WEEKS_A_YEAR, ((on - spanned[0]).days + 1) // _WEEK - 1) if spanned else 0
    before = counts[-_WEEK * (weeks + 1) : -_WEEK] if weeks > 0 else counts[:0]
    open_days = sum(calendar.is_working_day(on - timedelta(days=_WEEK + n)) for n in range(len(before)))
    return Today(
        count=int(counts[-1]),
        week=int(counts[-_WEEK:].sum()),
        usual=float(before.sum() / open_days) if open_days else None,
        usual_week=float(before.sum() / weeks) if weeks > 0 else None,
    )


# --- The alarm of the day -------------------------------------------------------------------------------------------
def is_wanted() -> bool:
    """Whether facts came since this process looked last; another looks again, and finds the wave that is there."""
    last = CaseFact.objects.order_by("-seq").values_list("seq", flat=True).first()
    return last is not None and not _looked_at.holds(last, lambda: False)


def look() -> None:
    """Evaluate the day for every centre where a 手口 that never came before has come five times in seven days."""
    facts, on = columns.read(), calendar.today()
    for centre in Centre.objects.order_by("pk"):
        new = new_types(facts, centre, on)
        if new and not new <= _known(centre, on):
            evaluate(centre, on, trigger=Trigger.LIVE)
    _looked_at.holds(facts.as_of, lambda: True)


def new_types(facts: Facts, centre: Centre, on: date) -> set[str]:
    """手口 with five cases or more in the seven days that end with the day, and none before.

    None in the first half year of a centre, in which everything is new.
    """
    first_new = on - timedelta(days=_WEEK - 1)
    now = _by_type(facts, centre, first_new, on + timedelta(days=1))
    risen = {code for code, count in now.items() if count >= NEW_CASES and code not in _NOT_A_TYPE}
    spanned = counting.days_spanned(facts, {centre.pk}) if risen else None
    if spanned is None or (first_new - spanned[0]).days < _WEEK * FEWEST_WEEKS:
        return set()
    return risen - _by_type(facts, centre, spanned[0], first_new).keys()


def _by_type(facts: Facts, centre: Centre, start: date, end: date) -> dict[str, int]:
    """手口 that came in [start, end), with their cases."""
    axis, found = DIMENSIONS["scam_main"].axis(facts, start, end)
    counts = counting.count(facts, Selection(frozenset({centre.pk}), start, end), [axis])
    return {code: count for code, count in zip(found, counts.tolist(), strict=True) if count}


def _known(centre: Centre, on: date) -> set[str]:
    """手口 of the waves that are open."""
    waves: Iterable[SurgeWave] = SurgeWave.objects.filter(centre=centre).open_on(on)
    return {wave.scam for wave in waves}


def register() -> None:
    every(_SECONDS, "surges.live", wanted=is_wanted, lane=Lane.FEED)(look)
