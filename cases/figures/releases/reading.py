"""What printers print, and what staff see beside it: the same table three ways.

`tables` is the only door to a number that leaves the staff: it opens for releases that are out and that the log
vouches for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.releases import cells, merging, rules, yen
from cases.figures.releases import known as ledger_rows
from cases.figures.releases.cells import Cell, Content, Heading, Reason
from cases.figures.releases.frozen import Frozen
from cases.figures.releases.merging import MergeProposal
from cases.figures.releases.models import Figure, Release, ReleasedTable
from cases.gate.ledger import Audience
from cases.gate.rounding import rounded
from cases.law import calendar
from cases.records.centre import Centre

HIDDEN_MARK: Final = "●"
_COUNT: Final = re.compile(r"[0-9]\s*件")


class NotReleased(CasesError):
    """Nothing of it may leave the staff."""

    code: ClassVar[str] = "not_released"
    status: ClassVar[int] = 409


@dataclass(frozen=True)
class PrintedCell:
    """One number as somebody sees it; `low` and `high` are what the reader has of it, the same where it is exact.

    `why`: in words why it is not printed, empty where it is.
    """

    text: str
    is_hidden: bool = False
    reason: Reason | None = None
    low: int | None = None
    high: int | None = None
    why: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether shares may be made from it."""
        return not self.is_hidden and self.low is not None and self.low == self.high


class Of(StrEnum):
    """What the numbers of a table are."""

    COUNT = "COUNT"
    SUM = "SUM"
    MEAN = "MEAN"
    MEDIAN = "MEDIAN"


UNITS: Final[Mapping[Of, str | Promise]] = {
    Of.COUNT: gettext_lazy("件数"),
    Of.SUM: gettext_lazy("合計(千円)"),
    Of.MEAN: gettext_lazy("平均(千円)"),
    Of.MEDIAN: gettext_lazy("中央値(千円)"),
}
KNOWN_COUNT: Final = gettext_lazy("金額が分かる件数")


@dataclass(frozen=True)
class PrintedTable:
    """A table: `question` as plain data, labels of its dimensions, headings with the total last, and
    cells[row][column][layer]. Where there is no second or third dimension, that heading is the total alone.

    `withheld`: why the whole table is not published; then there are no cells. A table of yen is several of these, one
    after the other and alike but for `of`: counts of known amounts, and where they are not withheld their sums, means
    and medians in thousands of yen. `place`: which table of the release it belongs to.
    """

    title: str
    question: Mapping[str, Any]
    dimensions: tuple[str, ...] = ()
    rows: tuple[Heading, ...] = ()
    columns: tuple[Heading, ...] = ()
    layers: tuple[Heading, ...] = ()
    cells: tuple[tuple[tuple[PrintedCell, ...], ...], ...] = ()
    withheld: str = ""
    of: Of = Of.COUNT
    place: int = 0
    is_of_money: bool = False

    @property
    def unit(self) -> str:
        """What its numbers are, in words."""
        return str(KNOWN_COUNT if self.is_of_money and self.of == Of.COUNT else UNITS[self.of])

    @property
    def named(self) -> str:
        """The title, with what the numbers are where they are not simply counts."""
        return f"{self.title} {self.unit}".strip() if self.is_of_money else self.title

    @property
    def flat(self) -> tuple[tuple[PrintedCell, ...], ...]:
        """Rows by columns, all layers together."""
        return tuple(tuple(column[-1] for column in row) for row in self.cells)

    @property
    def hidden(self) -> int:
        """How many numbers of it are not printed."""
        return sum(cell.is_hidden for row in self.cells for column in row for cell in column)


# --- three ways -------------------------------------------------------------------------------------------------


def tables(release: Release) -> tuple[PrintedTable, ...]:
    """What may be printed. Raises NotReleased unless the release is out and the log vouches for it."""
    require_out(release)
    return _seen(release, _Printed())


def require_out(release: Release) -> None:
    """Raises NotReleased."""
    if not release.is_released:
        raise NotReleased(
            _("この集計はまだ公表の承認を受けていないため、外に出せません。(いまの状態: %(state)s)")
            % {"state": release.get_state_display()}
        )
    if not ledger_rows.is_genuine(release):
        raise NotReleased(
            _(
                "保存されている内容が公表時の記録と合いません。表示をやめました。システム担当に伝えてください。"
            )
        )


