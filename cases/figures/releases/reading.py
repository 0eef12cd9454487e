"""What printers print, and what staff see beside it: the same table three ways.

`tables` is the only door to a number that leaves the staff: it opens for releases that are out and that the log
vouches for.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.errors import CasesError
from cases.figures.releases import cells, merging, rules
from cases.figures.releases import known as ledger_rows
from cases.figures.releases.cells import Cell, Content, Heading, Reason
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


@dataclass(frozen=True)
class PrintedTable:
    """A table: `question` as plain data, labels of its dimensions, headings with the total last, and
    cells[row][column][layer]. Where there is no second or third dimension, that heading is the total alone.

    `withheld`: why the whole table is not published; then there are no cells.
    """

    title: str
    question: Mapping[str, Any]
    dimensions: tuple[str, ...] = ()
    rows: tuple[Heading, ...] = ()
    columns: tuple[Heading, ...] = ()
    layers: tuple[Heading, ...] = ()
    cells: tuple[tuple[tuple[PrintedCell, ...], ...], ...] = ()
    withheld: str = ""

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
    return _seen(release, _printed)


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
    return _seen(release, _printed)


def staff(release: Release) -> tuple[PrintedTable, ...]:
    """The frozen counts as they are; for staff only. Raises NotReleased where it is not judged."""
    _require_judged(release)
    return _seen(
        release, lambda cell, _smallest: PrintedCell(f"{cell.value:,}", low=cell.value, high=cell.value)
    )


def attacker(release: Release, reader: str) -> tuple[PrintedTable, ...]:
    """What a reader of everything published can compute of each number; for staff only.

    `reader`: "public" or "members". Raises NotReleased where it is not judged.
    """
    _require_judged(release)
    who = rules.READERS[reader]
    return _seen(release, lambda cell, _smallest: _computed(cell, who, release))


def _require_judged(release: Release) -> None:
    if not release.is_judged:
        raise NotReleased(_("判定がまだ終わっていません。"))


_See = Callable[[Cell, int], PrintedCell]


def _seen(release: Release, see: _See) -> tuple[PrintedTable, ...]:
    return tuple(_table(release, row, see) for row in release.tables.all())


def _table(release: Release, row: ReleasedTable, see: _See) -> PrintedTable:
    if not row.content:
        return PrintedTable(row.title, {}, withheld=row.withheld)
    content = cells.loaded(row.content)
    smallest = content.thresholds.by_reader[rules.READERS[release.audience]]
    rows, across, layers = content.headings
    return PrintedTable(
        row.title, content.asked, content.dimensions, rows, across, layers,
        tuple(tuple(tuple(see(cell, smallest) for cell in layer) for layer in row) for row in content.cells),
    )  # fmt: skip


def _printed(cell: Cell, smallest: int) -> PrintedCell:
    if cell.low is None or cell.high is None:
        why = cell.why or _why(cell.reason, smallest)
        return PrintedCell(HIDDEN_MARK, is_hidden=True, reason=cell.reason, why=why)
    if cell.rounded_to is not None:
        text = rounded(cell.value, cell.rounded_to).printed
        return PrintedCell(f"{int(text):,}" if text.isdigit() else text, low=cell.low, high=cell.high)
    return PrintedCell(f"{cell.low:,}", low=cell.low, high=cell.high)


_WHY: Final[Mapping[Reason, str | Promise]] = {
    Reason.SMALL: gettext_lazy("%(smallest)d件未満のため"),
    Reason.COMPLEMENT: gettext_lazy("この数から、ほかの少ない件数が分かるため"),
    Reason.BEFORE: gettext_lazy("前の公表で非公表にした数のため"),
    Reason.TOO_FEW: gettext_lazy("丸めても、ほかの数と合わせると件数がほぼ分かるため"),
}


def _why(reason: Reason | None, smallest: int) -> str:
    return "" if reason is None else str(_WHY[reason]) % {"smallest": smallest}


def _computed(cell: Cell, who: Audience, release: Release) -> PrintedCell:
    low, high = cell.low, cell.high
    if cell.low is None or cell.low != cell.high:
        computable = dict(cell.computable or {})
        if who not in computable:  # a release to members, as the public sees it: nothing of it was read
            return PrintedCell(_("読んでいません"), is_hidden=True)
        low, high = computable[who]
    elif who < rules.READERS[release.audience]:
        return PrintedCell(_("読んでいません"), is_hidden=True)
    return PrintedCell(interval_text(low or 0, high), low=low, high=high)


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
    return sum(table.hidden for table in _seen(release, _printed))


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
    return tuple(told)


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
