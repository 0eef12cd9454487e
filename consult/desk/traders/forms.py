"""Forms of the master and of tracks: text as people type it."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from cases import payees
from cases.law import corporate_number
from cases.records.track import Track
from cases.records.trader import NAME_LENGTH, Trader, TraderMark
from cases.services.traders.keeping import TraderDetails
from cases.services.traders.tracks import TEXT_LENGTH
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.shell.fields import NOT_CHOSEN, ReadField, day_field


class FindTraderForm(forms.Form):
    """Posted: a sole trader's name or telephone number is personal."""

    text = forms.CharField(
        label=gettext_lazy("名前(2文字から)・電話・サイト・法人番号"), max_length=NAME_LENGTH, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class TraderForm(forms.Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("個人名のときは、屋号か呼び名(例: 屋根工事の業者・北町)"),
    )
    kana = ShortField(label=gettext_lazy("カナ"), max_length=NAME_LENGTH)
    kind = forms.ChoiceField(label=gettext_lazy("種別"), choices=Trader.Kind.choices)
    corporate_number = ReadField(
        corporate_number.read, label=gettext_lazy("法人番号"), help_text=gettext_lazy("13桁")
    )
    prefecture = ShortField(label=gettext_lazy("都道府県"), max_length=20)
    address = ShortField(label=gettext_lazy("所在地"))
    is_person = forms.BooleanField(
        label=gettext_lazy("名前が個人名(氏名・住所・電話を保護する)"), required=False
    )
    person_name = ShortField(label=gettext_lazy("氏名"))
    person_address = ShortField(label=gettext_lazy("住所"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)

    def details(self) -> TraderDetails:
        """What was typed. The form is valid."""
        data = self.cleaned_data
        names = ("name", "kana", "kind", "is_person", "corporate_number", "prefecture", "address")
        return TraderDetails(**{name: data[name] for name in (*names, "person_name", "person_address")})


class NameForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("別の名前"), max_length=NAME_LENGTH)
    kana = ShortField(label=gettext_lazy("カナ"), max_length=NAME_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class MarkForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=TraderMark.Kind.choices)
    value = forms.CharField(label=gettext_lazy("番号・アドレス・ID"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


_PAYEES: Final = [
    (payees.BANK, gettext_lazy("銀行口座")),
    (payees.CRYPTO, gettext_lazy("暗号資産アドレス")),
    (payees.EMONEY, gettext_lazy("電子マネー番号")),
]


class TrackForm(forms.Form):
    """A track; on a trader it is placed from the trader's page, which brings `trader_uid`."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    trader_uid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("対象"))
    about = ShortField(label=gettext_lazy("電話番号・サイト"))
    payee_kind = forms.ChoiceField(label=gettext_lazy("送金先の種類"), choices=_PAYEES, required=False)
    institution = ShortField(label=gettext_lazy("金融機関・支店"), help_text=gettext_lazy("○○銀行 △△支店"))
    account = ShortField(label=gettext_lazy("口座番号・アドレス・番号"))
    source = forms.ChoiceField(label=gettext_lazy("どこからの指示か"))
    from_whom = ShortField(label=gettext_lazy("だれから(部署・氏名)"))
    text = WordsField(label=gettext_lazy("どうするか"), rows=3, max_length=TEXT_LENGTH)
    ends_on = day_field(
        gettext_lazy("いつまで(1年以内)"), required=True, help_text=gettext_lazy("12/31、R9.3.31")
    )

    def __init__(self, *args: Any, on_trader: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [pair for pair in Track.Kind.choices if (pair[0] == Track.Kind.TRADER) == on_trader]
        for name, choices in (("kind", kinds), ("source", [*NOT_CHOSEN, *Track.Source.choices])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        plain_words(self)

    def payee(self) -> payees.Payee | None:
        data = self.cleaned_data
        return payees.read(data["payee_kind"] or payees.BANK, data["institution"], data["account"])


def kind_of_transfer(text: str) -> str:
    """The kind of payee for a code of 送金先の種類; a bank account where none was chosen."""
    return text if text in payees.KINDS else payees.BANK
