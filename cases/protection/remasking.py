"""Masking the words of a centre's cases anew after its lists changed: a job, resumable, while people write."""

import uuid
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.feed import rows as feed
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.protection import audit, keys, match
from cases.records.case import Case
from cases.records.centre import SYSTEM, Actor, Centre

KIND: Final = "masking.again"
BATCH: Final = 50


def register() -> None:
    jobs.handler(KIND, label=gettext_lazy("伏せ字のやり直し"))(handle)


@transaction.atomic
def start(centre: Centre, *, by: Actor) -> Job:
    """Queue the masking anew of all cases of the centre. One that waits is enough; one that runs began too early."""
    list(Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk))
    waiting = Job.objects.filter(kind=KIND, centre=centre, state=Job.State.QUEUED, attempts=0).first()
    if waiting is not None:
        return waiting
    audit.record("MASKING_STARTED", by=by, centre=centre)
    return jobs.start(KIND, {"centre": str(centre.uid)}, by=by, centre=centre)


def handle(running: Running) -> None:
    """Newest cases last: the cursor is the last key. A case whose key is gone is passed over."""
    centre = Centre.objects.get(uid=uuid.UUID(running.arguments["centre"]))
    cases = Case.objects.filter(centre=centre)
    running.advance(running.job.done, cases.count())
    last, done = int(running.cursor or 0), running.job.done
    changed = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        running.stop_if_cancelled()
        with transaction.atomic():
            changed += _mask_again(batch)
            last, done = batch[-1], done + len(batch)
            running.checkpoint(last, done=done)
    running.result["changed"] = changed
    audit.record("MASKED_AGAIN", by=SYSTEM, centre=centre, count=done)


def _mask_again(pks: list[int]) -> int:
    """How many of the cases have other masks now; each of them is told to the feed."""
    held = (
        Case.objects.select_for_update(of=("self",))
        .select_related("centre")
        .filter(pk__in=pks)
        .order_by("pk")
    )
    cases = list(held)
    sealers = keys.sealers(Case.OWNER_KIND, [case.uid for case in cases])
    held_keys = [case for case in cases if case.uid in sealers]
    changed = [case for case in held_keys if match.mask_again(case, sealers[case.uid])]
    # 経過 are sealed anew even where their masks stay: what every case holds from now on goes into its chain.
    audit.record_all(
        audit.entry("MASKED_AGAIN", by=SYSTEM, case=case, digest=audit.digest_of(case)) for case in held_keys
    )
    feed.changed([(case.uid, case.revision) for case in changed])
    return len(changed)
