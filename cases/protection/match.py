"""The third door: comparing and analysing without showing. Values never leave these functions; one entry each."""

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from django.db.models import Q

from cases import payees, spelling
from cases.law import calendar
from cases.payees import Payee
from cases.protection import audit, keys, lookup, masking
from cases.protection.models import LookupTag
from cases.protection.redaction import Party, redact
from cases.protection.sealed import HoldsSealed, SealBroken, Sealer, label_of
from cases.records.card import CardRow, CaseTrader, CaseTransfer
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import Actor, Centre
from cases.records.follow_up import FollowUp
from cases.records.links import linked_pks
from cases.records.people import CasePerson

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

CardRowT = TypeVar("CardRowT", bound=CardRow)

SURNAME_DAYS: Final = 90
SURNAME_NEWEST: Final = 2000


@dataclass(frozen=True)
class Matches:
    """Cases that hold what was looked for. `guarded`: how many more there are that are under 支援措置 and not shown.

    A caller under 支援措置 who calls again must not have to tell everything again, so a colleague learns that there
    is such a case, and nothing else about it: not its number, not its counsellor. Who is responsible asks the log.
    """

    case_pks: list[int]
    guarded: int = 0


@dataclass(frozen=True)
class SurnameMatches:
    """Cases that hold the name, and how many were compared; `is_cut` where older ones were left out."""

    case_pks: list[int]
    compared: int
    is_cut: bool


def same_phone(text: str, *, by: Actor, leave_out: uuid.UUID | None = None) -> Matches:
    """Cases in scope that hold this phone number, of the caller or the contract party.

    Text that is no plausible phone number finds nothing and leaves no entry. Every look-up is one entry.
    """
    digits = spelling.phone_digits(text)
    if digits is None:
        return Matches([])
    people = _tagged(lookup.PHONE, digits, by, leave_out)
    pks = _holding(people, {"phone": lambda value: spelling.phone_digits(value) == digits}, by)
    audit.record("PHONE_LOOKED_UP", by=by, count=len(pks))
    guarded = _guarded(pks) if pks else ()
    hidden = {case.pk for case in guarded if not case.has_been_with(by.pk)}
    return Matches([pk for pk in pks if pk not in hidden], guarded=len(hidden))


@dataclass(frozen=True)
class AccountMatches:
    """Cases that tell of the account: surely the same, or the same number with a part that was not told.

    `guarded` as in `Matches`.
    """

    sure: list[int]
    perhaps: list[int]
    guarded: int = 0


def same_account(
    payee: Payee, *, by: Actor, leave_out: uuid.UUID | None = None, is_asked: bool = True
) -> AccountMatches:
    """Cases in scope whose transfers went to this account, address or number. Every look-up is one entry.

    `is_asked`: somebody told the account. The page of a case compares its own by itself, which says nothing of how
    much a person looks around, and so is another entry.
    """
    cases = _cases_tagged(lookup.ACCOUNT, payee.key, by, leave_out)
    rows = list(CaseTransfer.objects.filter(case__in=cases).select_related("case"))
    sealers = keys.sealers(Case.OWNER_KIND, {row.case.uid for row in rows}, at=by.centre_ids)
    sure: dict[int, None] = {}
    perhaps: dict[int, None] = {}
    for row in rows:
        sealer = sealers.get(row.case.uid)
        told = _payee(row, sealer) if sealer is not None else None
        if told is not None and told.may_be(payee):
            (sure if told.is_surely(payee) else perhaps)[row.case_id] = None
    if is_asked:
        audit.record("ACCOUNT_LOOKED_UP", by=by, count=len({*sure, *perhaps}))
    else:
        audit.record("ACCOUNT_COMPARED", by=by, count=len({*sure, *perhaps}))
    pks = {*sure, *perhaps}
    hidden = {case.pk for case in (_guarded(list(pks)) if pks else ()) if not case.has_been_with(by.pk)}
    return AccountMatches(
        [pk for pk in sure if pk not in hidden],
        [pk for pk in perhaps if pk not in hidden and pk not in sure],
        len(hidden),
    )