def preview(release: Release) -> tuple[PrintedTable, ...]:
    """What would be printed, for staff who look at a proposal. Raises NotReleased where it is not judged."""
    _require_judged(release)
    return _seen(release, _Printed())


def staff(release: Release) -> tuple[PrintedTable, ...]:
    """The frozen counts as they are, and the yen as far as their cases are not erased; for staff only.

    Raises NotReleased where it is not judged.
    """
    _require_judged(release)
    return _seen(release, _Staff(release))


def attacker(release: Release, reader: str) -> tuple[PrintedTable, ...]:
    """What a reader of everything published can compute of each number; for staff only.

    `reader`: "public" or "members". Raises NotReleased where it is not judged.
    """
    _require_judged(release)
    return _seen(release, _Computed(rules.READERS[reader], rules.READERS[release.audience]))


def _require_judged(release: Release) -> None:
    if not release.is_judged:
        raise NotReleased(_("判定がまだ終わっていません。"))


@dataclass(frozen=True)
class _Paid:
    """What is kept of the yen of one cell: how many amounts, their sum, their median."""

    count: Cell
    total: Cell
    median: int | None


class _Eyes(Protocol):
    """Somebody who looks at a table."""

    def count(self, cell: Cell, smallest: int) -> PrintedCell:
        """A count; `smallest` is the smallest that may be read."""

    def yen(self, paid: _Paid, measure: str) -> dict[Of, PrintedCell]:
        """Sum, mean and median."""


def _seen(release: Release, eyes: _Eyes) -> tuple[PrintedTable, ...]:
    return tuple(table for row in release.tables.all() for table in _tables(release, row, eyes))


def _tables(release: Release, row: ReleasedTable, eyes: _Eyes) -> Iterator[PrintedTable]:
    if not row.content:
        yield PrintedTable(row.title, {}, withheld=row.withheld, place=row.place)
        return
    content = cells.loaded(row.content)
    smallest = content.thresholds.by_reader[rules.READERS[release.audience]]
    rows, across, layers = content.headings
    counts = PrintedTable(
        row.title, content.asked, content.dimensions, rows, across, layers,
        _shaped(content, [eyes.count(cell, smallest) for cell in content.flat]),
        place=row.place, is_of_money=content.money is not None,
    )  # fmt: skip
    yield counts
    if (money := content.money) is None:
        return
    if money.withheld:
        yield replace(counts, cells=(), of=Of.SUM, withheld=money.withheld)
        return
    paid = map(_Paid, content.flat, money.cells, money.medians)
    seen = [eyes.yen(of, money.measure) for of in paid]
    for of in (Of.SUM, Of.MEAN, Of.MEDIAN):
        yield replace(counts, cells=_shaped(content, [one[of] for one in seen]), of=of)


def _shaped(content: Content, flat: Iterable[PrintedCell]) -> tuple[tuple[tuple[PrintedCell, ...], ...], ...]:
    left = iter(flat)
    return tuple(tuple(tuple(next(left) for _cell in column) for column in row) for row in content.cells)


def _exactly(value: int) -> PrintedCell:
    return PrintedCell(f"{value:,}", low=value, high=value)


_NOTHING: Final = PrintedCell("—")


def _mean(total: int, count: int) -> int:
    """Thousands of yen, halves up."""
    return (2 * total + count) // (2 * count)


class _Printed:
    """Whoever gets the paper."""

    def count(self, cell: Cell, smallest: int) -> PrintedCell:
        if cell.low is None or cell.high is None:
            why = cell.why or _why(cell.reason, smallest)
            return PrintedCell(HIDDEN_MARK, is_hidden=True, reason=cell.reason, why=why)
        if cell.rounded_to is not None:
            text = rounded(cell.value, cell.rounded_to).printed
            return PrintedCell(f"{int(text):,}" if text.isdigit() else text, low=cell.low, high=cell.high)
        return _exactly(cell.low)

    def yen(self, paid: _Paid, measure: str) -> dict[Of, PrintedCell]:
        count, total = paid.count.low, paid.total.low
        if total is None:
            reason = paid.total.reason
            hidden = PrintedCell(HIDDEN_MARK, is_hidden=True, reason=reason, why=_why(reason, 0))
            derived = replace(hidden, why=_("合計を公表しないため"))
            return {Of.SUM: hidden, Of.MEAN: derived, Of.MEDIAN: derived}
        found = {Of.SUM: _exactly(total), Of.MEAN: _NOTHING, Of.MEDIAN: _NOTHING}
        if count:
            few = _("%(n)d件未満の金額の中央値のため") % {"n": yen.MEDIAN_OF}
            found[Of.MEAN] = _exactly(_mean(total, count))
            found[Of.MEDIAN] = PrintedCell(HIDDEN_MARK, is_hidden=True, why=few)
            if paid.median is not None:
                found[Of.MEDIAN] = _exactly(paid.median)
        return found


