"""The answer as a table: rows in the order of display, differences to what it is compared with, shares in percent."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Final
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.figures import breaks, reclassified
from cases.figures.breaks import Break
from cases.figures.comparing import Compared
from cases.figures.comparing import Table as AnyTable
from cases.figures.dimensions import BLANK, DIMENSIONS
from cases.figures.measures import CASES, Breakdown, Layer, SeniorShare
from consult.manage.offered import NOT_ENTERED

_IN_ORDER: Final = frozenset(
    {"age_band", "age_band_fine", "age_group", "contract_class", "paid_class", "recovered_class", "weekday"}
)
_ONE_DAY: Final = timedelta(days=1)


def percent(share: Fraction | None) -> Decimal | None:
    """In percent with one decimal, a half rounded up; None for the share of nothing."""
    if share is None:
        return None
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@lru_cache(maxsize=4096)
def key_of(code: str) -> str:
    """A code as it stands in an address: what was not entered has a word there."""
    return quote(code or NOT_ENTERED, safe="")


@dataclass(frozen=True)
class Row:
    """One row: counts now and in the period compared, cell by cell. `cells_before` is None where none is compared.

    `breaks`: what changed in the codes before this row or within it, where rows are of time.
    """

    code: str
    label: str
    cells: tuple[int, ...]
    cells_before: tuple[int, ...] | None
    seniors: SeniorShare
    breaks: tuple[str, ...] = ()
    is_total: bool = False

    @property
    def key(self) -> str:
        """In an address; empty for the row of totals."""
        return "" if self.is_total else key_of(self.code)

    @property
    def total(self) -> int:
        return sum(self.cells)

    @property
    def before(self) -> int | None:
        return None if self.cells_before is None else sum(self.cells_before)

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.total - self.before

    @property
    def change(self) -> Decimal | None:
        """The difference in percent of what it is compared with; None where that was 0 or nothing is compared."""
        if not self.before or self.difference is None:
            return None
        return percent(Fraction(self.difference, self.before))

    @property
    def share_of_known(self) -> Decimal | None:
        return percent(self.seniors.of_known)

    @property
    def share_of_all(self) -> Decimal | None:
        return percent(self.seniors.of_all)


@dataclass(frozen=True)
class Frame:
    """What every table has around its figures.

    `column_breaks[n]` are the breaks before or within column n; `breaks_between` those that part the period from
    the one it is compared with.
    """

    row_title: str
    column_title: str
    columns: tuple[str, ...]
    column_codes: tuple[str, ...]
    compared_title: str
    column_breaks: tuple[tuple[str, ...], ...]
    breaks_between: tuple[str, ...]

    @property
    def title(self) -> str:
        return " × ".join(filter(None, (self.row_title, self.column_title)))

    @property
    def heads(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """(label, key in an address, breaks) of each column."""
        return [
            (label, key_of(code), marks)
            for label, code, marks in zip(self.columns, self.column_codes, self.column_breaks, strict=True)
        ]


@dataclass(frozen=True)
class LayerTable:
    """The cells of one code of the third dimension, over the rows and columns of the whole table."""

    label: str
    key: str
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True)
class Table(Frame):
    """Rows × columns that add up to `total`; so do `layers`, where a third dimension was asked for.

    `has_shares` is False where 延べ or 経過 are counted: no persons, no share.
    """

    rows: tuple[Row, ...]
    total: Row
    has_shares: bool
    layer_title: str = ""
    layers: tuple[LayerTable, ...] = ()
    is_measured: ClassVar[bool] = False

    @property
    def said(self) -> str:
        """The whole in a few words: 「2,655件」."""
        return pgettext("number of", "%(n)s件") % {"n": f"{self.total.total:,}"}

    @cached_property
    def most(self) -> int:
        """The longest bar, which every row is drawn against."""
        return max((row.total for row in self.rows), default=0)

    @property
    def is_compared(self) -> bool:
        return self.total.cells_before is not None

    @property
    def is_empty(self) -> bool:
        return not any((*self.total.cells, *(self.total.cells_before or ())))


@dataclass(frozen=True)
class Labels:
    """The words of codes as they are shown: those of today, or those that a published answer kept."""

    rows: Mapping[str, str]
    columns: Mapping[str, str]
    layers: Mapping[str, str]


def labels_of(found: AnyTable, centre_ids: frozenset[int]) -> Labels:
    told = found.definition
    layers = [layer.code for layer in found.layers] if isinstance(found, Breakdown) else []
    return Labels(
        _words(told["rows"], found.row_codes, centre_ids, told),
        _words(told["columns"], found.column_codes, centre_ids, told),
        _words(told["layers"], layers, centre_ids, told),
    )


def _words(
    name: str | None, codes: Sequence[str], centre_ids: frozenset[int], told: Mapping[str, Any]
) -> dict[str, str]:
    """A code under which one of before counts, as the table of codes says, is marked so."""
    if not name:
        return {}
    texts = dict(zip(codes, DIMENSIONS[name].texts(codes, centre_ids), strict=True))
    kind = DIMENSIONS[name].code_set
    recoded = told.get("reclassified" if kind == reclassified.KIND else "recoded", {})
    marked = set((recoded if kind == reclassified.KIND else recoded.get(kind or "", {})).values())
    return {
        code: _("%(name)s(旧分類を含む)") % {"name": text} if code in marked else text
        for code, text in texts.items()
    }


def frame_of(found: Compared, words: Labels, compared_title: str) -> tuple[dict[str, Any], "Marks"]:
    """What is around the figures, and the breaks that rows have to be marked with."""
    now, before = found.now, found.before
    by, across = now.definition["rows"], now.definition["columns"]
    marks = Marks(now.definition, before.definition if before else None)
    return {
        "row_title": str(DIMENSIONS[by].label),
        "column_title": str(DIMENSIONS[across].label) if across else "",
        "columns": tuple(words.columns.get(code, code) for code in now.column_codes) if across else (),
        "column_codes": now.column_codes if across else (),
        "compared_title": compared_title if before else "",
        "column_breaks": tuple(
            marks.of(across, code, is_first=not n) for n, code in enumerate(now.column_codes)
        )
        if across
        else (),
        "breaks_between": marks.between,
    }, marks


def table_of(
    now: Breakdown,
    before: Breakdown | None,
    words: Labels,
    sort: str = "",
    *,
    compared_title: str = "",
) -> Table:
    """The counts in words. `sort` is "total", "difference", "senior", or "" for the usual order.

    `compared_title` says what they are compared with.
    """
    by = now.definition["rows"]
    frame, marks = frame_of(Compared(now, before), words, compared_title)
    rows = [
        Row(
            code,
            words.rows.get(code, code),
            cells,
            None if before is None else before.cells[n],
            now.row_seniors[n],
            marks.of(by, code, is_first=not n),
        )
        for n, (code, cells) in enumerate(zip(now.row_codes, now.cells, strict=True))
        if is_in_order(by) or any(cells) or (before is not None and any(before.cells[n]))
    ]
    totals_before = None if before is None else before.column_totals
    total = Row("", _("合計"), now.column_totals, totals_before, now.share_65, is_total=True)
    layers = now.definition["layers"]
    rows = _sorted(rows, by, sort)
    return Table(
        **frame,
        rows=tuple(rows),
        total=total,
        has_shares=now.definition["measure"] == CASES,
        layer_title=str(DIMENSIONS[layers].label) if layers else "",
        layers=tuple(_layer(layer, now, words, rows) for layer in now.layers),
    )


def _layer(layer: Layer, now: Breakdown, words: Labels, shown: Sequence[Row]) -> LayerTable:
    """The rows that the whole table shows, in its order."""
    place = {code: n for n, code in enumerate(now.row_codes)}
    rows = [replace(row, cells=layer.cells[place[row.code]], cells_before=None) for row in shown]
    totals = tuple(sum(cells) for cells in zip(*layer.cells, strict=True))
    whole = Row("", _("合計"), totals, None, SeniorShare(0, 0, 0), is_total=True)
    return LayerTable(words.layers.get(layer.code, layer.code), key_of(layer.code), tuple(rows), whole)


def is_in_order(by: str) -> bool:
    """Whether rows have an order of their own, and all of them stand: time and ages; others stand by count."""
    return DIMENSIONS[by].is_of_time or by in _IN_ORDER


class Marks:
    """The breaks of series that a table runs into."""

    def __init__(self, now: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
        used = [name for name in (now["rows"], now["columns"], now["layers"], *now["filters"]) if name]
        narrowed = {code for codes in now["filters"].values() for code in codes}
        self._start, self._end = _days(now)
        self._inside = breaks.breaks_in(used, self._start, self._end, shown=narrowed)
        self.between: tuple[str, ...] = ()
        if before is not None:
            start, _end = _days(before)
            apart = breaks.breaks_in(used, start, self._start + _ONE_DAY, shown=narrowed)
            self.between = texts_of(apart)

    def of(self, name: str, code: str, *, is_first: bool) -> tuple[str, ...]:
        """Those that lie at the beginning of a month or year, or within it; before the first there is nothing."""
        span = breaks.span_of(name, code)
        if span is None:
            return ()
        return texts_of(
            [
                one
                for one in self._inside
                if span[0] <= one.on < span[1] and not (is_first and one.on == span[0])
            ]
        )


def texts_of(found: Collection[Break]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one.text) for one in found))


def _days(definition: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(definition["from"]), date.fromisoformat(definition["to"])


def _sorted(rows: Sequence[Row], by: str, sort: str) -> list[Row]:
    """By count, the blank last; rows of one count keep the order of their code set."""
    if not sort and is_in_order(by):
        return list(rows)
    key = _KEYS.get(sort, _total)
    return sorted(rows, key=lambda row: (row.code == BLANK, -key(row)))


def _total(row: Row) -> int:
    return row.total


_KEYS: Final[Mapping[str, Callable[[Row], int]]] = {
    "difference": lambda row: row.difference or 0,
    "senior": lambda row: row.seniors.seniors,
}
