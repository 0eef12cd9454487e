"""Words of a ledger as codes: by label, reading, code or synonym; whatever is not sure is left alone."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from cases import spelling
from cases.records import codes
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind

STILL_OPEN: Final = "-"
"""What `words.csv` gives for 未処理, 継続中 and the like: known, and no 処理結果."""

CODED: Final[Mapping[str, str]] = {
    "channel": Kind.CHANNEL, "route": Kind.ROUTE, "kind": Kind.KIND, "scam": Kind.SCAM_TYPE, "product": Kind.PRODUCT,
    "sales_method": Kind.SALES_METHOD, "sex": Kind.SEX, "caller_sex": Kind.SEX, "occupation": Kind.OCCUPATION,
    "relation": Kind.RELATION, "outcome": Kind.OUTCOME, "issues": Kind.ISSUE_KIND, "triggers": Kind.TRIGGER,
    "contact_means": Kind.CONTACT_MEANS, "payments": Kind.PAYMENT, "contract_state": Kind.CONTRACT_STATE,
    "document_form": Kind.DOCUMENT_FORM, "harm": Kind.HARM,
}  # fmt: skip

_SEVERAL: Final = frozenset({Kind.SCAM_TYPE, Kind.ISSUE_KIND, Kind.TRIGGER, Kind.CONTACT_MEANS, Kind.PAYMENT})

LONGEST: Final = 100
MOST_KEPT: Final = 20_000
_WORDS: Final = Path(__file__).with_name("words.csv")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"^\s*[0-9]{1,3}\s*[.:)、\-]?\s*(?=[^\s0-9.:)])")
_BRACKETED = re.compile(r"\((.*?)\)")
_TAIL = re.compile(r"(?:など|等|その他|関係|関連|について|のトラブル|トラブル|の相談|商法等)$")
_LISTED = re.compile(r"[、,，/;；\n|]+|\s{2,}")


def plain(text: str) -> str:
    return _NOT_LETTERS.sub("", spelling.hiragana_to_katakana(spelling.width(text)).casefold())


class CodeBook:
    """The codes of all kinds and a centre's districts under every word that names exactly one of them."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._words: dict[str, dict[str, str]] = {kind: _words_of(kind, centre) for kind in Kind.values}
        self._found: dict[tuple[str, str], str] = {}

    @cached_property
    def _areas(self) -> dict[str, str]:
        found = {plain(word): code for code, label in area_choices(self._centre) for word in (code, label)}
        return found | {plain(word): code for word, code in _listed("area")}

    def find(self, kind: str, text: str) -> str:
        """The code that the text names, or empty."""
        if len(text) > LONGEST:
            return ""
        if (kind, text) not in self._found:
            if len(self._found) > MOST_KEPT:
                self._found.clear()
            words = self._words[kind]
            self._found[kind, text] = next((words[form] for form in _forms(text) if form in words), "")
        return self._found[kind, text]

    def knows(self, kind: str, text: str) -> bool:
        return bool(self.find_all(kind, text)[0]) if kind in _SEVERAL else bool(self.find(kind, text))

    def find_all(self, kind: str, text: str) -> tuple[list[str], list[str]]:
        """(codes, words that name none) of a cell that may list several."""
        if whole := self.find(kind, text):
            return [whole], []
        found: list[str] = []
        unknown: list[str] = []
        for part in (part for part in _LISTED.split(text) if part.strip()):
            if code := self.find(kind, part):
                found.append(code)
                continue
            pieces = [(piece, self.find(kind, piece)) for piece in part.split("・")]
            found += [code for _piece, code in pieces if code]
            unknown += [piece for piece, code in pieces if not code and piece.strip()]
        return list(dict.fromkeys(found)), unknown

    def area(self, text: str) -> str:
        """The district that the text is or ends with (みどり市北町), or empty."""
        form = plain(text)
        if form in self._areas:
            return self._areas[form]
        municipality = plain(self._centre.municipality)
        rest = form.removeprefix(plain(self._centre.prefecture)).removeprefix(municipality)
        return self._areas.get(rest, "")


def earlier(kind: str, code: str, day: date) -> str:
    """The code that stood on that day under the name that the code has now; empty where none did."""
    known = codes.codes(kind).by_code
    name = plain(known[code].label)
    held = (row for row in known.values() if row.holds_on(day))
    return next(
        (row.code for row in held if plain(_BRACKETED.sub("", spelling.width(row.label))) == name), ""
    )


def holds_on(kind: str, code: str, day: date) -> bool:
    found = codes.codes(kind).by_code.get(code)
    return found is not None and found.holds_on(day)


def _forms(text: str) -> Iterator[str]:
    """The spellings under which a cell is looked up, the fullest first."""
    wide = spelling.width(text).strip()
    bare = _NUMBERED.sub("", wide)
    for form in (wide, bare, _BRACKETED.sub("", bare)):
        if word := plain(form):
            yield word
    if word := plain(_TAIL.sub("", _BRACKETED.sub("", bare).strip())):
        yield word
    if inside := _BRACKETED.search(bare):
        yield plain(inside[1])


def _words_of(kind: str, centre: Centre) -> dict[str, str]:
    """Word → code, of those that the centre is offered. Labels go before readings and parts of labels; a part that
    two codes share names neither."""
    found: dict[str, str] = {}
    parts: dict[str, set[str]] = {}
    for row in codes.codes(kind).by_code.values():
        if not row.is_for(centre.uid):
            continue
        wide = spelling.width(row.label)
        for word in (row.code, wide, row.label_en):
            found.setdefault(plain(word), row.code)
        for word in [*_pieces(wide), *_pieces(spelling.width(row.kana))]:
            parts.setdefault(plain(word), set()).add(row.code)
    synonyms = {form: code for word, code in _listed(kind) if (form := plain(word))}
    single = {word: next(iter(of)) for word, of in parts.items() if len(of) == 1 and word}
    return {**single, **found, **synonyms}


def _pieces(label: str) -> Iterable[str]:
    """助言(自主交渉) → 助言, 自主交渉, and both; マルチ・マルチまがい → each and both."""
    outside = _BRACKETED.sub("", label)
    inside = [found[1] for found in _BRACKETED.finditer(label)]
    for text in (label, outside, *inside):
        yield text
        yield from text.split("・")


def _listed(kind: str) -> Iterator[tuple[str, str]]:
    with _WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == kind:
                for word in row["words"].split():
                    yield word, row["code"]
