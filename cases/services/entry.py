"""What is known of a consultation when it is saved: the same shape from the desk, the API, a ledger or the demo."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases import lectures
from cases.errors import CasesError
from cases.law import calendar
from cases.records import ages, codes
from cases.records.card import NO, YES
from cases.records.case import Case
from cases.records.centre import Area
from cases.records.codes import Kind
from cases.services import card_entry
from cases.services.card_entry import CareEntry, ConsentEntry, ReferralEntry, TraderEntry, TransferEntry

NARRATIVE_LENGTH: Final = 20_000
SHORT_LENGTH: Final = card_entry.SHORT_LENGTH
NUMBER_LENGTH: Final = 32
CITY_LENGTH: Final = 6
MOST_YEN: Final = card_entry.MOST_YEN
MOST_SCAMS: Final = 10
EARLIEST_YEAR: Final = 1950
UNCLASSIFIED: Final = "UNCLASSIFIED"
PERSON_TEXTS: Final = ("name", "kana", "phone", "email", "postcode", "address")


class EntryRefused(CasesError):
    """The entry cannot be saved as it is; `errors` maps field names to reasons that quote no value."""

    code: ClassVar[str] = "entry_refused"
    status: ClassVar[int] = 422

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(_("入力内容を確認してください。"))


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """What identifies a person. Every part may be empty: callers may stay anonymous."""

    name: str = ""
    kana: str = ""
    phone: str = ""
    email: str = ""
    postcode: str = ""
    address: str = ""
    birth_date: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (any(getattr(self, part) for part in PERSON_TEXTS) or self.birth_date)


@dataclass(frozen=True, kw_only=True)
class CaseEntry:
    """One consultation. Unknown dates, ages and amounts are None; 0 is an amount.

    Where the caller is the 契約当事者 (本人), one set of details is kept, as `party`.
    `age` is the 契約当事者's on the day of the call; where only a decade is known, `age_band` says it.
    """

    uid: uuid.UUID
    received_at: datetime
    channel: str
    narrative: str
    scam_main: str
    scam_others: tuple[str, ...] = ()
    kind: str = "COMPLAINT"
    is_provisional: bool = False
    product: str = ""
    sales_method: str = ""
    age: int | None = None
    age_band: str = ages.UNKNOWN
    sex: str = ""
    area: str = Area.UNKNOWN
    occupation: str = ""
    relation: str = ""
    contracted_on: date | None = None
    document_received_on: date | None = None
    contract_yen: int | None = None
    paid_yen: int | None = None
    recovered_yen: int | None = None
    trader_name: str = ""
    advice: str = ""
    caller: PersonEntry = field(default_factory=PersonEntry)
    party: PersonEntry = field(default_factory=PersonEntry)
    outcome: str = ""
    closed_on: date | None = None
    source: str = Case.Source.DESK
    is_made_up: bool = False
    subject: str = ""
    route: str = ""
    lecture: uuid.UUID | None = None
    continuity: str = ""
    earlier_number: str = ""
    consulted_elsewhere: str = ""  # YES, NO or not known, as all answers here
    is_baseless: bool = False
    is_forewarning: bool = False
    is_difficult: bool = False
    has_recording: bool = False
    is_impaired: bool = False
    party_city: str = ""
    caller_age: int | None = None
    caller_age_band: str = ""
    caller_sex: str = ""
    caller_area: str = ""
    caller_city: str = ""
    caller_occupation: str = ""
    issue_main: str = ""
    issue_others: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    contact_means: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    contract_state: str = ""
    solicited_on: date | None = None
    goods_received_on: date | None = None
    document_form: str = ""
    document_defect: str = ""
    law_facts: Mapping[str, str] = field(default_factory=dict)
    claimed_yen: int | None = None
    harm: str = ""
    harm_kind: str = ""
    harm_part: str = ""
    harm_degree: str = ""
    care: CareEntry = field(default_factory=CareEntry)
    traders: tuple[TraderEntry, ...] = ()
    transfers: tuple[TransferEntry, ...] = ()
    consents: tuple[ConsentEntry, ...] = ()
    referrals: tuple[ReferralEntry, ...] = ()

    @property
    def received_on(self) -> date:
        return calendar.local_date(self.received_at)

    @property
    def party_age(self) -> int | None:
        """Age on the day of the call: as given, else from the birth date."""
        if self.age is None and self.party.birth_date is not None:
            return calendar.age_on(self.party.birth_date, self.received_on)
        return self.age

    @property
    def party_age_band(self) -> str:
        known = self.party_age
        return self.age_band if known is None else ages.band_of(known)

    def content(self) -> bytes:
        """The same bytes for the same content, whoever sends it and how often."""
        # Not `asdict`: its deep copies took a twelfth of a bulk import. Of what was not said only the first fields
        # have a part, so that a field more changes no content.
        values = {
            name: value
            for name, value in vars(self).items()
            if name in _FIRST_FIELDS or (value is not False and value not in _NOTHING)
        }
        return json.dumps(values, default=_plain, sort_keys=True, ensure_ascii=True).encode("ascii")


_FIRST_FIELDS: Final = frozenset(
    {
        "uid", "received_at", "channel", "narrative", "scam_main", "scam_others", "kind", "is_provisional", "product",
        "sales_method", "age", "age_band", "sex", "area", "occupation", "relation", "contracted_on",
        "document_received_on", "contract_yen", "paid_yen", "recovered_yen", "trader_name", "advice", "caller",
        "party", "outcome", "closed_on", "source", "is_made_up",
    }
)  # fmt: skip
_FIRST_PARTS: Final = frozenset({"name", "kana", "phone", "address", "birth_date"})
_NOTHING: Final[tuple[Any, ...]] = ("", None, (), {}, CareEntry())


def _plain(value: object) -> object:
    """Parts of an entry as JSON takes them."""
    if isinstance(value, PersonEntry):
        return {name: part for name, part in vars(value).items() if part or name in _FIRST_PARTS}
    return vars(value) if is_dataclass(value) else str(value)


def check(entry: CaseEntry, areas: frozenset[str], *, at: uuid.UUID) -> None:
    """Raises EntryRefused with every fault at once. `at`: the centre's uid; `areas`: its district codes."""
    _require_a_day(entry.received_at)
    if errors := dict(_faults(entry, areas, at)):
        raise EntryRefused(errors)


