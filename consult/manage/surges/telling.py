"""What a card says, in sentences: what rose, for whom, judged by what, and what would have changed it.

Numbers of staff's own eyes. Nothing here leaves the house: what is printed goes through a bulletin and its approval.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.figures.surge_log.models import SurgeCard, SurgeEvaluation
from cases.figures.trends import GROUPS
from cases.records.codes import Kind, codes
from cases.surges.panel import Cell, Level
from cases.surges.scales import Basis
from consult.shell.paper.charts import plain

# Above this a mean is written without its tenths.
_WHOLE_FROM: Final = 10
_RAREST: Final = 10_000
BASES: Final = {
    Basis.PAST_YEARS: gettext_lazy("過去の同じ時期と比べた"),
    Basis.NEW_CODE: gettext_lazy("新しい手口(記録がほとんどない)"),
    Basis.NO_FIT: gettext_lazy("季節の計算が定まらない(全体の平均と比べた)"),
    Basis.SHORT_HISTORY: gettext_lazy("記録が短い(2年未満)"),
}
NOT_JUDGED: Final = {
    Basis.TOO_SHORT: gettext_lazy("比べる記録が26週に満たない"),
    Basis.TOO_LARGE: gettext_lazy("件数が大きすぎて計算できない"),
    Basis.CLOSED: gettext_lazy("この週は開所日がない"),
}


@dataclass(frozen=True)
class Part:
    """A narrower cell that alarmed too: in whom or where the wave is."""

    name: str
    count: int


@dataclass(frozen=True)
class Told:
    """A card in words. `label`: by what it was judged, `is_doubtful` where that is less than some years of a past."""

    name: str
    sentence: str
    also: str
    parts: Sequence[Part]
    label: str
    is_doubtful: bool
    rarity: str
    changes: Sequence[str]


def told(card: SurgeCard, evaluation: SurgeEvaluation, areas: Mapping[str, str]) -> Told:
    """`areas`: code → name of the centre's districts."""
    basis = Basis(card.basis)
    name = name_of(card.cell, areas)
    return Told(
        name=name,
        sentence=_sentence(card, name),
        also=_("相談全体も増えています。") if card.total_rises else "",
        parts=[_part(part, areas) for part in card.parts],
        label=_("過去%(years)s年の同じ時期と比べた") % {"years": card.years}
        if basis == Basis.PAST_YEARS
        else str(BASES[basis]),
        is_doubtful=basis != Basis.PAST_YEARS,
        rarity=rarity(float(card.probability)),
        changes=changes(card, evaluation),
    )


def name_of(cell: Cell, areas: Mapping[str, str]) -> str:
    """「無料点検」「無料点検(65歳以上)」「無料点検(北地区・65歳以上)」, or the whole."""
    if not cell.scam:
        return _("相談全体")
    scam = codes(Kind.SCAM_TYPE).text(cell.scam)
    if cell.level == Level.SCAM:
        return scam
    return _("%(scam)s(%(who)s)") % {"scam": scam, "who": who_of(cell, areas)}


def who_of(cell: Cell, areas: Mapping[str, str]) -> str:
    """The age group, with its district before it."""
    age = str(GROUPS[cell.age]) if cell.age in GROUPS else cell.age
    if not cell.area:
        return age
    return _("%(area)s・%(age)s") % {"area": areas.get(cell.area, cell.area), "age": age}


def _sentence(card: SurgeCard, name: str) -> str:
    """One sentence, of the scale on which it lies above its bound."""
    by_four = not _is_above(card.week_count, card.week_upper) and _is_above(card.four_count, card.four_upper)
    count, mean, upper = (
        (card.four_count, card.four_mean, card.four_upper)
        if by_four
        else (card.week_count, card.week_mean, card.week_upper)
    )
    given = {
        "name": name,
        "count": plain(int(count or 0)),
        "mean": _mean(mean),
        "upper": plain(int(upper or 0)),
    }
    if Basis(card.basis) == Basis.NEW_CODE:
        if by_four:
            return (
                _("%(name)sの相談が続いています: 4週間で%(count)s件。これまでほとんどなかった手口です。")
                % given
            )
        return (
            _("%(name)sの相談が続いています: 1週間で%(count)s件。これまでほとんどなかった手口です。") % given
        )
    if by_four:
        return _("%(name)sが増えています: 4週間で%(count)s件、ふだん%(mean)s件、上限%(upper)s件。") % given
    return _("%(name)sが増えています: 1週間で%(count)s件、ふだん%(mean)s件、上限%(upper)s件。") % given


