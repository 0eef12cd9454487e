"""How many devices are where. Every change is a row, and no count falls below zero."""

import uuid
from datetime import date
from typing import ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.law import calendar
from cases.protection import audit
from cases.records.centre import Actor
from cases.services.entry import EntryRefused
from outreach.devices.models import DeviceKind, DeviceMove, Loan
from outreach.words import Masking

What = DeviceMove.What
MOST: Final = 100_000

# Move → what one device changes: in the store, with borrowers, broken.
EFFECT: Final[dict[str, tuple[int, int, int]]] = {
    What.RECEIVED: (1, 0, 0),
    What.LENT: (-1, 1, 0),
    What.RETURNED: (1, -1, 0),
    What.RETURNED_BROKEN: (0, -1, 1),
    What.LOST: (0, -1, 0),
    What.BROKEN: (-1, 0, 1),
    What.REPAIRED: (1, 0, -1),
    What.DISPOSED: (0, 0, -1),
    What.COUNTED: (1, 0, 0),
}
BY_HAND: Final = (What.RECEIVED, What.BROKEN, What.REPAIRED, What.DISPOSED, What.COUNTED)


class NotSoMany(CasesError):
    """More was to be taken than there is."""

    code: ClassVar[str] = "not_so_many"
    status: ClassVar[int] = 409

    def __init__(self, kind: DeviceKind) -> None:
        super().__init__(
            _("%(name)sは、在庫%(store)d、貸出中%(lent)d、故障%(broken)dです。その数は動かせません。")
            % {"name": kind.name, "store": kind.in_store, "lent": kind.lent, "broken": kind.broken}
        )


def locked(uid: uuid.UUID, by: Actor) -> DeviceKind:
    """The kind, held until the transaction ends. Raises DeviceKind.DoesNotExist outside the actor's scope."""
    rows = DeviceKind.objects.select_related("centre").select_for_update(of=("self",))
    return rows.get(uid=uid, centre_id__in=by.centre_ids)


def put(
    kind: DeviceKind,
    what: str,
    number: int,
    *,
    on: date,
    by: Actor,
    loan: Loan | None = None,
    reason: str = "",
) -> DeviceMove:
    """Write the move and the counts of a locked kind. Raises NotSoMany."""
    store, lent, broken = (
        held + number * step
        for held, step in zip((kind.in_store, kind.lent, kind.broken), EFFECT[what], strict=True)
    )
    if min(store, lent, broken) < 0:
        raise NotSoMany(kind)
    kind.in_store, kind.lent, kind.broken = store, lent, broken
    kind.save(update_fields=["in_store", "lent", "broken"])
    return DeviceMove.objects.create(
        kind=kind, what=what, number=number, on=on, loan=loan, reason=reason, moved_by_id=by.pk
    )


@transaction.atomic
def move(uid: uuid.UUID, *, what: str, number: int, on: date, reason: str = "", by: Actor) -> list[str]:
    """A move typed by staff; returns which kinds of personal data were masked in the reason.

    Of a count by hand `number` is the difference to the store, above or below zero, and wants a reason.
    Raises DeviceKind.DoesNotExist, EntryRefused, NotSoMany.
    """
    kind = locked(uid, by)
    faults = {}
    if what not in BY_HAND:
        faults["what"] = _("選び直してください。")
    if not (1 <= abs(number) <= MOST) or (number < 0 and what != What.COUNTED):
        faults["number"] = _("数を確認してください。")
    if what == What.COUNTED and not reason.strip():
        faults["reason"] = _("数え直しで分かった違いの理由を入力してください。")
    if on > calendar.today():
        faults["on"] = _("今日より後の日は記録できません。")
    if faults:
        raise EntryRefused(faults)
    masking = Masking(kind.centre)
    put(kind, what, number, on=on, by=by, reason=masking.text(reason.strip()))
    audit.record(
        "DEVICES_MOVED",
        by=by,
        centre=kind.centre,
        fields=[what],
        count=abs(number),
        reason=audit.typed(reason),
    )
    return masking.masked