def _require_a_day(moment: datetime) -> None:
    """Every other check needs the day in Tokyo; the last hours of the year 9999 have none."""
    try:
        calendar.local_date(moment)
    except (ValueError, OverflowError):
        raise EntryRefused({"received_at": _("受付日時を確認してください。")}) from None


def _faults(entry: CaseEntry, areas: frozenset[str], at: uuid.UUID) -> Iterator[tuple[str, str]]:
    yield from _text_faults(entry)
    yield from _code_faults(entry, areas, at)
    yield from _date_faults(entry)
    yield from card_entry.faults(entry)
    for name in ("contract_yen", "paid_yen", "claimed_yen", "recovered_yen"):
        value = getattr(entry, name)
        if value is not None and not 0 <= value <= MOST_YEN:
            yield name, _("金額は0円以上、10兆円以下で入力してください。")
    for name, age in (("age", entry.party_age), ("caller_age", entry.caller_age)):
        try:
            ages.band_of(age)
        except ValueError:
            yield name, _("年齢は0から130までで入力してください。")
    if entry.age_band not in ages.BY_CODE:
        yield "age_band", _("年代を選び直してください。")
    if entry.caller_age_band and entry.caller_age_band not in ages.BY_CODE:
        yield "caller_age", _("年代を選び直してください。")
    if entry.lecture is not None and lectures.find(entry.lecture, at) is None:
        yield "lecture", _("講座を選び直してください。")


def _text_faults(entry: CaseEntry) -> Iterator[tuple[str, str]]:
    if not entry.narrative.strip():
        yield "narrative", _("相談概要を入力してください。")
    for name in ("narrative", "advice"):
        if len(getattr(entry, name)) > NARRATIVE_LENGTH:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": f"{NARRATIVE_LENGTH:,}"}
    short: list[tuple[str, str]] = [("trader_name", entry.trader_name), ("subject", entry.subject)]
    for role, person in (("caller", entry.caller), ("party", entry.party)):
        short += [(f"{role}_{part}", getattr(person, part)) for part in PERSON_TEXTS]
    for name, text in short:
        if len(text) > SHORT_LENGTH:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": SHORT_LENGTH}
    for name, most in (
        ("earlier_number", NUMBER_LENGTH),
        ("party_city", CITY_LENGTH),
        ("caller_city", CITY_LENGTH),
    ):
        if len(getattr(entry, name)) > most:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": most}


