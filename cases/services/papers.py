"""Keeping what was made for outside exactly as it was made, and showing it again."""

import hashlib
import uuid

from django.db import transaction

from cases.protection import keys, office, streams
from cases.protection.sealed import Owner
from cases.records.centre import Actor, Centre
from cases.records.papers import OfficePaper
from cases.services import steps


@transaction.atomic
def keep(
    data: bytes, kind: OfficePaper.Kind, ending: str, *, subject_uid: uuid.UUID, centre: Centre, by: Actor
) -> OfficePaper:
    """Seal the bytes under a key of their own. Their digest goes into the log, so that a swap would show."""
    paper = OfficePaper(
        centre=centre, subject_uid=subject_uid, kind=kind, ending=ending, made_by_id=by.pk,
        digest=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    paper.size = streams.store(paper.sealed_owner, [data], centre_uid=centre.uid, cohort=keys.NO_YEAR)
    paper.save(force_insert=True)
    steps.record("PAPER_MADE", subject_uid, centre=centre, by=by, more=f"sha256:{paper.digest}")
    return paper


def of(subject_uid: uuid.UUID) -> list[OfficePaper]:
    """The papers of a leak, disclosure or request, newest first, without their content."""
    return list(OfficePaper.objects.filter(subject_uid=subject_uid).select_related("made_by"))


def read(paper: OfficePaper, *, by: Actor) -> bytes:
    """The bytes of a paper in the actor's scope, logged before. Raises KeyMissing, SealBroken."""
    return office.file_of(
        "PAPER_OPENED", paper.sealed_owner, by=by, centre=paper.centre, about=paper.subject_uid
    )


@transaction.atomic
def owners_of(subject_uid: uuid.UUID) -> list[Owner]:
    """Whose keys the papers of a subject are sealed under."""
    return [paper.sealed_owner for paper in OfficePaper.objects.filter(subject_uid=subject_uid)]


def destroy(subject_uid: uuid.UUID) -> None:
    """Forget the content of a subject's papers for good; their lines and digests stay in the ledger."""
    for paper in OfficePaper.objects.filter(subject_uid=subject_uid):
        streams.erase(paper.sealed_owner)
