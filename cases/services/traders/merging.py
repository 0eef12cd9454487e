"""Two rows that are one business: merged, and parted again exactly as they were.

Only `merged_into` and `root` change. Names, marks and cases stay with the row that they were given to, and are shown
with the whole; so parting has nothing to guess.
"""

import uuid
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.records.centre import Actor
from cases.records.trader import Trader, TraderMerge


class CannotMerge(CasesError):
    """The same row twice, of two centres, or one of them is merged already."""

    code: ClassVar[str] = "cannot_merge"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この2件は、いまはまとめられません。どちらかがまとめ済みでないか確かめてください。")
        )


class NotMerged(CasesError):
    code: ClassVar[str] = "not_merged"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("この事業者は、ほかの事業者にまとめられていません。"))


def _pair(first: uuid.UUID, second: uuid.UUID, by: Actor) -> dict[uuid.UUID, Trader]:
    """Both, locked in one order. Raises Trader.DoesNotExist."""
    mine = Trader.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre")
    found = {trader.uid: trader for trader in mine.filter(uid__in=[first, second]).order_by("pk")}
    if not {first, second} <= set(found):
        raise Trader.DoesNotExist
    return found


@transaction.atomic
def merge(kept_uid: uuid.UUID, *, merged_uid: uuid.UUID, by: Actor) -> Trader:
    """From now on `merged` is one business with `kept`; the same again changes nothing.

    Raises Trader.DoesNotExist, CannotMerge.
    """
    found = _pair(kept_uid, merged_uid, by)
    kept, merged = found[kept_uid], found[merged_uid]
    if kept.pk != merged.pk and merged.merged_into_id == kept.pk:
        return kept
    if (
        kept.pk == merged.pk
        or kept.centre_id != merged.centre_id
        or kept.merged_into_id
        or merged.merged_into_id
    ):
        raise CannotMerge
    merged.merged_into = merged.root = kept
    merged.save(update_fields=["merged_into", "root", "changed_at"])
    Trader.objects.filter(root=merged).update(root=kept)
    TraderMerge.objects.create(kept=kept, merged=merged, made_by_id=by.pk)
    audit.record("TRADERS_MERGED", by=by, centre=kept.centre, reason=f"{merged.uid} {kept.uid}")
    return kept


@transaction.atomic
def part(merged_uid: uuid.UUID, *, by: Actor) -> Trader:
    """Undo a merge: the row stands for itself again, with all that had been merged into it before.

    Raises Trader.DoesNotExist, NotMerged.
    """
    into = (
        Trader.objects.visible_to(by).filter(uid=merged_uid).values_list("merged_into__uid", flat=True).get()
    )
    if into is None:
        raise NotMerged
    merged = _pair(merged_uid, into, by)[merged_uid]
    if merged.merged_into_id is None:
        raise NotMerged
    kept = merged.merged_into
    merged.merged_into = merged.root = None
    merged.save(update_fields=["merged_into", "root", "changed_at"])
    Trader.objects.filter(pk__in=_below(merged)).update(root=merged)
    TraderMerge.objects.filter(merged=merged, parted_at=None).update(
        parted_at=timezone.now(), parted_by=by.pk
    )
    reason = f"{merged.uid} {kept.uid if kept else ''}"
    audit.record("TRADERS_PARTED", by=by, centre=merged.centre, reason=reason)
    return merged


def _below(trader: Trader) -> list[int]:
    """Keys of all rows that were merged into this one, at any remove."""
    found: list[int] = []
    level = [trader.pk]
    while level := list(Trader.objects.filter(merged_into__in=level).values_list("pk", flat=True)):
        found += level
    return found
