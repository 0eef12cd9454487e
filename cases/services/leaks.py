"""漏えい対応: from the first word to the last report. Each verb is one transaction with its entry and its step."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import erasing, jobs
from cases.errors import CasesError
from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.law import calendar
from cases.law import leaks as law
from cases.law.leaks import Answer, Assessment, Clocks, Duty, Exemption, Ground
from cases.protection import keys, office
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor, Centre
from cases.records.leaks import LeakCase, LeakFinding, LeakIncident, LeakReport
from cases.services import leak_looks, leak_scope, steps

JOB: Final = "leaks.assess"
# Scopes that the log answers.
_LOOKS: Final = frozenset(
    {
        LeakIncident.Scope.ACCOUNT,
        LeakIncident.Scope.DEVICE,
        LeakIncident.Scope.PERIOD,
        LeakIncident.Scope.EXPORT,
    }
)


class LeakClosed(CasesError):
    code: ClassVar[str] = "leak_closed"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この漏えい対応は終了しています。"))


class LeakNotClosable(CasesError):
    """A duty, or the doubt whether there is one, is not settled."""

    code: ClassVar[str] = "leak_not_closable"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("確報を出すか、報告の義務がないと分かるまで終了できません。要確認の事実を埋めてください。")
        )


class AssessmentRunning(CasesError):
    code: ClassVar[str] = "assessment_running"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("範囲を計算しています。終わるまでお待ちください。"))


@dataclass(frozen=True, kw_only=True)
class LeakFacts:
    """What is known about the leak; it changes while the days go by."""

    persons_known: int | None = None
    sensitive: str = ""
    """Empty: as the cases tell."""
    property_damage: str = Answer.UNKNOWN
    wrongful_intent: str = Answer.UNKNOWN
    key_safe: str = Answer.UNKNOWN
    open_columns_identify: str = Answer.UNKNOWN
    recovered_unseen: str = Answer.NO


@dataclass(frozen=True, kw_only=True)
class LeakEntry:
    """A leak as it is first told. `uid` is minted when the form opens."""

    uid: uuid.UUID
    kind: str
    found_at: datetime
    scope: str
    summary: str
    scope_uid: uuid.UUID | None = None
    case_uids: tuple[uuid.UUID, ...] = ()
    device_uids: tuple[uuid.UUID, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    facts: LeakFacts = LeakFacts()


@transaction.atomic
def report(entry: LeakEntry, *, centre: Centre, by: Actor) -> LeakIncident:
    """Record a leak and start to count what it touches. Idempotent by `entry.uid`.

    Raises LeakIncident.DoesNotExist where the uid is taken at another centre.
    """
    if LeakIncident.objects.filter(uid=entry.uid).exists():
        return LeakIncident.objects.visible_to(by).get(uid=entry.uid)
    incident = LeakIncident(
        uid=entry.uid, centre=centre, kind=entry.kind, found_at=entry.found_at, scope=entry.scope,
        scope_uid=entry.scope_uid, case_uids=[str(uid) for uid in entry.case_uids],
        device_uids=[str(uid) for uid in entry.device_uids], since=entry.since, until=entry.until,
        opened_by_id=by.pk, **asdict(entry.facts),
    )  # fmt: skip
    key, sealer = keys.create(incident.sealed_owner, centre_uid=centre.uid, cohort=keys.NO_YEAR)
    key.save(force_insert=True)
    sealer.seal(incident, "summary", entry.summary)
    incident.job = _start(incident, by)
    incident.save(force_insert=True)
    steps.record("LEAK_REPORTED", incident.uid, centre=incident.centre, by=by)
    return incident


def _start(incident: LeakIncident, by: Actor) -> Job:
    return jobs.start(JOB, {"incident": str(incident.uid)}, by=by, centre=incident.centre)


def locked(uid: uuid.UUID, by: Actor) -> LeakIncident:
    """The open incident, locked. In the caller's transaction. Raises LeakIncident.DoesNotExist, LeakClosed."""
    rows = LeakIncident.objects.visible_to(by).select_for_update(of=("self",))
    incident = rows.select_related("centre", "job").get(uid=uid)
    if not incident.is_open:
        raise LeakClosed
    return incident


