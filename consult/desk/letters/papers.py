"""PDFs of what the desk writes: made by the worker, kept among the files of the case, sealed like any of them."""

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases import jobs
from cases.jobs import registry
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.records.centre import Actor, Centre
from cases.services import attachments
from consult.shell.accounts import Account
from consult.shell.paper import Document

JOB: Final = "desk.paper"


@dataclass(frozen=True)
class CasePaper:
    """A document about a case, the name of its file, and the moment that the PDF says it was made at."""

    case_uid: uuid.UUID
    name: str
    document: Document
    made_at: datetime

    def __repr__(self) -> str:
        return f"<CasePaper {self.case_uid}>"


Build = Callable[[uuid.UUID, Account], CasePaper]
_builders: dict[str, Build] = {}


def builder(kind: str, build: Build) -> None:
    """From now on papers of this kind are what `build(subject uid, account)` gives; it opens values through the log."""
    if kind in _builders:
        raise ValueError(f"the paper {kind} is registered twice")
    _builders[kind] = build


def start(kind: str, subject_uid: uuid.UUID, *, centre: Centre, by: Actor) -> Job:
    """Queue the PDF, in the caller's transaction."""
    return jobs.start(JOB, {"kind": kind, "subject": str(subject_uid)}, by=by, centre=centre)


def make(running: Running) -> None:
    """Build, typeset and attach one paper. The same paper again is the attachment that exists."""
    from consult.shell.paper.pdf import to_pdf  # loads typst: in the worker only

    by = running.job.created_by
    if by is None:
        raise LookupError("a paper is made for a person")
    running.advance(0, 2)
    with translation.override(settings.LANGUAGE_CODE):
        paper = _builders[running.arguments["kind"]](uuid.UUID(running.arguments["subject"]), by)
    data = to_pdf(paper.document, made_at=paper.made_at)
    running.advance(1)
    row = attachments.attach(paper.case_uid, f"{paper.name}.pdf", io.BytesIO(data), size=len(data), by=by)
    running.result = {"file": str(row.uid)}
    running.advance(2)


def register() -> None:
    registry.handler(JOB, label=_("通知・メモのPDF"), lane=Lane.FEED)(make)
