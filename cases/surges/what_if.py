"""How little would have changed an alarm: what a reader asks of a card before believing it."""

from typing import Final

import numpy as np

from cases.surges import tails
from cases.surges.fitting import Floats
from cases.surges.rules import Judged, Rules, is_enough, limits_of

_MOST: Final = 10**6


def fewer_would_end(judged: Judged, place: int, rules: Rules) -> int | None:
    """With so many cases fewer in the last week the cell would be no alarm; None where no number would end it.

    As things stand in the other cells. The four weeks lose the same cases, since they hold the week.
    """
    most = int(min(judged.scales.week.count[place], _MOST))
    if not judged.is_alarm[place] or _alarms_with(judged, place, most, rules):
        return None
    alarms, ends = 0, most
    while ends - alarms > 1:
        middle = (alarms + ends) // 2
        if _alarms_with(judged, place, middle, rules):
            alarms = middle
        else:
            ends = middle
    return ends


def _alarms_with(judged: Judged, place: int, fewer: int, rules: Rules) -> bool:
    week, four = judged.scales.week, judged.scales.four
    counts = np.array([week.count[place], four.count[place]]) - fewer
    means: Floats = np.array([week.mean[place], four.mean[place]])
    sizes: Floats = np.array([week.size[place], four.size[place]])
    probability = judged.probability.copy()
    probability[place] = min(1.0, 2 * float(np.nanmin(tails.at_least(counts, means, sizes))))
    is_likely = probability[place] > limits_of(judged.panel, probability, rules)[0][place]
    return not is_likely and bool(is_enough(counts[:1], counts[1:], rules).all())
