"""The rules of a centre, version by version. Changing them makes a new version; what was decided stays as it is."""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.services.entry import EntryRefused
from outreach.applications.models import ApplicationRuleSet
from outreach.applications.rules import REFUSABLE, Rule, RuleBook

_NUMBERS: Final = {
    "least_people": range(1001), "least_candidates": range(1, 4), "lead_days": range(366), "shortest": range(5, 481),
    "longest": range(5, 481), "keep_years": range(1, 31),
}  # fmt: skip
"""From the smallest to the largest that may be set."""


def of(centre: Centre) -> RuleBook:
    """The rules that hold now; those of the product where the centre set none."""
    newest = ApplicationRuleSet.objects.filter(centre=centre).first()
    return newest.as_book if newest else RuleBook()


def versions_of(centre: Centre) -> list[ApplicationRuleSet]:
    """The newest first."""
    return list(ApplicationRuleSet.objects.filter(centre=centre).select_related("by")[:50])


@transaction.atomic
def change(book: RuleBook, *, centre: Centre, by: Actor) -> RuleBook:
    """Set the rules; nothing is written where they hold already. Raises EntryRefused, Centre.DoesNotExist."""
    if faults := dict(_faults(book)):
        raise EntryRefused(faults)
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk, pk__in=by.centre_ids)
    newest = ApplicationRuleSet.objects.filter(centre=held).first()
    if book == (newest.as_book if newest else RuleBook()):
        return book
    version = newest.version + 1 if newest else 1
    ApplicationRuleSet.objects.create(centre=held, version=version, values=book.plain, by_id=by.pk)
    audit.record("APPLICATION_RULES_CHANGED", by=by, centre=held, reason=str(version))
    return book


def _faults(book: RuleBook) -> Iterator[tuple[str, str]]:
    for name, allowed in _NUMBERS.items():
        if getattr(book, name) not in allowed:
            yield (
                name,
                _("%(least)sから%(most)sまでの数を入力してください。")
                % {"least": allowed[0], "most": allowed[-1]},
            )
    if book.longest < book.shortest:
        yield "longest", _("最短より長い分数を入力してください。")
    if book.closes <= book.opens:
        yield "closes", _("終了は開始より後の時刻にしてください。")
    if not book.weekdays or not set(book.weekdays) <= set(range(7)):
        yield "weekdays", _("曜日を1つ以上選んでください。")
    if not set(book.refused) <= set(REFUSABLE):
        yield "refused", _("選び直してください。")
    if not set(book.school_exempt) <= set(Rule.values):
        yield "school_exempt", _("選び直してください。")
    if len(book.symbol) > 20:
        yield "symbol", _("%(most)s文字以内で入力してください。") % {"most": 20}
