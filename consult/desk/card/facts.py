"""The whole card in words for the case's page: what is open, in groups without empty lines; and what was revealed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import lectures
from cases.law import calendar
from cases.records import ages, card, codes
from cases.records.card import (
    YES,
    YES_NO,
    CardRow,
    CaseCode,
    CaseConsent,
    CaseReferral,
    CaseTrader,
    CaseTransfer,
)
from cases.records.case import Case
from cases.records.centre import Area
from cases.records.codes import Kind
from cases.services.card_entry import LAW_FACTS, CareEntry, law_facts
from consult.desk.card.form import IntakeForm
from consult.desk.card.law_choices import numbered_lines, numbered_services, numbered_transactions


@dataclass(frozen=True)
class Fact:
    """One line: a label and what is known."""

    label: Any
    value: Any


@dataclass(frozen=True)
class FactGroup:
    title: str
    facts: list[Fact]


def facts_of(case: Case, rows: Sequence[CardRow] | None = None) -> list[FactGroup]:
    """What is kept in the open. Groups of which nothing is known are left out. `rows`: those of the card, if read."""
    held = card.rows_of(case) if rows is None else rows
    of_codes = [row for row in held if isinstance(row, CaseCode)]
    groups = (
        (_("受付"), _reception(case)),
        (_("分類"), _classes(case, of_codes)),
        (_("危害・危険"), _harm(case)),
        (_("契約当事者"), _party(case)),
        (_("相談者"), _caller(case)),
        (_("契約"), _contract(case, of_codes)),
        (_("権利に関わる事実"), _rights(case)),
        (_("送金先"), _transfers(held)),
        (_("同意"), _consents(held)),
        (_("紹介・つなぎ"), _referrals(held)),
        (_("終了"), _closing(case)),
    )
    made = [FactGroup(title, [fact for fact in facts if fact.value]) for title, facts in groups]
    return [group for group in made if group.facts]


def _code(kind: str, code: str) -> str:
    return codes.codes(kind).text(code)


def _several(kind: str, rows: Sequence[CaseCode]) -> str:
    return _("、").join(_code(kind, row.code) for row in rows if row.kind == kind)


def _day(day: date | None) -> str:
    return calendar.wareki(day) if day else ""


def _yen(amount: int | None) -> str:
    return "" if amount is None else _("%(amount)s円") % {"amount": f"{amount:,}"}


def _yes(value: bool) -> str:
    return _("はい") if value else ""


def _answer(value: str) -> str:
    return str(dict(YES_NO).get(value, ""))


def _reception(case: Case) -> Iterator[Fact]:
    yield Fact(_("受付方法"), _code(Kind.CHANNEL, case.channel))
    yield Fact(_("相談区分"), _code(Kind.KIND, case.kind))
    yield Fact(_("窓口につながった経路"), _code(Kind.ROUTE, case.route))
    yield Fact(_("きっかけになった講座"), _lecture(case))
    yield Fact(_("初回・継続"), _code(Kind.CONTINUITY, case.continuity))
    yield Fact(_("前回の相談番号"), case.earlier_number)
    yield Fact(_("ほかの窓口への相談"), _answer(case.consulted_elsewhere))
    yield Fact(_("録音あり"), _yes(case.has_recording))
    yield Fact(_("対応困難"), _yes(case.is_difficult))


def _lecture(case: Case) -> str:
    """A query where the case names one."""
    told = lectures.find(case.lecture, case.centre.uid) if case.lecture else None
    return str(told) if told else ""


def _classes(case: Case, rows: Sequence[CaseCode]) -> Iterator[Fact]:
    scams = [_code(Kind.SCAM_TYPE, code) for code in (case.main_scam, *case.other_scams)]
    yield Fact(_("手口"), _("、").join(scams))
    yield Fact(_("商品・役務"), _code(Kind.PRODUCT, case.product))
    yield Fact(_("販売購入形態"), _code(Kind.SALES_METHOD, case.sales_method))
    yield Fact(_("内容別分類"), _several(Kind.ISSUE_KIND, rows))
    yield Fact(_("きっかけ・広告媒体"), _several(Kind.TRIGGER, rows))
    yield Fact(_("連絡手段"), _several(Kind.CONTACT_MEANS, rows))
    yield Fact(_("架空請求"), _yes(case.is_baseless))
    yield Fact(_("予兆電話(アポ電)"), _yes(case.is_forewarning))


def _harm(case: Case) -> Iterator[Fact]:
    yield Fact(_("危害・危険"), _code(Kind.HARM, case.harm))
    yield Fact(_("内容"), _code(Kind.HARM_KIND, case.harm_kind))
    yield Fact(_("部位"), _code(Kind.HARM_PART, case.harm_part))
    yield Fact(_("程度"), _code(Kind.HARM_DEGREE, case.harm_degree))


def _age(years: int | None, band: str) -> str:
    words = str(ages.BY_CODE[band].label) if band in ages.BY_CODE else ""
    return words if years is None else _("%(years)s歳(%(band)s)") % {"years": years, "band": words}


def _area(case: Case, code: str) -> str:
    if not code or code in Area.EVERYWHERE:
        return str(Area.EVERYWHERE[code]) if code else ""
    return next((area.text for area in case.centre.areas.all() if area.code == code), code)


def _party(case: Case) -> Iterator[Fact]:
    yield Fact(_("年齢"), _age(case.party_age, case.party_age_band))
    yield Fact(_("性別"), _code(Kind.SEX, case.party_sex))
    yield Fact(_("居住地区"), _area(case, case.party_area))
    yield Fact(_("職業"), _code(Kind.OCCUPATION, case.party_occupation))
    yield Fact(_("判断不十分者契約"), _yes(case.is_impaired))
    yield Fact(_("相談者との関係"), _code(Kind.RELATION, case.relation))


def _caller(case: Case) -> Iterator[Fact]:
    yield Fact(_("年齢"), _age(case.caller_age, case.caller_age_band))
    yield Fact(_("性別"), _code(Kind.SEX, case.caller_sex))
    yield Fact(_("居住地区"), _area(case, case.caller_area))
    yield Fact(_("職業"), _code(Kind.OCCUPATION, case.caller_occupation))


def _contract(case: Case, rows: Sequence[CaseCode]) -> Iterator[Fact]:
    yield Fact(_("契約の状態"), _code(Kind.CONTRACT_STATE, case.contract_state))
    yield Fact(_("勧誘日"), _day(case.solicited_on))
    yield Fact(_("契約日"), _day(case.contracted_on))
    yield Fact(_("書面受領日"), _day(case.document_received_on))
    yield Fact(_("書面の種類"), _code(Kind.DOCUMENT_FORM, case.document_form))
    yield Fact(_("書面の不備"), _answer(case.document_defect))
    yield Fact(_("商品受領日"), _day(case.goods_received_on))
    yield Fact(_("契約購入金額"), _yen(case.contract_yen))
    yield Fact(_("既支払額"), _yen(case.paid_yen))
    yield Fact(_("請求額"), _yen(case.claimed_yen))
    yield Fact(_("支払方法"), _several(Kind.PAYMENT, rows))


_CHOICES: Final = {
    "transaction": numbered_transactions,
    "service_kind": numbered_services,
    "telecom_kind": numbered_lines,
}


def _rights(case: Case) -> Iterator[Fact]:
    known = law_facts(case.law_facts)
    for name in LAW_FACTS:
        if value := known.get(name, ""):
            yield Fact(IntakeForm.base_fields[name].label, _in_words(name, value))


def _in_words(name: str, value: str) -> str:
    if name in _CHOICES:
        return str(dict(_CHOICES[name]()).get(value, value)).partition(" ")[2]
    if name == "duration_months":
        return _("%(months)sか月") % {"months": value}
    if name.endswith("_on"):
        return _day(date.fromisoformat(value))
    return _answer(value.upper())


def _transfers(rows: Sequence[CardRow]) -> Iterator[Fact]:
    for row in rows:
        if isinstance(row, CaseTransfer):
            at = ""
            if row.happened_at is not None:
                at = timezone.localtime(row.happened_at, calendar.TOKYO).strftime("%Y-%m-%d %H:%M")
            yield Fact(
                _code(Kind.TRANSFER_KIND, row.kind), " ".join(filter(None, (at, _yen(row.yen)))) or "●●●"
            )


def _consents(rows: Sequence[CardRow]) -> Iterator[Fact]:
    for row in rows:
        if isinstance(row, CaseConsent):
            how = (_code(Kind.CONSENT_HOW, row.how), _day(row.given_on))
            answer = _("同意") if row.answer == YES else _("同意しない")
            yield Fact(_code(Kind.CONSENT, row.kind), " ".join([answer, *filter(None, how)]))


def _referrals(rows: Sequence[CardRow]) -> Iterator[Fact]:
    for row in rows:
        if isinstance(row, CaseReferral):
            yield Fact(
                _code(Kind.REFERRAL, row.kind),
                " ".join(filter(None, (row.body, _day(row.referred_on)))) or "—",
            )


def _closing(case: Case) -> Iterator[Fact]:
    if not case.is_open:
        yield Fact(_("処理結果"), _code(Kind.OUTCOME, case.outcome))
        yield Fact(_("終了日"), _day(case.closed_on))
        yield Fact(_("被害回復額"), _yen(case.recovered_yen) or _("不明"))


# --- What a reader was shown --------------------------------------------------------------------------------------
_PEOPLE: Final = (
    ("caller.name", gettext_lazy("相談者")),
    ("caller.kana", gettext_lazy("相談者カナ")),
    ("caller.phone", gettext_lazy("相談者の電話")),
    ("caller.email", gettext_lazy("相談者のメール")),
    ("caller.postcode", gettext_lazy("相談者の〒")),
    ("caller.address", gettext_lazy("相談者の住所")),
    ("party.name", gettext_lazy("契約当事者")),
    ("party.kana", gettext_lazy("契約当事者カナ")),
    ("party.phone", gettext_lazy("契約当事者の電話")),
    ("party.email", gettext_lazy("契約当事者のメール")),
    ("party.postcode", gettext_lazy("契約当事者の〒")),
    ("party.address", gettext_lazy("契約当事者の住所")),
    ("party.birth_date", gettext_lazy("契約当事者の生年月日")),
)
_PARTS: Final[Mapping[str, Sequence[tuple[str, Any]]]] = {
    "traders": (
        ("name", gettext_lazy("名称")), ("phone", gettext_lazy("電話")), ("url", gettext_lazy("URL")),
        ("sns_id", gettext_lazy("SNS")), ("agent", gettext_lazy("勧誘した人")), ("address", gettext_lazy("所在地")),
    ),
    "transfers": (
        ("institution", gettext_lazy("金融機関など")), ("account", gettext_lazy("番号")),
        ("holder", gettext_lazy("名義")),
    ),
    "referrals": (("note", gettext_lazy("メモ")),),
}  # fmt: skip


def personal_of(values: Mapping[str, str], rows: Sequence[CardRow] = ()) -> list[Fact]:
    """Revealed values with their labels; what is not stored has no line.

    What to heed before calling stands above every telephone number.
    """
    found = [*_heeded(values, rows), Fact(_("事業者名"), values.get("trader_name"))]
    found += [Fact(label, values.get(name)) for name, label in _PEOPLE]
    for row in rows:
        if isinstance(row, CaseTrader):
            trader = _joined("traders", row, values)
            is_said = trader == values.get("trader_name")  # the name alone stands above already
            found.append(Fact(_code(Kind.TRADER_ROLE, row.role), "" if is_said else trader))
        elif isinstance(row, CaseTransfer):
            found.append(Fact(_code(Kind.TRANSFER_KIND, row.kind), _joined("transfers", row, values)))
        elif isinstance(row, CaseReferral):
            found.append(Fact(_code(Kind.REFERRAL, row.kind), _joined("referrals", row, values)))
    return [fact for fact in found if fact.value]


def _heeded(values: Mapping[str, str], rows: Sequence[CardRow]) -> Iterator[Fact]:
    for row in rows:
        if isinstance(row, CaseConsent) and (note := values.get(f"consents.{row.uid}.note")):
            yield Fact(_code(Kind.CONSENT, row.kind), note)
    care = CareEntry.from_text(values.get("care", ""))
    needs = [_code(Kind.CARE, code) for code in care.codes]
    spoken = [_code(Kind.LANGUAGE, code) for code in care.languages]
    yield Fact(_("配慮すること"), _("、").join([*needs, *spoken, *([care.note] if care.note else [])]))


def _joined(name: str, row: CardRow, values: Mapping[str, str]) -> str:
    """「番号 1234567、名義 …」; a trader's own name needs no label."""
    told = [(part, label, values.get(f"{name}.{row.uid}.{part}")) for part, label in _PARTS[name]]
    return _("、").join(
        value if part == "name" else f"{label} {value}" for part, label, value in told if value
    )
