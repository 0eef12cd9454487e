"""The order of lines: what a person pinned or left out, what a rule holds back, and which come next.

Two rules hold a line back. A district gets no lecture beyond `most_before_all` in the months that count as reached
while another has none; and the same 手口 for the same age group in the same district waits, unless an alarm is live.
Both hold back and hide nothing: a line that waits is shown with what it waits for. A person's pin is stronger than
both.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cases.figures.need.inputs import Bools, Inputs
from cases.figures.need.scoring import Key, Line
from cases.figures.need.weights import Weights


class Stand(StrEnum):
    """Where a line stands; in this order they are listed."""

    PINNED = "PINNED"
    OPEN = "OPEN"
    WAITS_FAIR = "WAITS_FAIR"
    WAITS_REPEAT = "WAITS_REPEAT"
    EXCLUDED = "EXCLUDED"


@dataclass(frozen=True)
class Chosen:
    """What persons chose: pins, what is left out, and districts to go to instead."""

    pinned: Collection[Key] = frozenset()
    excluded: Collection[Key] = frozenset()
    moved: Mapping[Key, str] | None = None

    def goes_to(self, key: Key) -> str:
        """The district in which a lecture for the line would be held."""
        return (self.moved or {}).get(key, key.area)


class Rules:
    """What was held, district by district and line by line, and what that holds back."""

    def __init__(self, inputs: Inputs, by: Weights) -> None:
        self._most_before_all = by.most_before_all
        lived_in = np.nan_to_num(inputs.residents).sum(axis=0) > 0
        self.events = {
            area: int(count)
            for area, count, is_lived_in in zip(inputs.areas, inputs.events, lived_in, strict=True)
            if is_lived_in and not inputs.is_whole
        }
        self._repeated = set(_keys(inputs, inputs.repeated & ~inputs.alarmed))

    def holds_back(self, key: Key, area: str) -> Stand | None:
        """The rule that the line would break in that district; None where there is none."""
        if key in self._repeated:
            return Stand.WAITS_REPEAT
        if self.events.get(area, 0) >= self._most_before_all and 0 in self.events.values():
            return Stand.WAITS_FAIR
        return None

    def hold(self, key: Key, area: str) -> None:
        """As if a lecture for the line had been held there."""
        self._repeated.add(key)
        if area in self.events:
            self.events[area] += 1


def stands(lines: Sequence[Line], inputs: Inputs, by: Weights, chosen: Chosen) -> dict[Key, Stand]:
    """Where every line stands now."""
    rules = Rules(inputs, by)
    return {line.key: _stand(line.key, rules, chosen) for line in lines}


def _stand(key: Key, rules: Rules, chosen: Chosen) -> Stand:
    if key in chosen.excluded:
        return Stand.EXCLUDED
    if key in chosen.pinned:
        return Stand.PINNED
    return rules.holds_back(key, chosen.goes_to(key)) or Stand.OPEN


def programme(lines: Sequence[Line], inputs: Inputs, by: Weights, chosen: Chosen, count: int) -> list[Line]:
    """The next `count` lectures, each as if those before it had been held: pins first, then the highest score.

    `lines` come in falling order of their score. Fewer where the rules leave nothing more.
    """
    rules, picked = Rules(inputs, by), []
    left = [line for line in lines if line.key not in chosen.excluded]
    for line in [line for line in left if line.key in chosen.pinned][:count]:
        left.remove(line)
        picked.append(line)
        rules.hold(line.key, chosen.goes_to(line.key))
    while len(picked) < count:
        free = (line for line in left if rules.holds_back(line.key, chosen.goes_to(line.key)) is None)
        if (best := next(free, None)) is None:
            break
        left.remove(best)
        picked.append(best)
        rules.hold(best.key, chosen.goes_to(best.key))
    return picked


def _keys(inputs: Inputs, where: Bools) -> Iterator[Key]:
    for topic, group, area in np.argwhere(where).tolist():
        yield Key(inputs.topics[topic], inputs.groups[group], inputs.areas[area])
