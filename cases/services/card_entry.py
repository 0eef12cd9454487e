"""The parts of a consultation that come more than once, and the facts that rights depend on: as they are handed in.

Every part may be empty: nothing here is asked of a caller who does not want to say it.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.law import calendar
from cases.law.rights.facts import CHOICES, TRANSACTIONS
from cases.records import codes
from cases.records.card import NO, YES
from cases.records.codes import Kind

SHORT_LENGTH: Final = 200
NOTE_LENGTH: Final = 2000
MOST_ROWS: Final = 20
MOST_YEN: Final = 10**13
MOST_MONTHS: Final = 1200

Faults = Iterator[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class TraderEntry:
    """A trader as it was named. The first of role SELLER is the trader of the case."""

    name: str = ""
    role: str = "SELLER"
    trader_uid: uuid.UUID | None = None
    address: str = ""
    phone: str = ""
    url: str = ""
    sns_id: str = ""
    agent: str = ""

    SEALED = ("name", "address", "phone", "url", "sns_id", "agent")
    OPEN = ("role", "trader_uid")

    @property
    def is_empty(self) -> bool:
        return self.trader_uid is None and not any(getattr(self, name) for name in self.SEALED)


@dataclass(frozen=True, kw_only=True)
class TransferEntry:
    """Where money went: an account, an address, a number. An unknown amount is None."""

    kind: str = "BANK"
    happened_at: datetime | None = None
    yen: int | None = None
    institution: str = ""
    account: str = ""
    holder: str = ""

    SEALED = ("institution", "account", "holder")
    OPEN = ("kind", "happened_at", "yen")

    @property
    def is_empty(self) -> bool:
        return not (
            self.institution or self.account or self.holder or self.happened_at or self.yen is not None
        )


@dataclass(frozen=True, kw_only=True)
class ConsentEntry:
    kind: str
    answer: str
    given_on: date | None = None
    how: str = ""
    note: str = ""

    SEALED = ("note",)
    OPEN = ("kind", "answer", "given_on", "how")


@dataclass(frozen=True, kw_only=True)
class ReferralEntry:
    kind: str = "OTHER_BODY"
    body: str = ""
    body_uid: uuid.UUID | None = None
    referred_on: date | None = None
    note: str = ""

    SEALED = ("note",)
    OPEN = ("kind", "body", "body_uid", "referred_on")


@dataclass(frozen=True, kw_only=True)
class CareEntry:
    """What the person needs. Health and danger at home: sealed whole (要配慮個人情報, 個人情報保護法2条3項)."""

    codes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    note: str = ""

    def as_text(self) -> str:
        """JSON for sealing; empty where nothing is said."""
        if not (self.codes or self.languages or self.note):
            return ""
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "CareEntry":
        held = json.loads(text) if text else {}
        return cls(
            codes=tuple(held.get("codes", ())),
            languages=tuple(held.get("languages", ())),
            note=held.get("note", ""),
        )


# ---- what rights depend on -----------------------------------------------------------------------------------
def _a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-20")


def _a_duration(text: str) -> bool:
    try:
        months = Decimal(text)
    except InvalidOperation:
        return False
    return months.is_finite() and 0 < months <= MOST_MONTHS


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text in words


_ANSWER: Final = _one_of("yes", "no")

LAW_FACTS: Final[Mapping[str, Callable[[str], bool]]] = {
    **dict.fromkeys(
        (
            "application_document_on", "applied_on", "service_started_on", "informed_in_writing_on", "moved_in_on",
            "fresh_document_on", "noticed_on", "credit_document_on",
        ),
        _a_day,
    ),
    **dict.fromkeys(
        (
            "obstruction", "cash_fully_performed", "consumable_used", "invited_by_consumer", "for_business",
            "exempt_item", "delivered_and_paid", "induced_by_advertising", "spiritual_claim", "credit_document_defect",
        ),
        _ANSWER,
    ),
    "transaction": _one_of(*TRANSACTIONS),
    "service_kind": _one_of(*CHOICES["service_kind"]),
    "telecom_kind": _one_of(*CHOICES["telecom_kind"]),
    "duration_months": _a_duration,
}  # fmt: skip
"""Facts without a column of their own, by the input names of `manage.py cooling_off`; a fact that is not known has no
key. Days are ISO, answers are yes or no, a duration is a decimal number of months. The `credit_` ones are the document
of an 個別クレジット beside the sale's."""


