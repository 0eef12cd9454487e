"""Whether a document fits a question, asked of the document alone: what `Backend.find` would say of it.

For what waits for new cases: asking the engine again and again would find the old ones too.
"""

from collections.abc import Collection
from dataclasses import replace

from search.backends.base import Document, Filters, Phrase, WordQuery
from search.hashing import unpacked


def fits(document: Document, query: WordQuery | None, filters: Filters) -> bool:
    """Whether the document is among what the question finds; without a query the conditions alone decide."""
    if not _is_within(document, filters):
        return False
    if query is None:
        return True
    terms = unpacked(document.terms)
    return all(_holds(terms, phrase) for phrase in query.wanted) and not any(
        _holds(terms, phrase) for phrase in query.unwanted
    )


def within(filters: Filters, centres: Collection[int]) -> Filters:
    """The filters inside a scope, which they narrow and never widen."""
    mine = frozenset(centres)
    return replace(filters, centres=mine & frozenset(filters.centres) if filters.centres else mine)


def _is_within(document: Document, filters: Filters) -> bool:
    if document.centre not in filters.centres or document.uid == filters.leave_out:
        return False
    for value, wanted in (
        (document.product, filters.products),
        (document.sales_method, filters.sales_methods),
        (document.age_band, filters.age_bands),
        (document.outcome, filters.outcomes),
        (document.scams[0] if document.scams else "", filters.main_scams),
    ):
        if wanted and value not in wanted:
            return False
    if filters.scams and set(filters.scams).isdisjoint(document.scams):
        return False
    if filters.is_open is not None and document.is_open is not filters.is_open:
        return False
    return _is_in_range(document, filters)


def _is_in_range(document: Document, filters: Filters) -> bool:
    day, yen = document.received_on, document.contract_yen
    if filters.received_from is not None and day < filters.received_from:
        return False
    if filters.received_before is not None and day >= filters.received_before:
        return False
    low, high = filters.contract_yen_from, filters.contract_yen_to
    if low is None and high is None:
        return True
    return yen is not None and (low is None or yen >= low) and (high is None or yen <= high)


def _holds(terms: list[bytes], phrase: Phrase) -> bool:
    return any(
        tuple(terms[at : at + len(phrase)]) == phrase
        for at, term in enumerate(terms)
        if phrase and term == phrase[0]
    )
