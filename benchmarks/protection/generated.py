"""Measures of the redaction on texts made here, from rules and public facts (area codes, names of towns)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.protection import texts
from cases import spelling
from cases.demo import people
from cases.protection.redaction import Party, Redaction, redact

FULL_WIDTH: Final = str.maketrans("0123456789-()+ ", "０１２３４５６７８９－（）＋　")


# --- Known persons ----------------------------------------------------------------------------------------------
def known(random: Random, count: int) -> dict[str, object]:
    """Mentions of persons whom the case holds: whole and in parts, kanji, kana of three kinds, variants, blanks."""
    missed, total, lone = [], 0, 0
    while total < count:
        family, given = people.family(random), people.given(
            random, sex=random.choice(["MALE", "FEMALE"]), born=random.randrange(1935, 2004)
        )  # fmt: skip
        blank = random.choice([" ", "　", ""])
        party = Party(name=family.text + blank + given.text, kana=f"{family.kana} {given.kana}")
        for form in texts.name_forms(family, given, random):
            sentence = random.choice(texts.SENTENCES)
            text = sentence.format(form)
            total += 1
            lone += bool(set(form) <= texts.HIRAGANA)
            if not _covered(text, sentence.index("{}"), form, redact(text, [party])):
                missed.append(text)
    return {"mentions": total, "in_hiragana": lone, "missed": len(missed), "examples": missed[:10]}


def unrelated(random: Random, count: int) -> dict[str, object]:
    """Sentences of consultations in which the person does not appear: what is masked more than without the person."""
    sentences = [sentence.strip() for sentence in texts.narratives(random, count // 4)]
    wrong = pairs = 0
    for sentence in sentences:
        alone = {span[:2] for span in _spans(redact(sentence))}
        for _ in range(4):
            family, given = people.family(random), people.given(
                random, sex=random.choice(["MALE", "FEMALE"]), born=random.randrange(1935, 2004)
            )  # fmt: skip
            party = Party(name=f"{family.text} {given.text}", kana=f"{family.kana} {given.kana}")
            pairs += 1
            more = [span for span in redact(sentence, [party]).spans if (span.start, span.end) not in alone]
            wrong += any(sentence[span.start : span.end] for span in more)
    return {"pairs": pairs, "masked_wrongly": wrong, "share": round(wrong / pairs, 5)}


# --- Patterns ---------------------------------------------------------------------------------------------------
def phone(random: Random) -> str:
    plain = people.mobile(random) if random.random() < 0.5 else people.landline(random)
    return plain if "-" in plain else spelling.phone_display(plain)


PHONE_SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "hyphens": lambda number: number,
    "digits": lambda number: number.replace("-", ""),
    "full_width": lambda number: number.translate(FULL_WIDTH),
    "long_vowel_mark": lambda number: number.replace("-", "ー"),
    "minus_sign": lambda number: number.replace("-", "−"),
    "en_dash": lambda number: number.replace("-", "–"),
    "blanks": lambda number: number.replace("-", " "),
    "brackets": lambda number: "({}){}-{}".format(*number.split("-")),
    "brackets_inside": lambda number: "{}({}){}".format(*number.split("-")),
    "international": lambda number: f"+81-{number[1:]}",
    "international_zero": lambda number: f"+81(0){number[1:]}",
    "dots": lambda number: number.replace("-", "."),
}


def luhn(random: Random, prefix: str, length: int) -> str:
    digits = [int(digit) for digit in prefix] + [
        random.randrange(10) for _ in range(length - len(prefix) - 1)
    ]
    total = sum(d * 2 - 9 * (d > 4) if at % 2 == 0 else d for at, d in enumerate(reversed(digits)))
    return "".join(map(str, digits)) + str(-total % 10)


def card(random: Random) -> str:
    number = luhn(random, random.choice(["4", "51", "55", "3528", "2221"]), 16)
    joint = random.choice(["-", " ", ""])
    return joint.join(number[at : at + 4] for at in range(0, 16, 4))


def born(random: Random) -> str:
    day = date(1930, 1, 1) + timedelta(days=random.randrange(27_000))
    year = f"昭和{day.year - 1925}年" if 1926 <= day.year < 1989 else f"{day.year}年"
    forms = [
        f"{year}{day.month}月{day.day}日",
        day.isoformat(),
        day.strftime("%Y/%m/%d"),
        day.strftime("%Y.%m.%d"),
    ]
    return random.choice(forms)


PATTERNS: Final[dict[str, tuple[str, Callable[[Random], str], str]]] = {
    "email": ("{}に返信した。", lambda r: f"{r.choice('abc')}.sato-{r.randrange(99)}@example.co.jp", "メール"),
    "card": ("カード番号{}を伝えた。", card, "カード"),
    "card_alone": ("{}で決済した。", card, "カード"),
    "account": ("普通預金 {} に振り込んだ。", lambda r: f"{r.randrange(10**6, 10**7)}", "口座"),
    "account_branch": ("みどり銀行中央支店 普通{}へ送金した。", lambda r: f"{r.randrange(10**6, 10**7)}", "口座"),
    "postal": ("〒{}の実家。", lambda r: f"{r.randrange(100, 999)}-{r.randrange(10**4):04d}", "住所"),
    "birth": ("生年月日は{}だと伝えた。", born, "生年月日"),
    "born": ("{}生まれの女性。", born, "生年月日"),
}  # fmt: skip


def phones(random: Random, count: int) -> dict[str, float]:
    found = {}
    for name, spelled in PHONE_SPELLINGS.items():
        given = [spelled(phone(random)) for _ in range(count)]
        found[name] = _share_covered((f"{n}から着信があった。", 0, n) for n in given)
    return found


def patterns(random: Random, count: int) -> dict[str, float]:
    found = {}
    for name, (sentence, make, kind) in PATTERNS.items():
        at = sentence.index("{}")
        found[name] = _share_covered(
            ((sentence.format(value), at, value) for value in (make(random) for _ in range(count))), kind
        )
    return found


def negatives() -> dict[str, object]:
    wrong = [text for text in texts.NEGATIVES if any(span.tier == "auto" for span in redact(text).spans)]
    return {"texts": len(texts.NEGATIVES), "masked_wrongly": len(wrong), "examples": wrong}


# --- Addresses --------------------------------------------------------------------------------------------------
BLOCKS: Final = ("{}-{}-{}", "{}丁目{}番{}号", "{}丁目{}-{}", "{}−{}−{}", "{}番地{}", "{}-{}")


def addresses(random: Random, count: int) -> dict[str, dict[str, float]]:
    """Covered up to the block number, and with the building behind it."""
    kinds: dict[str, Callable[[tuple[str, str, str]], str]] = {
        "prefecture_city_town": "".join,
        "city_town": lambda where: "".join(where[1:]),
        "town": lambda where: where[2],
    }
    found = {}
    for name, spelled in kinds.items():
        to_number, whole = [], []
        for _ in range(count):
            numbers = [random.randrange(1, 30) for _ in range(3)]
            address = spelled(random.choice(texts.TOWNS)) + random.choice(BLOCKS).format(*numbers)
            building = random.choice(
                [
                    "",
                    "",
                    f"コーポ田中{random.randrange(101, 909)}",
                    f"メゾン青葉{random.randrange(101, 909)}号室",
                ]
            )
            if random.random() < 0.3:
                address, building = address.translate(FULL_WIDTH), building.translate(FULL_WIDTH)
            sentence = random.choice(texts.ADDRESS_SENTENCES)
            text, at = sentence.format(address + building), sentence.index("{}")
            redaction = redact(text)
            to_number.append(_covered(text, at, address, redaction))
            whole.append(_covered(text, at, address + building, redaction))
        found[name] = {"to_block_number": _mean(to_number), "with_building": _mean(whole)}
    return found


# --- Counting ---------------------------------------------------------------------------------------------------
def _spans(redaction: Redaction) -> Iterator[tuple[int, int, str]]:
    for span in redaction.spans:
        yield span.start, span.end, span.tier


def _covered(text: str, start: int, value: str, redaction: Redaction, kind: str = "") -> bool:
    """Whether sure masks (of the kind, if one is named) cover the value whole; blanks and the opening ( or + aside."""
    masked = {
        at
        for span in redaction.spans
        if span.tier == "auto" and kind in ("", span.kind)
        for at in range(span.start, span.end)
    }
    return all(at in masked or text[at].isspace() for at in range(start, start + len(value)))


def _share_covered(given: Iterable[tuple[str, int, str]], kind: str = "電話") -> float:
    return _mean([_covered(text, at, value, redact(text), kind) for text, at, value in given])


def _mean(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4)
