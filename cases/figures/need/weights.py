"""What a centre sets of the planner: how heavy a loss is, what counts as reached, and the rules that hold back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

# By the class of the median paid amount (its lower limit in yen): how much heavier than one of 10 to 50万円.
_POINTS: Final[Mapping[str, float]] = {
    "0": 0.5, "1": 0.6, "10000": 0.7, "50000": 0.8, "100000": 1.0, "500000": 1.3, "1000000": 1.6, "5000000": 2.0,
    "10000000": 2.5, "50000000": 3.0, "100000000": 3.0,
}  # fmt: skip
UNKNOWN_POINTS: Final = 1.0

LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "points": (0.1, 10.0),
    "topics": (0.1, 10.0),
    "general_share": (0.0, 1.0),
    "bulletin_share": (0.0, 1.0),
    "silent_below": (0.1, 1.0),
    "at_least": (0.1, 100.0),
    "reached_months": (6, 60),
    "repeat_months": (1, 36),
    "most_before_all": (1, 10),
}
"""The range of each weight, both ends included."""


@dataclass(frozen=True)
class Weights:
    """`points`: by class of the median paid amount. `topics`: the severity of a 手口 set by hand, instead of reckoned.

    `general_share`: what a lecture without a 手口 counts towards each. `bulletin_share`: the part of residents that an
    issued bulletin on a 手口 counts as reached; 0: none. `silent_below`: a district whose calls of every kind are
    below this part of what the city's rate would bring is silent. `at_least`: cases a year below which a line is left
    out.

    The rules: whoever came to a lecture counts as reached for `reached_months`; no district gets one more than
    `most_before_all` lectures in that time while another has none; the same 手口, age group and district come again
    after `repeat_months`, unless an alarm is live.
    """

    points: Mapping[str, float] = field(default_factory=lambda: dict(_POINTS))
    topics: Mapping[str, float] = field(default_factory=dict)
    general_share: float = 0.5
    bulletin_share: float = 0.0
    silent_below: float = 0.7
    at_least: float = 0.5
    reached_months: int = 24
    repeat_months: int = 12
    most_before_all: int = 3

    @property
    def windows(self) -> tuple[int, int]:
        """The months in which is counted what was held: with others it has to be counted anew."""
        return self.reached_months, self.repeat_months

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    def severity(self, topic: str, paid_class: str, unrecovered: float) -> float:
        """How heavy one case of the 手口 is; two decimals, as it is shown."""
        if topic in self.topics:
            return round(self.topics[topic], 2)
        return round(self.points.get(paid_class, UNKNOWN_POINTS) * max(unrecovered, 0.1), 2)

    def faults(self) -> Iterator[str]:
        """Names of the weights that lie outside LIMITS."""
        for name, (least, most) in LIMITS.items():
            given = getattr(self, name)
            values = given.values() if isinstance(given, Mapping) else [given]
            if not all(least <= value <= most for value in values):
                yield name


def _plain(value: Any) -> Any:
    return dict(sorted(value.items())) if isinstance(value, Mapping) else value


def of_plain(values: Mapping[str, Any]) -> Weights:
    """What was stored; a weight that was not stored then is as shipped, one no longer known is left out."""
    known = {one.name for one in fields(Weights)}
    return Weights(**{name: value for name, value in values.items() if name in known})
