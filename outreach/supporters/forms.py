"""Forms of the supporters' pages. What identifies a person is never sent back to a page by itself."""

import uuid
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.centre import Centre, area_choices
from consult.shell.fields import NOT_CHOSEN, day_field, offer
from outreach.lectures.models import Lecture
from outreach.supporters.models import SupporterActivity
from outreach.supporters.services import ActivityEntry, CourseEntry, Person, SupporterEntry


def _this_day() -> str:
    return calendar.today().isoformat()


class PersonForm(forms.Form):
    name = forms.CharField(label=_("氏名"), max_length=80)
    kana = forms.CharField(label=_("ふりがな"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("電話番号"), max_length=40, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    mail = forms.CharField(
        label=_("メールアドレス"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"inputmode": "email"}),
    )
    address = forms.CharField(label=_("住所"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def person(self) -> Person:
        return Person(**{name: self.cleaned_data[name] for name in PersonForm.base_fields})


class SupporterForm(PersonForm):
    area = forms.ChoiceField(label=_("地区"), required=False)
    joined_on = day_field(_("登録日"), required=True, initial=_this_day)
    note = forms.CharField(label=_("メモ"), max_length=200, required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])

    def entry(self) -> SupporterEntry:
        given = {name: self.cleaned_data[name] for name in ("area", "joined_on", "note")}
        return SupporterEntry(person=self.person(), **given)


class CourseForm(forms.Form):
    title = forms.CharField(label=_("研修・講座"), max_length=100, help_text=_("例: 消費者力アップ講座"))
    completed_on = day_field(_("修了日"), required=True, initial=_this_day)
    valid_until = day_field(_("有効期限"), help_text=_("更新が要らないときは空けておきます。"))
    is_renewal = forms.BooleanField(label=_("更新の研修"), required=False)

    def entry(self) -> CourseEntry:
        return CourseEntry(**self.cleaned_data)


ONE_DAY: Final = timedelta(days=1)
LECTURES_SINCE: Final = timedelta(days=400)


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(label=_("活動"), choices=SupporterActivity.Kind.choices)
    lecture = forms.ChoiceField(label=_("講座"), required=False)
    on = day_field(_("日"), help_text=_("講座を選ぶと、空ければその日になります。"))
    people = forms.IntegerField(
        label=_("人数"), min_value=0, max_value=100_000, required=False, widget=forms.TextInput,
        help_text=_("数えていないときは空けておきます。"),
    )  # fmt: skip
    note = forms.CharField(label=_("メモ"), max_length=200, required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_activity_%s", **kwargs})
        offer(self, "lecture", [*NOT_CHOSEN, *lecture_choices(centre)])

    def entry(self) -> ActivityEntry:
        lecture = self.cleaned_data["lecture"]
        return ActivityEntry(**{**self.cleaned_data, "lecture": uuid.UUID(lecture) if lecture else None})


def lecture_choices(centre: Centre) -> list[tuple[str, str]]:
    """The lectures of the last year that stand, the newest first."""
    today = calendar.today()
    rows = Lecture.objects.filter(centre=centre).standing().held_in(today - LECTURES_SINCE, today + ONE_DAY)
    told = rows.order_by("-held_on", "-pk").values_list("uid", "held_on", "title")
    return [(str(uid), f"{held_on:%Y-%m-%d} {title}") for uid, held_on, title in told]


class LeaveForm(forms.Form):
    on = day_field(_("登録をやめた日"), required=True, initial=_this_day)
