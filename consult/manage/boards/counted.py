"""Panels of what was counted: heat map, course of 24 months, what rises, age pyramid, outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.figures import breaks, measures, trends
from cases.figures.dimensions import BLANK, DIMENSIONS, UNKNOWN
from cases.figures.intervals import Ratio
from cases.figures.measures import CASES, Breakdown, Comparison
from cases.figures.months import LENGTH, course
from cases.figures.trends import GROUPS, PERIOD, PERIODS_BEFORE, Rising
from cases.law import calendar
from cases.records import ages
from cases.services.entry import UNCLASSIFIED
from consult.manage.boards.panel import Figure, Panel, Scope
from consult.manage.offered import SCAM
from consult.manage.tables import percent
from consult.shell.paper import charts
from consult.shell.paper.charts import BarRow, Break, Chart, Interval, Line

ROWS_MOST: Final = 12
ROWS_ON_WALL: Final = 8
LINES_MOST: Final = 3
RISERS_MOST: Final = 8
_SEXES: Final = ("MALE", "FEMALE")


def overview(scope: Scope) -> Comparison:
    """手口 by age now and a year before: what the top of the board and the heat map say."""
    return measures.compare(replace(scope.question, columns="age_band"))


def figures(found: Comparison) -> list[Figure]:
    """The number of cases beside the year before, and the share of 65 and over in both definitions."""
    now, before, share = found.now.total, found.before.total, found.now.share_65
    return [
        Figure(
            _("新規の相談"),
            pgettext("number of", "%(n)s件") % {"n": f"{now:,}"},
            _("前年同期 %(n)s件") % {"n": f"{before:,}"},
        ),
        Figure(
            _("65歳以上の割合(年齢不明を除く)"),
            percent_text(percent(share.of_known)),
            _("年齢の分かる%(known)s件のうち%(part)s件")
            % {"known": f"{share.age_known:,}", "part": f"{share.seniors:,}"},
        ),
        Figure(
            _("65歳以上の割合(年齢不明を含む)"),
            percent_text(percent(share.of_all)),
            _("全%(all)s件のうち%(part)s件") % {"all": f"{share.all:,}", "part": f"{share.seniors:,}"},
        ),
    ]


def heat(scope: Scope, found: Breakdown, most: int = ROWS_MOST) -> Panel:
    """The 手口 with the most cases by age; the others stand together in the last row, so that it adds up."""
    totals = found.row_totals
    order = sorted(range(len(found.row_codes)), key=lambda n: -totals[n])
    used = [n for n in order if totals[n]]
    shown, rest = used[:most], used[most:]
    names = labels(SCAM, [found.row_codes[n] for n in shown], scope)
    cells: list[Sequence[int]] = [found.cells[n] for n in shown]
    if rest:
        names.append(_("ほかの%(n)s種の手口") % {"n": len(rest)})
        cells.append([sum(found.cells[n][k] for n in rest) for k in range(len(found.column_codes))])
    chart = charts.heat(
        _("年代と手口"),
        names,
        labels("age_band", found.column_codes, scope),
        cells,
        row_head=_("手口(主)"),
        total_head=_("合計"),
    )
    return Panel(
        name="heat",
        title=_("年代と手口"),
        basis=_("件数(新規の相談、主な手口で1件)。濃いほど多い。"),
        charts=(chart,) if used else (),
        more=scope.asked.query(rows=SCAM, columns="age_band", measure=CASES, sort=""),
        empty=_("この期間と条件に当てはまる相談はありません。"),
        is_wide=True,
    )


def lines(scope: Scope, chosen: Sequence[str]) -> Panel:
    """Two years month by month: all cases and the chosen 手口, without a choice the most frequent ones."""
    found = course(scope.question, LENGTH)
    codes = chosen or _most_frequent(found.by_code)
    nothing = tuple(None if total is None else 0 for total in found.total)
    series = [
        Line(_("合計"), found.total),
        *(
            Line(name, found.by_code.get(code, nothing))
            for code, name in zip(codes, labels(SCAM, codes, scope), strict=True)
        ),
    ]
    chart = charts.lines(
        _("24か月の推移"),
        [_("%(year)s年%(month)s月") % {"year": day.year, "month": day.month} for day in found.months],
        series,
        point_head=_("月"),
        short=_short(found.months),
        breaks=_breaks(found.months, codes, scope),
        unfinished=_("途中の月") if found.is_unfinished else "",
    )
    has_data = any(count is not None for count in found.total)
    return Panel(
        name="lines",
        title=_("24か月の推移"),
        basis=_("月ごとの新規の相談。期間の終わりの月までの24か月。"),
        charts=(chart,) if has_data else (),
        more=scope.asked.query(since=found.months[0], rows="month", columns="", measure=CASES, sort=""),
        empty=_("まだ相談の記録がありません。"),
        is_wide=True,
    )


def risers(scope: Scope) -> Panel:
    """What comes in more often than in the twelve periods before: n, ratio and its interval. Without conditions."""
    last = scope.asked.until
    found = trends.rising(scope.by.centre_ids, last, limit=RISERS_MOST, as_of=scope.asked.as_of)
    since = last - PERIOD + timedelta(days=1)
    rows = [_riser(item, scope) for item in found]
    title = _("急に増えている手口")
    return Panel(
        name="risers",
        title=title,
        basis=_(
            "%(since)sから4週間の件数を、その前の%(periods)s回の4週間の平均と比べた倍率と95%%の区間。"
            "%(least)s件以上で、偶然では100回に1回も起きない増え方だけ。絞り込みの条件は使いません。"
        )
        % {
            "since": calendar.month_and_day(since),
            "periods": PERIODS_BEFORE,
            "least": trends.MIN_COUNT,
        },
        charts=(charts.intervals(title, rows, label_head=_("手口と年代"), value_head=_("倍率と区間、件数")),)
        if rows
        else (),
        more=scope.asked.query(
            since=since, until=last, rows=SCAM, columns="age_band", measure=CASES, only={}
        ),
        empty=_("はっきり増えている手口はありません。"),
    )


def pyramid(scope: Scope) -> Panel:
    """Women and men by age; who has no age, belongs to a group or has another sex is listed below."""
    found = measures.breakdown(replace(scope.question, rows="age_band", columns="sex"))
    cells = {
        (band, sex): n
        for band, row in zip(found.row_codes, found.cells, strict=True)
        for sex, n in zip(found.column_codes, row, strict=True)
    }
    without_age = {UNKNOWN, ages.GROUP, BLANK}
    bands = [band for band in reversed(found.row_codes) if band not in without_age]
    sides = [(name, [cells.get((band, sex), 0) for band in bands]) for sex, name in _sexes(scope)]
    chart = charts.pyramid(
        _("年代と性別"),
        labels("age_band", bands, scope),
        sides[0],
        sides[1],
        band_head=_("年代"),
        below=_not_in_the_pyramid(cells, bands),
    )
    return Panel(
        name="pyramid",
        title=_("年代と性別"),
        basis=_("契約当事者の年代と性別。"),
        charts=(chart,) if found.total else (),
        more=scope.asked.query(rows="age_band", columns="sex", measure=CASES, sort=""),
        empty=_("この期間と条件に当てはまる相談はありません。"),
    )


def outcome_chart(found: Comparison, scope: Scope) -> Chart:
    """処理結果 beside the year before, the most frequent first and the unhandled last."""
    before = dict(zip(found.before.row_codes, found.before.row_totals, strict=True))
    rows = sorted(
        zip(found.now.row_codes, found.now.row_totals, strict=True),
        key=lambda row: (row[0] == BLANK, -row[1]),
    )
    names = labels("outcome", [code for code, _n in rows], scope)
    return charts.bars(
        _("処理結果"),
        [BarRow(label, n, before[code]) for label, (code, n) in zip(names, rows, strict=True)],
        label_head=_("処理結果"),
        value_head=_("件数"),
        before_head=_("前年同期"),
    )


def labels(dimension: str, codes: Sequence[str], scope: Scope) -> list[str]:
    return DIMENSIONS[dimension].texts(codes, scope.by.centre_ids)


def percent_text(share: object) -> str:
    return "—" if share is None else f"{share}%"


def _most_frequent(by_code: Mapping[str, Sequence[int | None]]) -> list[str]:
    totals = {code: sum(n or 0 for n in counts) for code, counts in by_code.items() if code != UNCLASSIFIED}
    return sorted((code for code in totals if totals[code]), key=lambda code: -totals[code])[:LINES_MOST]


def _breaks(months: Sequence[date], codes: Sequence[str], scope: Scope) -> list[Break]:
    """Where the codes of a line or of a condition changed: before the month of that day, nothing compares."""
    found = breaks.breaks_in([SCAM, *scope.asked.only], months[0], scope.question.end, shown=codes)
    return [
        Break(at, str(one.text))
        for one in found
        for at, month in enumerate(months)
        if at and (month.year, month.month) == (one.on.year, one.on.month)
    ]


def _short(months: Sequence[date]) -> list[str]:
    """The year stands with the first month and with each January."""
    return [
        f"{day:%y}/{day.month}" if n == 0 or day.month == 1 else str(day.month)
        for n, day in enumerate(months)
    ]


def _riser(item: Rising, scope: Scope) -> Interval:
    (name,) = labels(SCAM, [item.scam], scope)
    return Interval(
        label=_("%(scam)s(%(group)s)") % {"scam": name, "group": GROUPS[item.group]},
        value=item.ratio.value,
        low=item.ratio.low,
        high=item.ratio.high,
        words=_ratio_words(item.ratio, item.now),
    )


def _ratio_words(found: Ratio, now: int) -> str:
    if found.value is None or found.high is None:
        return _("%(low)s倍以上 %(n)s件(前は0件)") % {"low": f"{found.low:.1f}", "n": now}
    return _("%(value)s倍(%(low)s〜%(high)s) %(n)s件") % {
        "value": f"{found.value:.1f}",
        "low": f"{found.low:.1f}",
        "high": f"{found.high:.1f}",
        "n": now,
    }


def _sexes(scope: Scope) -> list[tuple[str, str]]:
    return list(zip(_SEXES, labels("sex", _SEXES, scope), strict=True))


def _not_in_the_pyramid(cells: dict[tuple[str, str], int], bands: Sequence[str]) -> list[tuple[str, float]]:
    """Each case once: first those of no age, then of the others those of another or no sex."""
    named = set(bands)
    of_no_age = sum(n for (band, _sex), n in cells.items() if band not in named)
    of_no_sex = sum(n for (band, sex), n in cells.items() if band in named and sex not in _SEXES)
    return [
        (_("年齢不明・団体(性別を問わず)"), of_no_age),
        (_("年代は分かり、性別が不明・団体"), of_no_sex),
    ]
