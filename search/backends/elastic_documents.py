"""Documents, questions and answers as Elasticsearch has them: digests in hex as words of a text that it never keeps.

`_source` is off: what comes back are columns (doc values). The revision is the document's version, so that the
cluster itself refuses an older one.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from elasticsearch.dsl import Mapping as IndexMapping
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.backends.base import Document, Facet, Filters, Phrase, WordQuery
from search.hashing import TERM_BYTES

FORMAT: Final = "1"
"""Of mapping and settings; part of an index's name, so that another one never takes its place unseen."""

BURIED: Final = 1 << 62
"""The version of a document that is buried: no revision is as high."""

_DAY: Final = "yyyy-MM-dd"
_CODES: Final = ("scam", "scams", "product", "sales_method", "age_band", "outcome")
COLUMNS: Final[Sequence[str | Mapping[str, str]]] = (
    "uid", "centre", {"field": "received_on", "format": _DAY}, "scam", "scams", "product", "sales_method", "age_band",
    "outcome", "is_open", "contract_yen", "packed",
)  # fmt: skip
FACETS: Final = {facet: facet.value for facet in Facet}
HELD: Final = Q("exists", field="centre")
"""Documents; what is buried has no centre."""


def mapping() -> dict[str, Any]:
    made = IndexMapping()
    made.meta("dynamic", "strict")
    made.meta("_source", enabled=False)
    made.field("uid", "keyword")
    # Without norms of other fields, without copies: words, their places, and how long the text is.
    made.field("terms", "text", analyzer="whitespace")
    made.field("packed", "binary", doc_values=True)
    made.field("length", "integer", index=False)
    made.field("centre", "integer")
    made.field("received_on", "date", format=_DAY)
    made.field("is_open", "boolean")
    made.field("contract_yen", "long")
    made.field("gone", "boolean", doc_values=False)
    for code in _CODES:
        made.field(code, "keyword")
    return made.to_dict()


def settings(gc_deletes: str) -> dict[str, Any]:
    return {
        "number_of_shards": 1,
        # One copy on another node, where there is one.
        "auto_expand_replicas": "0-1",
        # Every page of the words' answers that the product counts can be reached.
        "max_result_window": 50_000,
        # A merge that is asked to leave nothing deleted leaves nothing.
        "merge.policy.expunge_deletes_allowed": 0,
        "gc_deletes": gc_deletes,
    }


# --- In ---------------------------------------------------------------------------------------------------------
def body(document: Document) -> dict[str, Any]:
    return {
        "uid": document.uid.hex,
        "terms": document.terms.hex(" ", -TERM_BYTES),
        "packed": base64.b64encode(document.terms).decode(),
        "length": len(document.terms) // TERM_BYTES,
        "centre": document.centre,
        "received_on": document.received_on.isoformat(),
        "scam": document.scams[0] if document.scams else "",
        "scams": list(document.scams),
        "product": document.product,
        "sales_method": document.sales_method,
        "age_band": document.age_band,
        "outcome": document.outcome,
        "is_open": document.is_open,
        "contract_yen": document.contract_yen,
    }


# --- Out --------------------------------------------------------------------------------------------------------
def document(hit: Mapping[str, Any]) -> Document:
    """Of a hit with `COLUMNS` and its version."""
    fields: Mapping[str, list[Any]] = hit["fields"]

    def one(name: str) -> Any:
        return fields.get(name, [None])[0]

    main = one("scam")
    return Document(
        uid=UUID(one("uid")),
        revision=hit["_version"],
        centre=one("centre"),
        received_on=date.fromisoformat(one("received_on")),
        terms=base64.b64decode(one("packed") or ""),
        # A column holds its values in their own order; the 主 one comes first.
        scams=(main, *(code for code in fields["scams"] if code != main)) if main else (),
        product=one("product"),
        sales_method=one("sales_method"),
        age_band=one("age_band"),
        outcome=one("outcome"),
        is_open=one("is_open"),
        contract_yen=one("contract_yen"),
    )


# --- Questions --------------------------------------------------------------------------------------------------
def phrase(terms: Phrase) -> Query:
    if len(terms) == 1:
        return Q("term", terms=terms[0].hex())
    return Q("match_phrase", terms=" ".join(term.hex() for term in terms))


def any_of(weights: Mapping[bytes, int], filters: Filters) -> Query:
    """Scored by the sum of the weights of the terms that a document holds."""
    return Q(
        "bool",
        should=[
            Q("constant_score", filter=Q("term", terms=term.hex()), boost=weight)
            for term, weight in weights.items()
        ],
        minimum_should_match=1,
        **_kept(filters),
    )


def all_of(query: WordQuery | None, filters: Filters, *, is_scored: bool) -> Query:
    kept = _kept(filters)
    if query is not None:
        wanted = [phrase(one) for one in query.wanted]
        kept["must_not"] += [phrase(one) for one in query.unwanted]
        if is_scored:
            kept["must"] = wanted
        else:
            kept["filter"] += wanted
    return Q("bool", **kept)


def _kept(filters: Filters) -> dict[str, list[Query]]:
    """Conditions that weigh nothing."""
    required = [
        Q("terms", **{field: list(wanted)})
        for field, wanted in (
            ("centre", filters.centres),
            ("scams", filters.scams),
            ("scam", filters.main_scams),
            ("product", filters.products),
            ("sales_method", filters.sales_methods),
            ("age_band", filters.age_bands),
            ("outcome", filters.outcomes),
        )
        if wanted
    ]
    if filters.is_open is not None:
        required.append(Q("term", is_open=filters.is_open))
    days = {"gte": filters.received_from, "lt": filters.received_before}
    yen = {"gte": filters.contract_yen_from, "lte": filters.contract_yen_to}
    for field, ends in (("received_on", days), ("contract_yen", yen)):
        given = {name: str(end) for name, end in ends.items() if end is not None}
        if given:
            required.append(Q("range", **{field: given}))
    left_out = [Q("term", uid=filters.leave_out.hex)] if filters.leave_out else []
    return {"filter": required, "must_not": left_out}
