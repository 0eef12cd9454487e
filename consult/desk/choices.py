"""Coded lists as the desk shows them: each option begins with a number, so that its digits choose it in a list."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Code, Kind
from cases.services.entry import UNCLASSIFIED

_FIRST_CLASS: Final = 10  # 大分類 are numbered 10, 11, …: every product has three digits, none begins another


class CodeNotKnown(CasesError):
    """A part of the text is no code of the set; the message says which by its place, not by its words."""

    code: ClassVar[str] = "code_not_known"


def numbers(kind: str, on: date, *, at: Centre | None = None) -> Mapping[str, str]:
    """Code → the number by which it is chosen and typed, in order of display; 手口 keep the number of their own.

    `at` leaves out the 手口 that other centres have added. One that was merged is offered no more.
    """
    valid = codes.codes(kind).valid_on(on)
    if kind == Kind.SCAM_TYPE:
        offered = [code for code in valid if not code.merged_into and (at is None or code.is_for(at.uid))]
        return {code.code: scam_number(code) for code in offered}
    return {code.code: str(number) for number, code in enumerate(valid, start=1)}


def numbered(kind: str, on: date, *, at: Centre | None = None) -> list[tuple[str, str]]:
    """「1 電話」「2 来所」…; 「22 偽通販サイト」, 「0 未分類」. As `numbers`."""
    by_code = codes.codes(kind).by_code
    return [(code, f"{number} {by_code[code].text}") for code, number in numbers(kind, on, at=at).items()]


def numbered_products(on: date) -> list[tuple[str, Any]]:
    """商品・役務 by 大分類: 「250 工事・建築・加工」, below it 「251 屋根工事」."""
    known = codes.codes(Kind.PRODUCT)
    classes: dict[str, list[Code]] = {}
    for code in known.by_code.values():
        classes.setdefault(code.parent or code.code, []).append(code)
    groups: list[tuple[str, Any]] = []
    for number, (parent, below) in enumerate(classes.items(), start=_FIRST_CLASS):
        options = [
            (code.code, f"{number}{place} {code.text}")
            for place, code in enumerate(below)
            if code.holds_on(on)
        ]
        if options:
            groups.append((known.text(parent), options))
    return groups


def scam_number(code: Code) -> str:
    return str(code.attributes.get("no", "0" if code.code == UNCLASSIFIED else ""))


def read_codes(kind: str, text: str, *, on: date | None = None, at: Centre | None = None) -> tuple[str, ...]:
    """「12, 31」「12 かたり」「点検商法、次々販売」 as codes in the order written. `on`, `at`: as in `numbers`.

    A part is a number, a name or the only name that holds it. Raises CodeNotKnown.
    """
    plain = spelling.width(text)
    for mark in "、・ ;/":
        plain = plain.replace(mark, ",")
    known = numbers(kind, on or calendar.today(), at=at)
    numbered = {number: code for code, number in known.items() if number}
    by_code = codes.codes(kind).by_code
    valid = [by_code[code] for code in known]
    found: list[str] = []
    for place, part in enumerate((part for part in plain.split(",") if part), start=1):
        code = numbered.get(part) if part.isdigit() else _named(part, valid)
        if code is None:
            raise CodeNotKnown(
                _("%(place)s番目が%(kind)sの番号か名前として読めません。例: 2、3")
                % {"place": place, "kind": Kind(kind).label}
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def _named(part: str, valid: Iterable[Code]) -> str | None:
    """The code of that name, else the only one whose name holds the part."""
    names = {code.code: _plain(code.text) for code in valid}
    wanted = _plain(part)
    exact = [code for code, name in names.items() if name == wanted]
    holding = exact or [code for code, name in names.items() if wanted in name]
    return holding[0] if len(holding) == 1 else None


def _plain(name: str) -> str:
    """A name without the marks that part one code from the next."""
    plain = spelling.width(name)
    for mark in "、・ ;/,":
        plain = plain.replace(mark, "")
    return plain


def write_codes(kind: str, given: Iterable[str], *, on: date | None = None) -> str:
    """The codes as they are typed: numbers, and the name where a code has none; for a merged one what it is now."""
    known = codes.codes(kind)
    rows = [known.by_code[now] for now in map(known.current, given) if now in known.by_code]
    typed = numbers(kind, on or calendar.today())
    return ", ".join(typed.get(row.code) or _plain(row.text) for row in rows)