@dataclass(frozen=True)
class ToldOfTraders:
    """What a case tells of its traders and of where money went. Never logged."""

    phones: list[str]
    sites: list[str]
    accounts: list[Payee]

    def __repr__(self) -> str:
        return "<ToldOfTraders>"


def told_of_traders(case: Case) -> ToldOfTraders:
    """Numbers, sites and accounts of a case, to be compared and not shown. Leaves no entry: the caller's look does."""
    sealer = keys.sealers(Case.OWNER_KIND, [case.uid]).get(case.uid)
    if sealer is None:
        return ToldOfTraders([], [], [])
    traders = list(CaseTrader.objects.filter(case=case).select_related("case"))
    transfers = CaseTransfer.objects.filter(case=case).select_related("case")
    told = (_payee(row, sealer) for row in transfers)
    return ToldOfTraders(
        [sealer.open(row, "phone") for row in traders],
        [sealer.open(row, "url") for row in traders],
        [payee for payee in told if payee is not None],
    )


def _guarded(pks: Sequence[int]) -> "QuerySet[Case]":
    return Case.objects.filter(pk__in=pks, is_guarded=True).only("counsellor_id", "in_charge_id")


def same_kana(
    text: str, *, by: Actor, loosely: bool = False, leave_out: uuid.UUID | None = None
) -> list[int]:
    """Keys of the cases in scope, however old, whose caller or party has this whole reading, blanks aside.

    `loosely`: also small kana written large and long vowels written or left out (サトー for サトウ). Cases under
    支援措置 are left out, as in every search by name. A reading of fewer than three letters finds nothing and leaves
    no entry.
    """
    reading = lookup.reading_of(text)
    if not reading:
        return []
    if loosely:
        wanted = spelling.fold_kana(reading)
        people = _tagged(lookup.KANA_FOLDED, wanted, by, leave_out)
        compare: Callable[[str], bool] = lambda value: spelling.fold_kana(value) == wanted  # noqa: E731 - two of them
    else:
        people = _tagged(lookup.KANA, reading, by, leave_out)
        compare = lambda value: spelling.katakana(value) == reading  # noqa: E731 - as above
    pks = _holding(people.filter(case__is_guarded=False), {"kana": compare}, by)
    audit.record("KANA_LOOKED_UP", by=by, count=len(pks))
    return pks


class Shared(StrEnum):
    """What two cases have in common."""

    PHONE = "phone"
    KANA = "kana"


def related(case: Case, *, by: Actor) -> dict[int, frozenset[Shared]]:
    """Keys of the cases in scope that share a number or a whole reading with this one, and which of them.

    The values of the case are opened, compared and forgotten here. Cases under 支援措置 are left out but for their own
    people. One entry for all.
    """
    sealer = keys.sealer(case.sealed_owner)
    people = list(CasePerson.objects.filter(case=case).select_related("case"))
    phones = {digits for one in people if (digits := spelling.phone_digits(sealer.open(one, "phone")))}
    readings = {reading for one in people if (reading := lookup.reading_of(sealer.open(one, "kana")))}
    found: dict[int, set[Shared]] = {}
    asked = (
        (Shared.PHONE, lookup.PHONE, "phone", phones, spelling.phone_digits),
        (Shared.KANA, lookup.KANA, "kana", readings, lookup.reading_of),
    )
    for shared, tag_field, field, values, normal in asked:
        for value in values:
            same = {field: lambda text, value=value, normal=normal: normal(text) == value}
            for pk in _holding(_tagged(tag_field, value, by, case.uid), same, by):
                found.setdefault(pk, set()).add(shared)
    hidden = {one.pk for one in _guarded(list(found)) if not one.has_been_with(by.pk)} if found else set()
    audit.record("RELATED_LOOKED_UP", by=by, case=case, count=len(found) - len(hidden))
    return {pk: frozenset(shared) for pk, shared in found.items() if pk not in hidden}


def _tagged(field: str, value: str, by: Actor, leave_out: uuid.UUID | None) -> "QuerySet[CasePerson]":
    """Persons of the cases in scope that share the tag of a normalised value at one of the actor's centres."""
    return CasePerson.objects.filter(case__in=_cases_tagged(field, value, by, leave_out))


