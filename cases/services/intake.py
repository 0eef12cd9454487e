"""受付: a consultation is saved whole or not at all, and saving it twice saves it once.

One path for one case from the desk and for thousands from a ledger: sealed values, coded columns, look-up tags,
audit entry, feed row and facts in one transaction.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeAlias

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases import payees
from cases.errors import CasesError
from cases.feed import rows as feed
from cases.figures import facts
from cases.law import calendar
from cases.lectures import LECTURE_ROUTE
from cases.protection import audit, keys, lookup, masking, match
from cases.protection.models import AuditEntry, DataKey, LookupTag
from cases.protection.redaction import Party, redact
from cases.protection.sealed import Sealer
from cases.records import districts
from cases.records.card import CardRow, CaseCode
from cases.records.case import Case, CaseNumber, CaseScamType, scam_rows
from cases.records.centre import Actor, Area, Centre
from cases.records.codes import Kind
from cases.records.people import CasePerson
from cases.records.tombstone import refuse_erased
from cases.services import card, card_entry
from cases.services.entry import PERSON_TEXTS, CaseEntry, PersonEntry, check

Mask: TypeAlias = Callable[[str, Sequence[Party], Sequence[str]], str]


class AlreadyRecorded(CasesError):
    """The uid is taken by a case with other content: the later words must not be lost without a sign."""

    code: ClassVar[str] = "already_recorded"
    status: ClassVar[int] = 409

    def __init__(self, case: Case) -> None:
        self.case = case
        super().__init__(
            _(
                "この受付は相談番号%(number)sとして保存済みです。変更は、その相談の訂正か経過として残してください。"
            )
            % {"number": case.number}
        )


@dataclass(frozen=True)
class Recorded:
    """A case, and whether this call made it (False: the same entry had arrived before)."""

    case: Case
    is_new: bool


def record_case(entry: CaseEntry, *, centre: Centre, by: Actor) -> Recorded:
    """Save one consultation. Idempotent by `entry.uid`.

    Raises EntryRefused, AlreadyRecorded, CaseErased, KeyMissing.
    """
    return record_cases([entry], centre=centre, by=by)[0]


def record_cases(entries: Sequence[CaseEntry], *, centre: Centre, by: Actor) -> list[Recorded]:
    """Save consultations of one centre in one transaction; answers in the order given.

    Raises as `record_case`; then none of them is saved.
    """
    return save(prepare(entries, centre=centre, by=by), centre=centre)


def masked(text: str, parties: Sequence[Party], allow: Sequence[str], deny: Sequence[str] = ()) -> str:
    """The text with every sure and suggested mask applied."""
    return redact(text, parties, allow=allow, deny=deny).masked


def prepare(
    entries: Sequence[CaseEntry], *, centre: Centre, by: Actor, mask: Mask = masked
) -> list["Prepared"]:
    """Check, redact and seal consultations: most of the time of a save, and it needs no lock.

    `mask` stands in for `masked` where the same texts come again and again; it must give the same answers.
    Raises EntryRefused, AlreadyRecorded, KeyMissing.
    """
    areas = frozenset(centre.areas.values_list("code", flat=True))
    for entry in entries:
        check(entry, areas, at=centre.uid)
    known = _known(entries, centre)
    lists = masking.lists_of(centre)
    built = {
        entry.uid: _build(entry, centre, by, mask, lists)
        for entry in _first_of_each(entries)
        if entry.uid not in known
    }
    return [Prepared(entry, built.get(entry.uid)) for entry in entries]


def save(prepared: Sequence["Prepared"], *, centre: Centre) -> list[Recorded]:
    """Save what `prepare` made for this centre, all or none; in the caller's transaction if there is one.

    Answers in the order given. Raises AlreadyRecorded, CaseErased.
    """
    try:
        return _save(prepared, centre)
    except IntegrityError:
        # Savers of one uid who wait at different rows (another centre, another fiscal year) meet here.
        _known([one.entry for one in prepared], centre)
        raise


def _save(prepared: Sequence["Prepared"], centre: Centre) -> list[Recorded]:
    made = {one.entry.uid: one.rows for one in prepared if one.rows is not None}
    with transaction.atomic():
        numbers = _Numbers(centre)
        numbers.lock(rows.case.fiscal_year for rows in made.values())
        refuse_erased([one.entry.uid for one in prepared])
        known = _known([one.entry for one in prepared], centre)
        new = {uid: rows for uid, rows in made.items() if uid not in known}
        for rows in new.values():
            rows.case.number = numbers.next(rows.case.fiscal_year)
        numbers.save()
        _store(list(new.values()))
    return [
        Recorded(new[uid].case, is_new=True) if uid in new else Recorded(known[uid], is_new=False)
        for uid in (one.entry.uid for one in prepared)
    ]


def _first_of_each(entries: Iterable[CaseEntry]) -> list[CaseEntry]:
    return list({entry.uid: entry for entry in reversed(list(entries))}.values())[::-1]


def entry_digest(entry: CaseEntry) -> bytes:
    return keys.keyed_digest("entry/v1", entry.content())


def _known(entries: Sequence[CaseEntry], centre: Centre) -> dict[uuid.UUID, Case]:
    """Cases that these entries had made before. Raises AlreadyRecorded where the content is another."""
    same = Case.objects.filter(uid__in=[entry.uid for entry in entries])
    # Hardly ever is there one, and asking for all columns costs four times as much.
    found = {case.uid: case for case in same} if list(same.order_by().values_list("pk")) else {}
    for entry in entries:
        case = found.get(entry.uid)
        if case and (case.centre_id != centre.pk or bytes(case.entry_digest) != entry_digest(entry)):
            raise AlreadyRecorded(case)
    return found


class _Numbers:
    """Hands out 相談番号 (fiscal year and a running number); the rows stay locked until the end.

    The lock also lets one of two savers of the same uid wait for the other, and then see its case.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._rows: dict[int, CaseNumber] = {}

    def lock(self, fiscal_years: Iterable[int]) -> None:
        for year in sorted(set(fiscal_years)):
            self._rows[year] = self._locked(year) or self._begun(year)

    def _locked(self, year: int) -> CaseNumber | None:
        return CaseNumber.objects.select_for_update().filter(centre=self._centre, fiscal_year=year).first()

    def _begun(self, year: int) -> CaseNumber:
        """Two who begin a year at once get the same row, one after the other."""
        CaseNumber.objects.get_or_create(centre=self._centre, fiscal_year=year)
        return CaseNumber.objects.select_for_update().get(centre=self._centre, fiscal_year=year)

    def next(self, fiscal_year: int) -> str:
        row = self._rows[fiscal_year]
        row.last += 1
        return f"{fiscal_year}-{row.last:06d}"

    def save(self) -> None:
        for row in self._rows.values():
            row.save(update_fields=["last"])


