"""One row of a ledger as a consultation. Nothing of it is lost: what fits no field stays in the words of the case."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from cases import spelling
from cases.law import calendar
from cases.protection import keys
from cases.records import ages
from cases.records.case import Case
from cases.records.centre import Area, Centre
from cases.records.codes import Kind
from cases.services.entry import PERSON_TEXTS, UNCLASSIFIED, CaseEntry, EntryRefused, PersonEntry, check
from cases.services.ledger import cells
from cases.services.ledger.coding import STILL_OPEN, CodeBook, earlier, holds_on
from cases.services.ledger.fields import IGNORE
from cases.services.ledger.reasons import Fault
from cases.services.reading import Age

SELF: Final = "SELF"
_PARTS: Final = PERSON_TEXTS
_TOO_LONG: Final = frozenset({"narrative", "advice", "trader_name"}) | {
    f"{role}_{part}" for role in ("caller", "party") for part in _PARTS
}
_COLUMN_OF: Final = {"received_at": "received_on", "scam_main": "scam", "scam_others": "scam"}
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Plan:
    """How the rows of one file are read: the field of each column in order, and what holds for all of them."""

    centre: Centre
    header: tuple[str, ...]
    fields: tuple[str, ...]
    book: CodeBook
    areas: frozenset[str]
    now: datetime
    closed_as: str = ""

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.fields) if name and name != IGNORE}

    @cached_property
    def today(self) -> date:
        return calendar.local_date(self.now)


def plan_for(
    centre: Centre, header: Sequence[str], fields: Sequence[str], *, now: datetime, closed_as: str = ""
) -> Plan:
    areas = frozenset(centre.areas.values_list("code", flat=True))
    return Plan(centre, tuple(header), tuple(fields), CodeBook(centre), areas, now, closed_as)


@dataclass(frozen=True)
class Understood:
    """A row as read: its entry, or None where a fault that is no note refuses it.

    `row_digest` is that of everything in the row, whatever the order of the columns.
    """

    line: int
    entry: CaseEntry | None
    row_digest: bytes
    faults: list[Fault]


def understand(plan: Plan, line: int, row: Sequence[str]) -> Understood:
    reader = _Reader(plan, line, row)
    content = cells.canonical(row)
    digest = keys.keyed_digest(f"import/content/v1/{plan.centre.uid.hex}", content)
    entry = reader.entry(content)
    return Understood(line, entry, digest, reader.faults)


def uid_of(centre: Centre, number: str, day: date, content: bytes) -> uuid.UUID:
    """The same row gives the same case: known by its ledger number and 受付日, else by everything in it."""
    key = f"n/{_NOT_LETTERS.sub('', spelling.width(number))}/{day}".encode("utf-8", "surrogatepass")
    digest = keys.keyed_digest(f"import/row/v1/{centre.uid.hex}", key if number else b"r/" + content)
    return uuid.UUID(bytes=digest[:16], version=4)


@dataclass
class _Reader:
    plan: Plan
    line: int
    row: Sequence[str]
    faults: list[Fault] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def cell(self, name: str) -> str:
        at = self.plan.places.get(name)
        text = self.row[at].strip() if at is not None else ""
        return "" if cells.says_nothing(text) else text

    def fault(self, name: str, reason: str, *, is_note: bool = False, keep: bool = False) -> None:
        """`keep`: the cell's words go to the end of the narrative, under the header that stands over them."""
        at = self.plan.places.get(name)
        column = 0 if at is None else at + 1
        self.faults.append(Fault(self.line, column, name if column else "", reason, is_note))
        if keep and at is not None:
            # Stored text, not for the screen: the same in every language, as the ledger is.
            self.kept.append(f"(台帳の「{self.plan.header[at]}」: {self.cell(name)})")

    def note(self, name: str, reason: str, *, keep: bool = True) -> None:
        self.fault(name, reason, is_note=True, keep=keep)

    # --- The entry ---------------------------------------------------------------------------------------------
    def entry(self, content: bytes) -> CaseEntry | None:
        if any(text.strip() for text in self.row[len(self.plan.header) :]):
            self.fault("", "too_many_cells")
        for at, text in enumerate(self.row[: len(self.plan.header)]):
            if text in cells.ERROR_WORDS:
                self.faults.append(Fault(self.line, at + 1, self.plan.fields[at], "cell_error", True))
        received_at = self._received_at()
        if received_at is None:
            return None
        made = self._made(received_at, content)
        return made if made and not any(not found.is_note for found in self.faults) else None

    def _received_at(self) -> datetime | None:
        text = self.cell("received_on")
        if not text:
            self.fault("received_on", "no_date")
            return None
        moment, reason = cells.read_received(text, self.cell("received_time"), now=self.plan.now)
        if reason:
            self.fault("received_on", reason)
        return moment

    def _made(self, received_at: datetime, content: bytes) -> CaseEntry | None:
        day = calendar.local_date(received_at)
        coded = self._coded(day)
        age, relation = self._age(day, coded), coded["relation"]
        caller, party = self._people(relation, age.birth_date)
        outcome, closed_on = self._closing(day)
        made = CaseEntry(
            uid=uid_of(self.plan.centre, self.cell("ledger_number"), day, content),
            received_at=received_at,
            narrative="",
            age=age.years,
            age_band=age.band,
            caller=caller,
            party=party,
            trader_name=self.cell("trader_name"),
            advice=self.cell("advice"),
            outcome=outcome,
            closed_on=closed_on,
            source=Case.Source.IMPORT,
            is_made_up=self.plan.centre.is_made_up,
            contract_yen=self._yen("contract_yen"),
            paid_yen=self._yen("paid_yen"),
            claimed_yen=self._yen("claimed_yen"),
            recovered_yen=self._yen("recovered_yen"),
            contracted_on=self._day("contracted_on"),
            document_received_on=self._day("document_received_on"),
            solicited_on=self._day("solicited_on"),
            goods_received_on=self._day("goods_received_on"),
            **coded,
            **self._card(day),
        )
        return self._checked(replace(made, narrative=self._narrative()))

    def _narrative(self) -> str:
        title, words = self.cell("title"), self.cell("narrative")
        if not (title or words):
            self.fault("narrative" if "narrative" in self.plan.places else "title", "no_narrative")
        own = [] if title and title in words else [title]
        return "\n".join(part for part in (*own, words, *self.kept) if part)

    def _checked(self, entry: CaseEntry) -> CaseEntry | None:
        if any(found.reason == "no_narrative" for found in self.faults):
            return None
        try:
            check(entry, self.plan.areas, at=self.plan.centre.uid)
        except EntryRefused as refusal:
            for name in refusal.errors:
                self.fault(_COLUMN_OF.get(name, name), "too_long" if name in _TOO_LONG else "entry_refused")
            return None
        return entry

    # --- Codes -------------------------------------------------------------------------------------------------
    def _coded(self, day: date) -> dict[str, Any]:
        found: dict[str, Any] = {
            "channel": self._code("channel", Kind.CHANNEL, day) or self._channel(),
            "kind": self._code("kind", Kind.KIND, day) or "COMPLAINT",
            "relation": self._code("relation", Kind.RELATION, day),
            "area": self._area(),
        }
        for name, kind in (
            ("product", Kind.PRODUCT), ("sales_method", Kind.SALES_METHOD), ("sex", Kind.SEX),
            ("occupation", Kind.OCCUPATION),
        ):  # fmt: skip
            found[name] = self._code(name, kind, day)
        main, others, is_known = self._scams(day)
        return found | {"scam_main": main, "scam_others": others, "is_provisional": not is_known}

    def _card(self, day: date) -> dict[str, Any]:
        """The codes of the card of which a case may carry several, and those of the contract."""
        issues = self._several("issues", Kind.ISSUE_KIND, day)
        return {
            "issue_main": issues[0] if issues else "",
            "issue_others": issues[1:],
            "triggers": self._several("triggers", Kind.TRIGGER, day),
            "contact_means": self._several("contact_means", Kind.CONTACT_MEANS, day),
            "payments": self._several("payments", Kind.PAYMENT, day),
            "route": self._code("route", Kind.ROUTE, day),
            "contract_state": self._code("contract_state", Kind.CONTRACT_STATE, day),
            "document_form": self._code("document_form", Kind.DOCUMENT_FORM, day),
            "harm": self._code("harm", Kind.HARM, day),
        }

    def _several(self, name: str, kind: Kind, day: date) -> tuple[str, ...]:
        text = self.cell(name)
        if not text:
            return ()
        found, unknown = self.plan.book.find_all(kind, text)
        valid = tuple(code for code in found if holds_on(kind, code, day))
        if unknown or len(valid) < len(found):
            self.note(name, "code_unknown")
        return valid

    def _code(self, name: str, kind: Kind, day: date) -> str:
        text = self.cell(name)
        if not text:
            return ""
        code = self.plan.book.find(kind, text)
        if not code:
            self.note(name, "code_unknown")
        elif not holds_on(kind, code, day):
            if older := earlier(kind, code, day):
                return older
            self.note(name, "code_not_yet")
            return ""
        return code

    def _channel(self) -> str:
        if "channel" in self.plan.places:
            self.note("channel", "channel_unknown", keep=False)
        return "PHONE"

    def _area(self) -> str:
        text = self.cell("area")
        code = self.plan.book.area(text) if text else Area.UNKNOWN
        if not code:
            self.note("area", "code_unknown")
        return code or Area.UNKNOWN

    def _scams(self, day: date) -> tuple[str, tuple[str, ...], bool]:
        """(主, others, whether every word of the cell is a code); UNCLASSIFIED where none is."""
        text = self.cell("scam")
        if not text:
            return UNCLASSIFIED, (), "scam" in self.plan.places and bool(text)
        found, unknown = self.plan.book.find_all(Kind.SCAM_TYPE, text)
        valid = [code for code in found if holds_on(Kind.SCAM_TYPE, code, day)]
        if not valid:
            self.note("scam", "scam_unknown")
            return UNCLASSIFIED, (), False
        if unknown or len(valid) < len(found):
            self.note("scam", "code_unknown")
        return valid[0], tuple(code for code in valid[1:] if code != UNCLASSIFIED)[:9], not unknown

    # --- People ------------------------------------------------------------------------------------------------
    def _people(self, relation: str, born: date | None) -> tuple[PersonEntry, PersonEntry]:
        caller = {part: self.cell(f"caller_{part}") for part in _PARTS}
        party = {part: self.cell(f"party_{part}") for part in _PARTS}
        differ = any(caller[part] and party[part] and caller[part] != party[part] for part in _PARTS)
        if relation == SELF and not differ:
            # 本人: one set of details, kept with the person whose age counts, as the desk keeps it.
            both = {part: caller[part] or party[part] for part in _PARTS}
            return PersonEntry(), replace(_person(both), birth_date=born)
        return _person(caller), replace(_person(party), birth_date=born)

    def _is_self(self, relation: str) -> bool:
        return relation == SELF or ("relation" not in self.plan.places and not self.cell("party_name"))

    def _age(self, day: date, coded: dict[str, Any]) -> Age:
        """The contract party's; the caller's stands in for it only where they are one."""
        if self._is_self(coded["relation"]):
            names = ["birth_date", "age", "age_band", "caller_age"]
            coded["sex"] = coded["sex"] or self._code("caller_sex", Kind.SEX, day)
        else:
            names = ["birth_date", "age", "age_band"]
            for name in ("caller_age", "caller_sex"):
                if self.cell(name):
                    self.note(name, "age_of_caller")
        found = Age()
        for name in names:
            if text := self.cell(name):
                read = cells.read_age_cell(text, day=day, is_band=name == "age_band")
                if read is None:
                    self.note(name, "age_unreadable")
                else:
                    found = cells.more_exact(found, read)
        if coded["sex"] == "GROUP" and found == Age():
            found = Age(band=ages.GROUP)
        if found.band == ages.GROUP and not coded["sex"]:
            coded["sex"] = "GROUP"
        return found

    # --- Days and amounts --------------------------------------------------------------------------------------
    def _day(self, name: str) -> date | None:
        text = self.cell(name)
        if not text:
            return None
        day = cells.read_day(text)
        if day is None:
            self.note(name, "day_unreadable")
        elif day > self.plan.today:
            self.note(name, "day_ahead")
            return None
        return day

    def _yen(self, name: str) -> int | None:
        text = self.cell(name)
        amount, reason = cells.read_amount(text) if text else (None, "")
        if reason:
            self.note(name, reason)
        return amount

    def _closing(self, received_on: date) -> tuple[str, date | None]:
        """処理結果 and 終了日, both or neither."""
        text, day_text = self.cell("outcome"), self.cell("closed_on")
        code = self.plan.book.find(Kind.OUTCOME, text) if text else ""
        if code == STILL_OPEN or not (text or day_text):
            return "", None
        if code and not holds_on(Kind.OUTCOME, code, received_on):
            code = ""
        if not code:
            code = self.plan.closed_as
            name = "outcome" if text else "closed_on"
            self.note(name, "outcome_assumed" if code else "outcome_unknown")
            if not code:
                return "", None
        day = cells.read_day(day_text) if day_text else None
        if day is None or not received_on <= day <= self.plan.today:
            self.note(
                "closed_on" if "closed_on" in self.plan.places else "outcome",
                "closed_on_wrong" if day_text else "closed_on_missing",
                keep=bool(day_text),
            )
            day = received_on
        return code, day


def _person(parts: dict[str, str]) -> PersonEntry:
    return PersonEntry(**parts)  # type: ignore[arg-type]  # texts alone, no birth date
