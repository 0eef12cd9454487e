"""Similar earlier cases: what happened, how it ended, what was advised, and why they are shown.

The words typed stay in memory: they are analysed, never stored, logged or sent to the engine.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from cases import feed
from cases.protection.redacted import RedactedText, redacted_text
from cases.protection.sealed import SealBroken
from cases.records import ages
from cases.records.case import SEALED, Case
from cases.records.centre import Actor
from search import analysis, judgements
from search.backends.base import Filters
from search.boosts import CodesOfQuery as CodesOfQuery
from search.engine import looking
from search.hashing import product_hasher, unpacked
from search.judgements import Verdict
from search.ranked import Hit, nearest

EXCERPT: Final = 120
SHARED: Final = 8
# Room for cases that the engine still holds and the database does not.
_SPARE: Final = 10


@dataclass(frozen=True, kw_only=True)
class Similar:
    """One earlier case. Texts are redacted; `score` is comparable inside one answer only."""

    uid: UUID
    number: str
    received_on: date
    scam_main: str
    product: str
    outcome: str
    is_open: bool
    recovered_yen: int | None
    score: float
    shared: list[str]
    """Words of the text that the case has too, or the case's own ones that mean the same, the most telling first."""
    same: list[str]
    """Names of `search.boosts.BOOSTS` that the case gained by."""
    alike: int
    """How many more cases say nearly the same, and are not listed for that."""
    narrative: str
    """The whole text where it is short, else the sentences with most in common; at most `EXCERPT` characters."""
    advice: str
    helped: int
    """For how many cases somebody said that it helped."""
    verdict: str
    """What was said of it for the case at hand (`Verdict`); empty: nothing."""


@dataclass(frozen=True)
class Aside:
    """A case that would be shown, were it not said to be unlike the case at hand."""

    uid: UUID
    number: str


@dataclass(frozen=True)
class Answer:
    """`lag` says how many changed cases search has not seen yet, and for how long."""

    hits: list[Similar]
    lag: feed.Lag
    aside: list[Aside]


def similar(
    text: str,
    *,
    by: Actor,
    codes: CodesOfQuery | None = None,
    leave_out: UUID | None = None,
    limit: int = 10,
) -> Answer:
    """The cases of the actor's centres that are most like the text, best first; one audit entry where any is shown.

    `leave_out`: the case (or draft) at hand. It is not shown, nor are those that were said to be unlike it.
    Raises SearchUnavailable (as SearchRebuilding while the index is made anew), KeyMissing.
    """
    lag = feed.lag("search")
    scope = Filters(centres=by.centre_ids, leave_out=leave_out)
    said = judgements.verdicts(leave_out) if leave_out else {}
    with looking() as engine:
        found = nearest(
            engine, product_hasher(), analysis.terms(text), scope,
            wanted=limit + _SPARE + len(said), codes=codes or CodesOfQuery(),
        )  # fmt: skip
    best = _seen(found.hits, by)
    if not best:
        return Answer([], lag, [])
    shown = (
        Case.objects.visible_to(by)
        .of_uids([one.uid for one in best])
        .only("uid", "number", "received_on", "product", "outcome", "closed_on", "recovered_yen")
        .prefetch_related("scam_types")
    )
    cases = {case.uid: case for case in shown}
    seen = [one for one in best if one.uid in cases]
    unlike = [one.uid for one in seen if said.get(one.uid) == Verdict.NOT_SIMILAR]
    chosen = [one for one in seen if one.uid not in unlike][:limit]
    uids = [one.uid for one in chosen]
    texts, helped = _texts(uids, by), judgements.helped(uids)
    why = _Why(found.telling)
    hits = [why.hit(cases[one.uid], one, texts[one.uid]) for one in chosen if one.uid in texts]
    return Answer(
        [replace(hit, helped=helped[hit.uid], verdict=said.get(hit.uid, "")) for hit in hits],
        lag,
        [Aside(uid, cases[uid].number) for uid in unlike],
    )