@transaction.atomic
def change_facts(uid: uuid.UUID, facts: LeakFacts, *, by: Actor) -> LeakIncident:
    """Keep what is known now and count again; earlier findings stay. Raises LeakClosed, AssessmentRunning."""
    incident = locked(uid, by)
    if incident.job is not None and not incident.job.is_finished:
        raise AssessmentRunning
    for name, value in asdict(facts).items():
        setattr(incident, name, value)
    incident.job = _start(incident, by)
    incident.save()
    steps.record("LEAK_FACTS_CHANGED", incident.uid, centre=incident.centre, by=by)
    return incident


def assess(running: Running) -> None:
    """The job: count the touched cases piece by piece, then what the law makes of it. Goes on where it stopped."""
    incident = LeakIncident.objects.select_related("centre").get(uid=running.arguments["incident"])
    cursor = running.cursor or {}
    finding = _finding(incident, cursor, running)
    seen_fields, pks = _touched(incident, finding)
    done = sum(1 for pk in pks if pk <= cursor.get("after", 0))
    running.advance(done, total=len(pks))
    for piece in leak_scope.chunks(pks, cursor.get("after", 0)):
        running.stop_if_cancelled()
        with transaction.atomic():
            leak_scope.count(finding, piece, seen_fields)
            finding.save()
            done += len(piece)
            running.checkpoint({"finding": str(finding.uid), "after": piece[-1]}, done=done)
    with transaction.atomic():
        _conclude(incident, finding)
        by = running.job.created_by or SYSTEM
        steps.record("LEAK_ASSESSED", incident.uid, centre=incident.centre, by=by, count=finding.persons)
        running.checkpoint({"finding": str(finding.uid), "after": pks[-1] if pks else 0}, done=done)
    running.result = {"cases": finding.cases, "persons": finding.persons}


def _finding(incident: LeakIncident, cursor: Mapping[str, str], running: Running) -> LeakFinding:
    if cursor.get("finding"):
        return LeakFinding.objects.select_related("incident__centre").get(uid=cursor["finding"])
    with transaction.atomic():
        finding = LeakFinding.objects.create(incident=incident)
        running.checkpoint({"finding": str(finding.uid), "after": 0})
    return finding


def _touched(
    incident: LeakIncident, finding: LeakFinding
) -> tuple[dict[uuid.UUID, set[str]] | None, list[int]]:
    """Fields by case where the log tells them (else None: all that is stored), and the keys of the cases."""
    scope = LeakIncident.Scope(incident.scope)
    if scope in leak_scope.WHOLE:
        return None, list(leak_scope.whole(incident).order_by("pk").values_list("pk", flat=True))
    if scope in _LOOKS:
        is_file = scope == LeakIncident.Scope.EXPORT
        seen = leak_looks.exported(incident) if is_file else leak_looks.seen(incident, until=finding.as_of)
        finding.unplaced = dict(seen.unplaced)
        return seen.by_case, _keys(incident, list(seen.by_case))
    if scope == LeakIncident.Scope.IMPORT:
        return None, list(leak_scope.imported(incident).order_by("pk").values_list("pk", flat=True))
    if scope in (LeakIncident.Scope.DISCLOSURE, LeakIncident.Scope.ATTACHMENT):
        is_copy = scope == LeakIncident.Scope.DISCLOSURE
        given = leak_scope.given(incident) if is_copy else leak_scope.attached(incident)
        return given, _keys(incident, list(given))
    return None, _keys(incident, [uuid.UUID(uid) for uid in incident.case_uids])


def _keys(incident: LeakIncident, uids: list[uuid.UUID]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(uids), 500):
        part = Case.objects.filter(uid__in=uids[start : start + 500])
        found += part.filter(centre=incident.centre).values_list("pk", flat=True)
    return sorted(found)