class _Staff:
    """Staff, who see the counts that are kept, and the amounts that are still there."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._frozen: Frozen | None = None
        self._yen: dict[str, yen.Yen] = {}

    def count(self, cell: Cell, smallest: int) -> PrintedCell:
        return _exactly(cell.value)

    def yen(self, paid: _Paid, measure: str) -> dict[Of, PrintedCell]:
        if paid.total.of is None:
            return dict.fromkeys((Of.SUM, Of.MEAN, Of.MEDIAN), _NOTHING)
        if measure not in self._yen:
            self._frozen = self._frozen or ledger_rows.frozen_with(self._release)
            self._yen[measure] = yen.Yen(self._frozen, measure)
        amounts = self._yen[measure].of(paid.total.of)
        middle = yen.middle(amounts)
        return {
            Of.SUM: _exactly(sum(amounts)),
            Of.MEAN: _exactly(_mean(sum(amounts), len(amounts))) if amounts else _NOTHING,
            Of.MEDIAN: _NOTHING if middle is None else _exactly(middle),
        }


@dataclass(frozen=True)
class _Computed:
    """Somebody who adds and subtracts everything published. A release to `audience` was not read by those before it."""

    who: Audience
    audience: Audience

    def count(self, cell: Cell, smallest: int) -> PrintedCell:
        low, high = cell.low, cell.high
        if cell.low is None or cell.low != cell.high:
            computable = dict(cell.computable or {})
            if (
                self.who not in computable
            ):  # a release to members, as the public sees it: nothing of it was read
                return self._unread
            low, high = computable[self.who]
        elif self.who < self.audience:
            return self._unread
        return PrintedCell(interval_text(low or 0, high), low=low, high=high)

    @property
    def _unread(self) -> PrintedCell:
        return PrintedCell(_("読んでいません"), is_hidden=True)

    def yen(self, paid: _Paid, measure: str) -> dict[Of, PrintedCell]:
        total = self.count(paid.total, 0)
        if self.who < self.audience:
            return dict.fromkeys((Of.SUM, Of.MEAN, Of.MEDIAN), total)
        if paid.total.low is not None:
            return _Printed().yen(paid, measure)
        unknown = PrintedCell(_("分かりません"), is_hidden=True)
        mean = unknown
        if count := paid.count.low:
            low, high = total.low or 0, total.high
            mean = PrintedCell(interval_text(low // count, None if high is None else -(-high // count)))
        return {Of.SUM: total, Of.MEAN: mean, Of.MEDIAN: unknown}


_WHY: Final[Mapping[Reason, str | Promise]] = {
    Reason.SMALL: gettext_lazy("%(smallest)d件未満のため"),
    Reason.COMPLEMENT: gettext_lazy("この数から、ほかの少ない件数が分かるため"),
    Reason.BEFORE: gettext_lazy("前の公表で非公表にした数のため"),
    Reason.TOO_FEW: gettext_lazy("丸めても、ほかの数と合わせると件数がほぼ分かるため"),
    Reason.COUNT: gettext_lazy("件数を公表しないため"),
    Reason.ONE_OR_TWO: gettext_lazy("1人か2人の金額が分かるため"),
    Reason.OTHER_SUM: gettext_lazy("この金額から、ほかの人の金額が分かるため"),
}


def _why(reason: Reason | None, smallest: int) -> str:
    return "" if reason is None else str(_WHY[reason]) % {"smallest": smallest}


def interval_text(low: int, high: int | None) -> str:
    """「3～12」, 「10以上」, 「7」."""
    if high is None:
        return _("%(low)s以上") % {"low": f"{low:,}"}
    return f"{low:,}" if low == high else f"{low:,}～{high:,}"


# --- beside them ------------------------------------------------------------------------------------------------


def activity(release: Release) -> tuple[Figure, ...]:
    """The figures of the centre's own activity. Raises NotReleased."""
    require_out(release)
    return tuple(Figure(**kept) for kept in release.figures)


