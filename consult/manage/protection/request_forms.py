"""Forms of the pages of citizens' requests."""

import uuid
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.law.disclosure import Article, Outcome
from cases.records.people import CasePerson
from cases.records.requests import CitizenRequest, RequestMark
from cases.services.requests import RequestEntry
from consult.manage.protection.case_numbers import CaseNumbersField, cases_of
from consult.shell.accounts import Account
from consult.shell.fields import day_field

LONGEST: Final = 4000
_ARTICLES: Final = [("", gettext_lazy("開示する(黒塗りしない)")), *Article.choices]


def _words(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea({"rows": 3}), **options)


class RequestForm(forms.Form):
    """A request as it arrived."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    received_on = day_field(
        gettext_lazy("請求を受けた日"),
        required=True,
        help_text=gettext_lazy("期限は、この翌日から数えます"),
    )
    requester_name = forms.CharField(label=gettext_lazy("請求者の氏名"), max_length=200)
    requester_address = forms.CharField(label=gettext_lazy("通知の送り先"), max_length=300)
    agent = forms.ChoiceField(label=gettext_lazy("請求した人"), choices=CitizenRequest.Agent.choices)
    identity = forms.ChoiceField(label=gettext_lazy("本人確認"), choices=CitizenRequest.Identity.choices)
    stands_as = forms.ChoiceField(
        label=gettext_lazy("相談での立場"),
        choices=CasePerson.Role.choices,
        help_text=gettext_lazy("もう一方の人の情報は、他の個人の情報(2号)として候補になります"),
    )
    corrected_days = forms.IntegerField(
        label=gettext_lazy("補正に要した日数"), min_value=0, max_value=365, initial=0
    )
    numbers = CaseNumbersField()
    asked_words = _words(gettext_lazy("請求の内容"), required=False)

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self._case_uids: tuple[uuid.UUID, ...] = ()
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

    def entry(self) -> RequestEntry:
        """The form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "numbers"}
        return RequestEntry(**data, case_uids=self._case_uids, days=settings.DISCLOSURE_REQUEST_DAYS)


class MarksForm(forms.Form):
    """One choice per mark of a part: the article under which it stays black, or that it is shown."""

    def __init__(self, *args: Any, marks: list[RequestMark], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._marks = marks
        for number, mark in enumerate(marks, start=1):
            initial = "" if mark.state == RequestMark.State.OPEN else mark.article
            self.fields[f"mark_{mark.uid.hex}"] = forms.ChoiceField(
                label=_("候補%(n)d") % {"n": number}, choices=_ARTICLES, initial=initial, required=False
            )

    @property
    def answers(self) -> dict[uuid.UUID, str]:
        """The form is valid."""
        return {mark.uid: self.cleaned_data[f"mark_{mark.uid.hex}"] for mark in self._marks}


class WordsForm(forms.Form):
    """Words that the redaction did not find."""

    words = forms.CharField(
        label=gettext_lazy("黒塗りする言葉"),
        help_text=gettext_lazy("書かれているとおりに。同じ言葉はすべて黒塗りします"),
        max_length=400,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    article = forms.ChoiceField(
        label=gettext_lazy("根拠"), choices=Article.choices, initial=Article.OTHER_PERSON
    )


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(label=gettext_lazy("決定"), choices=Outcome.choices, widget=forms.RadioSelect)
    reason = _words(
        gettext_lazy("理由"),
        help_text=gettext_lazy("開示しない部分があるとき。決定通知書に載ります"),
        required=False,
    )


class ExtendForm(forms.Form):
    reason = _words(gettext_lazy("延長の理由"), min_length=5)


class IdentityForm(forms.Form):
    identity = forms.ChoiceField(label=gettext_lazy("本人確認"), choices=CitizenRequest.Identity.choices[:3])


class SentForm(forms.Form):
    sent_on = day_field(gettext_lazy("通知した日"), required=True)
