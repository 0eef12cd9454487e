"""One number at once, judged by itself: how bulletins counted before releases had tables; part of the ledger, too."""

from typing import ClassVar, Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures import measures
from cases.figures.measures import Question
from cases.figures.releases.models import Release
from cases.records.centre import Actor

# The smallest count that may be read, by audience. Below it not even 0 is told apart.
SMALLEST_SHOWN: Final = {Release.Audience.MEMBERS: 3, Release.Audience.PUBLIC: 10}


class StaysWithStaff(CasesError):
    """延べ counts do not add up to cases and are not released."""

    code: ClassVar[str] = "stays_with_staff"


def release_count(audience: str, subject: str, question: Question, by: Actor) -> Release:
    """Count, decide what may be printed (`shown`), and keep a row of it for good.

    `audience` is "members" (構成員, 協力員) or "public"; `subject` names where the number appears, such as
    "bulletin:<uid>". The caller answers for the centres of the question. Raises StaysWithStaff, ValueError.
    """
    to = Release.Audience(audience)
    if question.measure != measures.CASES:
        raise StaysWithStaff(_("延べ件数は外部に出せません。"))
    counted = measures.breakdown(question)
    is_shown = counted.total >= SMALLEST_SHOWN[to]
    with translation.override(settings.LANGUAGE_CODE):  # as printed, whatever the language of who releases it
        shown = _("%(count)d件") % {"count": counted.total} if is_shown else _hidden(to)
    return Release.objects.create(
        centre_id=next(iter(question.centre_ids)) if len(question.centre_ids) == 1 else None,
        audience=to,
        state=Release.State.RELEASED,
        released_at=timezone.now(),
        subject=subject,
        definition=dict(counted.definition),
        value=counted.total if is_shown else None,
        shown=shown,
        as_of=counted.as_of,
        proposed_by_id=by.pk,
        approved_by_id=by.pk,
    )


def _hidden(audience: Release.Audience) -> str:
    if audience == Release.Audience.PUBLIC:
        return _("%(smallest)d件未満") % {"smallest": SMALLEST_SHOWN[audience]}
    return _("少数のため非公表")
