"""How fresh figures are: as of when, what in them is still uncoded or unapproved, which check of them went wrong.

Every page and file with figures says it. 分類 are counted from the facts as of the cut, so that a number and what is
said about it belong together; 暫定 and 決裁 are no facts and hold for now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import health
from cases.figures import columns, counting
from cases.figures.columns import Facts
from cases.figures.counting import ERASED, Selection
from cases.figures.dimensions import BLANK
from cases.health import Reading
from cases.held import Held
from cases.law.calendar import TOKYO
from cases.records.approval import ApprovalStep
from cases.records.case import Case

UNCLASSIFIED: Final = "UNCLASSIFIED"
# Every day that a case can have.
_EVER: Final = (date(1950, 1, 1), date(2100, 1, 1))
_HELD_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Uncoded:
    """Cases by what is still to be coded; one case may count in several.

    `provisional`: 分類は暫定. `without_scam`: 手口 is 未分類. The others: not entered.
    """

    provisional: int = 0
    without_scam: int = 0
    without_product: int = 0
    without_sales_method: int = 0

    def __bool__(self) -> bool:
        return bool(
            self.provisional or self.without_scam or self.without_product or self.without_sales_method
        )


@dataclass(frozen=True)
class Freshness:
    """Of the cases of some centres received in a period.

    `as_of`: the last `seq` counted, `recorded_at` when that was recorded (None without any record). `unapproved`:
    closed cases whose present state nobody approved; None where the centres never used 決裁. `is_past`: more was
    recorded since. `failures`: by which the numbers may be wrong.
    """

    as_of: int
    recorded_at: datetime | None
    uncoded: Uncoded
    unapproved: int | None
    failures: tuple[Reading, ...]
    is_past: bool = False

    @property
    def moment(self) -> str:
        """As of when, in words."""
        if self.recorded_at is None:
            return _("記録なし")
        at = self.recorded_at.astimezone(TOKYO)
        return _("%(moment)sまでに記録された内容") % {"moment": f"{at:%Y-%m-%d %H:%M:%S}"}

    @property
    def uncoded_text(self) -> str:
        """「分類が暫定 3件、商品・役務が未入力 12件」."""
        told = _("、").join(_uncoded(self.uncoded))
        return told or _("ありません")

    @property
    def unapproved_text(self) -> str:
        if self.unapproved is None:
            return _("決裁は使っていません")
        return _cases(self.unapproved) if self.unapproved else _("ありません")


def freshness(
    centre_ids: frozenset[int],
    *,
    start: date | None = None,
    end: date | None = None,
    as_of: int | None = None,
) -> Freshness:
    """Of the cases with a 受付日 in [start, end), all without; figures as of a `seq`, or now.

    Nine queries at most; what is counted may be some seconds old.
    """
    facts = columns.read()
    cut = facts if as_of is None or as_of >= facts.as_of else columns.read(as_of)
    period = (start or _EVER[0], end or _EVER[1])
    uncoded, unapproved = _held.get(
        (centre_ids, period, cut.as_of, facts.as_of), lambda: _counted(centre_ids, period, cut, facts)
    )
    return Freshness(
        as_of=cut.as_of,
        recorded_at=cut.recorded_at,
        uncoded=uncoded,
        unapproved=unapproved,
        failures=tuple(health.about_figures(centre_ids)),
        is_past=cut.as_of < facts.as_of,
    )


def lines(fresh: Freshness) -> list[tuple[str, str]]:
    """(label, text) for a file: what the page says beside its numbers."""
    told = [
        (_("分類が済んでいない相談"), fresh.uncoded_text),
        (_("決裁が済んでいない終了相談"), fresh.unapproved_text),
    ]
    return told + [(_("確かめてください"), _("%(what)s: %(state)s") % _named(row)) for row in fresh.failures]


def _named(row: Reading) -> dict[str, str]:
    return {"what": row.label, "state": row.state}


def _uncoded(found: Uncoded) -> Iterator[str]:
    for label, count in (
        (_("分類が暫定"), found.provisional),
        (_("手口が未分類"), found.without_scam),
        (_("商品・役務が未入力"), found.without_product),
        (_("販売購入形態が未入力"), found.without_sales_method),
    ):
        if count:
            yield _("%(what)s %(count)s") % {"what": label, "count": _cases(count)}


def _cases(count: int) -> str:
    return ngettext("%(items)s件", "%(items)s件", count) % {"items": f"{count:,}"}


_Period = tuple[date, date]
_held: Final[Held[tuple[Uncoded, int | None]]] = Held(_HELD_SECONDS)
_uses: Final[Held[bool]] = Held(600.0)


def _counted(
    centre_ids: frozenset[int], period: _Period, cut: Facts, now: Facts
) -> tuple[Uncoded, int | None]:
    selection = Selection(centre_ids, *period)
    scam, product, sales = _without(cut, selection)
    uncoded = Uncoded(
        provisional=Case.objects.filter(
            is_provisional=True,
            centre__in=centre_ids,
            received_on__gte=period[0],
            received_on__lt=period[1],
        ).count(),
        without_scam=scam,
        without_product=product,
        without_sales_method=sales,
    )
    if not _uses.get(centre_ids, lambda: _uses_approval(centre_ids)):
        return uncoded, None
    return uncoded, max(0, _closed(now, selection) - _approved(centre_ids, period))


def _without(facts: Facts, selection: Selection) -> tuple[int, int, int]:
    """Cases whose 手口 is 未分類, and those without 商品・役務 or 販売購入形態; one walk over the columns."""
    missing = (("scam_main", UNCLASSIFIED), ("product_class", BLANK), ("sales_method", BLANK))
    axes = [counting.by_word(facts, column, _is(code))(2) for column, code in missing]
    counts = counting.count(facts, selection, axes)
    return int(counts[1].sum()), int(counts[:, 1].sum()), int(counts[:, :, 1].sum())


def _is(code: str) -> Callable[[str], int]:
    return lambda word: int(word == code)


def _closed(facts: Facts, selection: Selection) -> int:
    """Closed cases that still are cases: an erased one waits for nobody's decision."""
    is_closed = counting.by_word(facts, "outcome", lambda word: int(word != BLANK))
    is_there = counting.by_word(facts, "source", lambda word: int(word != ERASED))
    return int(counting.count(facts, selection, [is_closed(2), is_there(2)])[1, 1])


def _uses_approval(centre_ids: frozenset[int]) -> bool:
    return ApprovalStep.objects.filter(case__centre__in=centre_ids).exists()


def _approved(centre_ids: frozenset[int], period: _Period) -> int:
    """Cases whose present state somebody approved, by the rows: a count, no decision about any of them.

    Nobody approves a case before it is received, so the steps since then are all that can be.
    """
    return ApprovalStep.objects.filter(
        is_last=True,
        kind=ApprovalStep.Kind.APPROVED,
        made_at__gte=datetime.combine(period[0], time(), TOKYO),
        revision=F("case__revision"),
        case__centre__in=centre_ids,
        case__received_on__gte=period[0],
        case__received_on__lt=period[1],
        case__closed_on__isnull=False,
    ).count()
