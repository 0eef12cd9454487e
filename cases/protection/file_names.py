"""Names of attached files: sealed with the file's own key and bound to the case, opened for `reveal` and `attached`."""

import uuid

from cases.protection import keys
from cases.protection.sealed import SealBroken, Sealed, Sealer, label_of
from cases.records.attachment import Attachment
from cases.records.case import Case


def seal(row: Attachment, sealer: Sealer, name: str) -> None:
    row.name = sealer.sealed(_label(row), row.uid, name)


def opened(row: Attachment, sealer: Sealer) -> str:
    """The name, for a door that has logged the look. Raises SealBroken."""
    if not isinstance(row.name, Sealed):
        raise SealBroken
    return sealer.opened(_label(row), row.uid, row.name)


def names(case: Case) -> dict[uuid.UUID, str]:
    """The names of all files of a case, for a door that has logged the look. A file without its key has none."""
    rows = list(Attachment.objects.filter(case=case).select_related("case"))
    sealers = keys.sealers(Attachment.OWNER_KIND, [row.uid for row in rows])
    return {row.uid: opened(row, sealers[row.uid]) for row in rows if row.uid in sealers}


def _label(row: Attachment) -> str:
    return f"{label_of(row, 'name')}@{row.case.uid.hex}"
