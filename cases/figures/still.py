"""A page as of one moment: while `still()` lasts, facts are read once for each cut, and so is what definitions name.

A page of many panels would ask the database for the newest facts with every panel, and a case that is saved meanwhile
would stand in some of them and not in others.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

Value = TypeVar("Value")
_held: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("held_still", default=None)


@contextmanager
def still() -> Iterator[None]:
    """Within another, the outer one goes on."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def once(key: Hashable, make: Callable[[], Value]) -> Value:
    """What `make` says: asked once for each key while the page is held still, every time where it is not."""
    held = _held.get()
    if held is None:
        return make()
    if key not in held:
        held[key] = make()
    found: Value = held[key]
    return found
