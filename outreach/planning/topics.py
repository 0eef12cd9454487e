"""Rising topics put into words: one card per 手口, with the reason for each age group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.figures import trends
from cases.figures.measures import SeniorShare
from cases.figures.trends import GROUPS, PERIOD, Rising
from cases.law import calendar
from cases.records import codes
from cases.records.codes import Kind
from outreach.planning.sparkline import Sparkline, sparkline

SHOWN: Final = 12


@dataclass(frozen=True)
class Reason:
    """Why one age group stands here, in a sentence."""

    group: str
    label: str
    sentence: str


@dataclass(frozen=True)
class Topic:
    """A 手口 that rises: `group` is the age group with the strongest evidence; `series` is 24 periods of it."""

    scam: str
    name: str
    meaning: str
    group: str
    reasons: Sequence[Reason]
    share: str
    series: Sequence[int]
    line: Sparkline


@dataclass(frozen=True)
class Board:
    """What the page shows. `start` and `last` are the first and last day of the four weeks looked at."""

    topics: Sequence[Topic]
    start: date
    last: date
    has_short_history: bool


def board(centre_ids: frozenset[int], on: date | None = None) -> Board:
    """The rising topics of these centres in the four weeks that end with `on` (today)."""
    last = on or calendar.today()
    by_scam: dict[str, list[Rising]] = {}
    found = trends.rising(centre_ids, last, limit=SHOWN)
    for item in found:
        by_scam.setdefault(item.scam, []).append(item)
    known = codes.codes(Kind.SCAM_TYPE)
    topics = [
        _topic(items, known.text(scam), known.by_code[scam].meaning_text if scam in known.by_code else "")
        for scam, items in by_scam.items()
    ]
    start = date.fromordinal(last.toordinal() + 1) - PERIOD
    return Board(topics, start, last, any(item.has_short_history for item in found))


def _topic(items: list[Rising], name: str, meaning: str) -> Topic:
    first = items[0]
    label = str(GROUPS[first.group])
    return Topic(
        scam=first.scam,
        name=name,
        meaning=meaning,
        group=first.group,
        reasons=[Reason(item.group, str(GROUPS[item.group]), reason_of(item)) for item in items],
        share=share_of(first.share_65),
        series=first.series,
        line=sparkline(first.series, _("%(name)s(%(group)s)") % {"name": name, "group": label}),
    )


def reason_of(item: Rising) -> str:
    """「直近4週で12件(これまでの平均3.1件、前年同期2件)。」"""
    values = {"now": item.now, "mean": f"{item.expected:.1f}", "periods": item.periods_before}
    if item.has_short_history:
        compared = _("記録のある前の%(periods)d期の平均%(mean)s件") % values
    else:
        compared = _("これまでの平均%(mean)s件") % values
    if item.last_year is not None:
        compared += _("、前年同期%(last_year)d件") % {"last_year": item.last_year}
    return _("直近4週で%(now)d件(%(compared)s)。") % {"now": item.now, "compared": compared}


def share_of(share: SeniorShare) -> str:
    """「65歳以上が75%(9/12件)。」 of the whole 手口; those without a known age are said, not hidden."""
    if share.of_known is None:
        return _("年齢が分かる相談はありません。")
    values = {
        "percent": round(100 * share.of_known),
        "part": share.seniors,
        "known": share.age_known,
        "unknown": share.all - share.age_known,
    }
    if values["unknown"]:
        return _("65歳以上が%(percent)d%%(%(part)d/%(known)d件、年齢不明など%(unknown)d件を除く)。") % values
    return _("65歳以上が%(percent)d%%(%(part)d/%(known)d件)。") % values
