"""Forms of the roster."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.codes import Kind
from consult.shell.fields import code_choices
from outreach.lectures.roster.models import Lecturer, Room
from outreach.lectures.roster.services import LONGEST, LecturerEntry, RoomEntry

WEEKDAYS = [(str(number), name) for number, name in WEEKDAYS_ABBR.items()]


class LecturerForm(forms.Form):
    """Name and contact are never sent back to the page: an empty field leaves them as they are."""

    label = forms.CharField(
        label=_("呼び名"), max_length=LONGEST["label"],
        help_text=_("一覧と予定に出ます。名前ではなく役割で。例: 相談員A、弁護士会の講師"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("区分"), choices=Lecturer.Kind.choices)
    name = forms.CharField(
        label=_("名前"), max_length=LONGEST["name"], required=False, help_text=_("暗号化して保存します。")
    )
    phone = forms.CharField(label=_("電話"), max_length=LONGEST["phone"], required=False)
    mail = forms.CharField(label=_("メール"), max_length=LONGEST["mail"], required=False)
    themes = forms.MultipleChoiceField(
        label=_("話せるテーマ"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければ、どのテーマも話せます。"),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("担当できる曜日"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければ、どの曜日でも。"),
    )  # fmt: skip
    yearly_cap = forms.IntegerField(
        label=_("年度の上限回数"), min_value=1, max_value=366, required=False, widget=forms.TextInput
    )
    is_active = forms.BooleanField(label=_("講師を選ぶときに出す"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = self.fields["themes"]
        if isinstance(themes, forms.MultipleChoiceField):
            themes.choices = code_choices(Kind.SCAM_TYPE, calendar.today())
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def entry(self) -> LecturerEntry:
        """What was typed; the form is valid."""
        given = dict(self.cleaned_data)
        for name in ("name", "phone", "mail"):
            given[name] = given[name] or None
        return LecturerEntry(**{**given, "weekdays": [int(day) for day in given["weekdays"]]})


def initial_of(lecturer: Lecturer) -> dict[str, Any]:
    names = ("label", "kind", "themes", "yearly_cap", "is_active")
    return {
        **{name: getattr(lecturer, name) for name in names},
        "weekdays": [str(day) for day in lecturer.weekdays],
    }


class RoomForm(forms.Form):
    name = forms.CharField(label=_("部屋"), max_length=80)
    capacity = forms.IntegerField(
        label=_("定員"), min_value=1, max_value=30_000, required=False, widget=forms.TextInput
    )
    equipment = forms.CharField(
        label=_("設備"), max_length=400, required=False, help_text=_("例: プロジェクター、マイク")
    )
    is_active = forms.BooleanField(label=_("部屋を選ぶときに出す"), required=False, initial=True)

    def entry(self) -> RoomEntry:
        return RoomEntry(**self.cleaned_data)


def initial_of_room(room: Room) -> dict[str, Any]:
    return {name: getattr(room, name) for name in ("name", "capacity", "equipment", "is_active")}
