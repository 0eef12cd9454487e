"""The intake form: text fields read as people type them, coded lists, and the entry that they make."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records.case import Case
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.entry import NARRATIVE_LENGTH, SHORT_LENGTH, CaseEntry, PersonEntry
from cases.services.reading import Age, read_age, read_moment
from consult.shell.fields import (
    NOT_CHOSEN,
    Label,
    ReadField,
    code_choices,
    day_field,
    grouped_choices,
    yen_field,
)

SELF: Final = "SELF"
PARTS: Final = ("name", "kana", "phone", "address")


@dataclass(frozen=True)
class Section:
    """A numbered part of the page: `Alt+n` goes there."""

    number: int
    title: Label
    fields: tuple[str, ...]


class IntakeForm(forms.Form):
    """One consultation on one page. Nothing personal is required."""

    received_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()), label=_("受付日時"), required=True
    )
    channel = forms.ChoiceField(label=_("受付方法"))
    kind = forms.ChoiceField(label=_("相談区分"), initial="COMPLAINT")
    narrative = forms.CharField(
        label=_("相談概要"), max_length=NARRATIVE_LENGTH, strip=False, widget=forms.Textarea({"rows": 9})
    )
    scam_main = forms.ChoiceField(label=_("手口(主)"))
    scam_others = forms.MultipleChoiceField(label=_("ほかの手口"), required=False)
    is_provisional = forms.BooleanField(label=_("分類は暫定"), required=False)
    product = forms.ChoiceField(label=_("商品・役務"), required=False)
    sales_method = forms.ChoiceField(label=_("販売購入形態"), required=False)
    age = ReadField(
        lambda text: read_age(text, today=calendar.today()),
        label=_("契約当事者の年齢"),
        help_text=_("72、S28.5.3(生年月日)、70代、不明、団体"),
    )
    sex = forms.ChoiceField(label=_("性別"), required=False)
    area = forms.ChoiceField(label=_("居住地区"), required=False)
    occupation = forms.ChoiceField(label=_("職業"), required=False)
    contracted_on = day_field(_("契約日"), help_text=_("例: 11/20、R8.11.20、きょうは「今日」"))
    document_received_on = day_field(_("法定書面を受け取った日"))
    contract_yen = yen_field(_("契約購入金額"), help_text=_("例: 150万円。不明は空欄(0円とは別)"))
    paid_yen = yen_field(_("既支払額"))
    trader_name = forms.CharField(label=_("事業者名"), max_length=SHORT_LENGTH, required=False)
    relation = forms.ChoiceField(label=_("相談者は契約当事者の"), required=False)
    caller_name = forms.CharField(label=_("相談者の氏名"), max_length=SHORT_LENGTH, required=False)
    caller_kana = forms.CharField(label=_("氏名カナ"), max_length=SHORT_LENGTH, required=False)
    caller_phone = forms.CharField(label=_("電話"), max_length=SHORT_LENGTH, required=False)
    caller_address = forms.CharField(label=_("住所"), max_length=SHORT_LENGTH, required=False)
    party_name = forms.CharField(label=_("契約当事者の氏名"), max_length=SHORT_LENGTH, required=False)
    party_kana = forms.CharField(label=_("氏名カナ"), max_length=SHORT_LENGTH, required=False)
    party_phone = forms.CharField(label=_("電話"), max_length=SHORT_LENGTH, required=False)
    party_address = forms.CharField(label=_("住所"), max_length=SHORT_LENGTH, required=False)
    advice = forms.CharField(
        label=_("助言・処理概要"),
        max_length=NARRATIVE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    SECTIONS: Final = (
        Section(1, _("受付"), ("received_at", "channel", "kind")),
        Section(2, _("相談概要"), ("narrative",)),
        Section(3, _("分類"), ("scam_main", "scam_others", "is_provisional", "product", "sales_method")),
        Section(4, _("契約当事者"), ("age", "sex", "area", "occupation")),
        Section(
            5,
            _("契約と事業者"),
            ("contracted_on", "document_received_on", "contract_yen", "paid_yen", "trader_name"),
        ),
        Section(
            6,
            _("連絡先(暗号化して保存)"),
            (
                "relation", "caller_name", "caller_kana", "caller_phone", "caller_address",
                "party_name", "party_kana", "party_phone", "party_address",
            ),
        ),
        Section(7, _("助言・処理"), ("advice",)),
    )  # fmt: skip

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        self._offer("channel", code_choices(Kind.CHANNEL, today))
        self._offer("kind", code_choices(Kind.KIND, today))
        self._offer("scam_main", [*NOT_CHOSEN, *code_choices(Kind.SCAM_TYPE, today)])
        self._offer("scam_others", code_choices(Kind.SCAM_TYPE, today))
        self._offer("product", [*NOT_CHOSEN, *grouped_choices(Kind.PRODUCT, today)])
        for name, kind in (
            ("sales_method", Kind.SALES_METHOD), ("sex", Kind.SEX), ("occupation", Kind.OCCUPATION),
            ("relation", Kind.RELATION),
        ):  # fmt: skip
            self._offer(name, [*NOT_CHOSEN, *code_choices(kind, today)])
        self._offer("area", [*NOT_CHOSEN, *area_choices(centre)])
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("autocomplete", "off")
            if name.endswith(("phone",)):
                field.widget.attrs["inputmode"] = "tel"

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("relation") == SELF:
            for part in PARTS:
                mine, other = data.get(f"caller_{part}"), data.get(f"party_{part}")
                if mine and other and mine != other:
                    self.add_error(
                        f"party_{part}",
                        _(
                            "「本人」を選んでいますが、相談者と違う内容です。どちらかを消すか、関係を選び直してください。"
                        ),
                    )
        return data

    def entry(self, uid: uuid.UUID, *, source: str = Case.Source.DESK, is_made_up: bool = False) -> CaseEntry:
        """What was typed, as the core takes it. The form is valid."""
        data = self.cleaned_data
        age: Age = data["age"]
        caller = self._person("caller", None)
        party = self._person("party", age.birth_date)
        if data["relation"] == SELF:
            # 本人: one set of details, kept with the person whose age counts.
            party = PersonEntry(
                **{part: getattr(caller, part) or getattr(party, part) for part in PARTS},
                birth_date=age.birth_date,
            )
            caller = PersonEntry()
        received_at: datetime = data["received_at"]
        return CaseEntry(
            uid=uid,
            received_at=received_at,
            age=age.years,
            age_band=age.band,
            caller=caller,
            party=party,
            scam_others=tuple(code for code in data["scam_others"] if code != data["scam_main"]),
            area=data["area"] or "UNKNOWN",
            source=source,
            is_made_up=is_made_up,
            **{name: data[name] for name in _AS_TYPED},
        )

    def _person(self, role: str, birth_date: date | None) -> PersonEntry:
        return PersonEntry(
            **{part: self.cleaned_data[f"{role}_{part}"] for part in PARTS},
            birth_date=birth_date,
        )


_AS_TYPED: Final = (
    "channel", "kind", "narrative", "scam_main", "is_provisional", "product", "sales_method", "sex", "occupation",
    "contracted_on", "document_received_on", "contract_yen", "paid_yen", "trader_name", "relation", "advice",
)  # fmt: skip
