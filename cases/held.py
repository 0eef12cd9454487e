"""What a process keeps in its memory: counts that may be a little old, and what was proven once.

Counts are for what a page shows again and again and nobody decides by. Whoever changes what is counted says `forget`;
other processes learn of it when the time is over.
"""

import time
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")
Fact = TypeVar("Fact", bound=Hashable)

_MOST: Final = 500
_all: "list[Held[Any] | Proven[Any]]" = []


class Held(Generic[Value]):
    """Values by key, each made anew after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: dict[Hashable, tuple[float, Value]] = {}
        _all.append(self)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under the key; `make` is asked where there is none or it is too old."""
        found = self._held.get(key)
        if found is None or time.monotonic() - found[0] > self._seconds:
            if len(self._held) >= _MOST:
                self._held.clear()
            found = self._held[key] = (time.monotonic(), make())
        return found[1]

    def forget(self) -> None:
        self._held.clear()


class Proven(Generic[Fact]):
    """What can't become untrue, such as that the log vouches for a row as it stands: asked until it is so once."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._proven: set[Fact] = set()
        _all.append(self)

    def holds(self, fact: Fact, ask: Callable[[], bool]) -> bool:
        """Whether it is so; what was not so is asked again the next time."""
        return fact in self.among([fact], lambda new: new if ask() else [])

    def among(self, facts: Collection[Fact], ask: Callable[[list[Fact]], Iterable[Fact]]) -> set[Fact]:
        """Those of the facts that are so; `ask` says which of the not yet proven ones are."""
        found = self._proven.intersection(facts)
        new = [fact for fact in facts if fact not in found]
        if new:
            now = set(ask(new))
            if len(self._proven) + len(now) > self._most:
                self._proven.clear()
            self._proven |= now
            found |= now
        return found

    def forget(self) -> None:
        self._proven.clear()


def forget_all() -> None:
    """Everything is counted and proven anew with the next question: between tests."""
    for one in _all:
        one.forget()
