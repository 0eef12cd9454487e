"""Forms of the ledger of disclosures outside."""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.law.disclosure import GROUNDS, Requester
from cases.protection.reveal import REVEALABLE
from cases.records.disclosures import OutsideDisclosure
from cases.services.disclosures import CODED, InquiryEntry
from consult.manage import audit_words
from consult.manage.protection.case_numbers import CaseNumbersField, cases_of
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, day_field, offer

LONGEST: Final = 4000
_ORDER: Final = (
    *("narrative", "advice", "follow_ups", "trader_name"),
    *(f"{role}.{name}" for role in ("caller", "party") for name in ("name", "kana", "phone", "address")),
)


def field_choices(names: list[str] | None = None) -> list[tuple[str, str]]:
    """What can be asked for, in words: the open columns first, then the words, then the persons."""
    everything = [CODED, *_ORDER, *sorted(REVEALABLE - set(_ORDER))]
    return [(name, audit_words.field_text(name)) for name in everything if names is None or name in names]


def _words(label: Any, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea({"rows": rows}), **options)


class InquiryForm(forms.Form):
    """An inquiry as it arrived."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    requester = forms.ChoiceField(label=gettext_lazy("求めた者"), choices=Requester.choices)
    requester_name = forms.CharField(
        label=gettext_lazy("名称・担当者"), max_length=200, help_text=gettext_lazy("暗号化して保存します")
    )
    document_number = forms.CharField(label=gettext_lazy("文書番号"), max_length=100, required=False)
    ground = forms.ChoiceField(label=gettext_lazy("根拠"))
    received_on = day_field(gettext_lazy("受けた日"), required=True)
    answer_by = day_field(gettext_lazy("回答の期限"), help_text=gettext_lazy("なければ空けておきます"))
    consent = forms.ChoiceField(
        label=gettext_lazy("本人の同意"),
        choices=OutsideDisclosure.Consent.choices,
        help_text=gettext_lazy("法令による照会でも、得られるときは同意を得ます"),
    )
    numbers = CaseNumbersField()
    asked_fields = forms.MultipleChoiceField(
        label=gettext_lazy("求められた項目"), widget=forms.CheckboxSelectMultiple
    )
    asked_words = _words(gettext_lazy("求めの内容"), required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self._case_uids: tuple[uuid.UUID, ...] = ()
        grounds = [(ground.code, f"{ground.label}({ground.article})") for ground in GROUNDS]
        offer(self, "ground", [*NOT_CHOSEN, *grounds])
        offer(self, "asked_fields", field_choices())
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def clean_numbers(self) -> str:
        text: str = self.cleaned_data["numbers"]
        self._case_uids = cases_of(text, actor=self._actor)
        return text

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > calendar.today():
            raise forms.ValidationError(_("これから先の日は選べません。"))
        return day

    def entry(self) -> InquiryEntry:
        """The form is valid."""
        data = self.cleaned_data
        return InquiryEntry(
            **{
                name: data[name]
                for name in ("uid", "requester", "requester_name", "document_number", "ground")
            },
            **{name: data[name] for name in ("received_on", "answer_by", "consent", "asked_words")},
            case_uids=self._case_uids,
            asked_fields=tuple(data["asked_fields"]),
        )


class DecisionForm(forms.Form):
    """What the first person proposes."""

    decision = forms.ChoiceField(
        label=gettext_lazy("決定"), choices=OutsideDisclosure.Decision.choices, widget=forms.RadioSelect
    )
    given_fields = forms.MultipleChoiceField(
        label=gettext_lazy("提供する項目"),
        help_text=gettext_lazy("「一部を提供する」のときに選びます"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = _words(
        gettext_lazy("理由"),
        help_text=gettext_lazy("必要性をどう確かめたか。提供しない部分があれば、その理由"),
        required=False,
    )

    def __init__(self, *args: Any, asked: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "given_fields", field_choices(asked))


class AnsweredForm(forms.Form):
    answered_on = day_field(gettext_lazy("回答した日"), required=True)
    means = forms.ChoiceField(label=gettext_lazy("方法"), choices=OutsideDisclosure.Means.choices)
