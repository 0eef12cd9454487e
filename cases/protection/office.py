"""The door to what the office itself wrote about leaks, disclosures, requests and traders, and to the papers it keeps;
and to a 気づき, which somebody noticed and nobody has made a case of.

It opens nothing of a case: those values have `reveal`. One entry in the log per opening, committed before.
"""

import uuid
from collections.abc import Sequence
from typing import ClassVar, Final

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, keys, streams
from cases.protection.sealed import HoldsSealed, Owner
from cases.records.centre import Actor, Centre

KINDS: Final = frozenset({"leak", "disclosure", "request", "paper", "trader", "track", "worry"})


class NotOfTheOffice(CasesError):
    """The row belongs to a case, a draft or a contact; this door does not open those."""

    code: ClassVar[str] = "not_of_the_office"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("この値は、漏えい対応・外部提供・開示請求の記録ではありません。"))


def opened(
    action: str, rows: Sequence[tuple[HoldsSealed, str]], *, by: Actor, centre: Centre, about: uuid.UUID
) -> list[str]:
    """The texts of (row, field) in order, empty where none is stored. All rows have the owner of the first.

    The caller has checked that the rows are in the actor's scope. Raises NotOfTheOffice, KeyMissing, SealBroken.
    """
    owners = {row.sealed_owner for row, _field in rows}
    if len(owners) != 1 or any(owner.kind not in KINDS for owner in owners):
        raise NotOfTheOffice
    audit.committed(audit.entry(action, by=by, centre=centre, count=len(rows), reason=str(about)))
    sealer = keys.sealer(owners.pop(), centre_uid=centre.uid)
    return [sealer.open(row, field) for row, field in rows]


def file_of(action: str, owner: Owner, *, by: Actor, centre: Centre, about: uuid.UUID) -> bytes:
    """The whole of a kept paper, or nothing. Raises NotOfTheOffice, KeyMissing, SealBroken."""
    if owner.kind not in KINDS:
        raise NotOfTheOffice
    audit.committed(audit.entry(action, by=by, centre=centre, reason=str(about)))
    keys.sealer(owner, centre_uid=centre.uid)  # a paper that was moved to another centre by hand stays shut
    return streams.read(owner)
