"""Codes that the words typed so far speak for, with how sure that is and why; nothing where it is not sure enough.

The words stay in memory. What decides is a linear classifier over keyed digests, learned from the cases of this
installation (`search.suggest_learning`); the nearest earlier cases of the reader's own centres stand beside it as a
reason. It was the better of the two by measurement: `benchmarks/results/suggest.md`.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Actor
from cases.records.codes import codes
from cases.services.entry import UNCLASSIFIED
from search import analysis
from search.backends.base import Document, Filters
from search.engine import looking
from search.errors import SearchUnavailable
from search.hashing import TermHasher, product_hasher
from search.ranked import ranked
from search.suggest_learning import KINDS, SETS, model, terms_of
from search.suggest_model import LEADING, Chance, CodeSet, Model

LEAST_SURE: Final[Mapping[str, float]] = {
    "scam_main": 0.5, "product": 0.6, "sales_method": 0.7, "scam_others": 0.5, "issues": 0.45,
}  # fmt: skip
"""Where too few cases were set aside to find a bound (`suggest_surety.FEWEST`): below this probability of its first
code a set shows nothing; of a set of several, each code that is below it."""
ALSO: Final = 0.1
"""What stands second and third is shown from this probability on."""
SHOWN: Final = 3
KEYWORDS: Final = 8
NEAREST: Final = 10
BECAUSE: Final = 4


@dataclass(frozen=True)
class Suggestion:
    """A code for a field. `nearest`: of the `looked_at` nearest earlier cases so many carry it; None: not known."""

    name: str
    code: str
    probability: float
    because: list[str]
    """Words of the text that speak for it, the strongest first."""
    nearest: int | None = None
    looked_at: int = 0

    @property
    def percent(self) -> int:
        return min(round(self.probability * 100), 99)


@dataclass(frozen=True)
class Suggested:
    """By the name of the set, the likeliest first; only sets that have something to say."""

    by_set: Mapping[str, list[Suggestion]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_set)


NOTHING: Final = Suggested()


def suggest(
    text: str,
    *,
    by: Actor,
    centre_uid: UUID,
    chosen: Mapping[str, Sequence[str]],
    leave_out: UUID | None = None,
) -> Suggested:
    """What the text speaks for, but for sets that already have a code (`chosen`) and codes that they have.

    Codes of other centres, of other times and merged ones are not offered. Two queries at most. Raises KeyMissing.
    """
    learned = model()
    if learned is None:
        return NOTHING
    words = analysis.words(text)
    found = {}
    for name, is_single in SETS.items():
        if name not in learned.sets or (is_single and chosen.get(name)):
            continue
        offered = _offered(name, centre_uid) - set(chosen.get(name, ())) - set(chosen.get("scam_main", ()))
        leader = next(iter(chosen.get(LEADING, ())), "")
        if best := _sure(learned, name, words, offered, leader):
            found[name] = best
    near = _nearest(words, by, leave_out) if found else []
    return Suggested({name: [_with_nearest(one, near) for one in best] for name, best in found.items()})


def _offered(name: str, centre_uid: UUID) -> set[str]:
    valid = codes(KINDS[name]).valid_on(calendar.today())
    return {code.code for code in valid if not code.merged_into and code.is_for(centre_uid)}


def _sure(
    learned: Model, name: str, words: Sequence[str], offered: Collection[str], leader: str
) -> list[Suggestion]:
    """What is worth showing of a set.

    未分類 is learned, so that words of no known 手口 do not look like one; it is never suggested itself.
    """
    hasher = product_hasher()
    chances = learned.chances(name, terms_of(hasher)(words), leader=leader, most=BECAUSE)
    shown = [one for one in worth_showing(learned.sets[name], name, chances) if one.code in offered]
    if learned.sets[name].is_single and (not shown or shown[0].code != chances[0].code):
        return []
    spoken = _spoken(hasher, words)
    return [
        Suggestion(
            name, one.code, one.probability, _apart(list(dict.fromkeys(spoken[term] for term in one.because)))
        )
        for one in shown
        if one.code != UNCLASSIFIED
    ]


def worth_showing(learned: CodeSet, name: str, chances: Sequence[Chance]) -> list[Chance]:
    """Of a set of one code the first three, where the first is sure enough; of several each code that is."""
    if not learned.is_single:
        return [one for one in chances if one.probability >= least_of(learned, name, one.code)][:KEYWORDS]
    if not chances or chances[0].probability < least_of(learned, name, chances[0].code):
        return []
    return [chances[0], *(one for one in chances[1:SHOWN] if one.probability >= ALSO)]


def least_of(learned: CodeSet, name: str, code: str) -> float:
    """The probability below which the code is not shown: measured on cases set aside, or as stated."""
    if learned.least is None:
        return LEAST_SURE[name]
    return float(learned.least[learned.codes.index(code)])


def _spoken(hasher: TermHasher, words: Sequence[str]) -> dict[int, str]:
    """Terms to the words of the text that they come from; a meaning to the first word that has it."""
    found = {
        hasher.term(mark): word for word in reversed(words) if (mark := analysis.meaning(word)) is not None
    }
    found |= {hasher.term(word): word for word in words}
    return {int.from_bytes(term, "big"): word for term, word in found.items()}


def _apart(words: Sequence[str]) -> list[str]:
    """A word inside a longer one (販売 in 訪問販売) says nothing more."""
    return [word for word in words if not any(word != other and word in other for other in words)]


def _nearest(words: Sequence[str], by: Actor, leave_out: UUID | None) -> list[Document]:
    """The nearest earlier cases that the reader may see; none where the engine cannot be asked."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    with suppress(SearchUnavailable), looking() as engine:
        found = ranked(engine, product_hasher(), counts, Filters(centres=by.centre_ids, leave_out=leave_out))
        best = [document for document, _score in found.documents[:NEAREST]]
        seen = Case.objects.visible_to(by).of_uids([one.uid for one in best]).values_list("uid", flat=True)
        visible = set(seen)
        return [one for one in best if one.uid in visible]
    return []


def _with_nearest(one: Suggestion, near: Sequence[Document]) -> Suggestion:
    held = {
        "scam_main": lambda document: one.code in document.scams[:1],
        "scam_others": lambda document: one.code in document.scams[1:],
        "product": lambda document: one.code == document.product,
        "sales_method": lambda document: one.code == document.sales_method,
    }.get(one.name)
    if held is None or not near:
        return one
    return Suggestion(one.name, one.code, one.probability, one.because, sum(map(held, near)), len(near))