def _cases_tagged(field: str, value: str, by: Actor, leave_out: uuid.UUID | None) -> CaseQuerySet:
    tags = Q()
    for centre in Centre.objects.filter(pk__in=by.centre_ids):
        tags |= lookup.matching(centre, field, value)
    cases = Case.objects.visible_to(by).filter(pk__in=LookupTag.objects.filter(tags).values("case"))
    if leave_out is not None:
        cases = cases.exclude(uid=leave_out)
    return cases if tags else cases.none()


def surname(text: str, *, by: Actor) -> SurnameMatches:
    """Cases of the actor's own centre, open or touched in 90 days, that have a name or kana holding the text.

    There is no index of surnames (it would tell who is in the table), so the newest 2,000 are opened and compared.
    Cases under 支援措置 are not compared. Every search is one entry, for the watch over unusual rates.
    """
    wanted = {form for form in (_comparable(text), spelling.katakana(text)) if form}
    if not wanted:
        return SurnameMatches([], 0, is_cut=False)
    since = calendar.today() - timedelta(days=SURNAME_DAYS)
    own = Case.objects.filter(centre_id__in=by.centre_ids, is_guarded=False)
    recent = (own.open() | own.filter(changed_at__date__gte=since)).newest_first()
    pks = list(recent.values_list("pk", flat=True)[: SURNAME_NEWEST + 1])

    def holds(value: str) -> bool:
        forms = (_comparable(value), spelling.katakana(value))
        return any(want in form for want in wanted for form in forms)

    people = CasePerson.objects.filter(case__in=pks[:SURNAME_NEWEST])
    found = _holding(people, {"name": holds, "kana": holds}, by)
    audit.record("NAME_LOOKED_UP", by=by, count=len(found))
    return SurnameMatches(found, min(len(pks), SURNAME_NEWEST), len(pks) > SURNAME_NEWEST)


def _comparable(text: str) -> str:
    return spelling.variant_kanji("".join(spelling.width(text).split()))


def _holding(
    people: "QuerySet[CasePerson]", tests: Mapping[str, Callable[[str], bool]], by: Actor
) -> list[int]:
    """Keys of the cases in which a field of a person passes its test. Cases whose key is gone hold nothing.

    Reads tuples: rows of two models for each candidate took a third of a look-up.
    """
    labels = [label_of(CasePerson(), field) for field in tests]
    rows = list(people.values_list("case_id", "case__uid", "uid", *tests))
    sealers = keys.sealers(Case.OWNER_KIND, {row[1] for row in rows}, at=by.centre_ids)
    found: dict[int, None] = {}
    for case_pk, case_uid, uid, *values in rows:
        sealer = sealers.get(case_uid)
        if sealer is not None and any(
            value is not None and test(sealer.opened(label, uid, value))
            for label, value, test in zip(labels, values, tests.values(), strict=True)
        ):
            found[case_pk] = None
    return list(found)


def lookup_values(cases: Sequence[Case]) -> Iterator[tuple[Case, Callable[[Centre], lookup.Digests]]]:
    """Each case whose key is there, with what makes its keyed digests at a centre. For the worker's re-index.

    Leaves no entry: the caller writes one for all.
    """
    sealers = keys.sealers(Case.OWNER_KIND, [case.uid for case in cases])
    people: dict[int, list[CasePerson]] = {}
    for person in CasePerson.objects.filter(case__in=cases).select_related("case").only(
        "uid", "phone", "kana", "case__uid"
    ):  # fmt: skip
        people.setdefault(person.case_id, []).append(person)
    transfers, traders = _by_case(CaseTransfer, cases), _by_case(CaseTrader, cases)
    for case in cases:
        sealer = sealers.get(case.uid)
        if sealer is None:
            continue
        held = people.get(case.pk, [])
        values = lookup.Values.of(
            phones=[sealer.open(person, "phone") for person in held],
            kanas=[sealer.open(person, "kana") for person in held],
            payees=[_payee(row, sealer) for row in transfers.get(case.pk, [])],
            trader_phones=[sealer.open(row, "phone") for row in traders.get(case.pk, [])],
        )
        yield case, partial(_digests, values)


