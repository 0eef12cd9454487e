"""The whole 相談カード as it is typed: text fields read as people type them, coded lists, and the entry they make."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import lectures
from cases.law import calendar
from cases.records import ages, codes
from cases.records.case import Case
from cases.records.centre import Centre, area_choices
from cases.records.codes import Kind
from cases.services.card_entry import (
    LAW_FACTS,
    MOST_ROWS,
    NOTE_LENGTH,
    CareEntry,
    TraderEntry,
)
from cases.services.entry import (
    CITY_LENGTH,
    NUMBER_LENGTH,
    CaseEntry,
    EntryRefused,
    PersonEntry,
)
from cases.services.reading import Age, read_moment
from consult.desk.card import groups, rows
from consult.desk.card.fields import (
    CodesField,
    age_field,
    answer,
    choice,
    codes_field,
    read_months,
    tick,
)
from consult.desk.card.law_choices import numbered_lines, numbered_services, numbered_transactions
from consult.desk.choices import numbered, numbered_products
from consult.desk.forms import ShortField, WordsField, plain_words
from consult.shell.fields import NOT_CHOSEN, ReadField, day_field, offer, yen_field

SELF: Final = "SELF"
PARTS: Final = ("name", "kana", "phone", "address", "email", "postcode")
FIRST_TRADER: Final = "trader"
PREFILLED: Final = frozenset({"received_at", "channel", "kind"})
# 処理結果 of a call that ends with itself: あっせん takes longer.
AT_ONCE: Final = frozenset({"ADVICE", "INFORMATION", "REFERRED", "IMPOSSIBLE", "NOT_NEEDED"})
_AGAIN: Final = _(
    "「本人」を選んでいますが、相談者と違う内容です。どちらかを消すか、関係を選び直してください。"
)


class IntakeForm(forms.Form):
    """One consultation on one page. Nothing personal is required. Fields stand in the order of the page."""

    received_at = ReadField(
        lambda text: read_moment(text, now=timezone.now()),
        label=_("受付日時"),
        required=True,
        help_text=_("後から入力するときは前の日時"),
    )
    channel = choice(_("受付方法"), required=True)
    kind = choice(_("相談区分"), required=True)
    route = choice(_("窓口につながった経路"))
    lecture = forms.TypedChoiceField(
        label=_("講座で知った(どの講座か)"), coerce=uuid.UUID, empty_value=None, required=False
    )
    continuity = choice(_("初回・継続"))
    earlier_number = ShortField(label=_("前回の相談番号"), max_length=NUMBER_LENGTH)
    consulted_elsewhere = answer(_("ほかの窓口にも相談したか"), yes="YES", no="NO")
    has_recording = tick(_("録音あり"))
    is_difficult = tick(_("対応困難"))

    narrative = WordsField(label=_("相談概要"), rows=7)

    scam_main = choice(_("手口(主)"), required=True)
    sales_method = choice(_("販売購入形態"))
    product = choice(_("商品・役務"))
    scam_others = codes_field(Kind.SCAM_TYPE, _("ほかの手口"), help_text=_("番号か名前。例: 12、31"))
    is_provisional = tick(_("分類は暫定(後で見直す)"))
    subject = ShortField(label=_("件名"))
    issue_main = choice(_("内容別分類(主)"))
    issue_others = codes_field(Kind.ISSUE_KIND, _("ほかの内容別分類"))
    triggers = codes_field(Kind.TRIGGER, _("きっかけ・広告媒体"))
    contact_means = codes_field(Kind.CONTACT_MEANS, _("事業者との連絡手段"))
    is_baseless = tick(_("架空請求(身に覚えがない)"))
    is_forewarning = tick(_("予兆電話(アポ電)"))
    harm = choice(_("危害・危険"))
    harm_kind = choice(_("危害の内容"))
    harm_part = choice(_("危害の部位"))
    harm_degree = choice(_("危害の程度"))

    age = age_field(_("年齢"), help_text=_("72、S28.5.3、70代、不明"))
    sex = choice(_("性別"))
    area = choice(_("居住地区"))
    occupation = choice(_("職業"))
    party_city = ShortField(max_length=CITY_LENGTH, widget=forms.HiddenInput)
    is_impaired = tick(_("判断不十分者契約にあたる"))
    care_codes = codes_field(Kind.CARE, _("配慮すること"))
    care_languages = codes_field(Kind.LANGUAGE, _("話す言葉"))
    care_note = ShortField(label=_("配慮のメモ"), max_length=NOTE_LENGTH)

    contracted_on = day_field(_("契約日"), help_text=_("11/20、R8.11.20、今日"))
    document_received_on = day_field(_("法定書面を受け取った日"))
    contract_yen = yen_field(_("契約購入金額"), help_text=_("150万円。不明は空欄"))
    paid_yen = yen_field(_("既支払額"))
    trader_name = ShortField(label=_("事業者名"))
    trader_uid = rows.UidField()
    trader_role = choice(_("役割"), initial="SELLER")
    trader_phone = ShortField(label=_("事業者の電話"))
    trader_url = ShortField(label=_("URL"))
    trader_sns_id = ShortField(label=_("SNSのID・アカウント"))
    trader_agent = ShortField(label=_("勧誘した人の名前"))
    trader_address = ShortField(label=_("事業者の所在地"))
    contract_state = choice(_("契約の状態"))
    solicited_on = day_field(_("勧誘された日"))
    goods_received_on = day_field(_("商品を受け取った日"))
    document_form = choice(_("書面の種類"))
    document_defect = answer(_("書面に不備がある"), yes="YES", no="NO")
    claimed_yen = yen_field(_("請求されている額"), help_text=_("不明は空欄"))
    payments = codes_field(Kind.PAYMENT, _("支払方法"))
    credit_document_on = day_field(_("クレジットの契約書面を受け取った日"))
    credit_document_defect = answer(_("クレジットの書面がない・不備がある"))
    transaction = choice(_("法律上の取引(販売購入形態と違うとき)"), choices=numbered_transactions)
    applied_on = day_field(_("申込日"))
    application_document_on = day_field(_("申込書面を受け取った日"))
    obstruction = answer(_("クーリング・オフを妨げられた"))
    fresh_document_on = day_field(_("妨害の後、改めて書面を受け取った日"))
    invited_by_consumer = answer(_("契約のために自分から呼んだ・電話した"))
    for_business = answer(_("営業のための契約"))
    exempt_item = answer(_("法律の適用除外の商品・役務"))
    cash_fully_performed = answer(_("その場で引渡しと全額の現金払いが済んだ"))
    consumable_used = answer(_("指定消耗品を使った"))
    induced_by_advertising = answer(_("広告や電話に誘われて電話し、勧誘された"))
    noticed_on = day_field(_("うそや誤解に気づいた日"), help_text=_("おどされたときは、それが終わった日"))
    spiritual_claim = answer(_("霊感などで不安をあおられた"))
    service_kind = choice(_("役務の種類"), choices=numbered_services)
    duration_months = ReadField(read_months, label=_("契約期間"), help_text=_("12か月、1年"))
    service_started_on = day_field(_("サービスの始まった日"))
    telecom_kind = choice(_("回線の種類"), choices=numbered_lines)
    informed_in_writing_on = day_field(_("権利を書面で告げられた日"))
    delivered_and_paid = answer(_("引渡しと全額の支払いが済んだ"))
    moved_in_on = day_field(_("入居した日"))

    advice = WordsField(label=_("助言・処理概要"), rows=4, required=False)
    outcome = choice(_("この電話で終わる: 処理結果"), help_text=_("選ぶと、保存と同時に終了します。"))

    relation = choice(_("相談者は契約当事者の"))
    caller_name = ShortField(label=_("相談者の氏名"))
    caller_phone = ShortField(label=_("相談者の電話"))
    caller_kana = ShortField(label=_("相談者の氏名カナ"))
    caller_address = ShortField(label=_("相談者の住所"))
    party_name = ShortField(label=_("契約当事者の氏名"))
    party_phone = ShortField(label=_("契約当事者の電話"))
    party_kana = ShortField(label=_("契約当事者の氏名カナ"))
    party_address = ShortField(label=_("契約当事者の住所"))
    caller_email = ShortField(label=_("相談者のメール"))
    caller_postcode = ShortField(label=_("相談者の〒"), help_text=_("100-0001"))
    party_email = ShortField(label=_("契約当事者のメール"))
    party_postcode = ShortField(label=_("契約当事者の〒"))
    caller_age = age_field(_("相談者の年齢"))
    caller_sex = choice(_("相談者の性別"))
    caller_area = choice(_("相談者の居住地区"))
    caller_occupation = choice(_("相談者の職業"))
    caller_city = ShortField(max_length=CITY_LENGTH, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        centre: Centre,
        on: date | None = None,
        closes: bool = False,
        more: str = "",
        **kwargs: Any,
    ) -> None:
        """`on`: the day whose codes are offered, today's unless an older case is corrected.

        `closes`: whether 処理結果 may be said at once. `more`: the name of the rows of which one more is wanted.
        """
        super().__init__(*args, **kwargs)
        self.on = on or calendar.today()
        if not closes:
            del self.fields["outcome"]
        self._add_rows(more)
        self._offer_choices(centre)
        plain_words(self)
        self.fields["narrative"].error_messages["required"] = _("相談概要を入力してください。")
        self.fields["scam_main"].error_messages["required"] = _(
            "手口を選んでください。分からないときは「0 未分類」を選びます。"
        )
        for name in self.fields:
            if name.endswith("_phone"):
                self.fields[name].widget.attrs["inputmode"] = "tel"

    def _add_rows(self, more: str) -> None:
        held: Mapping[str, Any] = self.data if self.is_bound else (self.initial or {})
        self.row_counts = {}
        for kind in rows.KINDS:
            filled = kind.count(held)
            self.row_counts[kind.name] = min(filled + 1 + (kind.name == more), MOST_ROWS)
            rows.add_rows(self, kind, self.row_counts[kind.name], on=self.on)
        rows.add_consents(self, on=self.on)

    def _offer_choices(self, centre: Centre) -> None:
        for name, kind in _REQUIRED_CODES.items():
            offer(self, name, numbered(kind, self.on))
        for name, kind in _CODES.items():
            offer(self, name, [*NOT_CHOSEN, *numbered(kind, self.on, at=centre)])
        offer(self, "product", [*NOT_CHOSEN, *numbered_products(self.on)])
        offer(self, "trader_role", numbered(Kind.TRADER_ROLE, self.on))
        at_once = [(code, label) for code, label in numbered(Kind.OUTCOME, self.on) if code in AT_ONCE]
        if "outcome" in self.fields:
            offer(self, "outcome", [*NOT_CHOSEN, *at_once])
        areas = [(code, f"{number} {label}") for number, (code, label) in enumerate(area_choices(centre), 1)]
        for name in ("area", "caller_area"):
            offer(self, name, [*NOT_CHOSEN, *areas])
        self._offer_lectures(centre)
        for field in self.fields.values():
            if isinstance(field, CodesField):
                field.on, field.at = self.on, centre

    def _offer_lectures(self, centre: Centre) -> None:
        """Those of the year before the call, and the one that the case names already; no field where there is none."""
        offered = lectures.recent(centre.uid, self.on)
        named = str(self["lecture"].value() or "")
        if named and named not in {str(one.uid) for one in offered}:
            offered += lectures.named(named, centre.uid)
        if not offered:
            del self.fields["lecture"]
            return
        told = [(str(one.uid), f"{number} {one}") for number, one in enumerate(offered, 1)]
        offer(self, "lecture", [*NOT_CHOSEN, *told])

    @staticmethod
    def is_name(name: str) -> bool:
        """Whether such a field can be on the page: what else is sent is dropped."""
        return name in IntakeForm.base_fields or rows.is_row_name(name)

    @cached_property
    def folds(self) -> dict[str, list[groups.Shown]]:
        """The folded groups of each section, by its number."""
        return groups.shown(self)

    @property
    def consent_kinds(self) -> list[str]:
        return [code.code for code in codes.codes(Kind.CONSENT).valid_on(self.on)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("relation") == SELF:
            for part in PARTS:
                self._said_once(data, f"caller_{part}", f"party_{part}", f"party_{part}")
            for part in ("sex", "area", "occupation"):
                self._said_once(data, f"caller_{part}", part, f"caller_{part}")
            unsaid = Age()
            if data.get("caller_age", unsaid) not in (unsaid, data.get("age")) and data.get("age") != unsaid:
                self.add_error("caller_age", _AGAIN)
        for kind in self.consent_kinds:
            name = f"{rows.CONSENTS}-{kind}"
            parts = ("how", "given_on", "note")
            if any(data.get(f"{name}-{part}") for part in parts) and not data.get(f"{name}-answer"):
                self.add_error(f"{name}-answer", _("選んでください。"))
        return data

    def _said_once(self, data: Mapping[str, Any], one: str, other: str, told_at: str) -> None:
        mine, others = data.get(one), data.get(other)
        if mine and others and mine != others:
            self.add_error(told_at, _AGAIN)

    def refuse(self, refusal: EntryRefused) -> None:
        """The core's reasons, each at its field; what belongs to several rows goes above the form with its name."""
        for name, reason in refusal.errors.items():
            at = _FIELD_OF.get(name, name)
            if at in self.fields:
                self.add_error(at, reason)
            else:
                title = rows.BY_NAME[name].title if name in rows.BY_NAME else None
                self.add_error(None, f"{title}: {reason}" if title else reason)

    def entry(self, uid: uuid.UUID, *, source: str = Case.Source.DESK, is_made_up: bool = False) -> CaseEntry:
        """What was typed, as the core takes it. The form is valid."""
        data = self.cleaned_data
        outcome = data.get("outcome", "")
        of_rows = {kind.name: rows.entries(kind, data, self.row_counts[kind.name]) for kind in rows.KINDS}
        received_at: datetime = data["received_at"]
        return CaseEntry(
            uid=uid,
            received_at=received_at,
            **self._people(),
            scam_others=tuple(code for code in data["scam_others"] if code != data["scam_main"]),
            issue_others=tuple(code for code in data["issue_others"] if code != data["issue_main"]),
            law_facts=dict(self._law_facts()),
            care=CareEntry(
                codes=data["care_codes"], languages=data["care_languages"], note=data["care_note"]
            ),
            outcome=outcome,
            closed_on=calendar.local_date(received_at) if outcome else None,
            source=source,
            is_made_up=is_made_up,
            traders=(*self._first_trader(), *of_rows["traders"]),
            transfers=of_rows["transfers"],
            referrals=of_rows["referrals"],
            consents=rows.consents(data, self.consent_kinds),
            lecture=data.get("lecture"),
            **{name: data[name] for name in AS_TYPED},
        )

    def _people(self) -> dict[str, Any]:
        """Caller and party. 本人: one set of details, kept with the person whose age counts."""
        data = self.cleaned_data
        age, caller_age = data["age"], data["caller_age"]
        pairs = {part: data[part] for part in ("sex", "area", "occupation")}
        caller_pairs = {f"caller_{part}": data[f"caller_{part}"] for part in pairs}
        cities = {name: data[name] for name in ("party_city", "caller_city")}
        caller, party = self._person("caller", caller_age.birth_date), self._person("party", age.birth_date)
        if data["relation"] == SELF:
            age = caller_age if age == Age() else age
            pairs = {part: value or data[f"caller_{part}"] for part, value in pairs.items()}
            caller_pairs, caller_age = dict.fromkeys(caller_pairs, ""), Age()
            cities = {"party_city": data["party_city"] or data["caller_city"], "caller_city": ""}
            party = PersonEntry(
                **{part: getattr(caller, part) or getattr(party, part) for part in PARTS},
                birth_date=age.birth_date,
            )
            caller = PersonEntry()
        said = bool(data["relation"] != SELF and str(self["caller_age"].value() or "").strip())
        years = caller_age.years
        if caller_age.birth_date is not None:
            years = calendar.age_on(caller_age.birth_date, calendar.local_date(data["received_at"]))
        return {
            **pairs,
            **caller_pairs,
            **cities,
            "area": pairs["area"] or "UNKNOWN",
            "age": age.years,
            "age_band": age.band,
            "caller_age": years,
            "caller_age_band": _band(years, caller_age.band, was_said=said),
            "caller": caller,
            "party": party,
        }

    def _person(self, role: str, birth_date: date | None) -> PersonEntry:
        return PersonEntry(
            **{part: self.cleaned_data[f"{role}_{part}"] for part in PARTS}, birth_date=birth_date
        )

    def _law_facts(self) -> Iterator[tuple[str, str]]:
        for name in LAW_FACTS:
            value = self.cleaned_data[name]
            if value:
                yield name, value.isoformat() if isinstance(value, date) else value

    def _first_trader(self) -> tuple[TraderEntry, ...]:
        """The trader of the case as a row of its own: where something is known of it."""
        details = {
            part: self.cleaned_data[f"trader_{part}"]
            for part in ("phone", "url", "sns_id", "agent", "address")
        }
        made = TraderEntry(
            name=self.cleaned_data["trader_name"],
            role=self.cleaned_data["trader_role"] or "SELLER",
            trader_uid=self.cleaned_data["trader_uid"],
            **details,
        )
        return () if made.is_empty else (made,)


