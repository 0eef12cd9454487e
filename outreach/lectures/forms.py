"""Forms of the lectures' pages."""

import re
import unicodedata
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection.purpose import DESK_PURPOSES
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from consult.shell.fields import NOT_CHOSEN, Label, ReadField, code_choices, day_field, offer
from outreach import audiences
from outreach.lectures.models import Lecture
from outreach.lectures.services import LecturePlan

_HOURS = re.compile(r"(?P<hour>[0-9]{1,2})\s*(?:[:時.]\s*(?P<minute>[0-9]{1,2}|半)?\s*分?)?")


class TimeNotUnderstood(CasesError):
    code: ClassVar[str] = "time_not_understood"


def read_time(text: str) -> time | None:
    """`14:00` `14時半` `1400` `9時`, full-width too; None for nothing. Raises TimeNotUnderstood."""
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    if re.fullmatch(r"[0-9]{4}", written):
        written = f"{written[:2]}:{written[2:]}"
    match = _HOURS.fullmatch(written)
    minute = (match and match["minute"]) or "0"
    try:
        if match:
            return time(int(match["hour"]), 30 if minute == "半" else int(minute))
    except ValueError:
        pass
    raise TimeNotUnderstood(gettext("時刻として読めません。例: 14:00、14時半、1400"))


def time_field(label: Label, **options: Any) -> ReadField:
    return ReadField(read_time, label=label, required=True, **options)


class LectureForm(forms.Form):
    """A plan. The lecturer's name is never sent back to the page: an empty field leaves it as it is."""

    # The surge that it answers, where it began at a card.
    wave = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("講座名"), max_length=80)
    theme = forms.ChoiceField(label=_("テーマ(手口)"), required=False)
    audience = forms.ChoiceField(label=_("対象"), initial="KOREISHA")
    age_group = forms.ChoiceField(label=_("対象の年代"), choices=Lecture.AGE_GROUPS, initial="ALL")
    held_on = day_field(_("開催日"), required=True, help_text=_("例: 12/10、R8.12.10"))
    starts_at = time_field(_("開始"), help_text=_("例: 14:00、14時半"))
    ends_at = time_field(_("終了"))
    venue = forms.CharField(label=_("会場"), max_length=80)
    area = forms.ChoiceField(label=_("地区"), required=False)
    expected_people = forms.IntegerField(
        label=_("予定人数"), required=False, min_value=0, max_value=100_000, widget=forms.TextInput
    )
    lecturer = forms.CharField(
        label=_("講師"), max_length=80, required=False, help_text=_("暗号化して保存します。")
    )
    note = forms.CharField(
        label=_("メモ"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, centre: Centre, lecture: Lecture | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", audiences.choices(lecture.audience if lecture else ""))
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def plan(self) -> LecturePlan:
        """What was typed; the form is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "wave"}
        return LecturePlan(**{**given, "lecturer": given["lecturer"] or None})


def initial_of(lecture: Lecture) -> dict[str, Any]:
    """The form's values for a lecture, without its lecturer."""
    names = ("title", "theme", "audience", "age_group", "venue", "area", "expected_people", "note")
    return {
        **{name: getattr(lecture, name) for name in names},
        "held_on": lecture.held_on.isoformat(),
        "starts_at": f"{lecture.starts_at:%H:%M}",
        "ends_at": f"{lecture.ends_at:%H:%M}",
    }


class ResultForm(forms.Form):
    """What came of a lecture."""

    sessions = forms.IntegerField(
        label=_("回数"), min_value=1, max_value=1000, initial=1, widget=forms.TextInput
    )
    people = forms.IntegerField(
        label=_("参加人数(延べ)"), min_value=0, max_value=100_000, widget=forms.TextInput
    )
    kind = forms.ChoiceField(
        label=_("種類"), choices=Lecture.ResultKind.choices, initial="LECTURE", widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("メモ"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(label=_("表示する目的"), choices=DESK_PURPOSES, initial="CONSULTATION")
