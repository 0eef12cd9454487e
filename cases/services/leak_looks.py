"""What the log says of a leak: who had which fields of which case before them, and what a file took along.

No value is opened here. What the log does not place at a case is counted apart: the number is then a lower bound.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from cases import presence
from cases.presence import Span, Spans
from cases.protection.models import AuditEntry
from cases.protection.reveal import COMMENTS, FOLLOW_UPS
from cases.records.disclosures import DisclosedCase
from cases.records.leaks import LeakIncident
from cases.records.requests import RequestPart

REDACTED: Final = "redacted"
"""The page of a case: coded columns and the words with names masked."""
EVERYTHING: Final = "*"
"""Whoever records or corrects a case has all of it before them: every field that the case holds."""
ATTACHMENT: Final = "attachment"
DRAFTS: Final = "DRAFT_KEPT"
"""Not an action: forms that were being filled and are no case yet."""
EXPORTS: Final = (
    "NUMBERS_EXPORTED", "LEDGER_EXPORTED", "REGISTER_EXPORTED", "LEAK_LIST_TAKEN", "PAPER_OPENED", "FILE_TAKEN",
    "WATCH_SHARE_TAKEN", "APPLICATION_LETTER_OPENED", "APPLICATION_LINES_TAKEN",
    "CARDS_EXPORTED", "CASE_PRINTED", "REPORT_EXPORTED", "DAY_LOG_EXPORTED", "RELEASE_EXPORTED",
    "MEMBERS_EXPORTED",
    "DEVICES_EXPORTED", "LOAN_LETTERS_TAKEN", "LOAN_LETTER_OPENED", "STOCK_EXPORTED", "PLAN_EXPORTED",
    "LECTURE_YEAR_EXPORTED",
)  # fmt: skip
"""Actions by which a file left the desk. A file is known by the request that carried it."""
WITHOUT_PERSONS: Final = frozenset(
    {
        "NUMBERS_EXPORTED",
        "LEDGER_EXPORTED",
        "REGISTER_EXPORTED",
        "REPORT_EXPORTED",
        "DAY_LOG_EXPORTED",
        "RELEASE_EXPORTED",
        "MEMBERS_EXPORTED",
        "DEVICES_EXPORTED",
        "STOCK_EXPORTED",
        "PLAN_EXPORTED",
        "LECTURE_YEAR_EXPORTED",
    }
)
"""Files that hold no name, number or word of a person; counts of few may still point at somebody."""
# What an entry shows beside the fields that it names.
_SHOWN: "Final[Mapping[str, str]]" = {
    "CASE_VIEWED": REDACTED,
    "CASE_RECORDED": EVERYTHING,
    "CASE_CORRECTED": EVERYTHING,
    "FOLLOW_UP_ADDED": FOLLOW_UPS,
    "FILE_ATTACHED": ATTACHMENT,
    "APPROVAL_ASKED": COMMENTS,
    "APPROVAL_APPROVED": COMMENTS,
    "APPROVAL_RETURNED": COMMENTS,
}
# Looks that show something of cases without naming them.
_UNPLACED: Final = (
    "REDACTED_READ", "CASES_LISTED", "PHONE_LOOKED_UP", "NAME_LOOKED_UP", "KANA_LOOKED_UP", "WORDS_LOOKED_UP",
    "SEARCHES_OPENED",
    "CONFIRMED_READ", "DRAFT_OPENED", "CONTACT_REVEALED", "NUMBERS_EXPORTED", "DISCLOSURE_OPENED", "REQUEST_OPENED",
    "PAPER_OPENED", "CONTACT_LOOKED_UP",
)  # fmt: skip


@dataclass
class Seen:
    """What the log tells: fields by case, and looks that it does not place at a case."""

    by_case: dict[UUID, set[str]] = field(default_factory=dict)
    unplaced: Counter[str] = field(default_factory=Counter)

    def add(self, case_uid: UUID, fields: set[str]) -> None:
        self.by_case.setdefault(case_uid, set()).update(fields)


@dataclass(frozen=True)
class _Watched:
    """Whose looks count: those of the accounts (None: of anybody), at a device only while they worked at it."""

    since: datetime | None
    until: datetime
    actors: list[UUID] | None = None
    spans: Spans | None = None

    def has(self, actor_uid: UUID, at: datetime) -> bool:
        return self.spans is None or self.spans.holds(actor_uid, at)

    def meets(self, typed: Span) -> bool:
        if typed.start >= self.until or (self.since is not None and typed.end < self.since):
            return False
        if self.actors is not None and typed.actor_uid not in self.actors:
            return False
        return self.spans is None or self.spans.meets(typed)


def _watched(incident: LeakIncident, until: datetime) -> _Watched:
    end = min(incident.until or until, until)
    if incident.scope == LeakIncident.Scope.ACCOUNT:
        return _Watched(incident.since, end, [incident.subject])
    if incident.scope == LeakIncident.Scope.DEVICE:
        spans = presence.at_devices([UUID(uid) for uid in incident.device_uids], incident.centre)
        return _Watched(incident.since, end, spans.actors, spans)
    return _Watched(incident.since, end)


def seen(incident: LeakIncident, *, until: datetime) -> Seen:
    """Looks at cases of the centre in the incident's time: by the account, at the devices or by anybody.

    At the latest `until`. An account that was signed in at two devices at once counts at both.
    """
    watched = _watched(incident, until)
    entries = AuditEntry.objects.filter(at__lt=watched.until)
    if watched.since:
        entries = entries.filter(at__gte=watched.since)
    if watched.actors is not None:
        entries = entries.filter(actor_uid__in=watched.actors)
    found = Seen()
    on_pages: set[str] = set()
    placed = entries.filter(centre_uid=incident.centre.uid, case_uid__isnull=False)
    for actor_uid, at, case_uid, action, fields, request_id in placed.values_list(
        "actor_uid", "at", "case_uid", "action", "fields", "request_id"
    ).iterator():
        touched = set(fields) | ({_SHOWN[action]} if action in _SHOWN else set())
        if touched and case_uid and watched.has(actor_uid, at):
            found.add(case_uid, touched)
            on_pages.add(request_id)
    others = _of_centre(entries, incident).filter(case_uid__isnull=True, action__in=_UNPLACED, count__gt=0)
    for actor_uid, at, action, request_id in others.values_list(
        "actor_uid", "at", "action", "request_id"
    ).iterator():
        # The page of a case reads its redacted words: placed by the other entry of the same request.
        if watched.has(actor_uid, at) and not (request_id and request_id in on_pages):
            found.unplaced[action] += 1
    if drafts := sum(1 for typed in presence.typed(incident.centre) if watched.meets(typed)):
        found.unplaced[DRAFTS] = drafts
    return found


def _of_centre(entries: QuerySet[AuditEntry], incident: LeakIncident) -> QuerySet[AuditEntry]:
    return entries.filter(
        Q(centre_uid=incident.centre.uid) | Q(centre_uid=None, actor__centre=incident.centre)
    )


def exported(incident: LeakIncident) -> Seen:
    """The fields of each case that the file of one request took along.

    A copy given outside and the answer to a citizen hold what was given or prepared; other papers are words that
    the log does not place.
    """
    found = Seen()
    own = AuditEntry.objects.filter(request_id=str(incident.subject), centre_uid=incident.centre.uid)
    for action, case_uid, fields, reason in own.values_list("action", "case_uid", "fields", "reason"):
        if case_uid and fields:
            found.add(case_uid, set(fields))
        elif action == "PAPER_OPENED":
            _add_paper(found, UUID(reason), incident)
        elif action in WITHOUT_PERSONS:
            found.unplaced[action] += 1
    return found


def _add_paper(found: Seen, subject_uid: UUID, incident: LeakIncident) -> None:
    given = DisclosedCase.objects.filter(
        disclosure__uid=subject_uid, disclosure__centre=incident.centre
    ).values_list("case_uid", "disclosure__given_fields")
    parts = RequestPart.objects.filter(request__uid=subject_uid, request__centre=incident.centre)
    # Each 経過 is a part of its own there, one field here.
    named = (
        (uid, FOLLOW_UPS if name.startswith("follow_up.") else name)
        for uid, name in parts.values_list("case_uid", "name")
    )
    held = [*given, *((uid, [name]) for uid, name in named)]
    for case_uid, fields in held:
        found.add(case_uid, set(fields))
    if not held:
        found.unplaced["PAPER_OPENED"] += 1
