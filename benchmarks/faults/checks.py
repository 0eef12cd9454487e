"""What must hold of every case after a kill: it is there, once, whole, readable, counted once, and found by search."""

import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Sum

from benchmarks.faults.entries import document, document_name, edit, entry, narrative
from benchmarks.faults.sums import Tally
from cases.feed import rows as feed
from cases.figures.models import CaseFact
from cases.protection import attached, lookup, match
from cases.protection.keys.models import KeyVersion
from cases.protection.models import AuditEntry, DataKey, LookupIndex, LookupTag, SealedChunk
from cases.protection.reveal import reveal
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.records.centre import SYSTEM, Centre
from cases.records.follow_up import FollowUp
from cases.records.people import CasePerson
from cases.records.tombstone import Tombstone
from search import words
from search.errors import SearchUnavailable

DRAIN_SECONDS = 60


def check_case(uid: uuid.UUID, narrative: str, name: str, tally: Tally) -> None:
    """One case that was acknowledged."""
    found = list(Case.objects.filter(uid=uid))
    if not found:
        tally.lost += 1
        return
    if len(found) > 1:
        tally.duplicated += 1
    try:
        values = reveal(
            uid, ["narrative", "caller.name"], by=SYSTEM, purpose="INSPECTION", reason="fault run"
        )
    except Exception:
        tally.unreadable += 1
        return
    if (values["narrative"], values.get("caller.name")) != (narrative, name):
        tally.unreadable += 1
    elif not _is_whole(found[0]):
        tally.lost += 1


def check_numbers(seed: str, numbers: Iterable[int], tally: Tally) -> None:
    """Consultations of a seed, acknowledged, by their numbers."""
    for n in numbers:
        made = entry(seed, n)
        check_case(made.uid, narrative(seed, n), made.caller.name, tally)


def check_people(seed: str, saved: Collection[int], only_tried: Collection[int], tally: Tally) -> None:
    """What savers who were killed had been told, and what they had only begun."""
    tally.acknowledged += len(saved)
    check_numbers(seed, saved, tally)
    check_never_half([entry(seed, n).uid for n in only_tried], tally)


def check_edits(seed: str, numbers: Collection[int], cases: int, tally: Tally) -> None:
    """経過 that were acknowledged: each there, in its case, readable, and counted once."""
    tally.acknowledged += len(numbers)
    for n in numbers:
        made = edit(seed, n)
        row = FollowUp.objects.filter(uid=made.uid, case__uid=entry(seed, n % cases).uid).first()
        if row is None:
            tally.lost += 1
            continue
        try:
            is_same = match.holds(row, "text", made.text)
        except Exception:
            is_same = False
        tally.unreadable += not is_same
        tally.lost += CaseFact.objects.filter(contact_uid=made.uid, sign=1).count() != 1


def check_never_half(uids: Iterable[uuid.UUID], tally: Tally) -> None:
    """Cases that were begun and not acknowledged: whole or not there at all."""
    for uid in uids:
        case = Case.objects.filter(uid=uid).first()
        if case is not None and not _is_whole(case):
            tally.lost += 1
        if case is None and (
            DataKey.objects.filter(owner_uid=uid).exists() or CaseFact.objects.filter(case_uid=uid).exists()
        ):
            tally.duplicated += 1


def _is_whole(case: Case) -> bool:
    return (
        CasePerson.objects.filter(case=case).count() == 1
        and case.scam_types.filter(is_main=True).count() == 1
        and case.lookup_tags.filter(field=lookup.PHONE).count() == 1
        and CaseFact.objects.filter(case_uid=case.uid, what="CASE", sign=1).count() == 1
        and AuditEntry.objects.filter(case_uid=case.uid, action="CASE_RECORDED").count() == 1
    )


def wait_until_found(wanted: Mapping[str, uuid.UUID], tally: Tally) -> None:
    """Search finds each word in its case and in no other, without anybody's help, within a minute."""
    end = time.monotonic() + DRAIN_SECONDS
    missing = dict(wanted)
    while missing and time.monotonic() < end:
        if feed.lag("search").waiting == 0:
            missing = {word: uid for word, uid in missing.items() if not _is_found(word, uid)}
        if missing:
            time.sleep(0.2)
    tally.stuck += len(missing)


def _is_found(word: str, uid: uuid.UUID) -> bool:
    try:
        return words.find(word, by=SYSTEM).uids == [uid]
    except SearchUnavailable:
        return False


# --- Keys -------------------------------------------------------------------------------------------------------
def left_behind(centre: Centre, domain: str = "case") -> int:
    """Data keys of cases that are not wrapped by the newest KEK of their year."""
    newest: dict[int, int] = {}
    for row in KeyVersion.objects.filter(domain=domain, centre_uid=centre.uid):
        newest[row.cohort] = max(row.version, newest.get(row.cohort, 0))
    keys = DataKey.objects.filter(centre_uid=centre.uid, owner_kind=Case.OWNER_KIND)
    return sum(
        keys.filter(cohort=cohort, kek_version__lt=version).count() for cohort, version in newest.items()
    )


