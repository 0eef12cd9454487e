"""How long work says how far it is, to a job or a terminal; whoever listens may raise to end it."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_noop

MIB: Final = 1024 * 1024

COPYING: Final = gettext_noop("写しています")
SEALING: Final = gettext_noop("封をしています")
READING_BACK: Final = gettext_noop("読み直しています")
OPENING: Final = gettext_noop("開いています")
PLACING: Final = gettext_noop("戻しています")
TRYING: Final = gettext_noop("確かめています")


# Told with one of the words above and bytes: done, and in all (None where nobody knows). Called often: whoever
# listens is thrifty.
Tell = Callable[[str, int, int | None], None]


def silent(_step: str, _done: int, _total: int | None) -> None:
    """Nobody listens."""


Step = Callable[[int, int | None], None]


def step_of(tell: Tell, step: str) -> Step:
    """The listener for one step: (bytes done, bytes in all)."""
    return lambda done, total: tell(step, done, total)