_CODED: Final[tuple[tuple[str, str, bool], ...]] = (
    ("channel", Kind.CHANNEL, True),
    ("kind", Kind.KIND, True),
    ("product", Kind.PRODUCT, False),
    ("sales_method", Kind.SALES_METHOD, False),
    ("sex", Kind.SEX, False),
    ("occupation", Kind.OCCUPATION, False),
    ("relation", Kind.RELATION, False),
    ("outcome", Kind.OUTCOME, False),
    ("route", Kind.ROUTE, False),
    ("continuity", Kind.CONTINUITY, False),
    ("caller_sex", Kind.SEX, False),
    ("caller_occupation", Kind.OCCUPATION, False),
    ("issue_main", Kind.ISSUE_KIND, False),
    ("contract_state", Kind.CONTRACT_STATE, False),
    ("document_form", Kind.DOCUMENT_FORM, False),
    ("harm", Kind.HARM, False),
    ("harm_kind", Kind.HARM_KIND, False),
    ("harm_part", Kind.HARM_PART, False),
    ("harm_degree", Kind.HARM_DEGREE, False),
)
_SEVERAL: Final = (
    ("scam_others", Kind.SCAM_TYPE),
    ("issue_others", Kind.ISSUE_KIND),
    ("triggers", Kind.TRIGGER),
    ("contact_means", Kind.CONTACT_MEANS),
    ("payments", Kind.PAYMENT),
)


def _code_faults(entry: CaseEntry, areas: frozenset[str], at: uuid.UUID) -> Iterator[tuple[str, str]]:
    if not entry.scam_main:
        yield "scam_main", _("手口を選んでください。分からないときは「未分類」を選べます。")
    given: list[tuple[str, str, Any]] = [("scam_main", Kind.SCAM_TYPE, entry.scam_main)]
    for name, kind, is_required in _CODED:
        value = getattr(entry, name)
        if is_required and not value:
            yield name, _("選んでください。")
        given.append((name, kind, value))
    given += [(name, kind, code or "?") for name, kind in _SEVERAL for code in getattr(entry, name)]
    for name, kind, value in given:
        try:
            codes.require(kind, [value], on=entry.received_on, at=at)
        except codes.UnknownCode as unknown:
            yield name, str(unknown)
    yield from _choice_faults(entry)
    for name, area in (("area", entry.area), ("caller_area", entry.caller_area or Area.UNKNOWN)):
        if area not in areas and area not in Area.EVERYWHERE:
            yield name, _("居住地区を選び直してください。")


def _choice_faults(entry: CaseEntry) -> Iterator[tuple[str, str]]:
    for name in ("consulted_elsewhere", "document_defect"):
        if getattr(entry, name) not in ("", YES, NO):
            yield name, _("選び直してください。")
    if entry.issue_others and not entry.issue_main:
        yield "issue_main", _("内容別分類の主なものを1つ選んでください。")
    if len(entry.scam_others) >= MOST_SCAMS:
        yield "scam_others", _("手口は%(most)s個までです。") % {"most": MOST_SCAMS}


def _date_faults(entry: CaseEntry) -> Iterator[tuple[str, str]]:
    today = calendar.today()
    if entry.received_on > today:
        yield "received_at", _("受付日時が未来になっています。")
    if entry.received_on.year < EARLIEST_YEAR:
        yield "received_at", _("受付日時を確認してください。")
    for name in ("contracted_on", "document_received_on", "solicited_on", "goods_received_on"):
        day = getattr(entry, name)
        if day is not None and day > today:
            yield name, _("日付が未来になっています。")
    for name, person in (("caller_birth_date", entry.caller), ("party_birth_date", entry.party)):
        if person.birth_date is not None and person.birth_date > entry.received_on:
            yield name, _("生年月日が受付日より後になっています。")
    if (entry.outcome == "") != (entry.closed_on is None):
        yield "outcome", _("処理結果と終了日は、両方を入力するか、両方を空にしてください。")
    elif entry.closed_on is not None and not entry.received_on <= entry.closed_on <= today:
        yield "closed_on", _("終了日は受付日から今日までの日付にしてください。")
