"""Forms of the leaks' pages."""

import uuid
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.backup.models import Backup
from cases.law import calendar
from cases.law import leaks as law
from cases.law.disclosure import Requester
from cases.law.leaks import Answer
from cases.records.attachment import Attachment
from cases.records.disclosures import OutsideDisclosure
from cases.records.leaks import LeakIncident
from cases.services.leaks import LeakEntry, LeakFacts
from cases.services.ledger.models import ImportRun
from cases.services.reading import read_moment
from consult.manage.protection.case_numbers import CaseNumbersField, cases_of
from consult.manage.protection.leak_choices import device_choices, export_choices
from consult.shell.accounts import Account
from consult.shell.fields import NOT_CHOSEN, ReadField, day_field, offer

Scope = LeakIncident.Scope
LONGEST: Final = 4000
# The field that names what a scope is about.
_NAMED: Final = {
    Scope.ACCOUNT: "account", Scope.BACKUP: "backup", Scope.IMPORT: "ledger", Scope.DISCLOSURE: "disclosure",
    Scope.EXPORT: "export",
}  # fmt: skip
_TIMED: Final = (Scope.ACCOUNT, Scope.DEVICE, Scope.PERIOD, Scope.DATABASE)
_NUMBERED: Final = (Scope.CASES, Scope.ATTACHMENT)
FACTS: Final = (
    "sensitive", "property_damage", "wrongful_intent", "key_safe", "open_columns_identify", "recovered_unseen",
)  # fmt: skip


def _moment(text: str) -> datetime | None:
    return read_moment(text, now=timezone.now()) if text.strip() else None


def _answers(label: Any, help_text: Any = "", **options: Any) -> forms.ChoiceField:
    chosen = {"choices": Answer.choices, "initial": Answer.UNKNOWN, "required": False, **options}
    return forms.ChoiceField(label=label, help_text=help_text, **chosen)


def _run_text(run: ImportRun) -> str:
    return f"{run.created_at.astimezone(calendar.TOKYO):%Y-%m-%d %H:%M} {run.ending} {run.size:,}B"


class FactsForm(forms.Form):
    """What is known so far; it may be sent again as often as something becomes known."""

    persons_known = forms.IntegerField(
        label=gettext_lazy("確かめた本人の数"),
        help_text=gettext_lazy("空けておくと、計算した数を使います"),
        min_value=0,
        max_value=10_000_000,
        required=False,
    )
    sensitive = _answers(
        gettext_lazy("要配慮個人情報を含むか"),
        gettext_lazy("犯罪の被害、病歴、障害など。選ばなければ手口の記録から判断します"),
        choices=[("", gettext_lazy("相談の記録から判断")), *Answer.choices],
        initial="",
    )
    property_damage = _answers(
        gettext_lazy("財産的被害のおそれがあるか"), gettext_lazy("口座やカードの番号、暗証番号など")
    )
    wrongful_intent = _answers(
        gettext_lazy("不正の目的によるおそれがあるか"), gettext_lazy("盗難、不正アクセス、職員の持ち出しなど")
    )
    key_safe = _answers(
        gettext_lazy("鍵は別の所で無事か"), gettext_lazy("データベースや控えが盗まれたときに答えます")
    )
    open_columns_identify = _answers(
        gettext_lazy("暗号化していない分類・年齢・地区・金額から個人が分かるか"),
        gettext_lazy("データベースや控えが盗まれたときに答えます"),
    )
    recovered_unseen = _answers(
        gettext_lazy("だれにも見られないうちにすべて回収したか"),
        choices=[(Answer.NO, Answer.NO.label), (Answer.YES, Answer.YES.label)],
        initial=Answer.NO,
    )

    def facts(self) -> LeakFacts:
        """The form is valid."""
        data = self.cleaned_data
        told = {
            name: data[name] for name in FACTS if data[name]
        }  # what is left out is as before anybody asked
        return LeakFacts(persons_known=data["persons_known"], **told)


def facts_initial(incident: LeakIncident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in ("persons_known", *FACTS)}


