"""Four pools of wording that share no sentence: to learn from, to calibrate with, to tune on, to be tested on.

Each 手口 of the demo data has sentences for five places of a story. They are put in the order of their digests and
dealt out: of eight five to learn from, and one to each of the others. Names of traders are dealt out too, so that no
name gives a 手口 away; goods as well, unless `shared_goods`. Whatever is chosen by its figures is chosen on the pool
to tune on; the pool to be tested on is asked for the page of results alone.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from random import Random
from typing import Final

from cases.demo import profile, sentences, stories
from cases.demo.sentences import Blocks
from cases.demo.stories import Teller
from cases.demo.telling import Thread
from cases.protection.redaction import Party, redact
from cases.services.entry import PersonEntry

DAY: Final = date(2026, 4, 9)
# Places of the pools in the order of the digests; a part of three sentences has one to be tested on.
_DEALT: Final = (0, 3, 0, 1, 0, 2, 0, 0)
# So often the dice of a card are thrown again, to see which codes they give most.
_DRAWS: Final = 20


class Pool(IntEnum):
    LEARN = 0
    CALIBRATE = 1
    TUNE = 2
    TEST = 3


@dataclass(frozen=True)
class Sample:
    """A redacted narrative with the codes of its card, and the sentences it was made of."""

    text: str
    opening: str
    codes: dict[str, tuple[str, ...]]
    likeliest: dict[str, tuple[str, ...]]
    """Of the sets of one code: what somebody would answer, best first, who knows what each sentence fixes."""
    blocks: tuple[str, ...]
    names_goods: bool


def dealt(items: Sequence[str], pool: Pool) -> tuple[str, ...]:
    """The part of the sentences that belongs to the pool; never one that belongs to another."""
    ordered = sorted(set(items), key=lambda text: hashlib.sha256(text.encode()).digest())
    return tuple(text for at, text in enumerate(ordered) if _DEALT[at % len(_DEALT)] == pool)


def blocks_of(scam: str, pool: Pool, *, shared_goods: bool, openings: int | None = None) -> Blocks:
    """`openings`: no more than so many of the pool's, to see what the others are worth."""
    whole = sentences.blocks(scam)
    parts = {part: dealt(texts, pool) for part, texts in whole.parts.items()}
    parts["opening"] = parts["opening"][:openings]
    items = whole.items if shared_goods else dealt(whole.items, pool) or whole.items[:1]
    return replace(whole, parts=parts, items=items, traders=dealt(whole.traders, pool) or ("あの店",))


def samples(
    pool: Pool, count: int, *, seed: int, shared_goods: bool = False, openings: int | None = None
) -> Iterator[Sample]:
    """`count` made-up cases told in the words of the pool, 手口 as frequent as in the demo data."""
    rng = Random(f"{seed}/{pool}")
    scams = profile.scams()
    sources = {
        scam.code: blocks_of(scam.code, pool, shared_goods=shared_goods, openings=openings) for scam in scams
    }
    for scam in rng.choices(scams, [scam.weight for scam in scams], k=count):
        source = sources[scam.code]
        thread = Thread(scam.code, source)
        parts = ["opening", "how", *(["how"] if rng.random() < 0.35 else []), "now", "wish"]
        # A pool is small: where none of its sentences goes with the others, the part stays untold.
        chosen = [
            thread.pick(rng, fitting) for part in parts if (fitting := _fitting(thread, source.parts[part]))
        ]
        yield _told(rng, scam, source, list(dict.fromkeys(chosen)), thread)


def _fitting(thread: Thread, options: Sequence[str]) -> list[str]:
    return [one for one in options if thread.allows(one)]


def _told(rng: Random, scam: profile.Scam, source: Blocks, chosen: list[str], thread: Thread) -> Sample:
    codes = thread.codes(rng)
    sex = "MALE" if rng.random() < scam.male else "FEMALE"
    teller = Teller(scam.code, rng.choice(("SELF", "SELF", "CHILD")), sex, rng.randint(20, 85), "")
    story = stories.filled(rng, teller, DAY, "\n".join(chosen), "", source, codes)
    narrative = _redacted(story.narrative, story.caller, story.party)
    return Sample(
        narrative,
        narrative.split("\n", maxsplit=1)[0],
        {
            "scam_main": (scam.code,),
            "product": (codes.product,),
            "sales_method": (codes.sales or scam.sales.draw(rng),),
            "scam_others": codes.scams,
            "issues": codes.issues,
        },
        _likeliest(scam, thread),
        tuple(chosen),
        bool(codes.item),
    )


def _likeliest(scam: profile.Scam, thread: Thread) -> dict[str, tuple[str, ...]]:
    draws = [thread.codes(Random(number)) for number in range(_DRAWS)]
    products = Counter(codes.product for codes in draws)
    by_dice = sorted(scam.sales.shares, key=lambda code: -scam.sales.shares[code])
    return {
        "scam_main": (scam.code,),
        "product": tuple(code for code, _count in products.most_common()),
        "sales_method": (draws[0].sales,) if draws[0].sales else tuple(by_dice),
    }


def _redacted(text: str, *people: PersonEntry) -> str:
    parties = [Party(name=one.name, kana=one.kana) for one in people if one.name]
    return redact(text, parties).masked