@dataclass
class _Rows:
    """Everything that one case writes, but for its facts and feed row."""

    case: Case  # without its number, which is given inside the transaction
    key: DataKey
    people: list[CasePerson]
    scams: list[CaseScamType]
    card: list[CardRow]
    digests: lookup.Digests  # tags are cut from them inside the transaction: a re-index may begin before
    log: AuditEntry

    @property
    def counted(self) -> facts.Coded:
        """What the figures count of it."""
        main, *others = (scam.code for scam in self.scams)
        issues = [row for row in self.card if isinstance(row, CaseCode) and row.kind == Kind.ISSUE_KIND]
        issues.sort(key=lambda row: (not row.is_main, row.position))
        return facts.Coded(self.case, main, others, [row.code for row in issues])


@dataclass(frozen=True)
class Prepared:
    """An entry and its sealed rows; no rows where an earlier save had made the case."""

    entry: CaseEntry
    rows: _Rows | None


def _build(entry: CaseEntry, centre: Centre, by: Actor, mask: Mask, lists: masking.Lists) -> _Rows:
    year = calendar.fiscal_year(entry.received_on)
    case = Case(
        uid=entry.uid,
        centre=centre,
        fiscal_year=year,
        entry_digest=entry_digest(entry),
        # Whoever hands in a ledger has not taken its calls.
        counsellor_id=None if entry.source == Case.Source.IMPORT else by.pk,
        source=entry.source,
        is_made_up=entry.is_made_up,
    )
    # A ledger's case may have been closed long ago: its years of keeping are counted from there.
    cohort = calendar.fiscal_year(entry.closed_on or entry.received_on)
    key, sealer = keys.create(case.sealed_owner, centre_uid=centre.uid, cohort=cohort)
    set_coded(case, entry)
    seal_words(case, entry, sealer, mask, lists=lists)
    people = [
        sealed_person(case, role, person, sealer)
        for role, person in ((CasePerson.Role.CALLER, entry.caller), (CasePerson.Role.PARTY, entry.party))
        if not person.is_empty
    ]
    return _Rows(
        case=case,
        key=key,
        people=people,
        scams=scam_rows(case, entry.scam_main, entry.scam_others),
        card=card.rows(case, entry, sealer),
        digests=lookup.digests(centre, values_of(entry)),
        log=audit.entry("CASE_RECORDED", by=by, case=case),
    )


