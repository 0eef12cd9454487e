"""How long a record is kept: classes, their years, and the day from which a closed case may be disposed of.

Pure: no database, no clock. No law names a number of years for 消費生活相談; a centre's own 文書管理規程 does, so
the years here are where a centre starts, and each may set its own. 5 years cover the five in which a contract made
on a wrong belief can be cancelled (消費者契約法 第7条).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.law.calendar import years_later


class RecordClass(models.TextChoices):
    """The class of a case's record. The first two follow from its codes; a person sets the others."""

    CONSULTATION = "CONSULTATION", _("相談の記録")
    INFORMATION = "INFORMATION", _("情報提供・問合せの記録")
    SERIOUS = "SERIOUS", _("重大事故・危害の記録")
    LITIGATION = "LITIGATION", _("争訟に関わる記録")


@dataclass(frozen=True)
class Period:
    """So many whole years, for every judgement on or after `from_on`, until the next period begins."""

    years: int
    from_on: date = date.min


LEAST_YEARS: Final = 1
MOST_YEARS: Final = 50
DEFAULT_YEARS: Final[Mapping[str, int]] = {
    RecordClass.CONSULTATION: 5,
    RecordClass.INFORMATION: 3,
    RecordClass.SERIOUS: 10,
    RecordClass.LITIGATION: 10,
}
INFORMATION_KINDS: Final = frozenset({"INQUIRY", "REQUEST"})
INFORMATION_OUTCOMES: Final = frozenset({"INFORMATION", "NOT_NEEDED"})


def class_of(kind: str, outcome: str) -> RecordClass:
    """The class that 相談区分 and 処理結果 give."""
    if kind in INFORMATION_KINDS or outcome in INFORMATION_OUTCOMES:
        return RecordClass.INFORMATION
    return RecordClass.CONSULTATION


def counted_from(closing_year: int) -> date:
    """1 April after the fiscal year of closing: the first day of the years that a record is kept."""
    return date(closing_year + 1, 4, 1)


def due_on(closing_year: int, periods: Sequence[Period], today: date) -> date:
    """The first day on which a case closed in that fiscal year may be disposed of, as it looks today.

    `periods` in order of `from_on`, the first from the beginning of time. Only the one in force and later ones
    count: a longer one keeps whatever is still there, a shorter one counts from its first day and never before.
    Closed 2026-03-31 (2025年度), 5 years: 2031-04-01. Closed 2026-04-01: 2032-04-01.
    """
    return due_after(counted_from(closing_year), periods, today)


def due_after(start: date, periods: Sequence[Period], today: date) -> date:
    """The first day that is so many years after `start`, as it looks today; `periods` as in `due_on`."""
    for period, end in _with_ends(periods):
        day = max(period.from_on, years_later(start, period.years))
        if end > today and day < end:
            return day
    raise ValueError("there is no period")


def _with_ends(periods: Sequence[Period]) -> Iterator[tuple[Period, date]]:
    """Each period with the first day on which it no longer judges."""
    ends = [period.from_on for period in periods[1:]]
    return zip(periods, [*ends, date.max], strict=True)


def last_closing_year_due(until: date, periods: Sequence[Period], today: date) -> int:
    """The latest fiscal year of closing whose cases fall due by that day, as it looks today; earlier ones do too.

    `until` is today or later.
    """
    year = until.year
    while due_on(year, periods, today) > until:
        year -= 1
    return year


@dataclass(frozen=True)
class OtherRecord:
    """A record beside the cases: how long it is kept and what ends it."""

    name: object
    kept: object
    ended_by: object


OTHER_RECORDS: Final = (
    OtherRecord(_("下書き"), _("最後の入力から30日"), _("自動で鍵ごと消える")),
    OtherRecord(
        _("取り込んだ台帳のファイル"), _("取込が終わるまで。終わらないものは14日"), _("自動で鍵ごと消える")
    ),
    OtherRecord(
        _("啓発の連絡先(構成員、講師、サポーター、申込者、借りた人)"),
        _("「連絡先の保存」で決めた年数"),
        _("自動で鍵ごと消える"),
    ),
    OtherRecord(_("添付ファイル"), _("相談の記録と同じ"), _("相談の記録と一緒に消える")),
    OtherRecord(
        _("操作記録"),
        _("定めた年数の最も長い種類より長く。個人の情報は入っていない"),
        _("この製品では消さない"),
    ),
    OtherRecord(_("外部への提供の台帳"), _("操作記録と同じ"), _("この製品では消さない")),
    OtherRecord(_("廃棄簿"), _("期限を定めない"), _("この製品では消さない")),
    OtherRecord(
        _("集計の数字"), _("期限を定めない。消去した相談は粗い区分だけが残る"), _("この製品では消さない")
    ),
)