def law_text(facts: Mapping[str, str]) -> str:
    """The facts as they are stored: JSON with sorted keys; empty where none is known."""
    known = {name: value for name, value in facts.items() if value}
    return json.dumps(known, sort_keys=True) if known else ""


def law_facts(text: str) -> dict[str, str]:
    """The facts as they were handed in."""
    held: dict[str, str] = json.loads(text) if text else {}
    return held


# ---- checks --------------------------------------------------------------------------------------------------
def faults(entry: Any) -> Faults:
    """(field, reason) for the parts of a `CaseEntry` that this module holds. Reasons quote no value."""
    yield from _rows(entry.traders, "traders", entry.received_on, {"role": Kind.TRADER_ROLE})
    yield from _rows(entry.transfers, "transfers", entry.received_on, {"kind": Kind.TRANSFER_KIND})
    yield from _rows(
        entry.consents, "consents", entry.received_on, {"kind": Kind.CONSENT, "how": Kind.CONSENT_HOW}
    )
    yield from _rows(entry.referrals, "referrals", entry.received_on, {"kind": Kind.REFERRAL})
    yield from _transfers(entry.transfers)
    yield from _consents(entry.consents)
    for row in entry.referrals:
        if row.referred_on is not None and row.referred_on > calendar.today():
            yield "referrals", _("日付が未来になっています。")
    yield from _codes("care", Kind.CARE, entry.care.codes, entry.received_on)
    yield from _codes("care", Kind.LANGUAGE, entry.care.languages, entry.received_on)
    if len(entry.care.note) > NOTE_LENGTH:
        yield "care", _("%(most)s文字以内で入力してください。") % {"most": f"{NOTE_LENGTH:,}"}
    for name, value in entry.law_facts.items():
        if name not in LAW_FACTS or (value and not LAW_FACTS[name](value)):
            yield (name if name in LAW_FACTS else "law_facts"), _("入力し直してください。")


def _rows(rows: Iterable[Any], name: str, on: date, coded: Mapping[str, Kind]) -> Faults:
    held = list(rows)
    if len(held) > MOST_ROWS:
        yield name, _("%(most)s件までです。") % {"most": MOST_ROWS}
    for row in held:
        for field, kind in coded.items():
            yield from _codes(name, kind, [getattr(row, field)], on)
        for field in row.SEALED:
            most = NOTE_LENGTH if field == "note" else SHORT_LENGTH
            if len(getattr(row, field)) > most:
                yield name, _("%(most)s文字以内で入力してください。") % {"most": f"{most:,}"}


def _transfers(rows: Iterable[TransferEntry]) -> Faults:
    for row in rows:
        if row.yen is not None and not 0 <= row.yen <= MOST_YEN:
            yield "transfers", _("金額は0円以上、10兆円以下で入力してください。")
        if row.happened_at is not None and calendar.local_date(row.happened_at) > calendar.today():
            yield "transfers", _("日付が未来になっています。")


def _consents(rows: Iterable[ConsentEntry]) -> Faults:
    held = list(rows)
    if len({row.kind for row in held}) < len(held):
        yield "consents", _("同じ内容の同意は1つにしてください。")
    for row in held:
        if not row.kind or row.answer not in (YES, NO):
            yield "consents", _("選んでください。")
        if row.given_on is not None and row.given_on > calendar.today():
            yield "consents", _("日付が未来になっています。")


def _codes(name: str, kind: Kind, given: Iterable[str], on: date) -> Faults:
    try:
        codes.require(kind, given, on=on)
    except codes.UnknownCode as unknown:
        yield name, str(unknown)
