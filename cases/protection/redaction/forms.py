"""The forms under which a known party can stand in a text: whole and in parts, by every allowed split."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cases import words
from cases.protection.redaction.masks import AUTO, SUGGEST
from cases.spelling import (
    VARIANTS,
    fold_kana,
    hiragana_to_katakana,
    katakana,
    large_kana,
    phone_digits,
    variant_kanji,
    width,
)

_BLANKS = re.compile(r"\s+")
KANA = re.compile(r"[ァ-ヺー]+")
# What is longer is no name; every part of 200 letters sought in 20,000 took half a minute.
_LONGEST_UNPARTED = 24
_NAME_MARKS = re.compile(r"[・=＝,，.]")
_LONG_VOWEL = re.compile(
    r"(?<=[オコソトノホモヨロゴゾドボポウクスツヌフムユルグズブプ])ウ|(?<=[オコトノホモヨロ])オ"
)


@dataclass(frozen=True)
class Party:
    """Somebody of the case whose data must not remain in its narrative. Empty means unknown.

    Family and given name may be parted by any blank or none.
    """

    name: str = ""
    kana: str = ""
    phones: tuple[str, ...] = ()
    address: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return "<Party>"


@dataclass(frozen=True, slots=True)
class NameForm:
    """One spelling to look for in a text without blanks. `whole` is the full name, else a part of it."""

    text: str
    tier: str
    whole: bool


def _comparing() -> dict[int, str]:
    table = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    table.update(VARIANTS)
    for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB)):
        table[code] = large_kana(hiragana_to_katakana(chr(code)))
    return table


COMPARING = _comparing()
"""Variant kanji, katakana for hiragana, large kana for small, lower case: one character for one, after NFKC."""


def folded(text: str) -> str:
    """The form that names are compared in."""
    return width(text).translate(COMPARING)


def name_forms(party: Party) -> list[NameForm]:
    """Whole name and parts, in kanji and kana, longest first; a form found twice keeps the surer tier."""
    found: dict[str, NameForm] = {}
    kana_parts = _parts(katakana_with_blank(party.kana))
    name_parts = _parts(width(party.name))
    forms = [*_kanji_forms(name_parts, kana_parts), *_kana_forms(kana_parts, name_parts)]
    for form in forms:
        for spelling in _spellings(form.text):
            known = found.get(spelling)
            if spelling and (known is None or (known.tier == SUGGEST and form.tier == AUTO)):
                found[spelling] = NameForm(spelling, form.tier, form.whole or bool(known and known.whole))
    return sorted(found.values(), key=lambda form: -len(form.text))


def katakana_with_blank(kana: str) -> str:
    return " ".join(katakana(part) for part in _BLANKS.split(width(kana)))


def _parts(name: str) -> list[str]:
    return [part for part in _BLANKS.split(_NAME_MARKS.sub(" ", name)) if part]


def _spellings(text: str) -> Iterator[str]:
    plain = folded(text)
    yield plain
    if KANA.fullmatch(plain):
        yield _LONG_VOWEL.sub("ー", plain)


def _kanji_forms(parts: list[str], kana_parts: list[str]) -> Iterator[NameForm]:
    if len(parts) == 1:
        yield from _unparted(parts[0], _allowed_splits(parts[0], kana_parts))
    elif parts:
        yield NameForm("".join(parts), AUTO, whole=True)
        yield NameForm("".join([*parts[1:], parts[0]]), AUTO, whole=True)
        yield from (NameForm(part, AUTO, whole=False) for part in parts)


def _kana_forms(parts: list[str], name_parts: list[str]) -> Iterator[NameForm]:
    if len(parts) == 1:
        splits = _allowed_splits(parts[0], [])
        for at in _splits_by_reading(parts[0], name_parts):
            splits.add(at)
        yield from _unparted(parts[0], splits)
    elif parts:
        yield NameForm("".join(parts), AUTO, whole=True)
        yield from (NameForm(part, AUTO, whole=False) for part in parts)


def _unparted(name: str, splits: set[int]) -> Iterator[NameForm]:
    """A name without a blank: the parts of every split that the lists allow, else every part as a suggestion."""
    yield NameForm(name, AUTO, whole=True)
    if len(name) > _LONGEST_UNPARTED:
        return
    tier = AUTO if splits else SUGGEST
    for at in sorted(splits) or range(1, len(name)):
        yield NameForm(name[:at], tier, whole=False)
        yield NameForm(name[at:], tier, whole=False)


def _allowed_splits(name: str, kana_parts: list[str]) -> set[int]:
    """Places where a listed family name ends and a listed given name begins, or where the known reading parts."""
    allowed = set()
    for at in range(1, min(len(name), 8)):
        family, given = name[:at], name[at:]
        if (_is(family, "姓") and _is(given, "名")) or (
            len(kana_parts) == 2 and _reads(family, "姓", kana_parts[0]) and not _is(given, "姓")
        ):
            allowed.add(at)
    return allowed


def _splits_by_reading(kana: str, name_parts: list[str]) -> Iterator[int]:
    """Places that the readings of a parted (or partable) name give its unparted reading."""
    if len(name_parts) == 1:
        families = [name_parts[0][:at] for at in _allowed_splits(name_parts[0], [])]
    else:
        families = name_parts[:1]
    for family in families:
        for kind, reading in words.entries(family) | words.entries(variant_kanji(family)):
            if kind == "姓" and kana.startswith(reading) and len(reading) < len(kana):
                yield len(reading)


def _is(part: str, kind: str) -> bool:
    kinds = words.kinds(part) | words.kinds(variant_kanji(part))
    return kind in kinds or (bool(KANA.fullmatch(part)) and "人名" in kinds)


def _reads(part: str, kind: str, kana: str) -> bool:
    return any(
        known == kind and fold_kana(reading) == fold_kana(kana)
        for known, reading in words.entries(part) | words.entries(variant_kanji(part))
    )


def phones_of(party: Party) -> list[str]:
    """The digits of the party's numbers; an odd one counts from six digits on, as typed."""
    digits = []
    for phone in party.phones:
        plain = phone_digits(phone) or re.sub(r"[^0-9]", "", width(phone))
        if len(plain) >= 6:
            digits.append(plain)
    return digits
