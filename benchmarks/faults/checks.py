"""What must hold of every case after a kill: it is there, once, whole, readable, counted once, and found by search."""

import time
import uuid
from collections.abc import Iterable, Mapping

from benchmarks.faults.sums import Tally
from cases.feed import rows as feed
from cases.figures.models import CaseFact
from cases.protection.models import AuditEntry, DataKey
from cases.protection.reveal import reveal
from cases.records.case import Case
from cases.records.centre import SYSTEM
from cases.records.people import CasePerson
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
        and case.lookup_tags.count() == 1
        and CaseFact.objects.filter(case_uid=case.uid, sign=1).count() == 1
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
