"""The third door: comparing and analysing without showing. Values never leave these functions; one entry each."""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cases import spelling
from cases.law import calendar
from cases.protection import audit, keys, lookup
from cases.protection.models import LookupTag
from cases.protection.redaction import Party, redact
from cases.protection.sealed import HoldsSealed, SealBroken, Sealer
from cases.records.case import Case
from cases.records.centre import Actor, Centre
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson

log = logging.getLogger(__name__)

SURNAME_DAYS: Final = 90
SURNAME_NEWEST: Final = 2000


@dataclass(frozen=True)
class SurnameMatches:
    """Cases that hold the name, and how many were compared; `is_cut` where older ones were left out."""

    case_pks: list[int]
    compared: int
    is_cut: bool


def same_phone(text: str, *, by: Actor, leave_out: uuid.UUID | None = None) -> list[int]:
    """Keys of the cases in scope that hold this phone number, of the caller or the contract party.

    Text that is no plausible phone number finds nothing and leaves no entry.
    """
    digits = spelling.phone_digits(text)
    if digits is None:
        return []
    pks: list[int] = []
    for centre in Centre.objects.filter(pk__in=by.centre_ids):
        tagged = LookupTag.objects.filter(
            case__centre=centre, field=lookup.PHONE, tag=lookup.tag(centre, lookup.PHONE, digits)
        )
        if leave_out is not None:
            tagged = tagged.exclude(case__uid=leave_out)
        people = CasePerson.objects.filter(
            case__in=tagged.values("case"), phone__isnull=False
        ).select_related("case")
        pks += _holding(people, "phone", lambda value: spelling.phone_digits(value) == digits)
    audit.record("PHONE_LOOKED_UP", by=by, count=len(pks))
    return pks


def surname(text: str, *, by: Actor) -> SurnameMatches:
    """Cases in scope, open or touched in 90 days, whose caller or party has a name or kana holding the text.

    There is no index of surnames (it would tell who is in the table), so the newest 2,000 are opened and compared.
    """
    wanted = {form for form in (_comparable(text), spelling.katakana(text)) if form}
    if not wanted:
        return SurnameMatches([], 0, is_cut=False)
    since = calendar.today() - timedelta(days=SURNAME_DAYS)
    mine = Case.objects.visible_to(by)
    recent = (mine.open() | mine.filter(changed_at__date__gte=since)).newest_first()
    pks = list(recent.values_list("pk", flat=True)[: SURNAME_NEWEST + 1])
    people = list(CasePerson.objects.filter(case__in=pks[:SURNAME_NEWEST]).select_related("case"))

    def holds(value: str) -> bool:
        forms = (_comparable(value), spelling.katakana(value))
        return any(want in form for want in wanted for form in forms)

    found = _holding(people, "name", holds) + _holding(people, "kana", holds)
    audit.record("NAME_LOOKED_UP", by=by, count=len(found))
    return SurnameMatches(
        list(dict.fromkeys(found)), min(len(pks), SURNAME_NEWEST), len(pks) > SURNAME_NEWEST
    )


def _comparable(text: str) -> str:
    return spelling.variant_kanji("".join(spelling.width(text).split()))


def _holding(people: Iterable[CasePerson], field: str, holds: Callable[[str], bool]) -> list[int]:
    rows = [person for person in people if getattr(person, field) is not None]
    sealers = keys.sealers(Case.OWNER_KIND, {person.case.uid for person in rows})
    return list(
        dict.fromkeys(
            person.case_id
            for person in rows
            if person.case.uid in sealers and holds(sealers[person.case.uid].open(person, field))
        )
    )


Analysis = Callable[[Case, str, Sealer], None]


def analyse(cases: Sequence[Case], analyse_one: Analysis, *, by: Actor) -> int:
    """Hand each case's redacted words to the worker's analysis, with the sealer for what it keeps of them.

    `analyse_one(case, text, sealer)` must keep nothing in the open. Text: redacted narrative, 処理概要 and 経過, a
    line feed between. Cases whose key is gone or whose words do not open are left out, so that one of them does not
    keep the others from being found; returns how many were analysed. One entry for all.
    """
    sealers = keys.sealers(Case.OWNER_KIND, [case.uid for case in cases])
    held = [case for case in cases if case.uid in sealers]
    follow_ups: dict[int, list[FollowUp]] = {}
    for row in FollowUp.objects.filter(case__in=held).select_related("case"):
        follow_ups.setdefault(row.case_id, []).append(row)
    if held:
        audit.record("ANALYSED", by=by, count=len(held))
    analysed = 0
    for case in held:
        sealer = sealers[case.uid]
        try:
            texts = [sealer.open(case, "narrative_redacted"), sealer.open(case, "advice_redacted")]
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


def mask_follow_ups(case: Case, sealer: Sealer, parties: Sequence[Party]) -> None:
    """Mask in the redacted 経過 of a case the persons that it holds from now on.

    Masks laid before stay: they may stand for persons whom the case does not hold.
    """
    rows = list(FollowUp.objects.filter(case=case, text_redacted__isnull=False).select_related("case"))
    trader = sealer.open(case, "trader_name")
    for row in rows:
        text = sealer.open(row, "text_redacted")
        sealer.seal(row, "text_redacted", redact(text, parties, allow=[trader] if trader else []).masked)
    FollowUp.objects.bulk_update(rows, ["text_redacted"])


def redacted_for(case: Case, sealer: Sealer, text: str, also: Sequence[Party] = ()) -> str:
    """The text with the case's own persons, patterns and likely names masked; its trader stays readable.

    `also`: persons of whom the text speaks though the case does not hold them.
    """
    if not text:
        return ""
    parties = list(also)
    for person in CasePerson.objects.filter(case=case).select_related("case"):
        name, kana, phone, address = (
            sealer.open(person, field) for field in ("name", "kana", "phone", "address")
        )
        parties.append(Party(name=name, kana=kana, phones=(phone,) if phone else (), address=address))
    trader = sealer.open(case, "trader_name")
    return redact(text, parties, allow=[trader] if trader else []).masked
