"""Which cases, persons and fields a leak touches. Looks are read from the log (`leak_looks`), copies from the rows.

No value is opened here: what matters is which fields hold something, not what they hold.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from cases.backup.models import Backup
from cases.law.leaks import Answer, Situation
from cases.protection.reveal import CASE_FIELDS, COMMENTS, FOLLOW_UPS, PERSON_FIELDS
from cases.records.approval import ApprovalStep
from cases.records.attachment import Attachment
from cases.records.case import Case, CaseQuerySet
from cases.records.disclosures import DisclosedCase
from cases.records.follow_up import FollowUp
from cases.records.leaks import LeakCase, LeakFinding, LeakIncident
from cases.records.people import CasePerson
from cases.services.leak_looks import ATTACHMENT, EVERYTHING
from cases.services.ledger.models import ImportRun

UNCLASSIFIED: Final = "UNCLASSIFIED"
# Everything of the database at one moment; such a list of cases is asked for again, not stored.
WHOLE: Final = frozenset({LeakIncident.Scope.DATABASE, LeakIncident.Scope.BACKUP})
SEALED: Final = WHOLE
_CHUNK: Final = 1000


def given(incident: LeakIncident) -> dict[UUID, set[str]]:
    """The fields of each case that a copy holds which was given outside."""
    rows = DisclosedCase.objects.filter(
        disclosure__uid=incident.subject, disclosure__centre=incident.centre
    ).values_list("case_uid", "disclosure__given_fields")
    return {case_uid: set(fields) for case_uid, fields in rows}


def attached(incident: LeakIncident) -> dict[UUID, set[str]]:
    """One file: its case, also where the file itself was taken away since."""
    return {UUID(uid): {ATTACHMENT} for uid in incident.case_uids}


def imported(incident: LeakIncident) -> CaseQuerySet:
    """The cases that a ledger file became; none where it was never imported. Rows do not say their file: time does."""
    run = ImportRun.objects.select_related("job").get(uid=incident.subject, centre=incident.centre)
    if run.job is None or run.job.started_at is None:
        return Case.objects.none()
    made = Case.objects.filter(
        centre=incident.centre, source=Case.Source.IMPORT, entered_at__gte=run.job.started_at
    )
    return made if run.job.finished_at is None else made.filter(entered_at__lte=run.job.finished_at)


def moment_of(incident: LeakIncident) -> datetime:
    """The time of which a stolen copy shows the rows."""
    if incident.scope == LeakIncident.Scope.BACKUP:
        return Backup.objects.get(uid=incident.subject).taken_at
    return incident.until or incident.found_at


def whole(incident: LeakIncident) -> CaseQuerySet:
    """All cases of the centre that a copy of the database holds."""
    return Case.objects.filter(centre=incident.centre, entered_at__lte=moment_of(incident))


def touched_cases(finding: LeakFinding) -> CaseQuerySet:
    """The cases of a finding that still exist, in a fixed order."""
    incident = finding.incident
    if incident.scope in WHOLE:
        return whole(incident).order_by("pk")
    uids = LeakCase.objects.filter(finding=finding).values("case_uid")
    return Case.objects.filter(centre=incident.centre, uid__in=uids).order_by("pk")


def chunks(pks: list[int], after: int) -> Iterator[list[int]]:
    """The keys behind `after` in pieces that are counted at once."""
    rest = [pk for pk in pks if pk > after]
    for start in range(0, len(rest), _CHUNK):
        yield rest[start : start + _CHUNK]


def count(finding: LeakFinding, pks: list[int], seen_fields: dict[UUID, set[str]] | None) -> None:
    """Add the cases of one piece to the finding (not saved). Without `seen_fields` every stored field counts."""
    stored = _stored(pks)
    rows: list[LeakCase] = []
    fields = Counter(finding.fields)
    for pk, uid, is_guarded, scam in Case.objects.filter(pk__in=pks, scam_types__is_main=True).values_list(
        "pk", "uid", "is_guarded", "scam_types__code"
    ):
        seen = {EVERYTHING} if seen_fields is None else seen_fields.get(uid, set())
        touched = sorted(seen - {EVERYTHING} | (stored[pk] if EVERYTHING in seen else set()))
        fields.update(touched)
        finding.cases += 1
        finding.guarded += bool(is_guarded)
        finding.sensitive_cases += scam != UNCLASSIFIED
        finding.persons += len(_roles(touched, stored[pk]))
        if finding.incident.scope not in WHOLE:
            rows.append(LeakCase(finding=finding, case_uid=uid, fields=touched))
    finding.fields = dict(fields)
    LeakCase.objects.bulk_create(rows, ignore_conflicts=True)


def _roles(touched: Iterable[str], stored: Iterable[str]) -> set[str]:
    """The persons of a case whom the touched fields tell of: words tell of everybody in it."""
    there = {name.partition(".")[0] for name in stored if "." in name}
    named = {name.partition(".")[0] for name in touched if "." in name}
    return there if any("." not in name for name in touched) else there & named


def _stored(pks: list[int]) -> dict[int, set[str]]:
    """The fields that hold something, by case, named as `reveal` names them."""
    found: dict[int, set[str]] = {pk: set() for pk in pks}
    for row in Case.objects.filter(pk__in=pks).values_list("pk", *map(_is_held, CASE_FIELDS)):
        found[row[0]].update(name for name, is_held in zip(CASE_FIELDS, row[1:], strict=True) if is_held)
    persons = CasePerson.objects.filter(case__in=pks)
    for row in persons.values_list("case", "role", *map(_is_held, PERSON_FIELDS)):
        held_by_person = [name for name, is_held in zip(PERSON_FIELDS, row[2:], strict=True) if is_held]
        found[row[0]].update(f"{row[1].lower()}.{name}" for name in held_by_person)
    for pk in FollowUp.objects.filter(case__in=pks).values_list("case", flat=True).distinct():
        found[pk].add(FOLLOW_UPS)
    steps = ApprovalStep.objects.filter(case__in=pks, comment__isnull=False)
    for pk in steps.order_by().values_list("case", flat=True).distinct():
        found[pk].add(COMMENTS)
    for pk in Attachment.objects.filter(case__in=pks).values_list("case", flat=True).distinct():
        found[pk].add(ATTACHMENT)
    return found


def _is_held(name: str) -> Any:
    return ExpressionWrapper(Q(**{f"{name}__isnull": False}), BooleanField())


def situation(incident: LeakIncident, finding: LeakFinding) -> Situation:
    """The facts of the incident together with what was counted."""
    persons: int | None = finding.persons
    at_least = bool(finding.unplaced)
    if incident.persons_known is not None:
        persons, at_least = incident.persons_known, False
    elif incident.scope == LeakIncident.Scope.IMPORT:
        persons, at_least = finding.persons, True  # the file also holds the rows that were refused
    elif incident.scope == LeakIncident.Scope.OTHER:
        persons = None
    return Situation(
        persons=persons,
        persons_at_least=at_least,
        sensitive=Answer(incident.sensitive or _sensitive(finding)),
        property_damage=Answer(incident.property_damage),
        wrongful_intent=Answer(incident.wrongful_intent),
        encrypted=_encrypted(incident),
        recovered_unseen=Answer(incident.recovered_unseen),
    )


def _sensitive(finding: LeakFinding) -> Answer:
    """A recorded 手口 makes somebody the victim of a crime or of what may be one; words alone must be read."""
    return Answer.YES if finding.sensitive_cases else Answer.UNKNOWN


def _encrypted(incident: LeakIncident) -> Answer:
    """Sealed, with the key elsewhere, and nobody told by what lies in the open (age, district, 手口, amounts)."""
    if incident.scope not in SEALED and incident.scope != LeakIncident.Scope.OTHER:
        return Answer.NO
    if incident.key_safe == Answer.NO or incident.open_columns_identify == Answer.YES:
        return Answer.NO
    is_sure = incident.key_safe == Answer.YES and incident.open_columns_identify == Answer.NO
    return Answer.YES if is_sure else Answer.UNKNOWN
