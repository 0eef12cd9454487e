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
from cases.law import calendar
from cases.protection.redacted import RedactedText, redacted_text
from cases.protection.sealed import SealBroken
from cases.records import ages
from cases.records.case import SEALED, Case
from cases.records.centre import Actor
from search import analysis, judgements
from search.backends.base import Document, Filters
from search.engine import looking
from search.hashing import product_hasher
from search.judgements import Verdict
from search.ranked import Ranked, ranked

EXCERPT: Final = 120
SHARED: Final = 8
# Room for cases that the engine still holds and the database does not.
_SPARE: Final = 10
_RECENT_DAYS: Final = 365

BOOSTS: Final[Mapping[str, float]] = {
    "scam_type": 0.15,
    "product": 0.08,
    "sales_method": 0.04,
    "age_band": 0.04,
    "recent": 0.04,
}
"""How much of its score a case gains for each thing in common. Small: the words decide, codes part near equals."""


@dataclass(frozen=True, kw_only=True)
class CodesOfQuery:
    """Codes already chosen for the case at hand; empty where not yet."""

    scam_types: Sequence[str] = ()
    product: str = ""
    sales_method: str = ""
    age_band: str = ""


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
    """Terms in common, the most telling first."""
    same: list[str]
    """Keys of `BOOSTS` that the case gained by."""
    narrative: str
    """The sentences with most in common, at most `EXCERPT` characters."""
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


@dataclass(frozen=True)
class _Scored:
    uid: UUID
    score: float
    same: list[str]


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
    with looking() as engine:
        found = ranked(engine, product_hasher(), analysis.terms(text), scope)
    said = judgements.verdicts(leave_out) if leave_out else {}
    best = _in_order(found, codes or CodesOfQuery())[: limit + _SPARE + len(said)]
    if not best:
        return Answer([], lag, [])
    # The engine may be behind: what is shown is what the database says now, within the actor's scope.
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
    hits = [_hit(cases[one.uid], one, texts[one.uid], found.telling) for one in chosen if one.uid in texts]
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


def _in_order(found: Ranked, codes: CodesOfQuery) -> list[_Scored]:
    """The documents with what they gain by codes, best first; equals in the order of their uids."""
    today = calendar.today()
    scored = [_boosted(document, score, codes, today) for document, score in found.documents]
    return sorted(scored, key=lambda one: (-one.score, one.uid))


def _boosted(found: Document, score: float, codes: CodesOfQuery, today: date) -> _Scored:
    common = {
        "scam_type": not set(codes.scam_types).isdisjoint(found.scams),
        "product": bool(codes.product) and codes.product == found.product,
        "sales_method": bool(codes.sales_method) and codes.sales_method == found.sales_method,
        "age_band": bool(codes.age_band) and codes.age_band == found.age_band,
        "recent": (today - found.received_on).days < _RECENT_DAYS,
    }
    same = [name for name, is_same in common.items() if is_same]
    return _Scored(found.uid, score * (1 + sum(BOOSTS[name] for name in same)), same)


# --- Why ----------------------------------------------------------------------------------------------------------
def _hit(case: Case, scored: _Scored, texts: RedactedText, telling: Mapping[str, float]) -> Similar:
    narrative = _read(texts.narrative)
    advice = _read(texts.advice)
    common = {word for _sentence, words in narrative + advice for word in words if word in telling}
    return Similar(
        uid=case.uid,
        number=case.number,
        received_on=case.received_on,
        scam_main=case.main_scam,
        product=case.product,
        outcome=case.outcome,
        is_open=case.is_open,
        recovered_yen=case.recovered_yen,
        score=scored.score,
        shared=_shared(common, telling),
        same=scored.same,
        narrative=_excerpt(narrative, telling),
        advice=_excerpt(advice, telling),
        helped=0,
        verdict="",
    )


def _read(text: str) -> list[tuple[str, list[str]]]:
    return [(sentence, analysis.words(sentence)) for sentence in analysis.sentences(text)]


def _shared(common: set[str], telling: Mapping[str, float]) -> list[str]:
    """The most telling words in common; a word inside a longer one (販売 in 訪問販売) says nothing more."""
    inside = {word for word in common for other in common if word != other and word in other}
    return sorted(common - inside, key=lambda word: (-telling[word], word))[:SHARED]


def _excerpt(read: Sequence[tuple[str, list[str]]], telling: Mapping[str, float]) -> str:
    """The sentence with most in common, then those behind it as long as they fit; the beginning where none has any."""
    if not read:
        return ""
    weights = [sum(telling.get(word, 0.0) for word in set(words)) for _sentence, words in read]
    start = max(range(len(read)), key=lambda at: (weights[at], -at))
    text = read[start][0]
    if len(text) > EXCERPT:
        return text[: EXCERPT - 1] + "…"
    for sentence, _words in read[start + 1 :]:
        if len(text) + len(sentence) > EXCERPT:
            break
        text += sentence
    return text
