"""What in a part should perhaps stay black: proposed by the redaction, decided by a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cases import spelling
from cases.law.blackout import Range
from cases.law.disclosure import Article
from cases.protection.redaction import Party, redact
from cases.records.people import CasePerson

CODED: Final = "coded"
LOOKS: Final = "looks"
TRADER: Final = "trader_name"


@dataclass(frozen=True)
class Known:
    """The persons of a case as the request sees them. Holds values: never log it."""

    own: Party
    other: Party
    trader: str

    def __repr__(self) -> str:
        return "<Known>"


def known_of(values: Mapping[str, str], stands_as: CasePerson.Role) -> Known:
    """Whose values are the requester's own: those of the person as whom they stand in the case."""
    other = CasePerson.Role.PARTY if stands_as == CasePerson.Role.CALLER else CasePerson.Role.CALLER
    return Known(_party(values, stands_as), _party(values, other), values.get(TRADER, ""))


def _party(values: Mapping[str, str], role: CasePerson.Role) -> Party:
    start = f"{role.lower()}."
    phone = values.get(f"{start}phone", "")
    return Party(
        name=values.get(f"{start}name", ""),
        kana=values.get(f"{start}kana", ""),
        phones=(phone,) if phone else (),
        address=values.get(f"{start}address", ""),
    )


def is_of_person(name: str) -> bool:
    """Whether a part is a field of the caller or the party; not a 経過, not the name of a file."""
    return name.partition(".")[0].upper() in CasePerson.Role.values


def proposals(name: str, text: str, known: Known, stands_as: CasePerson.Role) -> list[Range]:
    """Ranges of a part that a person should look at, in order, none twice.

    A field of the other person is proposed whole; in words, other people's data (2号) and the trader's name (3号).
    """
    if not text or name in (CODED, LOOKS) or name.startswith(f"{stands_as.lower()}."):
        return []
    if name == TRADER:
        return [Range(0, len(text), Article.CORPORATE)]
    if is_of_person(name):
        return [Range(0, len(text), Article.OTHER_PERSON)]
    found = {(one.start, one.end): one for one in _in_words(text, known)}
    return sorted(found.values(), key=lambda one: (one.start, one.end))


def _in_words(text: str, known: Known) -> Iterator[Range]:
    if known.trader:
        for match in re.finditer(re.escape(known.trader), text):
            yield Range(match.start(), match.end(), Article.CORPORATE)
    for span in redact(text, [known.other], allow=[known.trader] if known.trader else []).spans:
        if not _is_own(text[span.start : span.end], known):
            yield Range(span.start, span.end, Article.OTHER_PERSON)


def _is_own(words: str, known: Known) -> bool:
    """Whether these words are the requester's own data: their full name or, where nobody shares it, a part of it."""
    plain = _plain(words)
    if (digits := spelling.phone_digits(words)) and digits in map(spelling.phone_digits, known.own.phones):
        return True
    whole = [form for form in map(_plain, (known.own.name, known.own.kana, known.own.address)) if form]
    if any(plain in (form, f"{form}さん", f"{form}様") for form in whole):
        return True
    others = "".join(map(_plain, (known.other.name, known.other.kana, known.other.address)))
    return any(plain in form for form in whole) and plain not in others


def _plain(text: str) -> str:
    return "".join(spelling.width(text).split())


def occurrences(text: str, words: str, article: str) -> list[Range]:
    """Every place where the words stand, letter by letter."""
    if not words:
        return []
    return [Range(match.start(), match.end(), article) for match in re.finditer(re.escape(words), text)]
