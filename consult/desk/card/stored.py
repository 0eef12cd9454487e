"""A stored case as the form shows it, so that a correction without a change changes nothing."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.law import calendar
from cases.records import ages, codes
from cases.records.card import CardRow, CaseCode, CaseConsent, CaseReferral, CaseTrader, CaseTransfer
from cases.records.case import Case
from cases.records.codes import Kind
from cases.services.card_entry import CareEntry, law_facts
from cases.services.reading import write_band
from consult.desk.card.form import AS_TYPED, PARTS, SELF
from consult.desk.card.rows import CONSENT_PARTS, CONSENTS, KINDS, TRADER_DETAILS

_SEALED: Final = ("narrative", "advice", "trader_name", "subject")
_ROWS: Final[Mapping[str, type[CardRow]]] = {
    "traders": CaseTrader,
    "transfers": CaseTransfer,
    "referrals": CaseReferral,
}
_COLUMNS: Final = (
    "caller_sex", "caller_area", "caller_occupation", "caller_city", "party_city",
)  # fmt: skip
_OF_CODES: Final = {"triggers": Kind.TRIGGER, "contact_means": Kind.CONTACT_MEANS, "payments": Kind.PAYMENT}
_OPEN: Final = [
    *(name for name in AS_TYPED if name not in (*_SEALED, *_OF_CODES, "issue_main", "scam_main")), *_COLUMNS,
]  # fmt: skip


def stored(case: Case, values: Mapping[str, str]) -> dict[str, Any]:
    """`values` are revealed; a birth date stands where an age would."""
    care = CareEntry.from_text(values.get("care", ""))
    return {
        **_people(case, values),
        "received_at": _moment(case.received_at),
        "lecture": str(case.lecture or ""),
        "scam_main": codes.codes(Kind.SCAM_TYPE).current(case.main_scam),
        "scam_others": tuple(case.other_scams),
        "age": _age(values.get("party.birth_date", ""), case.party_age, case.party_age_band),
        "caller_age": _age(values.get("caller.birth_date", ""), case.caller_age, case.caller_age_band)
        or (_("不明") if case.caller_age_band else ""),
        "sex": case.party_sex,
        "area": case.party_area,
        "occupation": case.party_occupation,
        "care_codes": care.codes,
        "care_languages": care.languages,
        "care_note": care.note,
        **law_facts(case.law_facts),
        **_codes(case),
        **_rows(case, values),
        **{name: values[name] for name in _SEALED},
        **{name: getattr(case, name) for name in _OPEN},
    }


def _moment(at: Any) -> str:
    return timezone.localtime(at, calendar.TOKYO).strftime("%Y-%m-%d %H:%M") if at else ""


def _people(case: Case, values: Mapping[str, str]) -> dict[str, str]:
    people = {
        f"{role}_{part}": values.get(f"{role}.{part}", "") for role in ("caller", "party") for part in PARTS
    }
    if case.relation == SELF:
        # 本人: one set is kept, with the party; the page asks for it once, as the caller's.
        for part in PARTS:
            people[f"caller_{part}"] = people[f"caller_{part}"] or people[f"party_{part}"]
            people[f"party_{part}"] = ""
    return people


def _age(birth_date: str, years: int | None, band: str) -> str:
    if birth_date or years is not None:
        return birth_date or str(years)
    if not band or (band == ages.UNKNOWN):
        return ""
    return str(BAND_WORDS.get(band, "")) or write_band(band)


def _codes(case: Case) -> dict[str, Any]:
    held = list(CaseCode.objects.filter(case=case))
    of_issues = [row for row in held if row.kind == Kind.ISSUE_KIND]
    return {
        "issue_main": next((row.code for row in of_issues if row.is_main), ""),
        "issue_others": tuple(row.code for row in of_issues if not row.is_main),
        **{name: tuple(row.code for row in held if row.kind == kind) for name, kind in _OF_CODES.items()},
    }


def _rows(case: Case, values: Mapping[str, str]) -> dict[str, Any]:
    """The rows under their numbered names; the trader of the case is the form's own first one."""
    found: dict[str, Any] = {}
    held = {name: list(model._default_manager.filter(case=case)) for name, model in _ROWS.items()}
    first = _first_trader(held["traders"], values)
    if first is not None:
        found |= {f"trader_{part.removeprefix('trader_')}": value for part, value in
                  _parts("traders", first, TRADER_DETAILS, values).items()}  # fmt: skip
    for kind in KINDS:
        others = [row for row in held[kind.name] if row is not first]
        for number, row in enumerate(others):
            parts = _parts(kind.name, row, kind.parts, values)
            found |= {f"{kind.name}-{number}-{part}": value for part, value in parts.items()}
    for row in CaseConsent.objects.filter(case=case):
        parts = _parts(CONSENTS, row, CONSENT_PARTS, values)
        found |= {f"{CONSENTS}-{row.kind}-{part}": value for part, value in parts.items()}
    return found


def _first_trader(traders: Iterable[CardRow], values: Mapping[str, str]) -> CardRow | None:
    """The row of the trader that the case itself names."""
    named = (row for row in traders if values.get(f"traders.{row.uid}.name", "") == values["trader_name"])
    return next(named, None)


def _parts(name: str, row: CardRow, parts: Iterable[str], values: Mapping[str, str]) -> dict[str, Any]:
    """Open columns from the row, sealed ones from what was revealed."""
    return {
        part: (_moment(getattr(row, part)) if part.endswith("_at") else getattr(row, part))
        if part in row.OPEN
        else values.get(f"{name}.{row.uid}.{part}", "")
        for part in parts
    }


# How a band is typed so that it is read as the same band again.
BAND_WORDS: Final = {
    ages.GROUP: _("団体"), "UNDER_20": _("20歳未満"), "UNDER_18": _("18歳未満"), "20S": _("20代"), "30S": _("30代"),
    "40S": _("40代"), "50S": _("50代"), "60S": _("60代"), "70S": _("70代"), "80_OVER": _("80代"),
    "70_OVER": _("70以上"), "85_OVER": _("85以上"),
}  # fmt: skip
