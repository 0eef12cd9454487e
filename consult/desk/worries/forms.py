"""Forms of 気づき."""

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import watchers
from cases.law import calendar
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.records.worries import Worry
from cases.services.worries import SHORT_LENGTH, WORDS_LENGTH, WorryEntry, WorryWords
from cases.watchers import Verdict, WatcherKind
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field, offer

_SEALED: Final = ("person", "kana", "phone", "address", "age", "words", "helper")


def member_choices(centre: Centre) -> list[tuple[str, str]]:
    """The members in force, each with its kind; the first stands for one that is not on the list."""
    listed = watchers.listed({centre.pk})
    return [("", str(_("名簿にない"))), *((str(one.uid), f"{one.name} ({one.kind_label})") for one in listed)]


def member_of(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


class WorryForm(forms.Form):
    """Who told it, then about whom, then what. Nothing of a person comes back to the page once it is saved."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    received_on = day_field(_("受けた日"), required=True)
    channel = forms.ChoiceField(label=_("伝え方"), choices=Worry.Channel.choices)
    member = forms.ChoiceField(label=_("知らせた構成員"), required=False)
    member_kind = forms.ChoiceField(
        label=_("名簿にないときの種類"), required=False, choices=[*NOT_CHOSEN, *WatcherKind.choices]
    )
    member_name = ShortField(label=_("名簿にないときの名称"), max_length=SHORT_LENGTH)
    helper = ShortField(
        label=_("知らせた人"), max_length=SHORT_LENGTH, help_text=_("折り返すときに聞く名前と電話")
    )
    person = ShortField(label=_("気になる人の氏名"), max_length=SHORT_LENGTH)
    kana = ShortField(label=_("カナ"), max_length=SHORT_LENGTH)
    phone = ShortField(label=_("電話"), max_length=SHORT_LENGTH)
    address = ShortField(label=_("住所"), max_length=SHORT_LENGTH)
    age = ShortField(label=_("年齢"), max_length=SHORT_LENGTH)
    area = forms.ChoiceField(label=_("地区"), required=False)
    words = WordsField(
        label=_("気づいたこと"), rows=6, max_length=WORDS_LENGTH,
        help_text=_("見慣れない契約書や請求書、たくさんの新しい品物、工事の跡、お金の心配、変な電話など"),
    )  # fmt: skip
    theme = forms.ChoiceField(label=_("手口"), required=False)
    consent = forms.ChoiceField(
        label=_("本人の意向"), choices=Worry.Consent.choices, initial="NOT_ASKED", widget=forms.RadioSelect
    )
    is_urgent = forms.BooleanField(label=_("急ぐ(お金が動いている、期限が近い)"), required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", member_choices(centre))
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
        plain_words(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("member") and not data.get("member_kind") and "member" not in self.errors:
            self.add_error("member", _("名簿から選ぶか、種類を選んでください。"))
        return data

    def entry(self) -> WorryEntry:
        """The form is valid."""
        data = self.cleaned_data
        names = ("uid", "received_on", "channel", "consent", "member_name", "area", "theme", "is_urgent")
        return WorryEntry(
            **{name: data[name] for name in names},
            member_uid=member_of(data["member"]),
            member_kind=data["member_kind"] or WatcherKind.OTHER,
            sealed=WorryWords(**{name: data[name] for name in _SEALED}),
        )


class JoinForm(forms.Form):
    number = ShortField(label=_("相談の番号"), required=True, help_text=_("例: 2026-000123、123"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class PassForm(forms.Form):
    to = ShortField(label=_("つないだ先"), required=True, help_text=_("機関の名前。個人名は書かない"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_words(self)


class WaitForm(forms.Form):
    until = day_field(_("次に確かめる日"), required=True)


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label=_("終える理由"), choices=[*NOT_CHOSEN, *Worry.CloseReason.choices])


class AssignForm(forms.Form):
    to = forms.ChoiceField(label=_("次に見る人"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_assign_%s", **kwargs})
        people = Account.objects.holding(actor.centre, roles.DECIDE_WORRIES)
        offer(self, "to", [*NOT_CHOSEN, *((str(one.uid), str(one)) for one in people)])


class RateForm(forms.Form):
    member = forms.ChoiceField(
        label=_("構成員の答え"), required=False, choices=[*NOT_CHOSEN, *Verdict.choices]
    )
    centre = forms.ChoiceField(
        label=_("センターから見て"), required=False, choices=[*NOT_CHOSEN, *Verdict.choices]
    )


class FilterForm(forms.Form):
    """What the list shows."""

    state = forms.ChoiceField(
        label=_("状態"), required=False,
        choices=[("", _("決めていないもの")), ("all", _("すべて")), *Worry.State.choices],
    )  # fmt: skip
