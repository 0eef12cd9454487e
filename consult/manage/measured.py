"""Means, rates and shares as a table: what a cell shows, and for each row all that its number is worked out of.

Nothing adds up here: the total is worked out of all cases. What is not known is None and shown as a dash, never 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.figures.comparing import Compared
from cases.figures.dimensions import BLANK
from cases.figures.measures import AMOUNTS, RATES, Amounts, Answers, Share
from cases.figures.questions import CONTACT_MINUTES, DAYS_TO_CLOSE
from consult.manage.offered import STATISTICS
from consult.manage.tables import Frame, Labels, frame_of, is_in_order, key_of, percent

Value = int | Decimal | None
_WHOLE: Final = Decimal(1)
_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True)
class Detail:
    """One further number of each row: 「不明」, with its format in Excel."""

    title: str
    format: str


@dataclass(frozen=True)
class MeasuredRow:
    """`details` are in the order of the table's; `is_nothing` where no case stands behind the row."""

    code: str
    label: str
    cells: tuple[Value, ...]
    total: Value
    before: Value
    details: tuple[Value, ...]
    breaks: tuple[str, ...] = ()
    is_nothing: bool = False
    is_total: bool = False

    @property
    def key(self) -> str:
        """In an address; empty for the row of totals."""
        return "" if self.is_total else key_of(self.code)

    @property
    def difference(self) -> Value:
        return None if self.total is None or self.before is None else self.total - self.before


@dataclass(frozen=True)
class MeasuredTable(Frame):
    """`shown` says what a cell is (平均), `unit` in what (円); `format` is that of a cell in Excel."""

    rows: tuple[MeasuredRow, ...]
    total: MeasuredRow
    shown: str
    unit: str
    format: str
    details: tuple[Detail, ...]
    note: str = ""
    is_measured: ClassVar[bool] = True

    @property
    def value_title(self) -> str:
        """「全体の平均(円)」."""
        return _("全体の%(shown)s(%(unit)s)") % {"shown": self.shown, "unit": self.unit}

    @property
    def said(self) -> str:
        """The whole in a few words: 「平均 878,000円」."""
        if self.total.total is None:
            return _("%(shown)s なし") % {"shown": self.shown}
        return f"{self.shown} {self.total.total:,}{self.unit}"

    @property
    def is_compared(self) -> bool:
        return bool(self.compared_title)

    @property
    def is_empty(self) -> bool:
        return self.total.is_nothing and self.total.before is None

    @cached_property
    def most(self) -> Value:
        """The longest bar, which every row is drawn against."""
        return max((row.total for row in self.rows if row.total is not None), default=0)


@dataclass(frozen=True)
class _Way:
    """How one kind of figure becomes numbers."""

    shown: str
    unit: str
    format: str
    note: str
    value: Callable[[Any], Value]
    details: tuple[Detail, ...]
    detail_values: Callable[[Any], tuple[Value, ...]]
    is_nothing: Callable[[Any], bool]


def measured_table(
    now: Answers[Any],
    before: Answers[Any] | None,
    words: Labels,
    show: str,
    sort: str = "",
    *,
    compared_title: str = "",
) -> MeasuredTable:
    """The answer in words. `show` says what a cell of amounts shows (one of STATISTICS)."""
    by, measure = now.definition["rows"], now.definition["measure"]
    way = (
        _of_amounts(measure, show)
        if measure in AMOUNTS
        else _of_rates()
        if measure in RATES
        else _of_shares()
    )
    frame, marks = frame_of(Compared(now, before), words, compared_title)

    def row(code: str, label: str, cells: Sequence[Any], total: Any, was: Any, **more: Any) -> MeasuredRow:
        return MeasuredRow(
            code,
            label,
            tuple(way.value(cell) for cell in cells),
            way.value(total),
            None if was is None else way.value(was),
            way.detail_values(total),
            is_nothing=way.is_nothing(total),
            **more,
        )

    rows = [
        row(
            code, words.rows.get(code, code), now.cells[n], now.row_totals[n],
            before and before.row_totals[n], breaks=marks.of(by, code, is_first=not n),
        )
        for n, code in enumerate(now.row_codes)
        if is_in_order(by)
        or not way.is_nothing(now.row_totals[n])
        or (before is not None and not way.is_nothing(before.row_totals[n]))
    ]  # fmt: skip
    if sort or not is_in_order(by):
        rows.sort(key=lambda one: (one.code == BLANK, one.total is None, -(one.total or 0)))
    total = row("", _("全体"), now.column_totals, now.total, before and before.total, is_total=True)
    return MeasuredTable(
        **frame, rows=tuple(rows), total=total, shown=way.shown, unit=way.unit, format=way.format,
        details=way.details, note=way.note,
    )  # fmt: skip


def _of_amounts(measure: str, show: str) -> _Way:
    unit = {DAYS_TO_CLOSE: _("日"), CONTACT_MINUTES: _("分")}.get(measure, _("円"))
    step, form = (_WHOLE, "#,##0") if unit == _("円") else (_TENTH, "#,##0.0")
    values: Mapping[str, Callable[[Amounts], Value]] = {
        "n": lambda found: found.n,
        "total": lambda found: found.total if found.n else None,
        "mean": lambda found: rounded(found.mean, step),
        "median": lambda found: rounded(found.median, step),
        "largest": lambda found: found.largest,
    }
    titles = [Detail(str(STATISTICS["n"]), "#,##0"), Detail(_("不明"), "#,##0")]
    titles += [
        Detail(str(STATISTICS[name]), form if name in ("mean", "median") else "#,##0")
        for name in ("total", "mean", "median", "largest")
    ]
    return _Way(
        shown=str(STATISTICS[show]),
        unit=_("件") if show == "n" else unit,
        format="#,##0" if show in ("n", "total", "largest") else form,
        note=_("不明は平均・中央値・合計に入れません。消去された相談の金額は不明に数えます。"),
        value=values[show],
        details=tuple(titles),
        detail_values=lambda found: (
            found.n,
            found.unknown,
            *(values[name](found) for name in ("total", "mean", "median", "largest")),
        ),
        is_nothing=lambda found: not found.n and not found.unknown,
    )


def _of_shares() -> _Way:
    return _Way(
        shown=_("割合"),
        unit="%",
        format="0.0",
        note="",
        value=lambda found: percent(found.of_all),
        details=(Detail(_("分子(件)"), "#,##0"), Detail(_("分母(件)"), "#,##0")),
        detail_values=_parts,
        is_nothing=lambda found: not found.all,
    )


def _of_rates() -> _Way:
    return _Way(
        shown=_("人口1,000人当たり"),
        unit=_("件"),
        format="0.00",
        note=_("人口のデータがないところと、年齢不明・団体は「—」です。"),
        value=lambda found: rounded(found.value, _HUNDREDTH),
        details=(Detail(_("件数"), "#,##0"), Detail(_("人口"), "#,##0")),
        detail_values=lambda found: (found.cases, found.residents),
        is_nothing=lambda found: not found.cases and found.residents is None,
    )


def _parts(found: Share) -> tuple[Value, ...]:
    return found.part, found.all


def rounded(value: Fraction | None, step: Decimal) -> Decimal | None:
    """To the step, a half up; None of nothing."""
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)