# --- Look-up ----------------------------------------------------------------------------------------------------
def check_found_by_phone(seed: str, numbers: Iterable[int], tally: Tally) -> None:
    for n in numbers:
        made = entry(seed, n)
        pk = Case.objects.values_list("pk", flat=True).get(uid=made.uid)
        if pk not in match.same_phone(made.caller.phone, by=SYSTEM).case_pks:
            tally.lost += 1


def check_tags(centre: Centre, tally: Tally) -> None:
    """Every case of the centre that has a person has its phone's tag, once. (All persons here have a phone.)"""
    cases = CasePerson.objects.filter(case__centre=centre).values_list("case_id", flat=True).distinct()
    held = LookupTag.objects.filter(centre=centre, field=lookup.PHONE).values_list("case_id", flat=True)
    times = Counter(held)
    tally.lost += sum(times[pk] == 0 for pk in cases)
    tally.duplicated += sum(n > 1 for n in times.values())


def is_steady(centre: Centre) -> bool:
    return not LookupIndex.objects.filter(centre=centre).exclude(state=LookupIndex.State.STEADY).exists()


# --- Files ------------------------------------------------------------------------------------------------------
def check_attached(seed: str, numbers: Iterable[int], cases: int, tally: Tally) -> None:
    """Files that were acknowledged: each there, once, in its case, and opening to its very bytes."""
    for n in numbers:
        rows = list(
            Attachment.objects.filter(case__uid=entry(seed, n % cases).uid, size=len(document(seed, n)))
        )
        found = [row for row in rows if _content(row) == (document_name(n), document(seed, n))]
        tally.lost += not found
        tally.duplicated += len(found) > 1


def _content(row: Attachment) -> tuple[str, bytes] | None:
    try:
        name, pieces = attached.open_file(
            row, "FILE_TAKEN", by=SYSTEM, purpose="INSPECTION", reason="fault run"
        )
        return name, b"".join(pieces)
    except Exception:
        return None


def check_no_half_file(tally: Tally) -> None:
    """No pieces and no key without their file, and no file that does not open or is not in the log."""
    known = set(Attachment.objects.values_list("uid", flat=True))
    for model in (SealedChunk, DataKey):
        owners = model.objects.filter(owner_kind=Attachment.OWNER_KIND).values_list("owner_uid", flat=True)
        tally.duplicated += len(set(owners) - known)
    tally.unreadable += sum(
        _content(row) is None for row in Attachment.objects.select_related("case__centre")
    )
    logged = AuditEntry.objects.filter(action="FILE_ATTACHED").count()
    tally.lost += abs(logged - len(known))


# --- Disposal ---------------------------------------------------------------------------------------------------
def facts_sum(centre: Centre) -> dict[tuple[str, int], int]:
    """Consultations of the centre by 手口 and month of receipt, as the figures count them; erasure changes none."""
    rows = CaseFact.objects.filter(centre=centre.pk, what="CASE").values_list("scam_main", "received_on")
    found: Counter[tuple[str, int]] = Counter()
    for scam, day, sign in rows.annotate(n=Sum("sign")):
        found[scam, day.year * 12 + day.month] += sign
    return {place: n for place, n in found.items() if n}


def check_disposed(seed: str, numbers: Iterable[int], tally: Tally) -> int:
    """Each case whole or erased, and the register agrees; returns how many are erased."""
    erased = 0
    for n in numbers:
        made = entry(seed, n)
        is_there = Case.objects.filter(uid=made.uid).exists()
        if is_there:
            check_case(made.uid, narrative(seed, n), made.caller.name, tally)
            tally.duplicated += _register(made.uid) != (0, 0)
        else:
            erased += 1
            tally.lost += _register(made.uid) != (1, 1)
            tally.duplicated += _is_left(made.uid)
    return erased


def _register(uid: uuid.UUID) -> tuple[int, int]:
    """How often the log and the register of disposals say that a case was erased."""
    return (
        AuditEntry.objects.filter(case_uid=uid, action="CASE_ERASED").count(),
        Tombstone.objects.filter(case_uid=uid, disposal__isnull=False).count(),
    )


def _is_left(uid: uuid.UUID) -> bool:
    """Whether anything that could be opened, or counted by its uid, is left of an erased case."""
    return (
        DataKey.objects.filter(owner_kind=Case.OWNER_KIND, owner_uid=uid).exists()
        or CaseFact.objects.filter(case_uid=uid).exists()
    )
