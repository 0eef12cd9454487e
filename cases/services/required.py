"""What a card must have before it can be registered, and what of it is still empty. No query, nothing sealed."""

from collections.abc import Callable
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.services.entry import UNCLASSIFIED

_BLANK: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("product", _("商品・役務")),
    ("sales_method", _("販売購入形態")),
    ("party_sex", _("性別")),
    ("party_occupation", _("職業")),
    ("relation", _("相談者との関係")),
)
"""Coded columns that have a code for 不明, so that an empty one was not asked yet."""
_OTHERS: Final[tuple[tuple[str | Promise, Callable[[Case], bool]], ...]] = (
    (_("手口(未分類)"), lambda case: case.main_scam == UNCLASSIFIED),
    (_("分類の見直し(暫定)"), lambda case: case.is_provisional),
    (_("処理結果"), lambda case: case.closed_on is not None and not case.outcome),
)


def missing(case: Case) -> list[str]:
    """The labels of what is empty, in the order of the card; its 手口 are best prefetched."""
    found = [str(label) for name, label in _BLANK if not getattr(case, name)]
    return found + [str(label) for label, is_missing in _OTHERS if is_missing(case)]


def lacking() -> Q:
    """The cases that `missing` speaks of, as a condition."""
    wanted = Q(is_provisional=True) | Q(scam_types__code=UNCLASSIFIED, scam_types__is_main=True)
    for name, _label in _BLANK:
        wanted |= Q(**{name: ""})
    return wanted