class IncidentForm(FactsForm):
    """A leak as it is first told."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("何が起きたか"), choices=[*NOT_CHOSEN, *LeakIncident.Kind.choices]
    )
    found_at = ReadField(
        _moment,
        label=gettext_lazy("知った日時"),
        help_text=gettext_lazy("職員のだれかが最初に知った時。期限はこの日から数えます(例: 11/20 14:30)"),
        required=True,
    )
    summary = forms.CharField(
        label=gettext_lazy("概要"),
        help_text=gettext_lazy("分かっていることを書きます。本人の氏名や電話番号は書きません"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
    )
    scope = forms.ChoiceField(label=gettext_lazy("どの範囲が漏れたか"), choices=[*NOT_CHOSEN, *Scope.choices])
    account = forms.TypedChoiceField(
        label=gettext_lazy("利用者"), coerce=uuid.UUID, empty_value=None, required=False
    )
    since = ReadField(_moment, label=gettext_lazy("いつから"), help_text=gettext_lazy("例: 11/1 9:00"))
    until = ReadField(
        _moment, label=gettext_lazy("いつまで"), help_text=gettext_lazy("データベースでは、盗まれた時点")
    )
    devices = forms.TypedMultipleChoiceField(
        label=gettext_lazy("端末"),
        help_text=gettext_lazy(
            "同じPCでも、ブラウザやWindowsの利用者が違えば別に並びます。当てはまるものをすべて選びます"
        ),
        coerce=uuid.UUID,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    numbers = CaseNumbersField(required=False)
    file_number = forms.IntegerField(
        label=gettext_lazy("添付の番号"),
        help_text=gettext_lazy("添付ファイルのときに入れます。相談の画面で、ファイルの前にある番号です"),
        min_value=1,
        max_value=10_000,
        required=False,
    )
    export = forms.TypedChoiceField(
        label=gettext_lazy("出力したファイル"),
        help_text=gettext_lazy(
            "集計、台帳、通知の一覧、書類、添付。新しいものから200個。前のものは「いつから」「いつまで」を入れて送ると並びます"
        ),
        coerce=uuid.UUID,
        empty_value=None,
        required=False,
    )
    backup = forms.TypedChoiceField(
        label=gettext_lazy("控え"), coerce=uuid.UUID, empty_value=None, required=False
    )
    ledger = forms.TypedChoiceField(
        label=gettext_lazy("取り込んだ台帳のファイル"), coerce=uuid.UUID, empty_value=None, required=False
    )
    disclosure = forms.TypedChoiceField(
        label=gettext_lazy("外部へ提供した写し"), coerce=uuid.UUID, empty_value=None, required=False
    )
    field_order = (
        "uid", "kind", "found_at", "summary", "scope", "account", "since", "until", "devices", "numbers", "file_number",
        "export",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self._case_uids: tuple[uuid.UUID, ...] = ()
        self._file_uid: uuid.UUID | None = None
        accounts = Account.objects.filter(centre=actor.centre).order_by("display_name")
        offer(self, "account", [*NOT_CHOSEN, *((str(one.uid), str(one)) for one in accounts)])
        offer(self, "devices", device_choices(actor))
        files = export_choices(actor, self._typed("since"), self._typed("until"))
        offer(self, "export", [*NOT_CHOSEN, *files])
        backups = Backup.objects.order_by("-taken_at")[:100]
        offer(self, "backup", [*NOT_CHOSEN, *((str(one.uid), one.file_name) for one in backups)])
        runs = ImportRun.objects.filter(centre=actor.centre).order_by("-created_at")[:100]
        offer(self, "ledger", [*NOT_CHOSEN, *((str(one.uid), _run_text(one)) for one in runs)])
        given = OutsideDisclosure.objects.visible_to(actor).filter(answered_on__isnull=False)
        rows = given.values_list("uid", "requester", "received_on")[:100]
        labels = dict(Requester.choices)
        offer(
            self,
            "disclosure",
            [*NOT_CHOSEN, *((str(uid), f"{day} {labels[requester]}") for uid, requester, day in rows)],
        )
        for bound in self.fields.values():
            bound.widget.attrs.setdefault("autocomplete", "off")

    def _typed(self, name: str) -> datetime | None:
        """A moment as it was typed, before the rest is looked at; None where there is none."""
        try:
            moment: datetime | None = self.fields[name].clean(self.data.get(name, ""))
        except forms.ValidationError:
            return None
        return moment

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._require_what_the_scope_needs(data)
        if data.get("scope") == Scope.ATTACHMENT and self._case_uids and data.get("file_number"):
            self._find_file(data["file_number"])
        if (since := data.get("since")) and (until := data.get("until")) and until <= since:
            self.add_error("until", _("「いつから」より後にしてください。"))
        if (found_at := data.get("found_at")) and found_at > timezone.now():
            self.add_error("found_at", _("これから先の日時は選べません。"))
        return data

    def _require_what_the_scope_needs(self, data: dict[str, Any]) -> None:
        needed = {
            **dict.fromkeys(_NUMBERED, "numbers"), **_NAMED, Scope.PERIOD: "since", Scope.DEVICE: "devices",
        }  # fmt: skip
        names = [
            needed.get(data.get("scope", "")),
            "file_number" if data.get("scope") == Scope.ATTACHMENT else "",
        ]
        for name in filter(None, names):
            if data.get(name) or name in self.errors:
                continue
            is_narrowed = name == "export" and (data.get("since") or data.get("until"))
            refusal = _("この期間に出力されたファイルを並べました。選んでください。") if is_narrowed else ""
            self.add_error(name, refusal or _("選んだ範囲では、ここが必要です。"))

    def _find_file(self, number: int) -> None:
        if len(self._case_uids) > 1:
            self.add_error("numbers", _("添付ファイルでは、相談番号を一つだけ入れます。"))
            return
        file = Attachment.objects.filter(case__uid=self._case_uids[0], number=number).first()
        if file is None:
            self.add_error(
                "file_number",
                _("この相談に、その番号の添付はありません。削除したファイルは、範囲を「相談」にします。"),
            )
        else:
            self._file_uid = file.uid

    def clean_numbers(self) -> str:
        text: str = self.cleaned_data["numbers"]
        if self.data.get("scope") in _NUMBERED and text:
            self._case_uids = cases_of(text, actor=self._actor)
        return text

    def _named(self, scope: LeakIncident.Scope) -> uuid.UUID | None:
        if scope == Scope.ATTACHMENT:
            return self._file_uid
        name = _NAMED.get(scope)
        return self.cleaned_data[name] if name else None

    def entry(self) -> LeakEntry:
        """The form is valid."""
        data = self.cleaned_data
        scope = Scope(data["scope"])
        timed = scope in _TIMED
        return LeakEntry(
            uid=data["uid"],
            kind=data["kind"],
            found_at=data["found_at"],
            scope=scope,
            summary=data["summary"],
            scope_uid=self._named(scope),
            case_uids=self._case_uids if scope in _NUMBERED else (),
            device_uids=tuple(data["devices"]) if scope == Scope.DEVICE else (),
            since=data["since"] if timed else None,
            until=data["until"] if timed else None,
            facts=self.facts(),
        )


class ReportForm(forms.Form):
    """The nine items of a report as free text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in law.ITEMS:
            self.fields[item.name] = forms.CharField(
                label=item.label, max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 4})
            )


class SentForm(forms.Form):
    kind = forms.ChoiceField(choices=[("PRELIMINARY", ""), ("FINAL", "")], widget=forms.HiddenInput)
    sent_on = day_field(gettext_lazy("出した日"), required=True)


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("終了の理由"), min_length=5, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )


class PartForm(forms.Form):
    part = forms.IntegerField(min_value=1, max_value=100_000, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why somebody who does not normally see persons must see these."""

    reason = forms.CharField(
        label=gettext_lazy("一覧を出す理由"),
        help_text=gettext_lazy("10文字以上。操作記録に残ります。個人の氏名は書きません"),
        min_length=10,
        max_length=200,
    )
