"""Narratives put together from blocks, with the people, goods and amounts of one case in them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

import jaconv

from cases.demo import people
from cases.demo.sentences import Blocks, blocks
from cases.demo.telling import Codes, Thread
from cases.services.entry import PersonEntry

_OF_ANOTHER = re.compile(r"\{(?:relation|party)\}|\{caller\}の")
_OF_PARTY = re.compile(r"\{(?:relation|party)\}")
# 「(70代男性)」「(85歳)」 behind a name: such a block fits one decade and sex alone.
_NEEDS_TENS = re.compile(r"[(（](\d0)代(男性|女性)?|[(（](\d)\d歳(男性|女性)?")
_KATAKANA = re.compile(r"[ァ-ヴー]{4,}")
_DIGITS = re.compile(r"\d+")
BANKS: Final = ("みどり銀行", "あおば信用金庫", "ひので銀行", "ゆめ銀行", "こだま信用組合")
SITES: Final = (
    "shop-midori.example",
    "otoku-sale.example",
    "brand-outlet.example",
    "kaitori-net.example",
    "fuku-work.example",
)
OWN: Final = "SELF"
# What the caller calls the contract party: (male, female).
_CALLED: Final = {
    "SPOUSE": ("夫", "妻"), "CHILD": ("父", "母"), "PARENT": ("息子", "娘"), "OTHER_RELATIVE": ("祖父", "祖母"),
    "WELFARE": ("見守り先の男性", "見守り先の女性"), "CARE_MANAGER": ("利用者の男性", "利用者の女性"),
    "GUARDIAN": ("被後見人の男性", "被後見人の女性"), "FRIEND": ("友人", "友人"), "WORKPLACE": ("同僚", "同僚"),
}  # fmt: skip
_SAME_FAMILY: Final = frozenset({"SPOUSE", "CHILD", "PARENT"})


@dataclass(frozen=True)
class Teller:
    """Of whom a story tells: what its words must fit."""

    scam: str
    relation: str
    sex: str
    age: int | None
    district: str

    @property
    def is_own(self) -> bool:
        return self.relation in ("", OWN)


@dataclass(frozen=True)
class Story:
    """The words of one case, everything that stands in them, and the codes that follow from them."""

    narrative: str
    advice: str
    trader: str
    codes: Codes
    contract_yen: int | None
    paid_yen: int | None
    days_before: int | None
    caller: PersonEntry
    party: PersonEntry
    district: str


def tell(rng: Random, teller: Teller, received_on: date) -> Story:
    source = blocks(teller.scam)
    thread = Thread(teller.scam, source)
    chosen = [thread.pick(rng, _choice(part, teller)) for part in ("opening", "how")]
    if rng.random() < 0.35:
        chosen.append(thread.pick(rng, _choice("how", teller), leave_out=chosen[1]))
    chosen.append(thread.pick(rng, _choice("now", teller)))
    if rng.random() < 0.85:
        chosen.append(thread.pick(rng, _choice("wish", teller)))
    helping = _choice("advice", teller)
    advice = [rng.choice(helping)]
    if rng.random() < 0.3:
        advice += rng.choices([one for one in helping if one != advice[0]] or helping)
    words, helped = ("\n" if rng.random() < 0.2 else "").join(chosen), "".join(advice)
    return filled(rng, teller, received_on, words, helped, source, thread.codes(rng))


def _choice(part: str, teller: Teller) -> tuple[str, ...]:
    fitting = _fitting(teller.scam, part, teller.is_own, teller.sex, _tens(teller.age))
    if part == "opening" and not teller.is_own:
        return tuple(block for block in fitting if _OF_PARTY.search(block)) or fitting
    return fitting


@cache
def _fitting(scam: str, part: str, is_own: bool, sex: str, tens: int) -> tuple[str, ...]:
    return _tellable(blocks(scam).parts[part], is_own, sex, tens)


def tellable(every: tuple[str, ...], teller: Teller) -> tuple[str, ...]:
    """The sentences that fit who tells of whom; all where none does."""
    return _tellable(every, teller.is_own, teller.sex, _tens(teller.age))


def _tens(age: int | None) -> int:
    return -1 if age is None else age // 10


def _tellable(every: tuple[str, ...], is_own: bool, sex: str, tens: int) -> tuple[str, ...]:
    fitting = tuple(block for block in every if _fits(block, sex, tens))
    if is_own:
        fitting = tuple(block for block in fitting if not _OF_ANOTHER.search(block)) or fitting
    return fitting or every


def _fits(block: str, sex: str, tens: int) -> bool:
    said = _NEEDS_TENS.search(block)
    if said is None:
        return True
    decade = (said[1] or said[3])[0]
    named = said[2] or said[4]
    return int(decade) == tens and named in (None, "男性" if sex == "MALE" else "女性")


def filled(
    rng: Random, teller: Teller, received_on: date, words: str, helped: str, source: Blocks, codes: Codes
) -> Story:
    """The words with the people, goods and amounts of one case in their places."""
    contract, paid = _amounts(rng, source.yen)
    days_before = min(int(rng.expovariate(1 / 12)), 300)
    family = people.family(rng)
    caller, party = _two(rng, teller, received_on, family)
    party_name = party.name or caller.name
    own_name = caller.name or party.name
    trader = rng.choice(source.traders)
    both = words + helped
    district = people.BY_CODE.get(teller.district)
    day = received_on - timedelta(days=days_before)
    values = {
        "caller": _short(rng, own_name) or "相談者",
        "party": _short(rng, party_name) or "契約者",
        "relation": _CALLED.get(teller.relation, ("家族", "家族"))[teller.sex != "MALE"],
        "agent": _agent(rng),
        "trader": trader,
        "item": codes.item or rng.choice(source.items),
        "yen": yen_text(contract),
        "paid": yen_text(paid),
        "date": f"{day.month}月{day.day}日",
        "area": district.label if district else "隣の市",
        "site": rng.choice(SITES),
        "bank": rng.choice(BANKS),
        "account": f"普通{rng.randrange(10**6, 10**7)}",
        "own_phone": caller.phone or party.phone or people.mobile(rng),
        "phone": people.trader_phone(rng),
    }
    text = _written(rng, words.replace("{caller}の携帯{phone}", "{caller}の携帯{own_phone}").format(**values))
    says_yen, says_paid = "{yen}" in both, "{paid}" in both
    return Story(
        narrative=text,
        advice=helped.format(**values),
        trader=trader if "{trader}" in both or rng.random() < 0.6 else "",
        codes=codes,
        contract_yen=contract if says_yen or rng.random() < 0.55 else None,
        paid_yen=paid if says_paid else (_paid_unsaid(rng, contract) if rng.random() < 0.6 else None),
        days_before=days_before if "{date}" in both or rng.random() < 0.6 else None,
        caller=caller,
        party=party,
        district=teller.district,
    )


def _two(
    rng: Random, teller: Teller, received_on: date, family: people.Name
) -> tuple[PersonEntry, PersonEntry]:
    """(caller, party); one set under the party where both are one, as the desk keeps it."""
    age = 50 if teller.age is None else teller.age
    sex = teller.sex if teller.sex in ("MALE", "FEMALE") else rng.choice(("MALE", "FEMALE"))
    born = received_on.year - age - 1
    is_anonymous = rng.random() < 0.13
    party = people.person(
        rng, family, sex=sex, born=born, district=teller.district,
        is_anonymous=is_anonymous or (not teller.is_own and rng.random() < 0.3),
    )  # fmt: skip
    if teller.is_own:
        return PersonEntry(), party
    last = family if teller.relation in _SAME_FAMILY and rng.random() < 0.8 else people.family(rng)
    apart = {"CHILD": 29, "PARENT": -30, "OTHER_RELATIVE": 45}.get(teller.relation, 0)
    caller = people.person(
        rng, last, sex=rng.choice(("MALE", "FEMALE")), born=min(born + apart, received_on.year - 20),
        district=teller.district, is_anonymous=is_anonymous,
    )  # fmt: skip
    return caller, party


def _short(rng: Random, name: str) -> str:
    """The whole name, or only a part of it, as people are named while one listens."""
    if not name:
        return ""
    last, first = name.split(" ")
    drawn = rng.random()
    return last if drawn < 0.55 else last + first if drawn < 0.85 else first


def _agent(rng: Random) -> str:
    """A seller's name, which nobody but a detector of names can know."""
    last = people.family(rng)
    drawn = rng.random()
    if drawn < 0.6:
        return last.text
    if drawn < 0.75:
        return last.kana
    return last.text + people.given(rng, sex=rng.choice(("MALE", "FEMALE")), born=1985).text