def _by_case(model: type[CardRowT], cases: Sequence[Case]) -> dict[int, list[CardRowT]]:
    found: dict[int, list[CardRowT]] = {}
    for row in model._default_manager.filter(case__in=cases).select_related("case"):
        found.setdefault(row.case_id, []).append(row)
    return found


def _payee(row: CaseTransfer, sealer: Sealer) -> Payee | None:
    return payees.read(row.kind, sealer.open(row, "institution"), sealer.open(row, "account"))


def retag(case: Case) -> None:
    """Make the look-up tags of a case anew from what it holds, in the caller's transaction. Leaves no entry."""
    for _case, digests in lookup_values([case]):
        case.lookup_tags.all().delete()
        for centre in lookup.permitted(case):
            LookupTag.objects.bulk_create(lookup.rows(centre, [(case, digests(centre))]))


def _digests(values: lookup.Values, centre: Centre) -> lookup.Digests:
    return lookup.digests(centre, values)


Analysis = Callable[[Case, str, Sealer], None]


def analyse(cases: Sequence[Case], analyse_one: Analysis, *, by: Actor, narrative_alone: bool = False) -> int:
    """Hand each case's redacted words to the worker's analysis, with the sealer for what it keeps of them.

    `analyse_one(case, text, sealer)` must keep nothing in the open. Text: redacted narrative, 処理概要 and 経過, a
    line feed between; `narrative_alone`: what the caller told, and nothing that the desk added. Cases whose key is
    gone or whose words do not open are left out, so that one of them does not keep the others from being found;
    returns how many were analysed. One entry for all.
    """
    sealers = keys.sealers(Case.OWNER_KIND, [case.uid for case in cases])
    held = [case for case in cases if case.uid in sealers]
    follow_ups: dict[int, list[FollowUp]] = {}
    if not narrative_alone:
        for row in FollowUp.objects.filter(case__in=held, withdrawn_at=None).select_related("case"):
            follow_ups.setdefault(row.case_id, []).append(row)
    if held:
        audit.record("ANALYSED", by=by, count=len(held))
    analysed = 0
    for case in held:
        sealer = sealers[case.uid]
        try:
            texts = [sealer.open(case, "narrative_redacted")]
            texts += [] if narrative_alone else [sealer.open(case, "advice_redacted")]
            texts += [sealer.open(row, "text_redacted") for row in follow_ups.get(case.pk, ())]
        except SealBroken:
            log.error("The words of case %s do not open", case.uid)  # noqa: TRY400 - the place says nothing more
            continue
        analyse_one(case, "\n".join(text for text in texts if text), sealer)
        analysed += 1
    return analysed


def holds(row: HoldsSealed, field: str, text: str) -> bool:
    """Whether the field holds exactly this text: to tell a request sent twice from another one. Leaves no entry."""
    return keys.sealer(row.sealed_owner).open(row, field) == text


def parties_of(cases: Sequence[Case]) -> dict[int, list[Party]]:
    """The persons of each case, opened, by the case's key; cases whose key is gone have none.

    For the redaction alone: a `Party` prints nothing and is never kept. Leaves no entry.
    """
    rows = list(CasePerson.objects.filter(case__in=cases).select_related("case").only(
        "uid", "name", "kana", "phone", "address", "case__uid"
    ))  # fmt: skip
    sealers = keys.sealers(Case.OWNER_KIND, {row.case.uid for row in rows})
    found: dict[int, list[Party]] = {}
    for row in rows:
        if (sealer := sealers.get(row.case.uid)) is not None:
            name, kana, phone, address = (
                sealer.open(row, part) for part in ("name", "kana", "phone", "address")
            )
            party = Party(name=name, kana=kana, phones=(phone,) if phone else (), address=address)
            found.setdefault(row.case_id, []).append(party)
    for case_pk, name in _named_on_card(cases):
        found.setdefault(case_pk, []).append(Party(name=name))
    return found