def _conclude(incident: LeakIncident, finding: LeakFinding) -> None:
    incident.refresh_from_db()
    situation = leak_scope.situation(incident, finding)
    assessment = law.assess(situation)
    finding.facts = asdict(situation)
    finding.duty = assessment.duty
    finding.grounds = [ground.value for ground in assessment.grounds]
    finding.missing = list(assessment.missing)
    finding.exemption = assessment.exemption.value if assessment.exemption else ""
    finding.finished_at = timezone.now()
    finding.save()


def latest(incident: LeakIncident) -> LeakFinding | None:
    """The newest finding that is whole."""
    return incident.findings.filter(finished_at__isnull=False).first()


def assessment_of(finding: LeakFinding | None) -> Assessment:
    """What a stored finding said; without one nothing is known yet."""
    if finding is None:
        return Assessment(Duty.UNCLEAR, missing=("persons",))
    return Assessment(
        Duty(finding.duty),
        tuple(Ground(ground) for ground in finding.grounds),
        tuple(finding.missing),
        Exemption(finding.exemption) if finding.exemption else None,
    )


def clocks_of(incident: LeakIncident) -> Clocks:
    return law.clocks(calendar.local_date(incident.found_at), assessment_of(latest(incident)))


@transaction.atomic
def keep_report(uid: uuid.UUID, kind: str, items: Mapping[str, str], *, by: Actor) -> LeakReport:
    """Keep a version of a draft; the ones before stay. Raises LeakClosed."""
    incident = locked(uid, by)
    version = LeakReport(incident=incident, kind=LeakReport.Kind(kind), saved_by_id=by.pk)
    text = json.dumps({item.name: items.get(item.name, "") for item in law.ITEMS}, ensure_ascii=False)
    keys.sealer(incident.sealed_owner).seal(version, "items", text)
    version.save(force_insert=True)
    steps.record(f"LEAK_{kind}_DRAFTED", incident.uid, centre=incident.centre, by=by)
    return version


def report_items(incident: LeakIncident, kind: str, *, by: Actor) -> dict[str, str] | None:
    """The newest version of a draft, opened and logged; None where none was saved."""
    version = LeakReport.objects.filter(incident=incident, kind=kind).select_related("incident").first()
    if version is None:
        return None
    text = office.opened(
        "LEAK_OPENED", [(version, "items")], by=by, centre=incident.centre, about=incident.uid
    )[0]
    items: dict[str, str] = json.loads(text)
    return items


@transaction.atomic
def mark_sent(uid: uuid.UUID, kind: str, sent_on: date, *, by: Actor) -> LeakIncident:
    """Note the day on which a report went out. Raises LeakClosed."""
    incident = locked(uid, by)
    if kind == LeakReport.Kind.PRELIMINARY:
        incident.preliminary_sent_on = sent_on
    else:
        incident.final_sent_on = sent_on
    incident.save(update_fields=["preliminary_sent_on", "final_sent_on"])
    steps.record(f"LEAK_{kind}_SENT", incident.uid, centre=incident.centre, by=by)
    return incident


@transaction.atomic
def close(uid: uuid.UUID, reason: str, *, by: Actor) -> LeakIncident:
    """End the response. Raises LeakClosed, LeakNotClosable, AssessmentRunning."""
    incident = locked(uid, by)
    if incident.job is not None and not incident.job.is_finished:
        raise AssessmentRunning
    if assessment_of(latest(incident)).duty != Duty.NONE and incident.final_sent_on is None:
        raise LeakNotClosable
    keys.sealer(incident.sealed_owner).seal(incident, "closing_reason", reason)
    incident.closed_at = timezone.now()
    incident.save(update_fields=["closing_reason", "closed_at"])
    steps.record("LEAK_CLOSED", incident.uid, centre=incident.centre, by=by)
    return incident


def _forget_case(case_uid: uuid.UUID) -> None:
    """The numbers of a finding stay; that this case was among them goes."""
    LeakCase.objects.filter(case_uid=case_uid).delete()


def register() -> None:
    registry.handler(JOB, label=gettext_lazy("漏えいの範囲の計算"))(assess)
    erasing.register("leaks", _forget_case)
