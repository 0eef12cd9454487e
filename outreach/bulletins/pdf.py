"""The job that makes the PDF of an issued bulletin."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.jobs import registry
from cases.jobs.lanes import Lane
from cases.jobs.running import Running
from outreach.bulletins.models import Bulletin, BulletinPaper
from outreach.bulletins.paper import document_of
from outreach.bulletins.services import PDF_JOB


def register() -> None:
    registry.handler(PDF_JOB, label=_("見守り通信のPDF"), lane=Lane.FEED)(make)


def make(running: Running) -> None:
    """Idempotent: a second run finds the paper and leaves it. Raises Bulletin.DoesNotExist, PaperNotMade."""
    from consult.shell.paper.pdf import to_pdf  # loads typst: in the worker only

    running.advance(0, 2)
    bulletin = Bulletin.objects.select_related("centre", "release").get(
        uid=UUID(running.arguments["bulletin"])
    )
    if not BulletinPaper.objects.filter(bulletin=bulletin).exists():
        made = to_pdf(document_of(bulletin), made_at=bulletin.issued_at)
        running.advance(1)
        BulletinPaper.objects.get_or_create(bulletin=bulletin, defaults={"pdf": made})
    running.result = {"bulletin": str(bulletin.uid)}
    running.advance(2)
