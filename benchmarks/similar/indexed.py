"""What is searched in: made-up cases, as redacted texts with the blocks they were put together from."""

import hashlib
import re
import uuid
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Final

from benchmarks.similar.judged import Block
from cases import spelling
from cases.demo import people, profile, sentences, stories
from cases.demo.generator import entries
from cases.demo.telling import Codes, Thread
from cases.services.intake import masked, parties_of
from search import analysis
from search.backends.base import Document
from search.hashing import TermHasher

TODAY: Final = date(2026, 10, 1)
"""The made-up cases were received before this day."""

CENTRE: Final = 1
_PARTS: Final = ("opening", "how", "now", "wish")
_PLACE: Final = re.compile(r"\{\w+\}")
_LEAST: Final = 7
_VARIANTS: Final = 40


@dataclass(frozen=True)
class Told:
    """One case: its words as they are indexed, its codes, and which events it tells."""

    uid: uuid.UUID
    received_on: date
    scam: str
    product: str
    sales_method: str
    age_band: str
    text: str
    blocks: frozenset[Block]

    def document(self, terms: bytes) -> Document:
        return Document(
            self.uid, 1, CENTRE, self.received_on, terms, (self.scam,), self.product, self.sales_method, self.age_band
        )  # fmt: skip


# --- The product's own made-up cases ------------------------------------------------------------------------------
def demo_cases(count: int, seed: int = 1) -> Iterator[Told]:
    """Cases of `manage.py demo_data`, redacted as a save redacts them."""
    for entry in entries(count, seed, TODAY):
        allow = [entry.trader_name] if entry.trader_name else []
        parties = parties_of(entry)
        texts = [masked(text, parties, allow) for text in (entry.narrative, entry.advice) if text]
        yield Told(
            entry.uid, entry.received_on, entry.scam_main, entry.product, entry.sales_method, entry.age_band,
            "\n".join(texts), told_in(entry.scam_main, entry.narrative),
        )  # fmt: skip


def told_in(scam: str, narrative: str) -> frozenset[Block]:
    """The blocks that a narrative was made of: those of which most that stands between two places is in it."""
    text = _plain(narrative)
    return frozenset(
        block for block, pieces in _pieces(scam).items() if any(piece in text for piece in pieces)
    )


@cache
def _pieces(scam: str) -> dict[Block, tuple[str, ...]]:
    """Of each block the pieces between its places, halved so that a typing error spoils one alone."""
    found: dict[Block, tuple[str, ...]] = {}
    for part in _PARTS:
        for place, block in enumerate(sentences.blocks(scam).parts[part]):
            longest = max((_plain(piece) for piece in _PLACE.split(block)), key=len)
            half = len(longest) // 2
            found[part, place] = (longest[:half], longest[half:]) if half >= _LEAST else (longest,)
    return found


def _plain(text: str) -> str:
    return "".join(spelling.width(text).split())


# --- As many as one likes -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Sentence:
    """One block, filled in: its terms, packed. `item`: the goods in their place; empty where it has none."""

    terms: bytes
    block: Block | None
    item: str


_Filled = dict[str, dict[str, list[_Sentence]]]
"""By part and block: the block filled in, over and over."""


def many_cases(count: int, hasher: TermHasher, seed: int = 1) -> Iterator[tuple[Document, frozenset[Block]]]:
    """Made-up cases of the same blocks, shares and days, each put together anew: up to millions.

    Every block is filled in and analysed `_VARIANTS` times beforehand, with masks where a redaction would put them;
    the vocabulary therefore does not grow with the cases, which makes the lists of each word longer than in life.
    """
    rng = Random(seed)
    days, cumulated = profile.days(TODAY)
    bands = profile.AGE_BANDS
    waves = profile.surges(TODAY)
    for n in range(count):
        day = days[min(bisect(cumulated, rng.random() * cumulated[-1]), len(days) - 1)]
        scam = profile.draw_scam(rng, day, None, waves)
        told, codes = _put_together(rng, scam.code, _filled(scam.code, seed, hasher))
        document = Document(
            uuid.UUID(bytes=hashlib.blake2b(f"{seed}/{n}".encode(), digest_size=16).digest(), version=4),
            1, CENTRE, day, b"".join(one.terms for one in told), (scam.code, *codes.scams),
            codes.product, codes.sales or scam.sales.draw(rng), rng.choice(list(bands)),
        )  # fmt: skip
        yield document, frozenset(one.block for one in told if one.block is not None)


def _put_together(rng: Random, scam: str, filled: _Filled) -> tuple[list[_Sentence], Codes]:
    """As `cases.demo.stories.tell`: an opening, one how or two, what is now, mostly a wish, advice."""
    parts = ["opening", "how", *(["how"] if rng.random() < 0.35 else []), "now"]
    parts += ["wish"] if rng.random() < 0.85 else []
    parts += ["advice"] * (2 if rng.random() < 0.3 else 1)
    source = sentences.blocks(scam)
    thread = Thread(scam, source)
    chosen = [filled[part][thread.pick(rng, source.parts[part])] for part in parts]
    codes = thread.codes(rng)
    fitting = [[one for one in variants if one.item in ("", codes.item)] or variants for variants in chosen]
    return [rng.choice(variants) for variants in fitting], codes


_KEPT: Final[dict[tuple[str, int, int], _Filled]] = {}


def _filled(scam: str, seed: int, hasher: TermHasher) -> _Filled:
    key = (scam, seed, id(hasher))
    if key not in _KEPT:
        rng = Random(f"{scam}/{seed}")
        source = sentences.blocks(scam)
        _KEPT[key] = {
            part: {
                block: [
                    _sentence(rng, block, source, None if part == "advice" else (part, place), hasher)
                    for _variant in range(_VARIANTS if "{" in block else 1)
                ]
                for place, block in enumerate(blocks)
            }
            for part, blocks in source.parts.items()
        }
    return _KEPT[key]


def _sentence(
    rng: Random, text: str, source: sentences.Blocks, block: Block | None, hasher: TermHasher
) -> _Sentence:
    item = rng.choice(source.items)
    terms = hasher.packed(analysis.expanded(analysis.words(_fill(rng, text, source, item))))
    return _Sentence(terms, block, item if "{item}" in text else "")


def _fill(rng: Random, block: str, source: sentences.Blocks, item: str) -> str:
    low, typical, high = source.yen
    yen = stories.yen_text(int(min(max(rng.lognormvariate(0, 0.8) * typical, low), high)) // 100 * 100)
    name, phone = "〔氏名〕", "〔電話〕"
    return block.format(
        caller=name, party=name, agent=name, phone=phone, own_phone=phone, account="〔口座〕", yen=yen, paid=yen,
        relation=rng.choice(("夫", "妻", "父", "母", "息子", "娘", "祖母")), trader=rng.choice(source.traders),
        item=item, date=f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
        area=rng.choice(people.DISTRICTS).label, site=rng.choice(stories.SITES), bank=rng.choice(stories.BANKS),
    )  # fmt: skip


# --- How near the questions are to what is searched ---------------------------------------------------------------
def shingles(text: str, size: int = 5) -> set[tuple[str, ...]]:
    """Every run of so many terms."""
    words = analysis.words(text)
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def shared_shingles(questions: Sequence[str], documents: Sequence[str]) -> tuple[int, int]:
    """(how many different runs of five terms the questions hold, how many of them some document holds)."""
    asked = set().union(*map(shingles, questions))
    held: set[tuple[str, ...]] = set()
    for text in documents:
        held |= shingles(text) & asked
    return len(asked), len(held)
