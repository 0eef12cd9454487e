"""Spans of a text, how they are laid over each other, and the text with them replaced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final

from django.utils.translation import gettext_noop

NAME: Final = gettext_noop("氏名")
PHONE: Final = gettext_noop("電話")
ADDRESS: Final = gettext_noop("住所")
EMAIL: Final = gettext_noop("メール")
ACCOUNT: Final = gettext_noop("口座")
CARD: Final = gettext_noop("カード")
BIRTH_DATE: Final = gettext_noop("生年月日")
OTHER: Final = gettext_noop("その他")
KINDS: Final = (NAME, PHONE, ADDRESS, EMAIL, ACCOUNT, CARD, BIRTH_DATE, OTHER)

AUTO: Final = "auto"
SUGGEST: Final = "suggest"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points; `kind` is one of `KINDS`, `tier` is `AUTO` or `SUGGEST`."""

    start: int
    end: int
    kind: str
    tier: str


@dataclass(frozen=True)
class Redaction:
    """The spans found in a text, ascending and never overlapping. Holds the text: never log it."""

    text: str
    spans: tuple[Span, ...]

    def __repr__(self) -> str:
        return f"<Redaction: {len(self.spans)} spans>"

    @cached_property
    def masked(self) -> str:
        """The text with every span, sure or suggested, replaced by 〔kind〕."""
        return replaced(self.text, self.spans)

    @cached_property
    def masked_auto(self) -> str:
        """The text with the sure spans alone replaced."""
        return replaced(self.text, [span for span in self.spans if span.tier == AUTO])


def replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with each of the ascending, disjoint spans replaced by its kind in 〔〕."""
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += (text[done : span.start], "〔", span.kind, "〕")
        done = span.end
    parts.append(text[done:])
    return "".join(parts)


def merged(found: Sequence[Span]) -> tuple[Span, ...]:
    """Lay spans over each other: sure before suggested, then longer before shorter, then earlier before later.

    What a weaker span covers beside a stronger one stays covered; touching pieces of one kind and tier become one.
    """
    laid: list[Span] = []
    for tier in (AUTO, SUGGEST):
        laid = _joined([*laid, *outside(laid, _disjoint([span for span in found if span.tier == tier]))])
    return tuple(laid)


def _disjoint(spans: list[Span]) -> list[Span]:
    """Spans of one tier cut so that none overlap, longest first within each cluster of overlapping spans."""
    spans.sort(key=lambda span: (span.start, -span.end))
    result: list[Span] = []
    cluster: list[Span] = []
    reach = -1
    for span in spans:
        if span.start >= reach:
            result += _cut(cluster)
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end)
    return result + _cut(cluster)


def _cut(cluster: list[Span]) -> list[Span]:
    if len(cluster) < 2:
        return cluster
    # Painted cell by cell: linear in the lengths, however many spans overlap in a row.
    base = cluster[0].start
    ranked = sorted(cluster, key=lambda span: (span.start - span.end, span.start))
    owners = [-1] * (max(span.end for span in cluster) - base)
    for rank, span in enumerate(ranked):
        for cell in range(span.start - base, span.end - base):
            if owners[cell] < 0:
                owners[cell] = rank
    pieces: list[Span] = []
    for rank, cells in groupby(range(len(owners)), key=owners.__getitem__):
        places = list(cells)
        pieces.append(replace(ranked[rank], start=base + places[0], end=base + places[-1] + 1))
    return pieces


def outside(laid: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """The pieces of `spans` (ascending) that lie outside `laid` (ascending, disjoint)."""
    pieces: list[Span] = []
    first = 0
    for span in spans:
        while first < len(laid) and laid[first].end <= span.start:
            first += 1
        begin, at = span.start, first
        while at < len(laid) and laid[at].start < span.end:
            if begin < laid[at].start:
                pieces.append(Span(begin, laid[at].start, span.kind, span.tier))
            begin = max(begin, laid[at].end)
            at += 1
        if begin < span.end:
            pieces.append(Span(begin, span.end, span.kind, span.tier))
    return pieces


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        last = joined[-1] if joined else None
        if last and last.end == span.start and (last.kind, last.tier) == (span.kind, span.tier):
            joined[-1] = Span(last.start, span.end, span.kind, span.tier)
        else:
            joined.append(span)
    return joined
