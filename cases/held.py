"""What a process keeps in its memory: counts that may be a little old, and what was proven once.

Counts are for what a page shows again and again and nobody decides by. Whoever changes what is counted says `forget`;
other processes learn of it when the time is over.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")

_MOST: Final = 500
_MOST_PROVEN: Final = 10_000
_all: "list[Held[Any] | Proven]" = []


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


class Proven:
    """What can't become untrue, such as that the log vouches for a row as it stands: asked until it is so once."""

    def __init__(self) -> None:
        self._proven: set[Hashable] = set()
        _all.append(self)

    def holds(self, fact: Hashable, ask: Callable[[], bool]) -> bool:
        """Whether it is so; what was not so is asked again the next time."""
        if fact in self._proven:
            return True
        if not ask():
            return False
        if len(self._proven) >= _MOST_PROVEN:
            self._proven.clear()
        self._proven.add(fact)
        return True

    def forget(self) -> None:
        self._proven.clear()


def forget_all() -> None:
    """Everything is counted and proven anew with the next question: between tests."""
    for one in _all:
        one.forget()
