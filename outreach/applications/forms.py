"""Forms of the applications' pages."""

import uuid
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.law import calendar
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.entry import EntryRefused
from consult.shell.fields import NOT_CHOSEN, Label, ReadField, code_choices, day_field, minted, offer
from outreach import audiences
from outreach.applications.deciding import NOTE_LENGTH, Arranged
from outreach.applications.entry import LENGTHS, MOST_CANDIDATES, MOST_PEOPLE, ApplicationEntry
from outreach.applications.models import Application
from outreach.applications.rules import REFUSABLE, Known, Purpose, Rule, RuleBook, Slot
from outreach.applications.wordings import TEXT_LENGTH, TITLE_LENGTH
from outreach.lectures.forms import minutes_field, read_time
from outreach.lectures.roster import services as roster

KNOWN: Final = ("people_in_city", "venue_in_city", "projector", "microphone", "parking", "may_publish")
POSITIONS: Final = tuple(range(1, MOST_CANDIDATES + 1))


if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def hour_field(label: Label, **options: Any) -> ReadField:
    return ReadField(read_time, label=label, **options)


def _text(name: str, label: "_StrPromise", **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LENGTHS[name], **{"required": False, **options})


def _long(name: str, label: "_StrPromise", **options: Any) -> forms.CharField:
    return _text(name, label, widget=forms.Textarea({"rows": 2}), **options)


def _known(label: "_StrPromise") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Known.choices, initial=Known.UNKNOWN, required=False)


