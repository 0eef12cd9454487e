"""Papers of leaks, disclosures and requests: the job that makes their PDF, and the way to them later."""

import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from cases import jobs
from cases.jobs import registry
from cases.jobs.lanes import Lane
from cases.jobs.models import Job
from cases.jobs.running import Running
from cases.records.centre import Actor, Centre
from cases.records.papers import OfficePaper
from cases.services import papers
from consult.shell import roles
from consult.shell.accounts import Account
from consult.shell.paper import Document
from consult.shell.web import StaffView

JOB: Final = "office.paper"
Build = Callable[[uuid.UUID, Account], Document]
_builders: dict[str, Build] = {}


def builder(kind: OfficePaper.Kind, build: Build) -> None:
    """From now on papers of this kind are what `build(subject uid, account)` gives."""
    if kind in _builders:
        raise ValueError(f"the paper {kind} is registered twice")
    _builders[kind] = build


def start(kind: OfficePaper.Kind, subject_uid: uuid.UUID, *, centre: Centre, by: Actor) -> Job:
    """Queue the PDF, in the caller's transaction."""
    return jobs.start(JOB, {"kind": kind.value, "subject": str(subject_uid)}, by=by, centre=centre)


def make(running: Running) -> None:
    """Build, typeset and keep one paper; a run that is repeated after a kill keeps it once."""
    from consult.shell.paper.pdf import to_pdf  # loads typst: in the worker only

    by = running.job.created_by
    centre = running.job.centre
    if by is None or centre is None:
        raise LookupError("a paper is made for a person of a centre")
    if (running.cursor or {}).get("is_kept"):
        return
    kind, subject = OfficePaper.Kind(running.arguments["kind"]), uuid.UUID(running.arguments["subject"])
    running.advance(0, 2)
    with translation.override(settings.LANGUAGE_CODE):
        document = _builders[kind](subject, by)
    data = to_pdf(document, made_at=timezone.now())
    running.advance(1)
    with transaction.atomic():
        paper = papers.keep(data, kind, "pdf", subject_uid=subject, centre=centre, by=by)
        running.checkpoint({"is_kept": True}, done=2)
    running.result = {"paper": str(paper.uid)}


_TYPES: Final = {"pdf": "application/pdf", "txt": "text/plain; charset=utf-8"}


class PaperFile(StaffView):
    """A kept paper of the actor's centre, logged before it is opened."""

    permission = roles.KEEP_DISCLOSURES

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        found = OfficePaper.objects.filter(uid=uid, centre_id__in=self.actor.centre_ids)
        paper = found.select_related("centre").first()
        if paper is None:
            raise Http404
        response = HttpResponse(papers.read(paper, by=self.actor), content_type=_TYPES[paper.ending])
        name = f"{paper.kind.lower()}-{paper.made_at:%Y%m%d}-{str(paper.uid)[:8]}.{paper.ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def register() -> None:
    registry.handler(JOB, label=_("書類のPDF"), lane=Lane.FEED)(make)
