"""提供と開示: on which ground values may leave, what a citizen's request is answered by when, why parts stay black.

Pure. Sources: 個人情報の保護に関する法律 第69条 (提供の制限), 第76条–第84条 (開示請求), 第108条 (条例), and the
laws that each ground names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Requester(TextChoices):
    """Who asks the office for what it holds about somebody."""

    POLICE = "POLICE", _("警察・検察")
    BAR = "BAR", _("弁護士会")
    COURT = "COURT", _("裁判所")
    AUTHORITY = "AUTHORITY", _("行政庁")
    COUNCIL = "COUNCIL", _("消費者安全確保地域協議会の構成員")
    ASSEMBLY = "ASSEMBLY", _("議会")
    CONSENT = "CONSENT", _("本人の同意によるもの")
    OTHER = "OTHER", _("その他")


@dataclass(frozen=True)
class LegalGround:
    """An article that lets values leave; in force on days of the half-open period [since, until).

    `is_binding`: whether the office owes an answer to it (a reasoned refusal is an answer).
    """

    code: str
    label: "_StrPromise"
    article: "_StrPromise"
    requesters: frozenset[str]
    since: date
    until: date | None = None
    is_binding: bool = False


# 保有個人情報 of municipalities stand under the national law since this day (令和3年法律第37号 第51条).
_NATIONAL: Final = date(2023, 4, 1)
R = Requester
GROUNDS: Final[Sequence[LegalGround]] = (
    LegalGround(
        "INVESTIGATION", _("捜査関係事項照会"), _("刑事訴訟法197条2項"), frozenset({R.POLICE}),
        date(1949, 1, 1), is_binding=True,
    ),
    LegalGround(
        "WARRANT", _("差押え・捜索(令状)"), _("刑事訴訟法218条1項"), frozenset({R.POLICE}), date(1949, 1, 1),
        is_binding=True,
    ),
    LegalGround(
        "BAR_INQUIRY", _("弁護士会照会"), _("弁護士法23条の2第2項"), frozenset({R.BAR}), date(1951, 6, 10),
        is_binding=True,
    ),
    LegalGround(
        "COURT_INQUIRY", _("調査嘱託"), _("民事訴訟法186条"), frozenset({R.COURT}), date(1998, 1, 1),
        is_binding=True,
    ),
    LegalGround(
        "COURT_DOCUMENT", _("文書送付嘱託"), _("民事訴訟法226条"), frozenset({R.COURT}), date(1998, 1, 1),
        is_binding=True,
    ),
    LegalGround(
        "COURT_ORDER", _("文書提出命令"), _("民事訴訟法223条"), frozenset({R.COURT}), date(1998, 1, 1),
        is_binding=True,
    ),
    LegalGround(
        "COUNCIL", _("協議会での情報の提供"), _("消費者安全法11条の4"), frozenset({R.COUNCIL}),
        date(2016, 4, 1),
    ),
    LegalGround(
        "CONSUMER_AGENCY", _("消費者庁への資料の提供"), _("消費者安全法14条1項"), frozenset({R.AUTHORITY}),
        date(2009, 9, 1),
    ),
    LegalGround(
        "ADMINISTRATION", _("法令の定める事務に必要な提供(特商法の執行など)"), _("個人情報保護法69条2項3号"),
        frozenset({R.AUTHORITY}), _NATIONAL,
    ),
    LegalGround(
        "ASSEMBLY", _("議会の調査"), _("地方自治法100条1項"), frozenset({R.ASSEMBLY}), date(1947, 5, 3),
        is_binding=True,
    ),
    LegalGround(
        "CONSENT", _("本人の同意"), _("個人情報保護法69条2項1号"), frozenset(R.values), _NATIONAL
    ),
    LegalGround(
        "INTEREST", _("本人の利益、統計・学術、特別の理由"), _("個人情報保護法69条2項4号"),
        frozenset(R.values), _NATIONAL,
    ),
    LegalGround(
        "LAW", _("その他の法令に基づくもの"), _("個人情報保護法69条1項"), frozenset(R.values), _NATIONAL
    ),
)  # fmt: skip
BY_CODE: Final = {ground.code: ground for ground in GROUNDS}


def grounds_for(requester: str, on: date) -> list[LegalGround]:
    """The grounds that this kind of requester may name on a day."""
    return [ground for ground in GROUNDS if requester in ground.requesters and is_in_force(ground, on)]


def is_in_force(ground: LegalGround, on: date) -> bool:
    return ground.since <= on and (ground.until is None or on < ground.until)


# --- a citizen's request ------------------------------------------------------------------------------------------

LEGAL_DAYS: Final = 30
EXTENSION_DAYS: Final = 30


class Article(TextChoices):
    """Why a part is not shown: 個人情報保護法 第78条1項 by number. 4号 (state security) is not for municipalities."""

    LIFE = "78-1-1", _("1号 本人の生命・健康・生活・財産を害するおそれ")
    OTHER_PERSON = "78-1-2", _("2号 本人以外の個人に関する情報")
    CORPORATE = "78-1-3", _("3号 法人等に関する情報")
    PUBLIC_SAFETY = "78-1-5", _("5号 公共の安全と秩序の維持")
    DELIBERATION = "78-1-6", _("6号 審議・検討・協議に関する情報")
    BUSINESS = "78-1-7", _("7号 事務・事業の適正な遂行")


class Outcome(TextChoices):
    """How a request is answered."""

    WHOLE = "WHOLE", _("全部開示(82条1項)")
    PART = "PART", _("一部開示(79条、82条1項)")
    NONE = "NONE", _("不開示(82条2項)")
    NO_ANSWER = "NO_ANSWER", _("存否応答拒否(81条)")
    NOT_HELD = "NOT_HELD", _("保有していない(82条2項)")


def article_text(code: str) -> str:
    """「個人情報保護法78条1項2号」 for `78-1-2`."""
    _law, paragraph, number = code.split("-")
    return str(_("個人情報保護法78条%(paragraph)s項%(number)s号")) % {
        "paragraph": paragraph,
        "number": number,
    }


def decision_due(received_on: date, *, days: int, is_extended: bool, corrected_days: int = 0) -> date:
    """The last day for the decision.

    Unit: calendar days; the day after the request arrived is day 1 (民法140条). `days`: 30 (83条1項) or fewer where
    an ordinance says so (108条). `is_extended`: 30 days more, told in writing with the reason (83条2項).
    `corrected_days`: days that the requester took to mend the form do not count (83条1項 但書).
    Not covered: 84条 (a remarkably large amount). Raises ValueError for more days than the law gives.
    """
    if not 1 <= days <= LEGAL_DAYS:
        raise ValueError(f"a decision takes 1 to {LEGAL_DAYS} days")
    return received_on + timedelta(days=days + corrected_days + (EXTENSION_DAYS if is_extended else 0))