def _band(years: int | None, band: str, *, was_said: bool) -> str:
    """The caller's 年代; empty where nobody spoke of it."""
    if years is not None:
        return ages.band_of(years)
    return band if was_said else ""


_REQUIRED_CODES: Final = {"channel": Kind.CHANNEL, "kind": Kind.KIND}
_CODES: Final = {
    "scam_main": Kind.SCAM_TYPE, "sales_method": Kind.SALES_METHOD, "sex": Kind.SEX, "occupation": Kind.OCCUPATION,
    "relation": Kind.RELATION, "route": Kind.ROUTE, "continuity": Kind.CONTINUITY, "issue_main": Kind.ISSUE_KIND,
    "harm": Kind.HARM,
    "harm_kind": Kind.HARM_KIND, "harm_part": Kind.HARM_PART, "harm_degree": Kind.HARM_DEGREE,
    "contract_state": Kind.CONTRACT_STATE, "document_form": Kind.DOCUMENT_FORM, "caller_sex": Kind.SEX,
    "caller_occupation": Kind.OCCUPATION,
}  # fmt: skip
AS_TYPED: Final = (
    "channel", "kind", "narrative", "scam_main", "is_provisional", "product", "sales_method", "contracted_on",
    "document_received_on", "contract_yen", "paid_yen", "trader_name", "relation", "advice", "subject", "continuity",
    "earlier_number", "consulted_elsewhere", "is_baseless", "is_forewarning", "is_difficult", "has_recording",
    "is_impaired", "issue_main", "triggers", "contact_means", "payments", "contract_state",
    "solicited_on", "goods_received_on", "document_form", "document_defect", "claimed_yen", "harm", "harm_kind",
    "harm_part", "harm_degree", "route",
)  # fmt: skip
"""Fields whose clean value is the entry's, under the same name."""

_FIELD_OF: Final = {"care": "care_codes", "consents": "consents-CONTACT-answer", "closed_on": "outcome"}
"""Where a reason of the core is shown that names no field of the form."""
