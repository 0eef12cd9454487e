"""Fields and words that the forms of the desk share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.services.entry import NARRATIVE_LENGTH, SHORT_LENGTH


class WordsField(forms.CharField):
    """Words as they were typed. A line end counts once, however the browser sends it."""

    widget = forms.Textarea

    def __init__(self, *, rows: int, **options: Any) -> None:
        widget = forms.Textarea({"rows": rows})
        super().__init__(**{"max_length": NARRATIVE_LENGTH, "strip": False, "widget": widget, **options})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class ShortField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": SHORT_LENGTH, "required": False, **options})


def plain_words(form: forms.Form) -> None:
    """Errors that say what to do and quote no value; no `maxlength`, which cuts what is pasted without a word."""
    for field in form.fields.values():
        is_choice = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = _("選んでください。") if is_choice else _("入力してください。")
        field.error_messages["invalid_choice"] = _("選び直してください。")
        field.error_messages["max_length"] = _(
            "%(limit_value)s文字以内で入力してください(いま%(show_value)s文字)。"
        )
        field.error_messages["null_characters_not_allowed"] = _(
            "使えない文字(NUL)が入っています。消してから保存してください。"
        )
        field.widget.attrs.pop("maxlength", None)
        field.widget.attrs.setdefault("autocomplete", "off")
<<<<<<< HEAD


class IntakeForm(forms.Form):
    """One consultation on one page. Nothing personal is required. Fields stand in the order of the page."""

    received_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()), label=_("受付日時"), required=True
    )
    channel = forms.ChoiceField(label=_("受付方法"))
    kind = forms.ChoiceField(label=_("相談区分"))
    narrative = WordsField(label=_("相談概要"), rows=7)
    scam_main = forms.ChoiceField(label=_("手口(主)"))
    sales_method = forms.ChoiceField(label=_("販売購入形態"), required=False)
    product = forms.ChoiceField(label=_("商品・役務"), required=False)
    scam_others = ReadField(
        read_scams, label=_("ほかの手口"), max_length=SHORT_LENGTH, help_text=_("番号か名前。例: 12、31")
    )
    is_provisional = forms.BooleanField(label=_("分類は暫定(後で見直す)"), required=False)
    age = ReadField(
        lambda text: read_age(text, today=calendar.today()),
        label=_("年齢"),
        help_text=_("72、S28.5.3、70代、不明"),
    )
    sex = forms.ChoiceField(label=_("性別"), required=False)
    area = forms.ChoiceField(label=_("居住地区"), required=False)
    occupation = forms.ChoiceField(label=_("職業"), required=False)
    contracted_on = day_field(_("契約日"), help_text=_("11/20、R8.11.20、今日"))
    document_received_on = day_field(_("法定書面を受け取った日"))
    contract_yen = yen_field(_("契約購入金額"), help_text=_("150万円。不明は空欄"))
    paid_yen = yen_field(_("既支払額"))
    trader_name = ShortField(label=_("事業者名"))
    advice = WordsField(label=_("助言・処理概要"), rows=4, required=False)
    relation = forms.ChoiceField(label=_("相談者は契約当事者の"), required=False)
    caller_name = ShortField(label=_("相談者の氏名"))
    caller_phone = ShortField(label=_("相談者の電話"))
    caller_kana = ShortField(label=_("相談者の氏名カナ"))
    caller_address = ShortField(label=_("相談者の住所"))
    party_name = ShortField(label=_("契約当事者の氏名"))
    party_phone = ShortField(label=_("契約当事者の電話"))
    party_kana = ShortField(label=_("契約当事者の氏名カナ"))
    party_address = ShortField(label=_("契約当事者の住所"))

    def __init__(self, *args: Any, centre: Centre, on: date | None = None, **kwargs: Any) -> None:
        """`on`: the day whose codes are offered, today's unless an older case is corrected."""
        super().__init__(*args, **kwargs)
        today = on or calendar.today()
        for name, kind in (("channel", Kind.CHANNEL), ("kind", Kind.KIND)):
            offer(self, name, numbered(kind, today))
        for name, kind in (
            ("scam_main", Kind.SCAM_TYPE), ("sales_method", Kind.SALES_METHOD), ("sex", Kind.SEX),
            ("occupation", Kind.OCCUPATION), ("relation", Kind.RELATION),
        ):  # fmt: skip
            offer(self, name, [*NOT_CHOSEN, *numbered(kind, today, at=centre)])
        offer(self, "product", [*NOT_CHOSEN, *numbered_products(today)])
        areas = [(code, f"{number} {label}") for number, (code, label) in enumerate(area_choices(centre), 1)]
        offer(self, "area", [*NOT_CHOSEN, *areas])
        plain_words(self)
        self.fields["narrative"].error_messages["required"] = _("相談概要を入力してください。")
        self.fields["scam_main"].error_messages["required"] = _(
            "手口を選んでください。分からないときは「0 未分類」を選びます。"
        )
        for name in ("caller_phone", "party_phone"):
            self.fields[name].widget.attrs["inputmode"] = "tel"

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
=======
>>>>>>> 340a23d (The whole card at the desk: every item on one page, folded until an answer, a key or what it holds opens it)