def hidden_count(release: Release) -> int:
    """How many numbers of a judged release are not printed."""
    return sum(table.hidden for table in _seen(release, _Printed()))


def merges(release: Release) -> tuple[MergeProposal, ...]:
    """Codes to print as one so that less is hidden, best first; for staff only."""
    return merging.of_plain(release.advice)


def contents(release: Release) -> list[Content]:
    """The tables as they are kept; for staff only."""
    return [cells.loaded(row.content) for row in release.tables.all() if row.content]


def rule(release: Release) -> tuple[str, ...]:
    """The rule in words: the threshold and why it is that, and how numbers are rounded."""
    told: dict[str, None] = {}
    for content in contents(release):
        told |= dict.fromkeys(_rule_lines(release, content.thresholds))
        told |= dict.fromkeys(_money_lines() if content.money is not None else ())
    return tuple(told)


def _money_lines() -> Iterable[str]:
    yield _("金額は、相談1件ごとに千円単位に四捨五入してから足しています。金額が分からない相談は含みません。")
    yield _(
        "3件に満たない金額の合計、大きいほうの2件で全体の85%を超える合計と、それを足し引きで計算できる合計は載せていません。"
    )
    yield _("中央値は上から2けたに丸め、10件以上のときだけ載せています。最大の金額は載せていません。")


def _rule_lines(release: Release, limits: rules.Thresholds) -> Iterable[str]:
    if (to := release.rounded_to) is not None:
        yield _("すべての件数を%(to)d件単位に丸めています。4件以下は「0～4」です。") % {"to": to}
    else:
        is_public = release.audience == Release.Audience.PUBLIC
        yield _("1件以上%(smallest)d件未満の件数は載せていません。") % {
            "smallest": limits.public if is_public else limits.members
        }
    if release.audience != Release.Audience.PUBLIC or limits.public < rules.MIDDLE_BELOW:
        return
    if limits.residents is None and limits.is_of_districts:
        yield _("地区の人口が登録されていないため、小さい地区の基準を使っています。")
    elif limits.residents is not None and limits.residents < rules.MIDDLE_AREA:
        yield _("人口%(people)s人未満の地域のため、%(smallest)d件未満を非公表にしています。") % {
            "people": f"{rules.MIDDLE_AREA:,}",
            "smallest": limits.public,
        }


def left_out() -> tuple[str, ...]:
    """Attacks that the judgement leaves out, in words."""
    return (
        _("特定の相談を知っている人が、その分を差し引いて考えること"),
        _("「たぶんこのくらい」という見込みによる推測"),
        _("4つ以上の項目を組み合わせた表を、どこかの資料から知っている場合"),
        _("件数が整数であることだけを使った、3項目の表の細かい計算"),
        _("ほかの機関が同じ相談について公表した数との組み合わせ"),
        _("訂正の前と後の数の差から、変わった件数を推測すること"),
        _("金額で、1人が何件も相談している場合(相談1件を1人と数えます)"),
        _("契約購入金額と既支払額を見比べること、中央値から合計を推測すること"),
    )


def said(release: Release) -> tuple[tuple[str, str], ...]:
    """(label, text) that travel with the numbers: number and day, correction, as-of, what is still uncoded.

    How many cases are uncoded or unapproved does not travel: it is a count that nobody judged.
    """
    lines: list[tuple[str, str]] = []
    with translation.override(settings.LANGUAGE_CODE):
        if release.released_at is not None and release.number is not None:
            day = calendar.wareki(calendar.local_date(release.released_at))
            lines.append((_("公表"), _("%(number)s(%(day)s)") % {"number": release.numbered, "day": day}))
        if release.corrects is not None:
            text = _("%(number)sの訂正: %(notice)s") % {
                "number": release.corrects.numbered,
                "notice": release.notice,
            }
            lines.append((_("訂正"), text))
        lines += [
            (label, _("あります(件数は公表していません)") if _COUNT.search(text) else text)
            for label, text in release.about
        ]
    return tuple(lines)


def ledger(centre: Centre, audience: str) -> QuerySet[Release]:
    """Everything ever published that this audience may have read, newest first."""
    found = Release.objects.filter(centre=centre, state=Release.State.RELEASED)
    if audience == Release.Audience.PUBLIC:
        found = found.filter(audience=Release.Audience.PUBLIC)
    return found.order_by("-released_at", "-pk")