class ApplicationForm(forms.Form):
    """An application as it is entered. Names and addresses are never sent back to a page: empty leaves them."""

    uid = minted()
    proposal = forms.UUIDField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=gettext_lazy("受付方法"), choices=Application.Channel.choices, initial="PAPER"
    )
    received_on = day_field(gettext_lazy("受付日"), required=True, help_text=gettext_lazy("例: 11/20、今日"))
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=Application.Kind.choices, initial="LECTURE")
    group_name = _text("group_name", gettext_lazy("団体名"), required=True)
    representative = _text("representative", gettext_lazy("代表者"))
    contact = _text("contact", gettext_lazy("連絡する人"))
    phone = _text("phone", gettext_lazy("電話"))
    mobile = _text("mobile", gettext_lazy("ほかの電話(携帯など)"))
    mail = _text("mail", gettext_lazy("メール"))
    postcode = _text("postcode", gettext_lazy("郵便番号"))
    address = _text("address", gettext_lazy("通知書の送り先(住所)"))
    purpose_kind = forms.ChoiceField(
        label=gettext_lazy("目的の区分"), choices=Purpose.choices, initial=Purpose.UNKNOWN, required=False
    )
    purpose = _long("purpose", gettext_lazy("目的"))
    theme = forms.ChoiceField(label=gettext_lazy("テーマ(手口)"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("対象"), initial="IPPAN")
    expected_people = forms.IntegerField(
        label=gettext_lazy("予定人数"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput,
    )
    people_in_city = _known(gettext_lazy("参加者の半数以上が市内(在住・在勤・在学)"))
    venue = _text("venue", gettext_lazy("会場"), help_text=gettext_lazy("施設の名前と住所"))
    area = forms.ChoiceField(label=gettext_lazy("会場の地区"), required=False)
    venue_in_city = _known(gettext_lazy("会場が市内"))
    projector = _known(gettext_lazy("プロジェクターがある"))
    microphone = _known(gettext_lazy("マイクがある"))
    parking = _known(gettext_lazy("駐車場がある"))
    may_publish = _known(gettext_lazy("広報に載せてよい"))
    note = _long("note", gettext_lazy("メモ"))

    def __init__(self, *args: Any, centre: Centre, kept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for position in POSITIONS:
            values = {"position": position}
            self.fields[f"day_{position}"] = day_field(_("第%(position)d希望の日") % values)
            self.fields[f"starts_{position}"] = hour_field(_("開始"))
            self.fields[f"ends_{position}"] = hour_field(_("終了"))
        offer(self, "theme", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, calendar.today())])
        offer(self, "area", [*NOT_CHOSEN, *area_choices(centre)])
        offer(self, "audience", audiences.choices(kept))
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    @property
    def times(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each candidate, side by side."""
        return [(self[f"day_{n}"], self[f"starts_{n}"], self[f"ends_{n}"]) for n in POSITIONS]

    def clean(self) -> dict[str, Any]:
        """A candidate is whole or not there."""
        data = super().clean() or {}
        for n in POSITIONS:
            given = [data.get(f"{part}_{n}") for part in ("day", "starts", "ends")]
            if any(given) and not all(given):
                for part, value in zip(("day", "starts", "ends"), given, strict=True):
                    if not value and f"{part}_{n}" not in self.errors:
                        self.add_error(f"{part}_{n}", _("日と開始・終了をそろえて入力してください。"))
        return data

    def entry(self, *, keeps_persons: bool) -> ApplicationEntry:
        """What was typed; the form is valid. `keeps_persons`: an empty field leaves what is sealed."""
        data = self.cleaned_data
        slots = tuple(
            Slot(data[f"day_{n}"], data[f"starts_{n}"], data[f"ends_{n}"])
            for n in POSITIONS
            if data[f"day_{n}"]
        )
        plain = {name: data[name] for name in ApplicationEntry.__dataclass_fields__ if name in data}
        for name in (*KNOWN, "purpose_kind"):
            plain[name] = data[name] or Known.UNKNOWN.value
        for name in Application.SEALED:
            plain[name] = data[name] or (None if keeps_persons else "")
        return ApplicationEntry(**plain, slots=slots)


def initial_of(application: Application) -> dict[str, Any]:
    """The form's values for an application, without its persons."""
    names = [
        name
        for name in ApplicationForm.base_fields
        if name not in (*Application.SEALED, "proposal", "received_on")
    ]
    held = {name: getattr(application, name) for name in names}
    for one in application.candidates.all():
        held[f"day_{one.position}"] = one.day.isoformat()
        held[f"starts_{one.position}"] = f"{one.starts_at:%H:%M}"
        held[f"ends_{one.position}"] = f"{one.ends_at:%H:%M}"
    return {**held, "received_on": application.received_on.isoformat()}


class ReasonForm(forms.Form):
    """A reason, or what is missing. Which of them says the page's button."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=NOTE_LENGTH, required=False, widget=forms.Textarea({"rows": 2})
    )


class MissingForm(forms.Form):
    missing = forms.CharField(
        label=gettext_lazy("申込者に確かめること"), max_length=NOTE_LENGTH, widget=forms.Textarea({"rows": 2})
    )


class AllowForm(forms.Form):
    rule = forms.ChoiceField(label=gettext_lazy("例外にする決まり"), choices=Rule.choices)
    reason = forms.CharField(label=gettext_lazy("例外とする理由"), max_length=200)


OTHER: Final = "0"


class DecideForm(forms.Form):
    """One of the candidates, or another time that was agreed."""

    choice = forms.ChoiceField(label=gettext_lazy("日時"), widget=forms.RadioSelect)
    day = day_field(gettext_lazy("ほかの日"))
    starts = hour_field(gettext_lazy("開始"))
    ends = hour_field(gettext_lazy("終了"))
    lecturers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("講師(名簿から)"),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    room = forms.TypedChoiceField(
        label=gettext_lazy("センターの部屋"), coerce=uuid.UUID, empty_value=None, required=False,
        help_text=gettext_lazy("選ぶと会場はこの部屋になります。"),
    )  # fmt: skip
    travel_before = minutes_field(gettext_lazy("行きの移動(分)"))
    travel_after = minutes_field(gettext_lazy("帰りの移動(分)"))
    title = forms.CharField(label=gettext_lazy("講座名"), max_length=80, required=False)
    lecturer = forms.CharField(
        label=gettext_lazy("名簿にない講師"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("暗号化して保存します。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("決まりに合わないとき・重なるときの理由"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "合わない決まりや未確認の決まり、講師や部屋の重なりがあるときだけ入力します。記録に残ります。"
        ),
    )

    def __init__(self, *args: Any, slots: list[Slot], centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = slots
        offer(self, "lecturers", roster.lecturer_choices(centre))
        offer(self, "room", [*NOT_CHOSEN, *roster.room_choices(centre)])
        labels = [
            (str(n), _("第%(position)d希望 %(when)s") % {"position": n, "when": time_text(slot)})
            for n, slot in enumerate(slots, start=1)
        ]
        offer(self, "choice", [*labels, (OTHER, _("ほかの日時(下に入力)"))])
        self.fields["choice"].initial = "1" if slots else OTHER
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def slot(self) -> Slot:
        """The time that was chosen; the form is valid. Raises EntryRefused where another one is not whole."""
        data = self.cleaned_data
        if data["choice"] != OTHER:
            return self._slots[int(data["choice"]) - 1]
        missing = {name: _("入力してください。") for name in ("day", "starts", "ends") if not data[name]}
        if not missing and data["ends"] <= data["starts"]:
            missing = {"ends": _("終了は開始より後の時刻にしてください。")}
        if missing:
            raise EntryRefused(missing)
        return Slot(data["day"], data["starts"], data["ends"])

    @property
    def other_time(self) -> Slot | None:
        """A time that was typed and is none of the candidates; None where there is no whole one."""
        data = getattr(self, "cleaned_data", {})
        if data.get("choice") != OTHER:
            return None
        day, starts, ends = (data.get(name) for name in ("day", "starts", "ends"))
        return Slot(day, starts, ends) if day and starts and ends and starts < ends else None

    def arranged(self) -> Arranged:
        """Who speaks and where; the form is valid."""
        data = self.cleaned_data
        return Arranged(
            lecturers=tuple(data["lecturers"]),
            room=data["room"],
            lecturer=data["lecturer"] or None,
            travel_before=data["travel_before"] or 0,
            travel_after=data["travel_after"] or 0,
        )


def time_text(slot: Slot) -> str:
    """`2026年12月10日(令和8年) 木曜 14:00–15:30`."""
    return f"{calendar.both(slot.day)} {slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}"


class AssignForm(forms.Form):
    account = forms.ChoiceField(label=gettext_lazy("担当"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "account", choices)


class FindForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("団体名か電話番号"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("電子申請のファイル"),
        help_text=gettext_lazy("CSV(UTF-8・Shift_JIS)かExcel(.xlsx)。1つの申込みが1行のもの"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


def _number(label: "_StrPromise") -> forms.IntegerField:
    return forms.IntegerField(label=label, widget=forms.TextInput)


class RulesForm(forms.Form):
    """The rules of a centre, all at once."""

    least_people = _number(gettext_lazy("最少の人数(人)"))
    least_candidates = _number(gettext_lazy("候補日の最少の数"))
    lead_days = _number(gettext_lazy("開催日の何日前までに申し込むか"))
    members_in_city = forms.BooleanField(
        label=gettext_lazy("参加者の半数以上が市内(在住・在勤・在学)"), required=False
    )
    venue_in_city = forms.BooleanField(label=gettext_lazy("会場は市内"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("行う曜日"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    on_holidays = forms.BooleanField(label=gettext_lazy("祝日・休日にも行う"), required=False)
    year_end = forms.BooleanField(label=gettext_lazy("年末年始(12月29日〜1月3日)にも行う"), required=False)
    opens = hour_field(gettext_lazy("何時から"), required=True)
    closes = hour_field(gettext_lazy("何時まで"), required=True)
    shortest = _number(gettext_lazy("最短(分)"))
    longest = _number(gettext_lazy("最長(分)"))
    refused = forms.MultipleChoiceField(
        label=gettext_lazy("お断りする目的"), widget=forms.CheckboxSelectMultiple, required=False
    )
    school_exempt = forms.MultipleChoiceField(
        label=gettext_lazy("学校の授業では問わない決まり"),
        choices=Rule.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    keep_years = _number(gettext_lazy("申込者の氏名・連絡先を残す年数(終わってから)"))
    symbol = forms.CharField(
        label=gettext_lazy("通知書の記号"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("例: 港消。空欄なら「第3号」だけになります。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [_("月曜"), _("火曜"), _("水曜"), _("木曜"), _("金曜"), _("土曜"), _("日曜")]
        offer(self, "weekdays", [(str(n), name) for n, name in enumerate(names)])
        offer(self, "refused", [(code.value, str(code.label)) for code in REFUSABLE])

    def book(self) -> RuleBook:
        """The form is valid."""
        data = dict(self.cleaned_data)
        for name in ("weekdays", "refused", "school_exempt"):
            data[name] = tuple(data[name])
        return RuleBook(**data)


def initial_rules(book: RuleBook) -> dict[str, Any]:
    return {**book.plain, "weekdays": [str(day) for day in book.weekdays]}


class WordingForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("表題"), max_length=TITLE_LENGTH)
    opening = forms.CharField(
        label=gettext_lazy("前の文"), max_length=TEXT_LENGTH, widget=forms.Textarea({"rows": 4})
    )
    closing = forms.CharField(
        label=gettext_lazy("後の文"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