def set_coded(case: Case, entry: CaseEntry) -> None:
    """Copy what is kept in the open: dates, codes, amounts."""
    for name in (
        "received_at", "received_on", "channel", "kind", "is_provisional", "product", "sales_method", "party_age",
        "party_age_band", "relation", "contracted_on", "document_received_on", "contract_yen", "paid_yen",
        "recovered_yen", "outcome", "closed_on", "continuity", "earlier_number", "consulted_elsewhere", "is_baseless",
        "is_forewarning", "is_difficult", "has_recording", "is_impaired", "party_city", "caller_age",
        "caller_age_band", "caller_sex", "caller_area", "caller_city", "caller_occupation", "contract_state",
        "solicited_on", "goods_received_on", "document_form", "document_defect", "claimed_yen", "harm", "harm_kind",
        "harm_part", "harm_degree", "route", "lecture",
    ):  # fmt: skip
        setattr(case, name, getattr(entry, name))
    if entry.lecture is not None and not entry.route:
        case.route = LECTURE_ROUTE
    case.law_facts = card_entry.law_text(entry.law_facts)
    case.party_sex, case.party_area, case.party_occupation = entry.sex, entry.area, entry.occupation
    _set_places(case, entry)


def _set_places(case: Case, entry: CaseEntry) -> None:
    """Municipality and district out of a known 〒; a district that somebody chose stays."""
    for role, postcode in (("party", entry.party.postcode), ("caller", entry.caller.postcode)):
        if not postcode:
            continue
        if city := districts.derive_city(postcode):
            setattr(case, f"{role}_city", city)
        if getattr(case, f"{role}_area") in ("", Area.UNKNOWN):
            derived = districts.derive_area(case.centre, postcode)
            setattr(case, f"{role}_area", derived or getattr(case, f"{role}_area"))


def parties_of(entry: CaseEntry) -> list[Party]:
    """The persons whose names must not be found in any redacted text of the case."""
    people = [as_party(person) for person in (entry.caller, entry.party) if not person.is_empty]
    return [*people, *card.parties_of(entry)]


def values_of(entry: CaseEntry) -> lookup.Values:
    """What the case can be looked up by."""
    people = (entry.caller, entry.party)
    return lookup.Values.of(
        phones=[one.phone for one in people],
        kanas=[one.kana for one in people],
        payees=[payees.read(one.kind, one.institution, one.account) for one in entry.transfers],
        trader_phones=[one.phone for one in entry.traders],
    )


def as_party(person: PersonEntry) -> Party:
    """The person as the redaction knows one."""
    phones = (person.phone,) if person.phone else ()
    return Party(name=person.name, kana=person.kana, phones=phones, address=person.address)


def seal_words(
    case: Case,
    entry: CaseEntry,
    sealer: Sealer,
    mask: Mask = masked,
    *,
    lists: masking.Lists | None = None,
) -> None:
    """Seal the words, and their redaction beside them; the trader's name stays readable in the redacted text.

    Masked are the persons of the entry and of linked cases, and what the centre's lists say (`lists`, where the
    caller has looked them up already).
    """
    parties = [*parties_of(entry), *match.linked_parties(case)]
    if lists is None:
        lists = masking.lists_of(case.centre)
    allowed = [*([entry.trader_name] if entry.trader_name else []), *lists.allow]
    if lists.deny:
        mask = partial(masked, deny=lists.deny)
    for field in ("subject", "narrative", "advice"):
        text = getattr(entry, field)
        sealer.seal(case, field, text)
        sealer.seal(case, f"{field}_redacted", mask(text, parties, allowed) if text else "")
    sealer.seal(case, "trader_name", entry.trader_name)
    sealer.seal(case, "care", entry.care.as_text())


def sealed_person(case: Case, role: CasePerson.Role, person: PersonEntry, sealer: Sealer) -> CasePerson:
    row = CasePerson(case=case, role=role)
    for field in PERSON_TEXTS:
        sealer.seal(row, field, getattr(person, field))
    sealer.seal(row, "birth_date", person.birth_date.isoformat() if person.birth_date else "")
    return row


def _store(made: Sequence[_Rows]) -> None:
    if not made:
        return
    Case.objects.bulk_create([rows.case for rows in made])
    DataKey.objects.bulk_create([rows.key for rows in made])
    CasePerson.objects.bulk_create([person for rows in made for person in rows.people])
    CaseScamType.objects.bulk_create([scam for rows in made for scam in rows.scams])
    card.store([row for rows in made for row in rows.card])
    tagged = [(rows.case, rows.digests) for rows in made]
    LookupTag.objects.bulk_create(lookup.rows(made[0].case.centre, tagged))
    for rows in made:
        rows.log.digest = audit.digest_of_rows(rows.case, rows.people, rows.scams, [], rows.card)
    audit.record_all([rows.log for rows in made])
    feed.changed([(rows.case.uid, rows.case.revision) for rows in made])
    facts.record(rows.counted for rows in made)
