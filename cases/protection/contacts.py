"""The same door for the key domain `contact`: lecturers, members of the watch network, applicants.

It opens nothing that belongs to a case, so a process may hold these keys and not those.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import ClassVar

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit, keys, streams
from cases.protection.keys import CONTACT_KINDS
from cases.protection.purpose import Purpose, PurposeNeeded
from cases.protection.sealed import HoldsSealed, Owner
from cases.records.centre import Actor, Centre


class NotAContact(CasesError):
    """The row belongs to a case or a draft; this door does not open those."""

    code: ClassVar[str] = "not_a_contact"
    status: ClassVar[int] = 403

    def __init__(self) -> None:
        super().__init__(_("この値は連絡先ではありません。"))


def reveal(
    row: HoldsSealed, fields: Sequence[str], *, by: Actor, centre: Centre, purpose: str, reason: str = ""
) -> dict[str, str]:
    """The named values of a contact row, logged and committed before they are opened.

    The caller has checked that `row` is in the actor's scope. Raises NotAContact, PurposeNeeded, KeyMissing,
    SealBroken.
    """
    if row.sealed_owner.kind not in CONTACT_KINDS:
        raise NotAContact
    if purpose not in Purpose.values:
        raise PurposeNeeded
    audit.committed(
        audit.entry(
            "CONTACT_REVEALED", by=by, centre=centre, fields=sorted(fields), purpose=purpose, reason=reason
        )
    )
    sealer = keys.sealer(row.sealed_owner, centre_uid=centre.uid)
    return {field: sealer.open(row, field) for field in fields}


def for_mailing(
    kind: str, field: str, *, by: Actor, centre: Centre, reason: str
) -> Callable[[HoldsSealed], str]:
    """What opens addresses one by one while a text is sent to them: one entry in the log for the whole run.

    `reason`: the uid of what is sent. The entry is committed before this returns. What is handed back opens rows of
    `kind` whose key lies at the centre, and raises NotAContact for any other, KeyMissing, WrapBroken, SealBroken.
    """
    if kind not in CONTACT_KINDS:
        raise NotAContact
    audit.committed(audit.entry("ADDRESSES_USED", by=by, centre=centre, fields=[field], reason=reason))

    def opened(row: HoldsSealed) -> str:
        if row.sealed_owner.kind != kind:
            raise NotAContact
        return keys.sealer(row.sealed_owner, centre_uid=centre.uid).open(row, field)

    return opened


def file_of(action: str, owner: Owner, *, by: Actor, centre: Centre, about: uuid.UUID) -> bytes:
    """The whole of a kept file of a contact (a letter to them, what they sent), logged and committed before.

    The caller has checked that it is in the actor's scope. Raises NotAContact, KeyMissing, SealBroken.
    """
    if owner.kind not in CONTACT_KINDS:
        raise NotAContact
    audit.committed(audit.entry(action, by=by, centre=centre, reason=str(about)))
    keys.sealer(owner, centre_uid=centre.uid)  # a file that was moved to another centre by hand stays shut
    return streams.read(owner)
