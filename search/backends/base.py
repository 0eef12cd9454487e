"""What every search engine promises. One test module checks it with each of them.

An engine holds keyed digests of terms (`search.hashing`) and codes, never a word of a case. It can be thrown away at
any time: the cases are the truth, and `search.index` feeds it again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Document:
    """One case as an engine stores it. `terms`: digests of `TERM_BYTES` bytes each, in the order of the text."""

    uid: UUID
    revision: int
    centre: int
    received_on: date
    terms: bytes
    scams: tuple[str, ...] = ()
    """手口, the 主 one first."""
    product: str = ""
    sales_method: str = ""
    age_band: str = ""
    outcome: str = ""
    is_open: bool = True
    contract_yen: int | None = None
    """契約金額; None: unknown."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be found: all conditions at once; empty means any, but for `centres`.

    `centres` is the reader's scope, and no centre means no document. Dates are half-open: [from, before); amounts
    hold both ends, and a document of unknown amount is in no range of them.
    """

    centres: Collection[int] = ()
    scams: Collection[str] = ()
    """As 主 手口 or beside it."""
    main_scams: Collection[str] = ()
    """As 主 手口 alone, which is what `Facet.SCAM` counts."""
    products: Collection[str] = ()
    sales_methods: Collection[str] = ()
    age_bands: Collection[str] = ()
    outcomes: Collection[str] = ()
    is_open: bool | None = None
    received_from: date | None = None
    received_before: date | None = None
    contract_yen_from: int | None = None
    contract_yen_to: int | None = None
    leave_out: UUID | None = None


Phrase = tuple[bytes, ...]
"""Terms that follow one another; a single term is a phrase of one."""


@dataclass(frozen=True, slots=True)
class WordQuery:
    """Documents that hold all of `wanted` and none of `unwanted`. `wanted` is never empty."""

    wanted: tuple[Phrase, ...]
    unwanted: tuple[Phrase, ...] = ()


class Order(StrEnum):
    NEWEST = "newest"
    """By 受付日, later first."""
    BEST = "best"
    """By how much the words mean in the document; comparable inside one answer only."""


@dataclass(frozen=True, slots=True)
class Page:
    """Part of an answer. `total` counts to `COUNTED` at most; one more means that there are more."""

    uids: list[UUID]
    total: int


COUNTED = 10_000
"""How many found documents are counted, and put in order by `Order.BEST` (the newest ones, where there are more)."""


class Facet(StrEnum):
    """By which codes found documents can be counted; `SCAM` counts the 主 手口 alone, `CENTRE` by its key in digits."""

    SCAM = "scam"
    PRODUCT = "product"
    SALES_METHOD = "sales_method"
    AGE_BAND = "age_band"
    OUTCOME = "outcome"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Stored:
    """What an engine says it holds of a case."""

    uid: UUID
    revision: int


class Backend(Protocol):
    """An engine: the store that answers, and beside it at times a second one that is to take its place.

    Writes go into both (`put`, `delete`, `bury`, `optimise`), reads come from the first. A finished write is durable
    and seen by every later read, in this process and in others, power cuts included: the feed forgets a case only
    after its write. A new or wiped engine is not complete: it takes writes, but every read that answers a person
    raises SearchRebuilding until `complete` is called. Every method raises SearchUnavailable where the engine cannot
    be reached, EngineBroken where only `wipe` helps (its store is gone, damaged, or of another version).
    """

    def put(self, documents: Sequence[Document]) -> Mapping[UUID, str]:
        """Store the documents; answers with those that it refuses for good, and its own name of the reason.

        A refused one keeps no other from being stored, and whatever was held of it before is out of date. Where this
        raises, any of them may be stored. Idempotent; the highest revision wins, whatever the order of calls.
        Equal revisions: the last put wins, so that a document can be analysed anew.
        """

    def delete(self, uids: Collection[UUID]) -> None:
        """Forget the documents. Unknown ones are passed over. Bytes may stay in the store until `optimise`."""

    def bury(self, uids: Collection[UUID]) -> None:
        """Forget the documents for good: no put brings one of them back into these stores, however late it comes."""

    def frequencies(self, terms: Collection[bytes]) -> Mapping[bytes, int]:
        """In how many documents of the whole engine each term occurs; terms that occur nowhere are left out."""

    def candidates(self, weights: Mapping[bytes, int], filters: Filters, limit: int) -> list[Document]:
        """At most `limit` documents, those with the highest sums of the weights of the terms that they hold.

        A term counts once, however often it occurs. Of equal sums, the later 受付日 first, then the smaller uid: the
        same documents from every engine. A sum stays below 2^24, where a 32-bit float is still exact.
        """

    def find(self, query: WordQuery, filters: Filters, order: Order, *, limit: int, offset: int = 0) -> Page:
        """The documents that match, from `offset` on; equals are ordered alike in every call."""

    def counts(self, query: WordQuery | None, filters: Filters, facet: Facet) -> dict[str, int]:
        """How many of the documents that match (all, without a query) carry each code."""

    def size(self) -> int:
        """How many documents the engine holds."""

    def mean_length(self) -> float:
        """Terms per document; 0.0 while it is empty."""

    def stored(self, *, after: UUID | None = None, limit: int) -> list[Stored]:
        """What it holds, by ascending uid, behind `after`: the engine's side of a comparison."""

    def revisions(self, uids: Collection[UUID]) -> dict[UUID, int]:
        """The stored revision of each of these documents that it holds."""

    def documents(self, uids: Collection[UUID]) -> list[Document]:
        """What it holds of these, as it was put, in no promised order."""

    def complete(self) -> None:
        """All documents are in: answer from now on."""

    def is_complete(self) -> bool:
        """Whether reads are answered."""

    def optimise(self) -> bool:
        """Rewrite the stores so that nothing of deleted documents is left in their files.

        True only where the engine has looked and nothing is left. False where a reader still uses an older state, or
        an older store is still kept (`drop_old`): then it is asked again later.
        """

    def wipe(self) -> None:
        """Forget everything, the buried too, and start again as an empty engine of today's version."""

    # A second store takes the place of the first: begin, fill `building`, complete it, swap, and later drop the old.
    def begin(self) -> None:
        """Start an empty second store of today's version; every write that ends later is in both stores.

        A second store that was begun before is thrown away.
        """

    def building(self) -> Self | None:
        """The second store as an engine of its own, to be filled and read; None where there is none."""

    def swap(self) -> None:
        """The second store answers from now on, in one step; the first is kept for readers that still use it.

        Raises EngineBroken where there is no second store.
        """

    def abandon(self) -> None:
        """Throw the second store away, where there is one."""

    def drop_old(self, before: datetime) -> bool:
        """Remove stores that were replaced before the moment; True where no replaced store is left."""


def batches(uids: Collection[UUID], size: int = 500) -> Iterator[list[UUID]]:
    """The uids in lists of at most `size`: engines take a limited number of values in one request."""
    held = list(uids)
    for start in range(0, len(held), size):
        yield held[start : start + size]
