"""In whose hands a case is, and what it belongs with: the forms and rows of that part of its page."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.records.case import Case
from cases.records.custody import HandOver
from cases.records.links import CaseLink
from consult.desk.forms import WordsField, plain_words
from consult.desk.looks import Look
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, offer


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("引き継ぐ相手"))
    note = WordsField(
        label=_("申し送り"), rows=3, required=False, help_text=_("経過として残ります。空欄でも引き継げます。")
    )

    def __init__(self, *args: Any, case: Case, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_hand_%s", **kwargs})
        colleagues = [
            account
            for account in Account.objects.holding(case.centre, roles.RECORD_CASES)
            if account.pk not in (actor.pk, case.holder_id)
        ]
        self.has_colleagues = bool(colleagues)
        offer(self, "to", [*NOT_CHOSEN, *((str(account.uid), str(account)) for account in colleagues)])
        plain_words(self)


class LinkForm(forms.Form):
    number = forms.CharField(label=_("つなぐ相談の番号"), max_length=16, help_text=_("例: 2026-000123、123"))
    kind = forms.ChoiceField(label=_("つながり"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_link_%s", **kwargs})
        numbered: list[tuple[str, str | Promise]] = [
            (value, f"{no} {label}") for no, (value, label) in enumerate(CaseLink.Kind.choices, 1)
        ]
        offer(self, "kind", numbered)
        plain_words(self)


@dataclass(frozen=True)
class Linked:
    """A case that this one is linked with, seen from here."""

    case: Case
    kind: str


@dataclass(frozen=True)
class Hands:
    """What the page says about custody, and what this reader may do about it."""

    offer: HandOver | None
    """The 引継ぎ that waits."""
    links: list[Linked]
    may_hand_over: bool
    may_change: bool
    may_unguard: bool
    is_for_me: bool
    may_withdraw: bool


def hands_of(case: Case, actor: Account, look: Look) -> Hands:
    waiting = (
        HandOver.objects.filter(case=case, taken_at=None, withdrawn_at=None)
        .select_related("from_account", "to_account")
        .first()
    )
    is_guarded_from = case.is_guarded and not case.has_been_with(actor.pk) and look.glass is None
    return Hands(
        offer=waiting,
        links=_linked(case),
        may_hand_over=actor.may(roles.HAND_OVER) and not is_guarded_from,
        may_change=actor.may(roles.RECORD_CASES),
        may_unguard=not is_guarded_from,
        is_for_me=waiting is not None and waiting.to_account_id == actor.pk,
        may_withdraw=waiting is not None
        and actor.pk in (waiting.from_account_id, waiting.to_account_id, case.holder_id),
    )


def _linked(case: Case) -> list[Linked]:
    rows = CaseLink.objects.filter(Q(first=case) | Q(second=case)).select_related("first", "second")
    seen = [
        (row.second if row.first_id == case.pk else row.first, row) for row in rows.order_by("-linked_at")
    ]
    return [Linked(other, row.get_kind_display()) for other, row in seen]
