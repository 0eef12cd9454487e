"""What an alert speaks of beside its 手口: names, telephone numbers, sites and words; and whether a call speaks of it.

Pure, and nothing of a call is kept: what is typed is compared in memory and forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cases.services.traders import marks, names

LEAST_LETTERS: Final = 3
"""Folded letters of a name or word; a shorter one would stand in every second text."""
MOST_LINES: Final = 30
LINE_LENGTH: Final = 100
READ: Final = 5_000
"""So many characters of a call's words are compared: the hint is asked while somebody types."""


class By(StrEnum):
    """What an alert and a call have in common."""

    PHONE = "phone"
    SITE = "site"
    WORD = "word"


@dataclass(frozen=True)
class Marks:
    """Each in one spelling. `words` are names of traders and words alike. Never logged."""

    phones: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "<Marks>"


@dataclass(frozen=True)
class Call:
    """What is typed of a call, in the same spelling. Never logged."""

    phones: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    texts: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return "<Call>"


def lines(text: str) -> list[str]:
    """The marks as they are typed: one on a line, without empty ones."""
    return [line for one in text.splitlines() if (line := " ".join(one.split()))]


def is_told_apart(line: str) -> bool:
    """Whether a mark is one that can be looked for: a number, a site, or three letters."""
    return bool(marks.phone(line) or marks.site(line)) or len(_fold(line)) >= LEAST_LETTERS


@lru_cache(maxsize=2_000)
def of_alert(typed: str, words: str) -> Marks:
    """`typed`: the marks that somebody entered; of `words` (title and text) the numbers and sites alone."""
    told = marks.in_text(words)
    phones, sites, named = set(told.phones), set(told.sites), set()
    for line in lines(typed):
        if phone := marks.phone(line):
            phones.add(phone)
        elif site := marks.site(line):
            sites.add(site)
        elif len(word := _fold(line)) >= LEAST_LETTERS:
            named.add(word)
    return Marks(frozenset(phones), frozenset(sites), frozenset(named))


def of_call(
    *, words: str = "", named: Iterable[str] = (), phones: Iterable[str], sites: Iterable[str]
) -> Call:
    """What is typed: the words of the call, names of traders, and the fields of numbers and sites."""
    told = marks.in_text(words[:READ])
    given = {*told.phones, *(marks.phone(one) for one in phones)}
    visited = {*told.sites, *(marks.site(one) for one in sites)}
    texts = (_fold(text) for text in (words[:READ], *named))
    return Call(frozenset(given - {""}), frozenset(visited - {""}), tuple(text for text in texts if text))


def common(alert: Marks, call: Call) -> list[By]:
    """In what the two agree, the surest first; empty for nothing."""
    found = [
        (By.PHONE, alert.phones & call.phones),
        (By.SITE, alert.sites & call.sites),
        (By.WORD, {word for word in alert.words if any(word in text for text in call.texts)}),
    ]
    return [by for by, met in found if met]


def _fold(text: str) -> str:
    """The spelling of the register of traders, without its longest length."""
    return "".join(names.parts(text))
