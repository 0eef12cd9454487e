"""What is known of a consultation when it is saved: the same shape from the desk, the API, a ledger or the demo."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.records import ages, codes
from cases.records.case import Case
from cases.records.centre import Area
from cases.records.codes import Kind

NARRATIVE_LENGTH: Final = 20_000
SHORT_LENGTH: Final = 200
MOST_YEN: Final = 10**13
MOST_SCAMS: Final = 10
EARLIEST_YEAR: Final = 1950
UNCLASSIFIED: Final = "UNCLASSIFIED"


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
    address: str = ""
    birth_date: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.kana or self.phone or self.address or self.birth_date)


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
        # Not `asdict`: its deep copies took a twelfth of a bulk import.
        values = {**vars(self), "caller": vars(self.caller), "party": vars(self.party)}
        return json.dumps(values, default=str, sort_keys=True, ensure_ascii=True).encode("ascii")


def check(entry: CaseEntry, areas: frozenset[str]) -> None:
    """Raises EntryRefused with every fault at once. `areas`: the district codes of the centre."""
    _require_a_day(entry.received_at)
    if errors := dict(_faults(entry, areas)):
        raise EntryRefused(errors)


def _require_a_day(moment: datetime) -> None:
    """Every other check needs the day in Tokyo; the last hours of the year 9999 have none."""
    try:
        calendar.local_date(moment)
    except (ValueError, OverflowError):
        raise EntryRefused({"received_at": _("受付日時を確認してください。")}) from None


def _faults(entry: CaseEntry, areas: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from _text_faults(entry)
    yield from _code_faults(entry, areas)
    yield from _date_faults(entry)
    for name in ("contract_yen", "paid_yen", "recovered_yen"):
        value = getattr(entry, name)
        if value is not None and not 0 <= value <= MOST_YEN:
            yield name, _("金額は0円以上、10兆円以下で入力してください。")
    try:
        ages.band_of(entry.party_age)
    except ValueError:
        yield "age", _("年齢は0から130までで入力してください。")
    if entry.age_band not in ages.BY_CODE:
        yield "age_band", _("年代を選び直してください。")


def _text_faults(entry: CaseEntry) -> Iterator[tuple[str, str]]:
    if not entry.narrative.strip():
        yield "narrative", _("相談概要を入力してください。")
    for name in ("narrative", "advice"):
        if len(getattr(entry, name)) > NARRATIVE_LENGTH:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": f"{NARRATIVE_LENGTH:,}"}
    short: list[tuple[str, str]] = [("trader_name", entry.trader_name)]
    for role, person in (("caller", entry.caller), ("party", entry.party)):
        short += [(f"{role}_{part}", getattr(person, part)) for part in ("name", "kana", "phone", "address")]
    for name, text in short:
        if len(text) > SHORT_LENGTH:
            yield name, _("%(most)s文字以内で入力してください。") % {"most": SHORT_LENGTH}


_CODED: Final[tuple[tuple[str, str, bool], ...]] = (
    ("channel", Kind.CHANNEL, True),
    ("kind", Kind.KIND, True),
    ("product", Kind.PRODUCT, False),
    ("sales_method", Kind.SALES_METHOD, False),
    ("sex", Kind.SEX, False),
    ("occupation", Kind.OCCUPATION, False),
    ("relation", Kind.RELATION, False),
    ("outcome", Kind.OUTCOME, False),
)


def _code_faults(entry: CaseEntry, areas: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not entry.scam_main:
        yield "scam_main", _("手口を選んでください。分からないときは「未分類」を選べます。")
    given: list[tuple[str, str, Any]] = [("scam_main", Kind.SCAM_TYPE, entry.scam_main)]
    given += [("scam_others", Kind.SCAM_TYPE, code or "?") for code in entry.scam_others]
    for name, kind, is_required in _CODED:
        value = getattr(entry, name)
        if is_required and not value:
            yield name, _("選んでください。")
        given.append((name, kind, value))
    for name, kind, value in given:
        try:
            codes.require(kind, [value], on=entry.received_on)
        except codes.UnknownCode as unknown:
            yield name, str(unknown)
    if len(entry.scam_others) >= MOST_SCAMS:
        yield "scam_others", _("手口は%(most)s個までです。") % {"most": MOST_SCAMS}
    if entry.area not in areas and entry.area not in Area.EVERYWHERE:
        yield "area", _("居住地区を選び直してください。")


def _date_faults(entry: CaseEntry) -> Iterator[tuple[str, str]]:
    today = calendar.today()
    if entry.received_on > today:
        yield "received_at", _("受付日時が未来になっています。")
    if entry.received_on.year < EARLIEST_YEAR:
        yield "received_at", _("受付日時を確認してください。")
    for name in ("contracted_on", "document_received_on"):
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
