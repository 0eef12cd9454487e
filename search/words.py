"""Finding cases by plain words of their redacted texts: 解約 拒否, "着信 履歴", -エアコン."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from cases import spelling
from cases.records.case import Case
from cases.records.centre import Actor
from search import analysis
from search.backends.base import COUNTED, Facet, Filters, Order, Phrase, WordQuery
from search.engine import looking
from search.hashing import product_hasher

_PART: Final = re.compile(r'(?P<no>(?<!\S)[-−])?(?:["“”](?P<quoted>[^"“”]*)(?:["“”]|$)|(?P<plain>[^\s"“”]+))')
_ANY: Final = Filters()


@dataclass(frozen=True)
class Found:
    """Cases in order; where `is_more`, `total` is the number that was counted, not all there are.

    `ignored`: parts of the query that tell nothing (の, する) and were passed over.
    """

    uids: list[UUID]
    total: int
    is_more: bool
    ignored: list[str]


def find(
    query: str,
    *,
    by: Actor,
    filters: Filters = _ANY,
    order: Order = Order.NEWEST,
    limit: int = 50,
    offset: int = 0,
) -> Found:
    """Cases of the actor's centres that hold all the words. "…" is a phrase, a leading - leaves cases out.

    `filters.centres` narrows the actor's scope and never widens it. Raises SearchUnavailable, KeyMissing.
    """
    asked, ignored = _understood(query)
    if asked is None:
        return Found([], 0, is_more=False, ignored=ignored)
    with looking() as engine:
        page = engine.find(asked, _scoped(filters, by), order, limit=limit, offset=offset)
    # The engine may be behind: what is no longer there, or out of scope, is not shown.
    visible = set(Case.objects.visible_to(by).of_uids(page.uids).values_list("uid", flat=True))
    uids = [uid for uid in page.uids if uid in visible]
    return Found(uids, min(page.total, COUNTED), page.total > COUNTED, ignored)


def count_by(facet: Facet, query: str = "", *, by: Actor, filters: Filters = _ANY) -> dict[str, int]:
    """How many of the cases found (of all, without a query) carry each code. Raises as `find`."""
    asked, _ignored = _understood(query)
    if asked is None and query.strip():
        return {}
    with looking() as engine:
        return engine.counts(asked, _scoped(filters, by), facet)


def _scoped(filters: Filters, by: Actor) -> Filters:
    mine = by.centre_ids
    return replace(filters, centres=mine & frozenset(filters.centres) if filters.centres else mine)


def _understood(query: str) -> tuple[WordQuery | None, list[str]]:
    """The query for the engine, None where nothing in it can be looked for; and what was passed over."""
    hasher = product_hasher()
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    ignored: list[str] = []
    for text, is_unwanted, phrases in _parts(query):
        hashed = [tuple(hasher.term(word) for word in phrase) for phrase in phrases]
        if not hashed:
            ignored.append(text)
        (unwanted if is_unwanted else wanted).extend(hashed)
    return (WordQuery(tuple(wanted), tuple(unwanted)) if wanted else None), ignored


def _parts(query: str) -> Iterator[tuple[str, bool, list[tuple[str, ...]]]]:
    """Each part of the query: as typed, whether it is to be left out, and its phrases."""
    for match in _PART.finditer(spelling.width(query)):
        is_unwanted = match["no"] is not None
        text = match["plain"] if match["quoted"] is None else match["quoted"]
        if match["quoted"] is not None or is_unwanted:
            phrase = analysis.phrase(text)
            yield text, is_unwanted, [phrase] if phrase else []
        else:
            yield text, False, analysis.phrases(text)
