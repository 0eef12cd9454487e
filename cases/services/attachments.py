"""Files of a case: attach, take away, and what goes when the case goes."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO, ClassVar, Final

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.documents.content import checked
from cases.documents.kinds import Kind
from cases.errors import CasesError
from cases.protection import audit, file_names, keys, streams
from cases.protection.models import DataKey
from cases.protection.sealed import Owner
from cases.records.attachment import Attachment
from cases.records.case import Case
from cases.records.centre import Actor

MOST_FILES: Final = 200
NAME_LENGTH: Final = 120
_CHUNK: Final = 256 * 1024
# Characters that a file system or a header takes for something else.
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|;%]+')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


class TooManyFiles(CasesError):
    code: ClassVar[str] = "too_many_files"
    status: ClassVar[int] = 409

    def __init__(self) -> None:
        super().__init__(_("1件の相談に添付できるのは%(most)d個までです。") % {"most": MOST_FILES})


class RemovalReasonNeeded(CasesError):
    code: ClassVar[str] = "removal_reason_needed"

    def __init__(self) -> None:
        super().__init__(_("削除する理由を選んでください。"))


class RemovalReason(models.TextChoices):
    """Why a file is taken away. A choice, since words would go to a log that nothing is ever erased from."""

    WRONG_CASE = "WRONG_CASE", gettext_lazy("別の相談のものだった")
    WRONG_FILE = "WRONG_FILE", gettext_lazy("ファイルを間違えた")
    ASKED = "ASKED", gettext_lazy("相談者の求め")
    NOT_NEEDED = "NOT_NEEDED", gettext_lazy("相談に不要だった")


def attach(case_uid: uuid.UUID, name: str, file: BinaryIO, *, size: int, by: Actor) -> Attachment:
    """Check a file and seal it with the case, open or closed. The same file again is the attachment that exists.

    `size` in bytes; `file` can be sought. Checks run before the transaction, which holds SQLite's lock only while the
    pieces are sealed. Raises Case.DoesNotExist, a `FileRefused`, TooManyFiles.
    """
    case = Case.objects.visible_to(by).get(uid=case_uid)
    kind = checked(name, file, size)
    digest = _digest(case, file)
    return _store(case.uid, safe_name(name, kind), kind, digest, file, size=size, by=by)


@transaction.atomic
def _store(
    case_uid: uuid.UUID, name: str, kind: Kind, digest: bytes, file: BinaryIO, *, size: int, by: Actor
) -> Attachment:
    case = _locked(case_uid, by)
    own = Attachment.objects.filter(case=case)
    if (known := own.filter(content_digest=digest).first()) is not None:
        return known
    if own.count() >= MOST_FILES:
        raise TooManyFiles
    row = Attachment(
        case=case,
        number=(own.aggregate(last=models.Max("number"))["last"] or 0) + 1,
        kind=kind.code,
        size=size,
        content_digest=digest,
        added_by_id=by.pk,
    )
    streams.store(
        row.sealed_owner,
        _chunks(file),
        centre_uid=case.centre.uid,
        cohort=_cohort(case),
        belongs_to=case.uid,
    )
    file_names.seal(row, keys.sealer(row.sealed_owner), name)
    row.save(force_insert=True)
    audit.record("FILE_ATTACHED", by=by, case=case)
    return row


@transaction.atomic
def remove(uid: uuid.UUID, *, reason: str, by: Actor) -> None:
    """Take a file away with its key; the log keeps who did it and why.

    Raises Attachment.DoesNotExist, RemovalReasonNeeded.
    """
    if reason not in RemovalReason.values:
        raise RemovalReasonNeeded
    row = find(uid, by=by)
    case = _locked(row.case.uid, by)
    streams.erase(row.sealed_owner)
    row.delete()
    audit.record("FILE_REMOVED", by=by, case=case, reason=reason)


def find(uid: uuid.UUID, *, by: Actor) -> Attachment:
    """A file of a case in the actor's scope. Raises Attachment.DoesNotExist."""
    return (
        Attachment.objects.select_related("case__centre")
        .filter(case__in=Case.objects.visible_to(by))
        .get(uid=uid)
    )


def owners_with_case(case_uid: uuid.UUID) -> list[Owner]:
    """Whose keys the files of the case are sealed under."""
    return [row.sealed_owner for row in Attachment.objects.filter(case__uid=case_uid).only("uid")]


def erase_with_case(case_uid: uuid.UUID) -> None:
    """The hook of `cases.erasing`: pieces, keys and rows of every file of the case."""
    for row in Attachment.objects.filter(case__uid=case_uid):
        streams.erase(row.sealed_owner)
        row.delete()


def safe_name(name: str, kind: Kind) -> str:
    """The name as it is kept: readable, one line, no path, no direction marks, and the ending of its kind.

    A name of which nothing is left becomes 「file」.
    """
    # The category C holds controls, NUL and line ends among them, and marks that turn the direction of reading.
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFC", name)
        if not unicodedata.category(letter).startswith("C")
    )
    last = plain.replace("\\", "/").rsplit("/", 1)[-1]
    path = PurePath(_UNSAFE.sub("_", last).strip(" ."))
    ending = path.suffix.lower() if path.suffix.lower() in kind.endings else kind.endings[0]
    stem = (path.stem if path.suffix.lower() in kind.endings else path.name).strip(" ._")
    if not stem or _RESERVED.fullmatch(stem):
        stem = "file"
    return stem[: NAME_LENGTH - len(ending)] + ending


def _locked(case_uid: uuid.UUID, by: Actor) -> Case:
    return (
        Case.objects.visible_to(by).select_for_update(of=("self",)).select_related("centre").get(uid=case_uid)
    )


def _cohort(case: Case) -> int:
    """The fiscal year whose key wraps the case's own: its files go with it when that year's key is destroyed."""
    return DataKey.objects.get(owner_kind=Case.OWNER_KIND, owner_uid=case.uid).cohort


def _digest(case: Case, file: BinaryIO) -> bytes:
    sum_ = hashlib.sha256()
    for part in _chunks(file):
        sum_.update(part)
    return keys.keyed_digest(f"attachment/{case.uid}", sum_.digest())


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(_CHUNK):
        yield part
