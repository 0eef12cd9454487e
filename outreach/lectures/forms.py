"""Forms of the lectures' pages."""

import re
import unicodedata
import uuid
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection.purpose import DESK_PURPOSES
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind as CodeKind
from consult.shell.fields import NOT_CHOSEN, Label, ReadField, code_choices, day_field, minted, offer
from outreach import audiences
from outreach.lectures.kinds import MOST, MOST_VIEWS, Kind, Mode
from outreach.lectures.models import Lecture
from outreach.lectures.plans import MOST_TRAVEL, LecturePlan
from outreach.lectures.roster import services as roster

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


def minutes_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_TRAVEL, widget=forms.TextInput
    )


class LectureForm(forms.Form):
    """A plan. The lecturer's name is never sent back to the page: an empty field leaves it as it is."""

    uid = minted()
    # The surge or the proposal that it answers, where it began there.
    wave = forms.UUIDField(required=False, widget=forms.HiddenInput)
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput)
    go_on = forms.CharField(
        label=_("それでも行う理由"), max_length=200, required=False,
        help_text=_("休みや重なりがあっても行うときだけ入力します。操作記録にも残ります。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("種類"), choices=Kind.choices, initial=Kind.LECTURE, required=False)
    title = forms.CharField(label=_("講座名"), max_length=80)
    theme = forms.ChoiceField(label=_("テーマ(手口)"), required=False)
    audience = forms.ChoiceField(label=_("対象"), initial="KOREISHA")
    age_group = forms.ChoiceField(label=_("対象の年代"), choices=Lecture.AGE_GROUPS, initial="ALL")
    mode = forms.ChoiceField(label=_("開き方"), choices=Mode.choices, initial=Mode.IN_PERSON, required=False)
    held_on = day_field(_("開催日"), required=True, help_text=_("例: 12/10、R8.12.10"))
    last_on = day_field(_("最終日"), help_text=_("何日も続くときだけ入力します。"))
    starts_at = time_field(_("開始"), help_text=_("例: 14:00、14時半"))
    ends_at = time_field(_("終了"))
    room = forms.ChoiceField(label=_("センターの部屋"), required=False)
    venue = forms.CharField(label=_("会場"), max_length=80, required=False)
    meeting = forms.CharField(
        label=_("オンラインの参加先"), max_length=300, required=False, help_text=_("暗号化して保存します。")
    )
    area = forms.ChoiceField(label=_("地区"), required=False)
    expected_people = forms.IntegerField(
        label=_("予定人数"), required=False, min_value=0, max_value=100_000, widget=forms.TextInput
    )
    lecturers = forms.MultipleChoiceField(
        label=_("講師(名簿から)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lecturer = forms.CharField(
        label=_("名簿にない講師"), max_length=80, required=False, help_text=_("暗号化して保存します。")
    )
    travel_before = minutes_field(_("行きの移動(分)"))
    travel_after = minutes_field(_("帰りの移動(分)"))
    note = forms.CharField(
        label=_("メモ"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, centre: Centre, lecture: Lecture | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", audiences.choices(lecture.audience if lecture else ""))
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(CodeKind.SCAM_TYPE, calendar.today())])
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])
        kept = [row.pk for row in lecture.lecturers.all()] if lecture else []
        offer(
            self,
            "room",
            [*NOT_CHOSEN, *roster.room_choices(centre, kept=lecture.room_id if lecture else None)],
        )
        offer(self, "lecturers", roster.lecturer_choices(centre, kept=kept))
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def plan(self) -> LecturePlan:
        """What was typed; the form is valid."""
        unseen = ("uid", "wave", "proposal")
        given = {name: value for name, value in self.cleaned_data.items() if name not in unseen}
        for name in ("lecturer", "meeting"):
            given[name] = given[name] or None
        given["room"] = uuid.UUID(given["room"]) if given["room"] else None
        given["lecturers"] = tuple(uuid.UUID(uid) for uid in given["lecturers"])
        for name in ("travel_before", "travel_after"):
            given[name] = given[name] or 0
        given["kind"], given["mode"] = given["kind"] or Kind.LECTURE, given["mode"] or Mode.IN_PERSON
        return LecturePlan(**given)


def initial_of(lecture: Lecture) -> dict[str, Any]:
    """The form's values for a lecture, without its lecturer."""
    names = (
        "title", "kind", "mode", "theme", "audience", "age_group", "venue", "area", "expected_people", "note",
        "travel_before", "travel_after", "go_on",
    )  # fmt: skip
    return {
        **{name: getattr(lecture, name) for name in names},
        "room": lecture.room.uid if lecture.room else "",
        "lecturers": [str(row.uid) for row in lecture.lecturers.all()],
        "last_on": lecture.last_on.isoformat() if lecture.last_on else "",
        "held_on": lecture.held_on.isoformat(),
        "starts_at": f"{lecture.starts_at:%H:%M}",
        "ends_at": f"{lecture.ends_at:%H:%M}",
    }


def _count(label: Any, most: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=most, widget=forms.TextInput, help_text=help_text
    )


class ResultForm(forms.Form):
    """What came of a lecture."""

    sessions = forms.IntegerField(
        label=_("回数"), min_value=1, max_value=1000, initial=1, widget=forms.TextInput
    )
    people = _count(_("参加人数(延べ)"), MOST, _("オンラインでその場にいた人も数えます。"))
    quantity = _count(_("数量"), MOST, _("配布・掲示の枚数、貸与の点数です。"))
    views = _count(_("視聴数"), MOST_VIEWS, _("録画が見られた回数です。参加人数には入れません。"))
    kind = forms.ChoiceField(label=_("種類"), choices=Kind.choices, initial=Kind.LECTURE)
    note = forms.CharField(
        label=_("メモ"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(label=_("表示する目的"), choices=DESK_PURPOSES, initial="CONSULTATION")
