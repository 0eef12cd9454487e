"""Warnings without numbers: redacted words, approved by a second person; an urgent one may be approved afterwards."""

import re
import unicodedata
import uuid
from collections.abc import Collection
from typing import ClassVar, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.errors import CasesError
from cases.figures.releases.models import Release
from cases.protection import audit
from cases.records.centre import Actor, Centre
from cases.records.later_review import LaterReview
from cases.services import oversight
from cases.services.releases import verbs
from cases.services.releases.kept import ReleaseNotJudged

# A number of consultations or persons, or a share; not a day, an age, an amount of money or a phone number.
_COUNT: Final = re.compile(r"[0-9][0-9,]*\s*(?:件|人|名|%|割|パーセント|倍)")


class WarningHasNumbers(CasesError):
    """It tells a count, which has to be judged."""

    code: ClassVar[str] = "warning_has_numbers"
    status: ClassVar[int] = 422

    def __init__(self, found: str) -> None:
        super().__init__(
            _("「%(found)s」は件数のようです。件数を載せるときは、公表の判定を受けてください。")
            % {"found": found}
        )


@transaction.atomic
def propose_warning(
    centre: Centre,
    *,
    audience: str,
    title: str,
    text: str,
    subject: str = "",
    is_urgent: bool = False,
    by: Actor,
) -> Release:
    """A warning whose redacted `text` tells no count; it waits for approval, or is out at once where it is urgent.

    The text itself is not kept. Raises WarningHasNumbers, EntryRefused without a title.
    """
    if (found := _COUNT.search(unicodedata.normalize("NFKC", text))) is not None:
        raise WarningHasNumbers(found.group())
    locked = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    release = Release(
        centre=locked, kind=Release.Kind.WARNING, audience=Release.Audience(audience), subject=subject,
        title=verbs.title_of(title), proposed_by_id=by.pk, is_urgent=is_urgent, state=Release.State.JUDGED,
    )  # fmt: skip
    if is_urgent:
        verbs.publish(release, locked, by, is_approved=False)
        audit.record("WARNING_BEFORE_APPROVAL", by=by, centre=locked, reason=str(release.uid))
    else:
        release.save(force_insert=True)
        audit.record("RELEASE_PROPOSED", by=by, centre=locked, reason=str(release.uid))
    return release


@transaction.atomic
def approve_late(
    uid: uuid.UUID, *, by: Actor, able: Collection[int] | None = None, is_checked: bool = False
) -> Release:
    """Approve an urgent warning that is out; `able` and `is_checked` as in `approve`.

    Raises Release.DoesNotExist, ReleaseNotJudged, SecondPersonNeeded.
    """
    release = verbs.locked(uid, by, Release.State.RELEASED)
    if not release.is_urgent or release.approved_at is not None:
        raise ReleaseNotJudged(release)
    centre = verbs.centre_of(release)
    if not is_checked:
        listed = oversight.by_second_person(
            LaterReview.Kind.RELEASE, uid, first_pk=release.proposed_by_id, centre=centre, by=by, able=able
        )
        release.is_alone = listed is not None
    release.approved_at, release.approved_by_id = timezone.now(), by.pk
    release.save(update_fields=["is_alone", "approved_at", "approved_by"])
    audit.record("WARNING_APPROVED_LATE", by=by, centre=centre, reason=str(uid))
    return release
