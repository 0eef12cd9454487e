"""All open cases of somebody who leaves, handed to a colleague in one go: at once where they are few, else as a job."""

import uuid
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.errors import CasesError
from cases.jobs import registry
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.protection import audit
from cases.protection.purpose import BreakGlassNeeded
from cases.records.case import Case
from cases.records.centre import Actor
from cases.services import custody
from cases.services.entry import EntryRefused

JOB: Final = "custody.order"
AT_ONCE: Final = 200
"""More than so many cases are a job with progress: each is a transaction of its own."""
_STEP: Final = 50


@dataclass
class Ordered:
    """What came of it: how many changed hands, and the numbers that did not, with the reason."""

    moved: int = 0
    guarded: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def order_all(from_uid: uuid.UUID, *, to_uid: uuid.UUID, by: Actor) -> "Ordered | Job":
    """Put all open cases of one account into the hands of another; again does what is left.

    Raises EntryRefused. Cases under 支援措置, and those that were changed by hand, stay and are named.
    """
    people = get_user_model().objects.filter(centre__in=by.centre_ids)
    leaver = people.filter(uid=from_uid).first()
    to = people.filter(uid=to_uid, is_active=True).first()
    if leaver is None or to is None or leaver.pk == to.pk or leaver.centre_id != to.centre_id:
        raise EntryRefused({"to": _("選び直してください。")})
    cases = custody.open_cases_of(leaver.pk, by=by)
    if cases.count() > AT_ONCE:
        arguments = {"from": str(from_uid), "to": str(to_uid)}
        with transaction.atomic():
            job = jobs.start(JOB, arguments, by=by, centre=leaver.centre)
            audit.record("HAND_OVERS_ORDERED", by=by, centre=leaver.centre, reason=_said(job))
            return job
    done = Ordered()
    for case in cases.only("uid", "number"):
        _one(case, leaver.pk, to_uid, by, done)
    return done


def _one(case: Case, from_pk: int, to_uid: uuid.UUID, by: Actor, done: Ordered) -> None:
    try:
        done.moved += custody.order(case.uid, from_pk=from_pk, to_uid=to_uid, by=by)
    except BreakGlassNeeded:
        done.guarded.append(case.number)
    except (CasesError, Case.DoesNotExist):
        done.refused.append(case.number)


def _said(job: Job) -> str:
    """What the log says of a job: its own uid, so that no other row of the queue can stand on the same order."""
    return f"{job.uid} {job.arguments['from']} {job.arguments['to']}"


def run(running: Running) -> None:
    """The job. It goes on after a kill, since what is done is no longer in the leaver's hands.

    A row that somebody slipped into the queue hands nothing over: the log must know who ordered it.
    """
    by = running.job.created_by
    if by is None:
        raise LookupError("a hand-over is ordered by somebody")
    ordered = audit.vouched("HAND_OVERS_ORDERED", actor_uid=by.uid, reason=_said(running.job))
    if next(ordered, None) is None:
        raise LookupError("the log knows of no such order")
    leaver = get_user_model().objects.get(uid=running.arguments["from"])
    to_uid = uuid.UUID(running.arguments["to"])
    cases = list(custody.open_cases_of(leaver.pk, by=by).only("uid", "number"))
    done = Ordered()
    running.advance(0, len(cases))
    for n, case in enumerate(cases, 1):
        _one(case, leaver.pk, to_uid, by, done)
        running.advance(n)
        if n % _STEP == 0:
            running.stop_if_cancelled()
    running.result = {"moved": done.moved, "guarded": done.guarded, "refused": done.refused}


def register() -> None:
    """Called once, when the apps are ready."""
    registry.handler(JOB, label=gettext_lazy("相談の一括引継ぎ"))(run)
