"""Three pools of wording that share no sentence: to learn from, to calibrate with, to be tested on.

Each 手口 of the demo data has sentences for five places of a story. They are put in the order of their digests and
dealt out: half to learn from, a quarter to calibrate with, a quarter to be tested on. Names of traders are dealt out
too, so that no name gives a 手口 away; goods as well, unless `shared_goods`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import IntEnum
from random import Random
from typing import Final
from uuid import UUID

from cases.demo import card, generator, profile, stories
from cases.demo.stories import Blocks, Teller
from cases.law import calendar
from cases.protection.redaction import Party, redact
from cases.services.entry import CaseEntry, PersonEntry

DAY: Final = date(2026, 4, 9)
_DEALT: Final = (0, 1, 0, 2)


class Pool(IntEnum):
    LEARN = 0
    CALIBRATE = 1
    TEST = 2


@dataclass(frozen=True)
class Sample:
    """A redacted narrative with the codes of its card, and the sentences it was made of."""

    text: str
    opening: str
    codes: dict[str, tuple[str, ...]]
    blocks: tuple[str, ...]
    names_goods: bool


def dealt(items: Sequence[str], pool: Pool) -> tuple[str, ...]:
    """The part of the sentences that belongs to the pool; never one that belongs to another."""
    ordered = sorted(set(items), key=lambda text: hashlib.sha256(text.encode()).digest())
    return tuple(text for at, text in enumerate(ordered) if _DEALT[at % len(_DEALT)] == pool)


def blocks_of(scam: str, pool: Pool, *, shared_goods: bool) -> Blocks:
    whole = stories.blocks(scam)
    parts = {part: dealt(texts, pool) for part, texts in whole.parts.items()}
    items = whole.items if shared_goods else dealt(whole.items, pool) or whole.items[:1]
    return replace(whole, parts=parts, items=items, traders=dealt(whole.traders, pool) or ("あの店",))


def samples(pool: Pool, count: int, *, seed: int, shared_goods: bool = False) -> Iterator[Sample]:
    """`count` made-up cases told in the words of the pool, 手口 as frequent as in the demo data."""
    rng = Random(f"{seed}/{pool}")
    scams = profile.scams()
    sources = {scam.code: blocks_of(scam.code, pool, shared_goods=shared_goods) for scam in scams}
    for scam in rng.choices(scams, [scam.weight for scam in scams], k=count):
        source = sources[scam.code]
        chosen = [rng.choice(source.parts[part]) for part in ("opening", "how")]
        if len(source.parts["how"]) > 1 and rng.random() < 0.35:
            chosen.append(rng.choice(source.parts["how"]))
        chosen += [rng.choice(source.parts[part]) for part in ("now", "wish") if source.parts[part]]
        yield _told(rng, scam, source, list(dict.fromkeys(chosen)))


def _told(rng: Random, scam: profile.Scam, source: Blocks, chosen: list[str]) -> Sample:
    sex = "MALE" if rng.random() < scam.male else "FEMALE"
    teller = Teller(scam.code, rng.choice(("SELF", "SELF", "CHILD")), sex, rng.randint(20, 85), "")
    story = stories._filled(rng, teller, DAY, "\n".join(chosen), "", source)
    others = generator._BESIDE.get(scam.code, ())
    entry = CaseEntry(
        uid=UUID(int=rng.getrandbits(128)),
        received_at=datetime.combine(DAY, time(10), tzinfo=calendar.TOKYO),
        channel="PHONE",
        narrative=_redacted(story.narrative, story.caller, story.party),
        scam_main=scam.code,
        scam_others=(rng.choice(others),) if others and rng.random() < 0.25 else (),
        product=story.product,
        sales_method=scam.sales.draw(rng),
        contract_yen=story.contract_yen,
    )
    made = card.filled(Random(rng.getrandbits(64)), entry)
    codes = {
        "scam_main": (made.scam_main,),
        "product": (made.product,),
        "sales_method": (made.sales_method,),
        "scam_others": made.scam_others,
        "issues": tuple(dict.fromkeys((made.issue_main, *made.issue_others))),
    }
    opening = made.narrative.split("\n", maxsplit=1)[0]
    return Sample(made.narrative, opening, codes, tuple(chosen), any("{item}" in block for block in chosen))


def _redacted(text: str, *people: PersonEntry) -> str:
    parties = [Party(name=one.name, kana=one.kana) for one in people if one.name]
    return redact(text, parties).masked