def _is_above(count: float | None, upper: float | None) -> bool:
    return count is not None and upper is not None and count > upper


def _mean(mean: float | None) -> str:
    if mean is None:
        return _("不明")
    return plain(round(mean)) if mean >= _WHOLE_FROM else plain(round(mean, 1))


def _part(part: Mapping[str, Any], areas: Mapping[str, str]) -> Part:
    cell = Cell(part["scam"], part["age"], part["area"])
    name = who_of(cell, areas) if cell.age else name_of(cell, areas)
    return Part(name, int(part["week_count"]))


def rarity(probability: float) -> str:
    """How seldom so many come by chance. Two figures: the model is not finer than that."""
    if probability <= 0 or 1 / probability >= _RAREST:
        return _("ふだんどおりなら、これほど多くなるのは1万回に1回より少ないことです。")
    times = 1 / probability
    step = 10 ** max(math.floor(math.log10(times)) - 1, 0)
    return _("ふだんどおりなら、これほど多くなるのは%(times)s回に1回ほどです。") % {
        "times": plain(int(times / step + 0.5) * step)
    }


def changes(card: SurgeCard, evaluation: SurgeEvaluation) -> list[str]:
    """What would have changed the card: fewer cases, what is not typed yet, a smaller wave."""
    found = []
    if card.fewer_would_end is None:
        found.append(_("この1週間の件数がいくつでも、4週間の件数だけで知らせになります。"))
    else:
        found.append(
            _("この1週間があと%(n)s件少なければ、知らせになりませんでした。")
            % {"n": plain(card.fewer_would_end)}
        )
    untyped = evaluation.cases - evaluation.typed
    if untyped and card.scam:
        now = int(card.week_count)
        found.append(
            _(
                "この週の%(cases)s件のうち%(untyped)s件は、手口がまだ入力されていません。"
                "この中に同じ手口があれば、件数は%(now)s件より多く、最も多くて%(most)s件です。"
                "見込みの件数は、入力が済んだ割合に合わせて少なくしてあります。"
            )
            % {
                "cases": plain(evaluation.cases),
                "untyped": plain(untyped),
                "now": plain(now),
                "most": plain(now + untyped),
            }
        )
    if card.smallest_wave is not None:
        found.append(
            _(
                "ここで見つけられるのは、ふだんより週に%(n)s件以上多いときです。"
                "それより小さい増え方は、ふだんの揺れと区別できません。"
            )
            % {"n": plain(card.smallest_wave)}
        )
    return found


def typed_of(evaluation: SurgeEvaluation) -> str:
    """「30/43件(70%)」 of the week's cases have their 手口."""
    share = evaluation.typed_share
    if share is None:
        return pgettext("number of", "%(n)s件") % {"n": 0}
    return _("%(typed)s/%(cases)s件(%(percent)s%%)") % {
        "typed": plain(evaluation.typed),
        "cases": plain(evaluation.cases),
        "percent": math.floor(100 * share),
    }


def not_judged(evaluation: SurgeEvaluation) -> list[tuple[str, int]]:
    """Why cells could not be judged, and how many; the most frequent reason first."""
    known = [
        (str(NOT_JUDGED[Basis(basis)]), int(count))
        for basis, count in evaluation.not_evaluated.items()
        if count and basis in {one.value for one in NOT_JUDGED}
    ]
    return sorted(known, key=lambda pair: -pair[1])


def week_of(ends: date, begins: date) -> str:
    """「2026-11-16〜11-22」."""
    return f"{begins:%Y-%m-%d}〜{ends:%m-%d}"
