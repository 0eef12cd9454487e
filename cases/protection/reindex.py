"""Making the look-up tags of a centre anew when its table has outgrown them: two columns, resumable, nobody waits.

FILLING walks through the cases and gives every row its coming tag (and rows to cases that had none); SWITCHING moves
the coming tags to where they are searched. Writers fill both columns, readers search both, so that every number is
found at any moment, and a worker that is killed goes on where its last step was committed.
"""

import uuid
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import jobs
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.protection import audit, lookup, match
from cases.protection.models import LookupIndex, LookupPermit, LookupTag
from cases.records.case import Case, CaseQuerySet
from cases.records.centre import SYSTEM, Actor, Centre

KIND: Final = "lookup.reindex"
BATCH: Final = 200
MOVED_AT_ONCE: Final = 2_000


def register() -> None:
    jobs.handler(KIND, label=gettext_lazy("電話・カナの索引の作り直し"))(handle)
    jobs.every(900.0, "lookup.growth")(start_outgrown)


def start_outgrown() -> None:
    """Queue a re-index for each centre whose table has grown to four times what its tags were made for."""
    for centre in lookup.outgrown():
        start(centre, by=SYSTEM)


@transaction.atomic
def start(centre: Centre, *, by: Actor) -> Job:
    """Queue a re-index of the centre; the one that waits or runs where there is one."""
    list(
        Centre.objects.select_for_update(no_key=True).filter(pk=centre.pk)
    )  # two who start at once get the same job
    unfinished = Job.objects.filter(kind=KIND, centre=centre, finished_at__isnull=True).first()
    return unfinished or jobs.start(KIND, {"centre": str(centre.uid)}, by=by, centre=centre)


def handle(running: Running) -> None:
    """The job: begin or go on. The index rows say how far it is; the cursor says which case was the last."""
    centre = Centre.objects.get(uid=uuid.UUID(running.arguments["centre"]))
    begin(centre)
    running.result["cases"] = _fill(running, centre)
    running.result["moved"] = _switch(running, centre)
    running.result["bits"] = finish(centre)


@transaction.atomic
def begin(centre: Centre) -> None:
    """From now on both columns are written and searched. A re-index under way goes on as it is."""
    held = lookup.indexes(centre, lock=True)
    if any(index.state == LookupIndex.State.SWITCHING for index in held.values()):
        return
    for index in held.values():
        if index.state == LookupIndex.State.STEADY:
            index.next_bits = lookup.bits_for(
                LookupTag.objects.filter(centre=centre, field=index.field).count()
            )
            index.state = LookupIndex.State.FILLING
            index.save(update_fields=["next_bits", "state"])


def _fill(running: Running, centre: Centre) -> int:
    """Give each case of the centre its rows with both tags. Returns how many cases were read."""
    if LookupIndex.objects.filter(centre=centre, state=LookupIndex.State.SWITCHING).exists():
        return running.job.done
    cases = _cases_of(centre)
    running.advance(running.job.done, cases.count(), _("読み直しています"))
    last: Any = running.cursor or 0
    done = running.job.done
    while batch := list(cases.filter(pk__gt=last).order_by("pk").only("uid", "centre")[:BATCH]):
        running.stop_if_cancelled()
        with transaction.atomic():
            fill(centre, batch)
            last, done = batch[-1].pk, done + len(batch)
            running.checkpoint(last, done=done)
    with transaction.atomic():
        lookup.indexes(centre, lock=True)
        LookupIndex.objects.filter(centre=centre).update(state=LookupIndex.State.SWITCHING)
        running.checkpoint(last, done=done)
    if done:
        audit.record("LOOKUP_REINDEXED", by=SYSTEM, centre=centre, count=done)
    return done


def _cases_of(centre: Centre) -> CaseQuerySet:
    """The centre's own cases and those handed over to it."""
    return Case.objects.filter(Q(centre=centre) | Q(lookup_permits__centre=centre)).distinct()


def fill(centre: Centre, cases: list[Case]) -> None:
    """Replace the rows of these cases at the centre, in the caller's transaction. Cases without a key lose theirs.

    The cases are locked, and read again: a correction that commits meanwhile must not be undone.
    """
    held = list(
        Case.objects.select_for_update(of=("self",))
        .filter(pk__in=[case.pk for case in cases])
        .order_by("pk")
        .only("uid", "centre")
    )
    LookupTag.objects.filter(centre=centre, case__in=held).delete()
    wanted = [(case, digests_at(centre)) for case, digests_at in match.lookup_values(held)]
    LookupTag.objects.bulk_create(lookup.rows(centre, wanted))


def _switch(running: Running, centre: Centre) -> int:
    """Move the coming tags to the searched column, some thousands at a time."""
    moved = 0
    while count := switch(centre):
        running.stop_if_cancelled()
        moved += count
        running.advance(running.job.done, note=_("切り替えています"))
    return moved


@transaction.atomic
def switch(centre: Centre) -> int:
    """Move at most `MOVED_AT_ONCE` rows; 0 where none is left."""
    coming = LookupTag.objects.filter(centre=centre, next_tag__isnull=False)
    chosen = list(coming.order_by("pk").values_list("pk", flat=True)[:MOVED_AT_ONCE])
    return LookupTag.objects.filter(pk__in=chosen).update(tag=F("next_tag"), next_tag=None)


@transaction.atomic
def finish(centre: Centre) -> dict[str, int]:
    """Only the new tags are written and searched. Returns their length in bits by field."""
    for index in lookup.indexes(centre, lock=True).values():
        if index.next_bits is not None:
            index.bits, index.next_bits = index.next_bits, None
            index.state, index.version = LookupIndex.State.STEADY, index.version + 1
            index.save(update_fields=["bits", "next_bits", "state", "version"])
    return dict(LookupIndex.objects.filter(centre=centre).values_list("field", "bits"))


@transaction.atomic
def permit(case: Case, centre: Centre) -> None:
    """From now on the centre's look-ups find the case; for a hand-over between centres. Idempotent.

    In the transaction of the hand-over, whose entry in the log tells of it.
    """
    if case.centre_id == centre.pk:
        return
    _row, is_new = LookupPermit.objects.get_or_create(case=case, centre=centre)
    if is_new:
        fill(centre, [case])


@transaction.atomic
def withdraw(case: Case, centre: Centre) -> None:
    """The centre's look-ups find the case no more. Idempotent; its own centre always does."""
    LookupPermit.objects.filter(case=case, centre=centre).delete()
    if case.centre_id != centre.pk:
        LookupTag.objects.filter(case=case, centre=centre).delete()