def similar_to(case_uid: UUID, *, by: Actor, limit: int = 10) -> Answer:
    """The cases most like a saved one, by its redacted words and its codes. Raises Case.DoesNotExist, as `similar`."""
    case = Case.objects.visible_to(by).prefetch_related("scam_types").defer(*SEALED).get(uid=case_uid)
    words = _texts([case_uid], by).get(case_uid, RedactedText("", ""))
    codes = CodesOfQuery(
        scam_types=[row.code for row in case.scam_types.all()],
        product=case.product,
        sales_method=case.sales_method,
        age_band="" if case.party_age_band == ages.UNKNOWN else case.party_age_band,
    )
    text = f"{words.subject}\n{words.narrative}"
    return similar(text, by=by, codes=codes, leave_out=case_uid, limit=limit)


def _seen(hits: Sequence[Hit], by: Actor) -> list[Hit]:
    """The engine may be behind: what is shown is what the database says now, within the actor's scope.

    Where the best of near-duplicates is no longer seen, the next one stands for the others.
    """
    groups = [[hit, *hit.behind] for hit in hits]
    uids = [one.uid for group in groups for one in group]
    visible = set(Case.objects.visible_to(by).of_uids(uids).values_list("uid", flat=True)) if uids else set()
    left = [[one for one in group if one.uid in visible] for group in groups]
    return [replace(first, behind=tuple(others)) for first, *others in filter(None, left)]


def _texts(uids: Sequence[UUID], by: Actor) -> dict[UUID, RedactedText]:
    """The redacted texts; a case whose words do not open is left out and does not hide the others."""
    try:
        return redacted_text(uids, by=by)
    except SealBroken:
        found: dict[UUID, RedactedText] = {}
        for uid in uids:
            with suppress(SealBroken):
                found |= redacted_text([uid], by=by)
        return found


# --- Why ----------------------------------------------------------------------------------------------------------
class _Why:
    """What the cases shown have in common with one question; `telling`: its words and how much each tells."""

    def __init__(self, telling: Mapping[str, float]) -> None:
        self._telling = telling
        hasher = product_hasher()
        self._terms = {hasher.term(word): word for word in telling if not word.startswith(analysis.MEANING)}

    def hit(self, case: Case, found: Hit, texts: RedactedText) -> Similar:
        narrative, told = self._read(texts.narrative)
        advice, advised = (
            self._read(texts.advice) if len(texts.advice) > EXCERPT else (_whole(texts.advice), {})
        )
        # The words of an advice that is shown whole are known by their digests.
        terms = set(unpacked(found.document.terms))
        held = {word: self._telling[word] for term, word in self._terms.items() if term in terms}
        return Similar(
            uid=case.uid,
            number=case.number,
            received_on=case.received_on,
            scam_main=case.main_scam,
            product=case.product,
            outcome=case.outcome,
            is_open=case.is_open,
            recovered_yen=case.recovered_yen,
            score=found.score,
            shared=_shared(held | told | advised),
            same=list(found.same),
            alike=len(found.behind),
            narrative=narrative,
            advice=advice,
            helped=0,
            verdict="",
        )

    def _read(self, text: str) -> tuple[str, dict[str, float]]:
        """What is shown of a text, and its words that tell something for the question."""
        read = [(sentence, analysis.words(sentence)) for sentence in analysis.sentences(text)]
        told = {word: tells for _sentence, words in read for word in words if (tells := self._tells(word))}
        return _whole(text) if len(text) <= EXCERPT else _excerpt(read, told), told

    def _tells(self, word: str) -> float:
        """How much a word of a case tells: itself, or what it means; 0 where it has neither."""
        return self._telling.get(word) or self._telling.get(analysis.meaning(word) or "", 0.0)


def _shared(told: Mapping[str, float]) -> list[str]:
    """The most telling words in common; a word inside a longer one (販売 in 訪問販売) says nothing more."""
    inside = {word for word in told for other in told if word != other and word in other}
    return sorted(told.keys() - inside, key=lambda word: (-told[word], word))[:SHARED]


def _whole(text: str) -> str:
    return "".join(analysis.sentences(text))


def _excerpt(read: Sequence[tuple[str, list[str]]], told: Mapping[str, float]) -> str:
    """The sentence with most in common, then those behind it as long as they fit; the beginning where none has any."""
    weights = [sum(told.get(word, 0.0) for word in set(words)) for _sentence, words in read]
    start = max(range(len(read)), key=lambda at: (weights[at], -at))
    text = read[start][0]
    if len(text) > EXCERPT:
        return text[: EXCERPT - 1] + "…"
    for sentence, _words in read[start + 1 :]:
        if len(text) + len(sentence) > EXCERPT:
            break
        text += sentence
    return text
