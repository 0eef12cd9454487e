"""Forms of the network's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.watchers import WatcherKind
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field
from outreach.network.models import Member
from outreach.network.services import (
    CONTACT_LENGTH,
    MOST_COPIES,
    NAME_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    ContactEntry,
    MemberEntry,
)

_NOT_A_FIELD = ("uid", "revision")


class MemberForm(forms.Form):
    """A member: who it is, its agreement, what it may receive. Persons have a form of their own."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("種類"), choices=[*NOT_CHOSEN, *WatcherKind.choices])
    name = forms.CharField(
        label=_("名称"), max_length=NAME_LENGTH, help_text=_("機関や団体の名前だけ。個人名は連絡先に")
    )
    areas = forms.MultipleChoiceField(
        label=_("受け持つ地区"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければ全域"),
    )  # fmt: skip
    agreed_on = day_field(_("協定の締結日"))
    agreement_from = day_field(_("協定の始まり"))
    agreement_until = day_field(_("協定の終わり"), help_text=_("期限がなければ空欄"))
    is_council = forms.BooleanField(
        label=_("消費者安全確保地域協議会の構成員です"), required=False,
        help_text=_("個人の情報を受け取れるのは構成員だけです(消費者安全法11条の4)"),
    )  # fmt: skip
    duty_told_on = day_field(_("秘密を守る義務を伝えた日"), help_text=_("消費者安全法11条の5"))
    channel = forms.ChoiceField(label=_("送り方"), choices=[*NOT_CHOSEN, *Member.Channel.choices])
    copies = forms.IntegerField(
        label=_("部数"), min_value=1, max_value=MOST_COPIES, initial=1, widget=forms.TextInput
    )
    receives_bulletins = forms.BooleanField(
        label=_("見守り通信"), required=False, initial=True,
        help_text=_("発行した通信のうち、下で選んだ手口のもの"),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=_("通信の手口"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければすべての手口"),
    )  # fmt: skip
    receives_alerts = forms.BooleanField(
        label=_("注意情報"), required=False,
        help_text=_(
            "至急で発行した通信を、手口によらずすぐに。メールなら結び付けた登録のアドレスへ、ほかは配布先の一覧で"
        ),
    )  # fmt: skip
    receives_shares = forms.BooleanField(label=_("個別の情報(見守りが必要な人)"), required=False)
    note = forms.CharField(
        label=_("メモ"), max_length=NOTE_LENGTH, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("個人の情報は書かない"),
    )  # fmt: skip

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("areas", area_choices(centre)),
            ("topics", code_choices(Kind.SCAM_TYPE, calendar.today())),
        ):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def entry(self) -> MemberEntry:
        """What was typed; the form is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in _NOT_A_FIELD}
        return MemberEntry(**{**given, "areas": tuple(given["areas"]), "topics": tuple(given["topics"])})


class ContactForm(forms.Form):
    """Whom to call. What is kept is never sent back to the page."""

    post = forms.CharField(
        label=_("役職・係"), max_length=CONTACT_LENGTH, required=False, help_text=_("例: 事務局")
    )
    name = forms.CharField(label=_("担当者"), max_length=CONTACT_LENGTH, required=False)
    phone = forms.CharField(label=_("電話"), max_length=CONTACT_LENGTH, required=False)
    fax = forms.CharField(label=_("ファクス"), max_length=CONTACT_LENGTH, required=False)
    mail = forms.CharField(label=_("メール"), max_length=CONTACT_LENGTH, required=False)
    address = forms.CharField(label=_("住所"), max_length=CONTACT_LENGTH, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def entry(self) -> ContactEntry:
        return ContactEntry(**self.cleaned_data)


class EndForm(forms.Form):
    on = day_field(_("終わった日"), required=True)
    reason = forms.CharField(
        label=_("理由"), max_length=REASON_LENGTH, required=False, help_text=_("個人の情報は書かない")
    )


class FilterForm(forms.Form):
    """What the list shows; nothing in it is about a person."""

    kind = forms.ChoiceField(
        label=_("種類"), required=False, choices=[("", _("すべて")), *WatcherKind.choices]
    )
    state = forms.ChoiceField(
        label=_("状態"), required=False,
        choices=[("", _("いまの構成員")), ("ends", _("協定の更新が近い")), ("ended", _("終了した構成員"))],
    )  # fmt: skip


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("構成員の名簿"),
        help_text=_("CSV(UTF-8・Shift_JIS)かExcel(.xlsx)"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


class TakeForm(forms.Form):
    """The file that was looked at, sent along with the page: nothing of it is stored before it is taken."""

    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    content = forms.CharField(widget=forms.HiddenInput)
