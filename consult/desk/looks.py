"""How a reader gets at what is sealed on a case's page: by one key, for a purpose, or by 緊急の閲覧."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.protection.purpose import DESK_PURPOSES
from cases.protection.reveal import CONTACT, REVEALABLE, Rule, open_glass, rule_for
from cases.records.case import Case
from cases.records.custody import BreakGlass
from cases.services.glass import LONGEST_REASON, MINUTES
from consult.desk.forms import WordsField, plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import offer


class Part(StrEnum):
    """What one key shows."""

    CONTACT = "contact"  # names, numbers, addresses, trader
    WORDS = "words"  # these, and everything as it was spoken


FIELDS: Final = {Part.CONTACT: sorted(CONTACT), Part.WORDS: sorted(REVEALABLE)}


def part_of(text: str) -> Part:
    """The part that a form asks for; whoever names none means the contact fields."""
    return Part.WORDS if text == Part.WORDS else Part.CONTACT


def _numbered_purposes() -> list[tuple[str, str | Promise]]:
    """「1 相談対応」: a digit chooses."""
    return [("", "—"), *((value, f"{no} {label}") for no, (value, label) in enumerate(DESK_PURPOSES, 1))]


class RevealForm(forms.Form):
    """Why one looks. Whether it has to be said, the door decides."""

    purpose = forms.ChoiceField(label=_("見る目的"), required=False)
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("相談対応のほかは必須。個人名は書きません(書いても伏せて残します)。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = _numbered_purposes  # type: ignore[attr-defined]
        plain_words(self)


class GlassForm(forms.Form):
    """Why somebody opens a case that they normally may not, and for how long."""

    reason = WordsField(label=_("理由"), rows=2, help_text=_("10文字以上。管理者と担当者に伝わります。"))
    minutes = forms.TypedChoiceField(label=_("時間"), coerce=int, initial=MINUTES[1])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_glass_%s", **kwargs})
        offer(self, "minutes", [(str(minutes), _("%(n)s分") % {"n": minutes}) for minutes in MINUTES])
        plain_words(self)


@dataclass(frozen=True)
class Look:
    """What this reader meets on this page at this moment."""

    rule: Rule
    may_reveal: bool
    may_break: bool
    glass: BreakGlass | None

    @property
    def opens(self) -> bool:
        """Whether a key (after a purpose, where one is asked for) shows the values."""
        return self.glass is not None or (self.may_reveal and self.rule is not Rule.GUARDED)

    @property
    def asks(self) -> bool:
        return self.rule is Rule.ASKED and self.may_reveal

    @property
    def offers_glass(self) -> bool:
        return self.may_break and not self.opens

    @property
    def url_name(self) -> str:
        return "case-reveal" if self.may_reveal else "case-glass-look"


def look_at(case: Case, actor: Account) -> Look:
    rule = rule_for(case, actor)
    return Look(
        rule=rule,
        may_reveal=actor.may(roles.REVEAL_CASES),
        may_break=actor.may(roles.BREAK_GLASS),
        glass=open_glass(case, actor) if rule is Rule.GLASS else None,
    )
