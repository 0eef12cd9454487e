"""What the cases found have in common, counted: each line narrows the search by one condition."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records import ages, codes
from cases.records.centre import Actor
from cases.records.codes import Kind
from consult.desk.searching.forms import label_of
from search import words
from search.backends.base import Facet, Filters

SHOWN: Final = 6
_KEYS: Final = 9  # Alt+1 to Alt+9


@dataclass
class Line:
    """One condition more, and how many cases the list behind it holds."""

    name: str
    value: str
    label: str
    count: int
    shortcut: str = ""

    @property
    def condition(self) -> str:
        return f"{self.name}={self.value}"


@dataclass(frozen=True)
class Group:
    """The lines of one kind of code, most cases first (年代 by age)."""

    title: str | Promise
    lines: list[Line]

    @property
    def first(self) -> list[Line]:
        return self.lines[:SHOWN]

    @property
    def rest(self) -> list[Line]:
        return self.lines[SHOWN:]


@dataclass(frozen=True)
class _Kind:
    facet: Facet
    name: str
    title: str | Promise


_ASKED: Final = (
    _Kind(Facet.SCAM, "main", gettext_lazy("主な手口")),
    _Kind(Facet.PRODUCT, "product", gettext_lazy("商品・役務")),
    _Kind(Facet.SALES_METHOD, "method", gettext_lazy("販売購入形態")),
    _Kind(Facet.AGE_BAND, "age", gettext_lazy("年代")),
    _Kind(Facet.OUTCOME, "outcome", gettext_lazy("処理結果")),
    _Kind(Facet.CENTRE, "centre", gettext_lazy("センター")),
)


def groups(text: str, given: Mapping[str, Any], filters: Filters, *, by: Actor) -> list[Group]:
    """The lines for what was asked and is not narrowed by yet. Raises as `words.find`."""
    kinds = [kind for kind in _ASKED if _is_open(kind, given, by)]
    counted = words.count_all([kind.facet for kind in kinds], text, by=by, filters=filters)
    found = [Group(kind.title, _lines(kind, counted[kind.facet], given)) for kind in kinds]
    # A single line parts nothing from nothing.
    told = [group for group in found if len(group.lines) > 1]
    lines = [line for group in told for line in group.first]
    for number, line in enumerate(lines[:_KEYS], start=1):
        line.shortcut = f"Alt+{number}"
    return told


def _is_open(kind: _Kind, given: Mapping[str, Any], by: Actor) -> bool:
    """Whether the condition can still be narrowed: a 大分類 by what lies below it, everything else once."""
    if kind.name == "centre":
        return len(by.centre_ids) > 1 and not given.get("centre")
    if kind.name == "product" and given.get("product"):
        return any(row.parent == given["product"] for row in codes.codes(Kind.PRODUCT).by_code.values())
    return not given.get(kind.name)


def _lines(kind: _Kind, counted: Mapping[str, int], given: Mapping[str, Any]) -> list[Line]:
    numbers: Counter[str] = Counter()
    for code, count in counted.items():
        if shown := _shown_as(kind.name, code, given):
            numbers[shown] += count
    if kind.name == "age":
        order = [band.code for band in ages.BANDS]
        sorted_codes = sorted(numbers, key=order.index)
    else:
        sorted_codes = sorted(numbers, key=lambda code: (-numbers[code], code))
    lines = [Line(kind.name, code, label_of(kind.name, code), numbers[code]) for code in sorted_codes]
    if kind.name == "outcome" and not given.get("state") and counted.get(""):
        # Exactly the open cases have no 処理結果.
        lines.insert(0, Line("state", "open", _("対応中"), counted[""]))
    return lines


def _shown_as(name: str, code: str, given: Mapping[str, Any]) -> str:
    """The code that a stored one is counted under; empty where no line tells of it."""
    if name == "main":
        return codes.codes(Kind.SCAM_TYPE).current(code)
    if name == "age":
        return code if code in ages.BY_CODE else ""
    if name == "product" and code:
        known = codes.codes(Kind.PRODUCT)
        return _below(code, given["product"], known) if given.get("product") else known.roots.get(code, "")
    return code


def _below(code: str, chosen: str, known: codes.Codes) -> str:
    """What lies directly below the chosen one on the way to the code; empty for the chosen one itself."""
    while code in known.by_code and (parent := known.by_code[code].parent):
        if parent == chosen:
            return code
        code = parent
    return ""
