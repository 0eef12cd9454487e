"""What this process holds of keys in memory, and how it lets go of it."""

from collections.abc import Callable

_held: list[Callable[[], None]] = []


def drop_on_forget(drop: Callable[[], None]) -> None:
    """`drop` empties one store of keys in memory."""
    _held.append(drop)


def forget() -> None:
    """Drop everything that is held in memory (tests, key changes)."""
    for drop in _held:
        drop()
