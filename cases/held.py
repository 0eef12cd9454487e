"""Counts over many cases that may be a little old: kept in the memory of a process for some time.

For what a page shows again and again and nobody decides by. Whoever changes what is counted says `forget`; other
processes learn of it when the time is over.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")

_MOST: Final = 500
_all: "list[Held[Any]]" = []


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


def forget_all() -> None:
    """Everything is counted anew with the next question: between tests."""
    for one in _all:
        one.forget()
