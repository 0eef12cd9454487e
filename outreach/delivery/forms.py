"""Forms of the mail room's pages. No form is ever filled with an address that is kept."""

import uuid
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.protection.purpose import DESK_PURPOSES
from cases.records.case import new_uid
from cases.records.centre import Centre
from cases.records.codes import Kind
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field, offer
from outreach.delivery.models import Mailing, Subscriber
from outreach.delivery.subscribers import Wish
from outreach.network.models import Member

MONTHS_BACK: Final = 12


def _address_field(**options: Any) -> forms.CharField:
    given = {
        "label": _("メールアドレス"),
        "max_length": 300,
        "help_text": _("暗号化して保存します。"),
        "widget": forms.TextInput({"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
        **options,
    }
    return forms.CharField(**given)


class WishForm(forms.Form):
    """What somebody wants to get. Nothing chosen is every topic."""

    frequency = forms.ChoiceField(
        label=_("頻度"), choices=Subscriber.Frequency.choices, initial="EVERY", widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label=_("話題"),
        required=False,
        help_text=_("選ばなければ、すべての話題を送ります。"),
        widget=forms.CheckboxSelectMultiple,
    )
    member = forms.TypedChoiceField(
        label=_("見守りの構成員"),
        required=False,
        coerce=uuid.UUID,
        empty_value=None,
        help_text=_("構成員のアドレスなら選びます。届くものは、構成員の登録の「届けるもの」に従います。"),
    )

    def __init__(self, *args: Any, centre: Centre, linked: uuid.UUID | None = None, **kwargs: Any) -> None:
        """`linked`: the member that it is linked to, offered also when it has left."""
        super().__init__(*args, **kwargs)
        offer(self, "topics", code_choices(Kind.SCAM_TYPE, calendar.today()))
        found = Member.objects.filter(Q(ended_on__isnull=True) | Q(uid=linked), centre=centre)
        offer(self, "member", [*NOT_CHOSEN, *((str(row.uid), row.name) for row in found)])


class SubscriberForm(WishForm):
    """A new subscription with its consent."""

    uid = forms.UUIDField(initial=new_uid, widget=forms.HiddenInput)
    address = _address_field()
    consent_on = day_field(_("同意した日"), required=True, help_text=_("例: 11/20、今日"))
    consent_source = forms.ChoiceField(label=_("同意の方法"), choices=Subscriber.Source.choices)
    field_order = ("address", "consent_on", "consent_source", "member", "frequency", "topics")

    def wish(self) -> Wish:
        """What was typed; the form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("uid", "address")}
        return Wish(**data)


class AddressForm(forms.Form):
    address = _address_field(label=_("新しいメールアドレス"))


class FindForm(forms.Form):
    address = _address_field(help_text=_("探したことは操作記録に残ります。"))


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(label=_("表示する目的"), choices=DESK_PURPOSES, initial="CONSULTATION")


class StopForm(forms.Form):
    """Whom to unsubscribe for a mail that names nobody we know."""

    address = _address_field(
        required=False,
        label=_("登録のメールアドレス"),
        help_text=_("本文などから分かった登録のアドレスを入力します。探したことは操作記録に残ります。"),
    )


class LogForm(forms.Form):
    log = forms.FileField(
        label=_("メールサーバーの記録"),
        help_text=_(
            "Postfixの記録(mail.log)か、message_id,status の表(CSV・Excel)。送った時刻をすべて含むもの。"
        ),
    )


class MailFileForm(forms.Form):
    mails = forms.FileField(
        label=_("返ってきたメール"), help_text=_("メールソフトから保存した .eml か .mbox のファイル。")
    )


class ListForm(forms.Form):
    """The list itself; while it is looked at, its content waits in the page."""

    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    content = forms.CharField(required=False, max_length=1_500_000, widget=forms.HiddenInput)
    file = forms.FileField(label=_("名簿のファイル"), required=False)


class DigestForm(forms.Form):
    """Which month, for whom."""

    month = forms.ChoiceField(label=_("月"))
    readers = forms.ChoiceField(
        label=_("宛先"),
        choices=[
            (code, label) for code, label in Mailing.Readers.choices if code != Mailing.Readers.EVERYBODY
        ],
    )
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "month", [(f"{day:%Y-%m}", calendar.wareki_month(day)) for day in months()])

    @property
    def day(self) -> date:
        """The first day of the chosen month; the form is valid."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


def months() -> list[date]:
    """First days of this month and those before it, the newest first."""
    today = calendar.today()
    numbers = [today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class ConfirmForm(forms.Form):
    """The word to send, with the number that was seen."""

    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput)
    month = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)
    readers = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def word(self) -> dict[str, Any]:
        """What was seen, and the proposal that it answers; the form is valid."""
        return {name: self.cleaned_data[name] for name in ("expected", "proposal")}
