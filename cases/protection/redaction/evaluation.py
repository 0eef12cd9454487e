"""How much of the names in annotated sentences the redaction covers, and how much else it covers with them."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cases.protection.redaction.masks import AUTO, NAME, Redaction, Span
from cases.protection.redaction.redactor import redact

# Between the parts of one name; nobody is told by them.
_FREE: Final = frozenset("・＝= 　")
_WARM_UP: Final = "相談者の山田花子さんが、訪問した業者と契約した。"


@dataclass(frozen=True)
class Annotated:
    """A sentence and the half-open ranges of code points in which a person is named."""

    text: str
    names: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Share:
    """A part of a whole; `value` is None where the whole is nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return round(self.part / self.whole, 4) if self.whole else None


@dataclass(frozen=True)
class Evaluation:
    """Names covered whole, by sure masks alone and with suggestions; precision by character of 〔氏名〕.

    A name counts as covered when every character of it but ・, = and blanks is masked, whatever the kind of the mask.
    Unit of `seconds`: seconds inside `redact`, dictionary loaded.
    """

    sentences: int
    characters: int
    seconds: float
    sure: Share
    with_suggestions: Share
    characters_sure: Share
    characters_with_suggestions: Share
    precision_sure: Share
    precision_suggested: Share

    @property
    def characters_per_second(self) -> int:
        return round(self.characters / self.seconds) if self.seconds else 0


def evaluate(sentences: Iterable[Annotated]) -> Evaluation:
    """Redact each sentence as a case without known parties would be, and count."""
    given = list(sentences)
    redact(_WARM_UP)
    started = time.perf_counter()
    redactions = [redact(sentence.text) for sentence in given]
    seconds = time.perf_counter() - started
    counts = [
        _Count.of(sentence, redaction, tiers)
        for tiers in ((AUTO,), None)
        for sentence, redaction in zip(given, redactions, strict=True)
    ]
    sure, suggested = counts[: len(given)], counts[len(given) :]
    return Evaluation(
        sentences=len(given),
        characters=sum(len(sentence.text) for sentence in given),
        seconds=seconds,
        sure=_share(sure, "covered", "names"),
        with_suggestions=_share(suggested, "covered", "names"),
        characters_sure=_share(sure, "hit", "wanted"),
        characters_with_suggestions=_share(suggested, "hit", "wanted"),
        precision_sure=_share(sure, "right", "masked"),
        precision_suggested=_share(suggested, "right", "masked"),
    )


@dataclass(frozen=True)
class _Count:
    """One sentence: names and those covered; characters of names, and masked; characters of 〔氏名〕, and right."""

    names: int
    covered: int
    wanted: int
    hit: int
    masked: int
    right: int

    @classmethod
    def of(cls, sentence: Annotated, redaction: Redaction, tiers: Sequence[str] | None) -> "_Count":
        spans = [span for span in redaction.spans if tiers is None or span.tier in tiers]
        masked, called_names = _places(spans), _places([span for span in spans if span.kind == NAME])
        wanted = [{at for at in range(*name) if sentence.text[at] not in _FREE} for name in sentence.names]
        inside = {at for start, end in sentence.names for at in range(start, end)}
        return cls(
            names=len(wanted),
            covered=sum(places <= masked for places in wanted),
            wanted=sum(len(places) for places in wanted),
            hit=sum(len(places & masked) for places in wanted),
            masked=len(called_names),
            right=len(called_names & inside),
        )


def _places(spans: Iterable[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}


def _share(counts: Sequence[_Count], part: str, whole: str) -> Share:
    return Share(
        sum(getattr(count, part) for count in counts), sum(getattr(count, whole) for count in counts)
    )
