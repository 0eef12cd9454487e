"""What a card must have before it can be registered, and what of it is still empty. Nothing sealed is opened."""

from collections.abc import Collection, Iterator
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records import ages
from cases.records.card import CaseCode
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services.entry import UNCLASSIFIED

_BLANK: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("product", _("商品・役務")),
    ("sales_method", _("販売購入形態")),
    ("party_sex", _("性別")),
    ("party_occupation", _("職業")),
    ("relation", _("相談者との関係")),
)
"""Coded columns that have a code for 不明, so that an empty one was not asked yet."""
_GROUP: Final = frozenset({"party_sex", "party_occupation", "relation"})
"""What a 団体 does not have."""


def missing_of(cases: Collection[Case]) -> dict[int, list[str]]:
    """By key of the case the labels of what is empty, in the order of the card; complete ones are left out.

    Two queries beside the cases, whose 手口 are best prefetched.
    """
    pks = [case.pk for case in cases]
    titled = set(Case.objects.filter(pk__in=pks, subject__isnull=False).values_list("pk", flat=True))
    sorted_by_issue = CaseCode.objects.filter(case__in=pks, kind=Kind.ISSUE_KIND)
    classed = set(sorted_by_issue.values_list("case_id", flat=True))
    found = {case.pk: list(_missing(case, titled, classed)) for case in cases}
    return {pk: labels for pk, labels in found.items() if labels}


def _missing(case: Case, titled: Collection[int], classed: Collection[int]) -> Iterator[str]:
    if case.pk not in titled:
        yield str(_("件名"))
    if case.main_scam == UNCLASSIFIED:
        yield str(_("手口(未分類)"))
    if case.pk not in classed:
        yield str(_("内容別分類"))
    is_group = case.party_age_band == ages.GROUP
    for name, label in _BLANK:
        if not getattr(case, name) and not (is_group and name in _GROUP):
            yield str(label)
    if case.is_provisional:
        yield str(_("分類の見直し(暫定)"))