def _named_on_card(cases: Sequence[Case]) -> Iterator[tuple[int, str]]:
    """(case's key, name): who solicited, and who holds an account that money went to."""
    for model, field in ((CaseTrader, "agent"), (CaseTransfer, "holder")):
        # Typed names only, so that most cases cost no opened value.
        named = model._default_manager.filter(**{"case__in": cases, f"{field}__isnull": False})
        rows = list(named.select_related("case").only("uid", field, "case__uid"))
        sealers = keys.sealers(Case.OWNER_KIND, {row.case.uid for row in rows}) if rows else {}
        for row in rows:
            if (sealer := sealers.get(row.case.uid)) is not None:
                yield row.case_id, sealer.open(row, field)


def linked_parties(case: Case) -> list[Party]:
    """The persons of the cases that are linked with this one: its words often speak of them."""
    linked = linked_pks(case.pk) if case.pk is not None else []
    if not linked:
        return []
    found = parties_of(list(Case.objects.filter(pk__in=linked).only("uid")))
    return [party for parties in found.values() for party in parties]


def mask_follow_ups(case: Case, sealer: Sealer, parties: Sequence[Party]) -> None:
    """Mask in the redacted 経過 of a case the persons that it holds, and those of linked cases, from now on.

    Masks laid before stay: they may stand for persons whom the case does not hold.
    """
    rows = list(FollowUp.objects.filter(case=case, text_redacted__isnull=False).select_related("case"))
    if not rows:
        return
    held = [*parties, *linked_parties(case)]
    allow, deny = words_of(case, sealer)
    for row in rows:
        text = sealer.open(row, "text_redacted")
        sealer.seal(row, "text_redacted", redact(text, held, allow=allow, deny=deny).masked)
    FollowUp.objects.bulk_update(rows, ["text_redacted"])


def redacted_for(case: Case, sealer: Sealer, text: str, also: Sequence[Party] = ()) -> str:
    """The text with the persons of the case and of linked cases, patterns and likely names masked.

    Its trader and the words that the centre never masks stay readable.
    `also`: persons of whom the text speaks though the case does not hold them.
    """
    if not text:
        return ""
    parties = [*also, *everybody(case)]
    allow, deny = words_of(case, sealer)
    return redact(text, parties, allow=allow, deny=deny).masked


def everybody(case: Case) -> list[Party]:
    """The persons of the case and of the cases linked with it."""
    return [*parties_of([case]).get(case.pk, ()), *linked_parties(case)]


def words_of(case: Case, sealer: Sealer) -> tuple[list[str], tuple[str, ...]]:
    """What stays visible in the texts of a case, and what the centre always masks."""
    lists = masking.lists_of(case.centre)
    trader = sealer.open(case, "trader_name")
    return [*([trader] if trader else []), *lists.allow], lists.deny


_MASKED_FIELDS: Final = (
    ("subject", "subject_redacted"),
    ("narrative", "narrative_redacted"),
    ("advice", "advice_redacted"),
)


def mask_again(case: Case, sealer: Sealer) -> bool:
    """Redact the words of a case anew, by the persons and lists as they are now; whether anything changed.

    In the transaction of the caller, which holds the case's row. 経過 gain masks and lose none (`mask_follow_ups`).
    """
    parties = everybody(case)
    allow, deny = words_of(case, sealer)
    changed = []
    for plain, redacted in _MASKED_FIELDS:
        text = sealer.open(case, plain)
        masked = redact(text, parties, allow=allow, deny=deny).masked
        if masked != sealer.open(case, redacted):
            sealer.seal(case, redacted, masked)
            changed.append(redacted)
    if changed:
        case.save(update_fields=changed)
    before = dict(_follow_up_texts(case, sealer))
    mask_follow_ups(case, sealer, parties)
    return bool(changed) or before != dict(_follow_up_texts(case, sealer))


def _follow_up_texts(case: Case, sealer: Sealer) -> Iterator[tuple[int, str]]:
    for row in FollowUp.objects.filter(case=case, text_redacted__isnull=False).select_related("case"):
        yield row.pk, sealer.open(row, "text_redacted")
