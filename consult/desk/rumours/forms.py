"""Forms of うわさ・目撃情報."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.rumours import PLACE_LENGTH, WORDS_LENGTH, RumourEntry
from cases.watchers import WatcherKind
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.desk.worries.forms import member_choices, member_of
from consult.shell.fields import NOT_CHOSEN, code_choices, day_field, offer


class RumourForm(forms.Form):
    """Where, what, when. Whoever told it is a member or nobody."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    heard_on = day_field(_("聞いた日"), required=True)
    area = forms.ChoiceField(label=_("地区"), required=False)
    place = ShortField(
        label=_("場所"), max_length=PLACE_LENGTH, help_text=_("例: 本町2丁目、駅前。個人の家は書かない")
    )
    theme = forms.ChoiceField(label=_("手口"), required=False)
    words = WordsField(
        label=_("聞いたこと"), rows=5, max_length=WORDS_LENGTH,
        help_text=_("人の名前や電話番号のような言葉は、保存するときに伏せます"),
    )  # fmt: skip
    member = forms.ChoiceField(label=_("知らせた構成員"), required=False)
    member_kind = forms.ChoiceField(
        label=_("名簿にないときの種類"), required=False, choices=[("", _("匿名")), *WatcherKind.choices]
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", member_choices(centre))
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
        plain_words(self)

    def entry(self) -> RumourEntry:
        """The form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "member"}
        return RumourEntry(**data, member_uid=member_of(self.cleaned_data["member"]))


class AgainForm(forms.Form):
    on = day_field(_("聞いた日"), required=True)


class FilterForm(forms.Form):
    """What the list shows."""

    state = forms.ChoiceField(
        label=_("状態"), required=False, choices=[("", _("広まっているもの")), ("all", _("すべて"))]
    )
