"""Who worked at which device and when, and what was being typed: asked of the doors when a leak is counted.

The doors fill this in `ready()`. The core knows neither sign-ins nor drafts.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.records.centre import Centre


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of one account's time; both ends belong to it."""

    start: datetime
    end: datetime
    actor_uid: UUID


AtDevices = Callable[[Collection[UUID], Centre], Iterable[Span]]
Typing = Callable[[Centre], Iterable[Span]]


class Spans:
    """Stretches of several accounts. Those of one account that overlap are one."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._of: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
        for span in sorted(spans):
            own = self._of[span.actor_uid]
            if own and span.start <= own[-1][1]:
                own[-1] = (own[-1][0], max(own[-1][1], span.end))
            else:
                own.append((span.start, span.end))

    @property
    def actors(self) -> list[UUID]:
        return list(self._of)

    def holds(self, actor_uid: UUID, at: datetime) -> bool:
        """Whether the account was there at that moment."""
        return self.meets(Span(at, at, actor_uid))

    def meets(self, other: Span) -> bool:
        """Whether the account was there at any moment of `other`."""
        own = self._of.get(other.actor_uid, [])
        before = bisect_right(own, other.end, key=lambda stretch: stretch[0])
        return before > 0 and own[before - 1][1] >= other.start


_at_devices: dict[str, AtDevices] = {}
_typing: dict[str, Typing] = {}


def register_devices(name: str, spans: AtDevices) -> None:
    """`spans(devices, centre)`: when accounts of the centre worked at these devices. Never with a value."""
    if name in _at_devices:
        raise ValueError(f"the devices of {name} are registered twice")
    _at_devices[name] = spans


def register_typing(name: str, spans: Typing) -> None:
    """`spans(centre)`: for each form that is being filled and kept, from its opening to its last change."""
    if name in _typing:
        raise ValueError(f"the forms of {name} are registered twice")
    _typing[name] = spans


def at_devices(devices: Collection[UUID], centre: Centre) -> Spans:
    """When accounts of the centre worked at any of these devices."""
    return Spans(span for source in _at_devices.values() for span in source(devices, centre))


def typed(centre: Centre) -> list[Span]:
    """The forms of the centre that are kept and not yet a case."""
    return [span for source in _typing.values() for span in source(centre)]
