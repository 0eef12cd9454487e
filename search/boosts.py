"""What lifts a similar case beside its words: codes in common, and that it is recent.

Small on purpose: the words decide, codes part near equals. Whoever reads the list is told which of them a case gained
by. An installation may set other weights (`SIMILAR_BOOSTS`), within bounds that keep the words in charge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from search.backends.base import Document

BOOSTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "scam_type": 0.15,
        "likely_scam": 0.5,
        "product": 0.08,
        "sales_method": 0.04,
        "age_band": 0.04,
        "recent": 0.04,
    }
)
"""How much of its score a case gains for each thing in common, where the installation says nothing else.

`likely_scam`: the 手口 of the cases whose words are likest; a case gains the part of it that its 手口 has among them.
"""

HIGHEST: Final = 0.5
_RECENT_DAYS: Final = 365
_LIKEST: Final = 20
# A 手口 that fewer of the likest cases have lifts its cases a little, but is no reason to name.
_TOLD_FROM: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class CodesOfQuery:
    """Codes already chosen for the case at hand; empty where not yet."""

    scam_types: Sequence[str] = ()
    product: str = ""
    sales_method: str = ""
    age_band: str = ""


class BoostsRefused(Exception):
    """The setting cannot be read; the message says what was expected, for whoever runs the installation."""


def in_use() -> Mapping[str, float]:
    """The weights of this installation. Raises BoostsRefused."""
    return read(settings.SIMILAR_BOOSTS)


@lru_cache(maxsize=8)
def read(text: str) -> Mapping[str, float]:
    """`scam_type=0.2,recent=0`: those named change, the others keep their weight; 0 takes one out.

    Raises BoostsRefused for an unknown name, one named twice, and anything but a number from 0 to `HIGHEST`.
    """
    named: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _equals, number = (piece.strip() for piece in part.partition("="))
        if name not in BOOSTS or name in named:
            known = ", ".join(BOOSTS)
            raise BoostsRefused(
                _("「%(part)s」の名前は、%(known)s のどれか一つです。") % {"part": part, "known": known}
            )
        named[name] = _weight(part, number)
    return MappingProxyType(dict(BOOSTS) | named)


def _weight(part: str, number: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= HIGHEST:
        raise BoostsRefused(
            _("「%(part)s」の値は、0から%(highest)sまでの数です。") % {"part": part, "highest": HIGHEST}
        )
    return weight


@dataclass(frozen=True)
class Gain:
    """What a score is multiplied by, and the names of what the case gained by."""

    factor: float
    names: tuple[str, ...]


def likely(scored: Sequence[tuple[Document, float]]) -> Mapping[str, float]:
    """The share of each 主 手口 among the likest cases, by score; the cases come with the likest first."""
    shares: dict[str, float] = {}
    for document, score in scored[:_LIKEST]:
        if document.scams:
            shares[document.scams[0]] = shares.get(document.scams[0], 0.0) + score
    total = sum(shares.values())
    return {scam: share / total for scam, share in shares.items()} if total else {}


class Weighing:
    """What cases gain for one question: by codes in common with `codes`, by their 手口 among `shares`, and by being
    recent (a year before `today`).
    """

    def __init__(
        self, codes: CodesOfQuery, shares: Mapping[str, float], today: date, weights: Mapping[str, float]
    ) -> None:
        self._codes, self._shares, self._today, self._weights = codes, shares, today, weights
        self._scams = frozenset(codes.scam_types)
        # Most of some hundred cases have the same in common: each such set is weighed once.
        self._known: dict[tuple[float, ...], Gain] = {}

    def gain(self, document: Document) -> Gain:
        """What this case gains."""
        codes = self._codes
        # In the order of `BOOSTS`.
        common = (
            not self._scams.isdisjoint(document.scams),
            self._shares.get(document.scams[0], 0.0) if document.scams else 0.0,
            codes.product != "" and codes.product == document.product,
            codes.sales_method != "" and codes.sales_method == document.sales_method,
            codes.age_band != "" and codes.age_band == document.age_band,
            (self._today - document.received_on).days < _RECENT_DAYS,
        )
        found = self._known.get(common)
        if found is None:
            found = self._known[common] = self._weighed(common)
        return found

    def _weighed(self, common: Sequence[float]) -> Gain:
        parts = list(zip(BOOSTS, common, strict=True))
        names = tuple(name for name, share in parts if share >= _TOLD_FROM and self._weights[name])
        return Gain(1 + sum(self._weights[name] * share for name, share in parts), names)
