"""Similar earlier cases: what happened, how it ended, what was advised, and why they are shown.

The words typed stay in memory: they are analysed, never stored, logged or sent to the engine.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import F

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
LAG_COUNTED: Final = 1_000
"""So many changed cases that search has not seen yet are counted while somebody waits for an answer."""
# What of a word changes with its use, after a letter that is no hiragana: 払う, 払った.
_ENDING: Final = re.compile("(?<=[^ぁ-ん])[ぁ-ん]+$")
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
    """`lag` says how many changed cases search has not seen yet (up to `LAG_COUNTED`), and for how long."""

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
    lag = feed.lag("search", most=LAG_COUNTED)
    scope = Filters(centres=by.centre_ids, leave_out=leave_out)
    said = judgements.verdicts(leave_out) if leave_out else {}
    with looking() as engine:
        found = nearest(
            engine, product_hasher(), analysis.terms(text), scope,
            wanted=limit + _SPARE + len(said), codes=codes or CodesOfQuery(),
        )  # fmt: skip
    seen = _seen(found.hits, by)
    if not seen:
        return Answer([], lag, [])
    unlike = [one.uid for one in seen if said.get(one.uid) == Verdict.NOT_SIMILAR]
    chosen = [one for one in seen if one.uid not in unlike][:limit]
    uids = [one.uid for one in chosen]
    rows = _rows([*uids, *unlike], by)
    texts, helped = _texts(uids, by), judgements.helped(uids)
    why = _Why(found.telling, analysis.spelled(text))
    hits = [
        why.hit(rows[one.uid], one, texts[one.uid], helped[one.uid], said.get(one.uid, ""))
        for one in chosen
        if one.uid in rows and one.uid in texts
    ]
    return Answer(hits, lag, [Aside(uid, rows[uid]["number"]) for uid in unlike if uid in rows])


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


def _rows(uids: Sequence[UUID], by: Actor) -> dict[UUID, dict[str, Any]]:
    """What the list says of the cases, as the database has it now: one query."""
    rows = Case.objects.visible_to(by).of_uids(uids).filter(scam_types__is_main=True)
    told = ("uid", "number", "received_on", "product", "outcome", "closed_on", "recovered_yen")
    return {row["uid"]: row for row in rows.values(*told, scam_main=F("scam_types__code"))}


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
    """What the cases shown have in common with one question.

    `telling`: its words and how much each tells; `spelled`: those that it writes otherwise than they are indexed.
    """

    def __init__(self, telling: Mapping[str, float], spelled: Mapping[str, str]) -> None:
        self._tells = dict(_as_cases_say(telling))
        self._spelled = spelled
        hasher = product_hasher()
        self._words = {hasher.term(word): word for word in self._tells}

    def hit(
        self, row: Mapping[str, Any], found: Hit, texts: RedactedText, helped: int, verdict: str
    ) -> Similar:
        # Which words a case holds is known by their digests; its texts need not be analysed for that.
        terms = set(unpacked(found.document.terms))
        words = [word for term, word in self._words.items() if term in terms]
        held = _Held(words, self._tells, texts)
        return Similar(
            uid=found.uid,
            number=row["number"],
            received_on=row["received_on"],
            scam_main=row["scam_main"],
            product=row["product"],
            outcome=row["outcome"],
            is_open=row["closed_on"] is None,
            recovered_yen=row["recovered_yen"],
            score=found.score,
            shared=[
                self._spelled.get(word, word) for word in _shared({word: self._tells[word] for word in words})
            ],
            same=list(found.same),
            alike=len(found.behind),
            narrative=held.shown(texts.narrative),
            advice=held.shown(texts.advice),
            helped=helped,
            verdict=verdict,
        )


class _Held:
    """What is shown of the texts of one case that holds `words` of a question; `tells`: how much each tells.

    Most words stand in a text as they are in a dictionary, but for their ending (払う in 払った). Those that stand in
    neither text so (騙す in だまされた) may be in any sentence: those that may then weigh most are analysed.
    """

    def __init__(self, words: Sequence[str], tells: Mapping[str, float], texts: RedactedText) -> None:
        self._tells = tells
        letters = [(_ENDING.sub("", word) or word, tells[word]) for word in words]
        both = analysis.plain(f"{texts.narrative}\n{texts.advice}")
        self._found = [(part, weight) for part, weight in letters if part in both]
        self._lost = sum(weight for part, weight in letters if part not in both)

    def shown(self, text: str) -> str:
        """The whole of a short text; of a long one the sentences that have most in common with the question."""
        sentences = analysis.sentences(text)
        if len(text) <= EXCERPT or not sentences:
            return "".join(sentences)
        weights = [self._by_letters(sentence) for sentence in sentences]
        most = max(weights)
        may_win = [place for place, weight in enumerate(weights) if weight + self._lost >= most]
        if self._lost and len(may_win) > 1:
            for place in may_win:
                weights[place] = self._by_analysis(sentences[place])
        return _excerpt(sentences, weights)

    def _by_letters(self, sentence: str) -> float:
        plain = analysis.plain(sentence)
        return sum(weight for part, weight in self._found if part in plain)

    def _by_analysis(self, sentence: str) -> float:
        return sum(self._tells.get(word, 0.0) for word in dict.fromkeys(analysis.words(sentence)))


def _as_cases_say(telling: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Words that mean what one of the question means, and those of the question: each with how much it tells."""
    for mark in telling:
        if mark.startswith(analysis.MEANING):
            yield from ((word, telling[mark]) for word in analysis.meant(mark))
    yield from ((word, tells) for word, tells in telling.items() if not word.startswith(analysis.MEANING))


def _shared(told: Mapping[str, float]) -> list[str]:
    """The most telling words in common; a word inside a longer one (販売 in 訪問販売) says nothing more."""
    inside = {word for word in told for other in told if word != other and word in other}
    return sorted(told.keys() - inside, key=lambda word: (-told[word], word))[:SHARED]


def _excerpt(sentences: Sequence[str], weights: Sequence[float]) -> str:
    """The weightiest sentence, then those behind it as long as they fit; the first where none weighs anything."""
    start = max(range(len(sentences)), key=lambda at: (weights[at], -at))
    text = sentences[start]
    if len(text) > EXCERPT:
        return text[: EXCERPT - 1] + "…"
    for sentence in sentences[start + 1 :]:
        if len(text) + len(sentence) > EXCERPT:
            break
        text += sentence
    return text
