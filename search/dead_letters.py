"""Cases whose document an engine refuses for good: which, why, since when. No word and no code of a case."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from cases import feed
from cases.protection import audit
from cases.records.case import Case
from cases.records.centre import Actor

REASON_LENGTH: Final = 64


class DeadLetter(models.Model):
    """A case that search does not find, because the engine takes its document no more often than it was tried.

    The feed has forgotten it, so that it holds up nobody. Whatever writes the case again tries it again: a change
    of the case, a rebuild, the nightly comparison, a person (`retry`).
    """

    uid = models.UUIDField(unique=True, editable=False)
    # The engine's own name of the fault (document_parsing_exception), never its message: that quotes values.
    reason = models.CharField(max_length=REASON_LENGTH)
    attempts = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(default=timezone.now)
    # Somebody has seen it and nobody shall be told of it again.
    given_up_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.uid} {self.reason}"


def settle(tried: Collection[UUID], refused: Mapping[UUID, str]) -> None:
    """Keep a letter of each refused document, and no letter of the others that were tried. In the caller's transaction.

    `tried` may hold what is no case any more: its letter goes too.
    """
    letters = {row.uid: row for row in DeadLetter.objects.filter(uid__in=tried)}
    DeadLetter.objects.filter(uid__in=[uid for uid in letters if uid not in refused]).delete()
    rows = [
        DeadLetter(
            uid=uid,
            reason=reason[:REASON_LENGTH],
            attempts=letters[uid].attempts + 1 if uid in letters else 1,
            since=letters[uid].since if uid in letters else timezone.now(),
        )
        for uid, reason in sorted(refused.items())
    ]
    DeadLetter.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["uid"],
        update_fields=["reason", "attempts"],
    )


@transaction.atomic
def retry(uids: Collection[UUID], *, by: Actor) -> int:
    """Leave word of these cases again, so that the worker tries their documents once more; how many it will try.

    Letters of cases that are gone are thrown away. A letter stays until its document is taken.
    """
    held = set(DeadLetter.objects.filter(uid__in=uids).values_list("uid", flat=True))
    if not held:
        return 0
    cases = dict(Case.objects.filter(uid__in=held).values_list("uid", "revision"))
    DeadLetter.objects.filter(uid__in=held - cases.keys()).delete()
    if cases:
        feed.changed(cases.items())
    audit.record("SEARCH_RETRIED", by=by, count=len(held))
    return len(cases)
