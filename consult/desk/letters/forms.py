"""Forms of letters: which letter to write, and its words."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law.letters import LetterKind
from cases.records.letters import CaseLetter
from cases.services.letters import ADDRESS_LENGTH, TEXT_LENGTH, LetterEntry
from consult.desk.forms import WordsField, plain_words
from consult.shell.fields import offer

# Contracts whose notice has a wording of its own; the engine's names.
CONTRACTS: Final = (
    ("door_to_door", _("訪問販売・電話勧誘販売・エステなど(特定商取引法)")),
    ("door_to_door_purchase", _("訪問購入(買取り)")),
    ("insurance", _("保険")),
    ("real_estate", _("宅地・建物")),
    ("telecom_initial", _("携帯電話・インターネット回線(初期契約解除)")),
    ("care_home", _("有料老人ホーム(3か月以内)")),
    ("other", _("そのほか")),
)


def _numbered(choices: Any) -> list[tuple[str, str]]:
    return [(value, f"{no} {label}") for no, (value, label) in enumerate(choices, 1)]


class ChooseForm(forms.Form):
    """Which letter. Nothing personal: the words come after."""

    kind = forms.ChoiceField(label=_("書くもの"))
    contract = forms.ChoiceField(label=_("契約の種類"))
    medium = forms.ChoiceField(label=_("送り方"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("kind", LetterKind.choices), ("contract", CONTRACTS), ("medium", CaseLetter.Medium.choices),
        ):  # fmt: skip
            offer(self, name, _numbered(choices))
        plain_words(self)


class LetterForm(forms.Form):
    """The words of a letter, and what it is a version of."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    letter_uid = forms.UUIDField(widget=forms.HiddenInput)
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)
    kind = forms.ChoiceField(widget=forms.HiddenInput, choices=LetterKind.choices)
    template = forms.CharField(widget=forms.HiddenInput, max_length=60)
    medium = forms.ChoiceField(label=_("送り方"), choices=CaseLetter.Medium.choices)
    addressee = WordsField(label=_("あて先"), rows=3, required=False, max_length=ADDRESS_LENGTH)
    text = WordsField(label=_("本文"), rows=16, max_length=TEXT_LENGTH)
    sender = WordsField(label=_("差出人"), rows=3, required=False, max_length=ADDRESS_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)

    def entry(self) -> LetterEntry:
        """The form is valid."""
        return LetterEntry(**self.cleaned_data)
