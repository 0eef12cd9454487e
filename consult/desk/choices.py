"""Coded lists as the desk shows them: each option begins with a number, so that its digits choose it in a list."""

from datetime import date
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases import spelling
from cases.errors import CasesError
from cases.law import calendar
from cases.records import codes
from cases.records.centre import Centre
from cases.records.codes import Code, Kind
from cases.services.entry import MOST_SCAMS, UNCLASSIFIED

_FIRST_CLASS: Final = 10  # 大分類 are numbered 10, 11, …: every product has three digits, none begins another


class ScamNotKnown(CasesError):
    """A part of the text is no 手口; the message says which by its place, not by its words."""

    code: ClassVar[str] = "scam_not_known"


def numbered(kind: str, on: date, *, at: Centre | None = None) -> list[tuple[str, str]]:
    """「1 電話」「2 来所」…; 手口 keep the number of their own: 「22 偽通販サイト」, 「0 未分類」.

    `at` leaves out the 手口 that other centres have added. One that was merged is offered no more.
    """
    valid = codes.codes(kind).valid_on(on)
    if kind == Kind.SCAM_TYPE:
        offered = [code for code in valid if not code.merged_into and (at is None or code.is_for(at.uid))]
        return [(code.code, f"{scam_number(code)} {code.text}") for code in offered]
    return [(code.code, f"{number} {code.text}") for number, code in enumerate(valid, start=1)]


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


def read_scams(text: str) -> tuple[str, ...]:
    """「12, 31」「12 かたり」「点検商法、次々販売」 as codes in the order written.

    A part is a number, a name or the only name that holds it. Raises ScamNotKnown.
    """
    plain = spelling.width(text).replace("、", ",").replace("・", ",").replace(" ", ",").replace(";", ",")
    valid = codes.codes(Kind.SCAM_TYPE).valid_on(calendar.today())
    found: list[str] = []
    for place, part in enumerate((part for part in plain.split(",") if part), start=1):
        code = _scam(part, valid)
        if code is None:
            raise ScamNotKnown(
                _("%(place)s番目が手口の番号か名前として読めません。例: 12、31") % {"place": place}
            )
        found.append(code)
    if len(found) >= MOST_SCAMS:
        raise ScamNotKnown(_("手口は%(most)s個までです。") % {"most": MOST_SCAMS})
    return tuple(dict.fromkeys(found))


def _scam(part: str, valid: list[Code]) -> str | None:
    if part.isdigit():
        return next((code.code for code in valid if scam_number(code) == part), None)
    names = {code.code: spelling.width(code.text).replace(" ", "") for code in valid}
    exact = [code for code, name in names.items() if name == part]
    holding = exact or [code for code, name in names.items() if part in name]
    return holding[0] if len(holding) == 1 else None


def write_scams(given: list[str]) -> str:
    """The codes as they are typed: numbers, and the name where a code has none."""
    known = codes.codes(Kind.SCAM_TYPE)
    rows = [known.by_code[now] for now in map(known.current, given) if now in known.by_code]
    return ", ".join(scam_number(row) or row.text for row in rows)