def _amounts(rng: Random, yen: Sequence[int]) -> tuple[int, int]:
    """(contract, a part of it or all): log-normal about the typical amount, one in fifty in the tail to the highest."""
    low, typical, high = yen
    drawn = typical * math.exp(rng.gauss(0, 0.8))
    if rng.random() < 0.02:
        drawn = typical * (1 - rng.random()) ** -1.1
    contract = _rounded(min(max(drawn, low), high))
    return contract, contract if rng.random() < 0.5 else max(_rounded(contract * rng.uniform(0.05, 0.9)), 100)


def _paid_unsaid(rng: Random, contract: int) -> int:
    return 0 if rng.random() < 0.6 else contract


def _rounded(yen: float) -> int:
    step = 10_000 if yen >= 300_000 else 1_000 if yen >= 20_000 else 100 if yen >= 1_000 else 10
    return max(int(yen) // step * step, step)


def yen_text(yen: int) -> str:
    """148万円, 1億2000万円, 9,800円."""
    hundred_millions, rest = divmod(yen, 10**8)
    if yen >= 10_000 and yen % 10_000 == 0:
        return (
            (f"{hundred_millions}億" if hundred_millions else "")
            + (f"{rest // 10_000}万" if rest else "")
            + "円"
        )
    return f"{yen:,}円"


def _written(rng: Random, text: str) -> str:
    """The small faults of typing while somebody talks: half-width kana, wide digits, a letter lost or doubled."""
    drawn = rng.random()
    if drawn < 0.06:
        return _KATAKANA.sub(lambda word: str(jaconv.z2h(word[0])), text, count=1)
    if drawn < 0.11:
        return _DIGITS.sub(lambda digits: str(jaconv.h2z(digits[0], digit=True)), text)
    if drawn < 0.14:
        at = rng.randrange(len(text))
        return text[:at] + text[at + 1 :]
    if drawn < 0.16:
        at = rng.randrange(len(text))
        return text[:at] + text[at] + text[at:]
    return text.replace("。", "。 ") if drawn < 0.19 else text
