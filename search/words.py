"""Finding cases by plain words of their redacted texts: 解約 拒否, "着信 履歴", -エアコン; and by codes alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from cases import spelling
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor
from search import analysis
from search.backends.base import COUNTED, Facet, Filters, Order, Phrase, WordQuery
from search.engine import looking
from search.hashing import product_hasher

_PART: Final = re.compile(r'(?P<no>(?<!\S)[-−])?(?:["“”](?P<quoted>[^"“”]*)(?:["“”]|$)|(?P<plain>[^\s"“”]+))')
_ANY: Final = Filters()
MOST_PHRASES: Final = 30
"""So many phrases of a query are looked for; nobody types more, and an engine's parser has its bounds."""
_MOST_NAMED: Final = 10

Terms = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A part of a query as it was typed, whether it leaves cases out, and the phrases that are looked for."""

    text: str
    is_unwanted: bool
    phrases: tuple[Terms, ...]


@dataclass(frozen=True)
class Asked:
    """A query as it was understood. `ignored`: parts that tell nothing (の, する) or are too many, passed over."""

    parts: tuple[Part, ...]
    ignored: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> tuple[Terms, ...]:
        return tuple(phrase for part in self.parts if not part.is_unwanted for phrase in part.phrases)

    @property
    def unwanted(self) -> tuple[Terms, ...]:
        return tuple(phrase for part in self.parts if part.is_unwanted for phrase in part.phrases)


@dataclass(frozen=True)
class Found:
    """Cases in order; where `is_more`, `total` is the number that was counted, not all there are.

    `wanted`: the phrases that were looked for, to mark them in the texts.
    """

    uids: list[UUID]
    total: int
    is_more: bool
    ignored: list[str]
    wanted: tuple[Terms, ...] = ()


def understood(query: str) -> Asked:
    """What of a query is looked for. Any text; nothing in it is a command to an engine."""
    parts: list[Part] = []
    ignored: list[str] = []
    held = 0
    for text, is_unwanted, is_phrase in _typed(query):
        if held >= MOST_PHRASES:
            ignored.append(text)
        elif phrases := _phrases(text, is_phrase=is_phrase)[: MOST_PHRASES - held]:
            parts.append(Part(text, is_unwanted, phrases))
            held += len(phrases)
        else:
            ignored.append(text)
        if len(ignored) >= _MOST_NAMED and held >= MOST_PHRASES:
            break
    return Asked(tuple(parts), ignored[:_MOST_NAMED])


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
    asked = understood(query)
    hashed = hashed_query(asked)
    if hashed is None:
        return Found([], 0, is_more=False, ignored=asked.ignored)
    with looking() as engine:
        page = engine.find(hashed, _scoped(filters, by), order, limit=limit, offset=offset)
    # The engine may be behind: what is no longer there, or out of scope, is not shown.
    visible = set(Case.objects.visible_to(by).of_uids(page.uids).values_list("uid", flat=True))
    uids = [uid for uid in page.uids if uid in visible]
    total = min(page.total, COUNTED)
    if offset == 0 and page.total <= limit:
        total = len(uids)
    return Found(uids, total, page.total > COUNTED, asked.ignored, asked.wanted)


def listed(*, by: Actor, filters: Filters = _ANY, limit: int = 50, offset: int = 0) -> Found:
    """Cases of the actor's centres under codes, days and amounts alone, newest first, out of the database."""
    cases = _in_database(filters, by)
    total = cases.order_by()[: COUNTED + 1].count()
    uids = list(cases.order_by("-received_on", "-pk").values_list("uid", flat=True)[offset : offset + limit])
    return Found(uids, min(total, COUNTED), total > COUNTED, [])


def count_by(facet: Facet, query: str = "", *, by: Actor, filters: Filters = _ANY) -> dict[str, int]:
    """How many of the cases found (of all, without a query) carry each code. Raises as `find`."""
    return count_all([facet], query, by=by, filters=filters)[facet]


def count_all(
    facets: Iterable[Facet], query: str = "", *, by: Actor, filters: Filters = _ANY
) -> dict[Facet, dict[str, int]]:
    """`count_by` for several facets of one question. Nothing outside the actor's scope is counted."""
    hashed = hashed_query(understood(query))
    if hashed is None and query.strip():
        return {facet: {} for facet in facets}
    with looking() as engine:
        return {facet: engine.counts(hashed, _scoped(filters, by), facet) for facet in facets}


def _scoped(filters: Filters, by: Actor) -> Filters:
    mine = by.centre_ids
    return replace(filters, centres=mine & frozenset(filters.centres) if filters.centres else mine)


def hashed_query(asked: Asked) -> WordQuery | None:
    """The query for the engine, None where nothing in it can be looked for. Raises KeyMissing."""
    if not asked.wanted:
        return None
    hasher = product_hasher()

    def hashed(phrases: Iterable[Terms]) -> tuple[Phrase, ...]:
        return tuple(tuple(hasher.term(word) for word in phrase) for phrase in phrases)

    return WordQuery(hashed(asked.wanted), hashed(asked.unwanted))


def _typed(query: str) -> Iterator[tuple[str, bool, bool]]:
    """Each part of the query: as typed, whether it is to be left out, and whether its words stand together."""
    for match in _PART.finditer(spelling.width(query)):
        is_unwanted = match["no"] is not None
        text = match["plain"] if match["quoted"] is None else match["quoted"]
        yield text, is_unwanted, match["quoted"] is not None or is_unwanted


def _phrases(text: str, *, is_phrase: bool) -> tuple[Terms, ...]:
    if is_phrase:
        phrase = analysis.phrase(text)
        return (phrase,) if phrase else ()
    return tuple(analysis.phrases(text))


def _in_database(filters: Filters, by: Actor) -> CaseQuerySet:
    """The same conditions as `Filters` puts to an engine, as the database knows them."""
    cases = Case.objects.visible_to(by)
    for column, wanted in (
        ("centre_id", filters.centres),
        ("product", filters.products),
        ("sales_method", filters.sales_methods),
        ("party_age_band", filters.age_bands),
        ("outcome", filters.outcomes),
    ):
        if wanted:
            cases = cases.filter(**{f"{column}__in": list(wanted)})
    if filters.scams:
        cases = cases.filter(scam_types__code__in=list(filters.scams)).distinct()
    if filters.main_scams:
        cases = cases.filter(scam_types__is_main=True, scam_types__code__in=list(filters.main_scams))
    for condition, given in (
        ("received_on__gte", filters.received_from),
        ("received_on__lt", filters.received_before),
        ("contract_yen__gte", filters.contract_yen_from),
        ("contract_yen__lte", filters.contract_yen_to),
    ):
        if given is not None:
            cases = cases.filter(**{condition: given})
    if filters.is_open is not None:
        cases = cases.filter(closed_on__isnull=filters.is_open)
    return cases if filters.leave_out is None else cases.exclude(uid=filters.leave_out)
