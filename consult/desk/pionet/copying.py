"""転記モード: the fields of a card in PIO-NET's order, each with what is to be pasted and whether it is too long."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.protection.redacted import RedactedText
from cases.records.case import Case
from cases.records.registration import NUMBER_LENGTH
from cases.services.pionet import plan
from cases.services.pionet.items import ITEMS, Card, Words
from cases.services.pionet.plan import Field
from consult.shell.fields import day_field


@dataclass(frozen=True)
class Copied:
    """One field as the page shows it. `text` is None where it lies sealed and has not been opened."""

    field: Field
    text: str | None

    @property
    def length(self) -> int:
        return len(self.text or "")

    @property
    def over(self) -> int:
        """How many characters too many; 0 where it fits or no limit is known."""
        return max(0, self.length - self.field.limit) if self.field.limit is not None else 0

    @property
    def is_long(self) -> bool:
        return self.field.item in ("narrative", "advice")


def fields_of(case: Case, words: Words) -> list[Copied]:
    """The card in the order of the centre's plan."""
    return list(_copied(Card.of(case, words), plan.of(case.centre)))


def masked(case: Case, words: RedactedText, trader_name: str | None = None) -> Words:
    """The words as others may read them. A case without a trader's name has an empty one, not a sealed one."""
    return Words(
        words.subject,
        words.narrative,
        words.advice,
        "" if case.trader_name is None else trader_name,
    )


def _copied(card: Card, held: plan.Plan) -> Iterator[Copied]:
    for field in held.fields:
        yield Copied(field, ITEMS[field.item].text(card, field.form))


class RegisterForm(forms.Form):
    """「登録した」: under which number and on which day. `uid` and `revision` are those of the page."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    number = forms.CharField(label=_("PIO-NETの番号"), max_length=NUMBER_LENGTH)
    registered_on = day_field(_("登録日"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["autocomplete"] = "off"
        self.fields["number"].error_messages["required"] = _("PIO-NETの番号を入力してください。")


class CompareForm(forms.Form):
    counts = forms.CharField(
        label=_("PIO-NETの件数"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("表計算から貼り付けるか、「2026-11,苦情,120」のように1行ずつ入力します。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counts"].error_messages["required"] = _("件数を貼り付けてください。")


class PlanForm(forms.Form):
    fields_csv = forms.CharField(
        label=_("項目(CSV)"),
        max_length=plan.LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_("空にすると、はじめの並びに戻ります。"),
    )
    since = day_field(
        _("この受付日より前は登録済みとして扱う"), help_text=_("空欄なら、すべての相談が対象です。")
    )


class CardsForm(forms.Form):
    """Which cases leave, and in which shape."""

    FORMATS = (("csv", _("CSV")), ("csv-cp932", _("CSV(Shift_JIS)")), ("json", _("JSON")))

    since = day_field(_("受付日(から)"), required=True)
    until = day_field(_("受付日(まで)"), required=True)
    form = forms.ChoiceField(label=_("形式"), choices=FORMATS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if isinstance(since, date) and isinstance(until, date) and since > until:
            self.add_error("until", _("「から」より後の日にしてください。"))
        if isinstance(until, date) and until.year > calendar.today().year + 1:
            self.add_error("until", _("日付を確認してください。"))
        return data
