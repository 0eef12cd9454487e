"""What was approved, as the log keeps it: the worker erases that and nothing that was written into the rows since.

The entry DISPOSAL_APPROVED carries a digest: 16 bytes for the disposal, its ground and its proposer, then 8 for each
case in the order of their bytes. It is covered by the entry's MAC, so only a person's deed makes one.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.protection import audit
from cases.protection.sealed import bound
from cases.services.retention.models import Disposal, DisposalItem

_HEAD: Final = 16
_EACH: Final = 8


class NotApproved(CasesError):
    """The rows say approved, the log does not: nothing is erased."""

    code: ClassVar[str] = "not_approved"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(
            _("この廃棄の承認が操作記録にないか、承認した後に中身が変えられています。何も消しません。")
        )


@dataclass(frozen=True)
class Approval:
    """The cases that a person approved to erase, by digest."""

    disposal_uid: UUID
    tags: frozenset[bytes]

    def covers(self, case_uid: UUID) -> bool:
        return _tag(self.disposal_uid, case_uid) in self.tags


def of(disposal: Disposal) -> bytes:
    """The digest of a disposal as it stands now, without the cases that are kept back."""
    items = DisposalItem.objects.filter(disposal=disposal, is_kept=False)
    tags = sorted(_tag(disposal.uid, uid) for uid in items.values_list("case__uid", flat=True))
    return _head(disposal) + b"".join(tags)


def vouched_by_log(disposal: Disposal) -> Approval:
    """What the log says was approved of it, by the person whom the row names. Raises NotApproved."""
    if disposal.state not in (Disposal.State.APPROVED, Disposal.State.DONE) or disposal.decided_by is None:
        raise NotApproved
    entries = audit.vouched(
        "DISPOSAL_APPROVED",
        actor_uid=disposal.decided_by.uid,
        centre_uid=disposal.centre.uid,
        reason=disposal.ground,
    )
    for entry in entries:
        digest = bytes(entry.digest or b"")
        if digest[:_HEAD] == _head(disposal):
            tags = digest[_HEAD:]
            found = (tags[at : at + _EACH] for at in range(0, len(tags), _EACH))
            return Approval(disposal.uid, frozenset(found))
    raise NotApproved


def _head(disposal: Disposal) -> bytes:
    parts = (disposal.uid.bytes, disposal.ground.encode(), str(disposal.proposed_by_id).encode())
    return hashlib.sha256(bound(*parts)).digest()[:_HEAD]


def _tag(disposal_uid: UUID, case_uid: UUID) -> bytes:
    return hashlib.sha256(bound(disposal_uid.bytes, case_uid.bytes)).digest()[:_EACH]
