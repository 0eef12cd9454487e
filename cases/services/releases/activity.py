"""Figures of the centre's own activity: they count no consultation, so no threshold holds; they are logged."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from cases.figures.releases.asking import NotReleasable
from cases.figures.releases.models import Figure, Release
from cases.records.centre import Actor, Centre
from cases.services.releases import verbs


@transaction.atomic
def release_activity(
    centre: Centre, figures: Sequence[Figure], *, audience: str, title: str, subject: str = "", by: Actor
) -> Release:
    """Publish them at once, on record. Raises NotReleasable without a figure, EntryRefused without a title."""
    if not figures:
        raise NotReleasable(_("公表する数がありません。"))
    locked = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    release = Release(
        centre=locked, kind=Release.Kind.ACTIVITY, audience=Release.Audience(audience), subject=subject,
        title=verbs.title_of(title), figures=[asdict(figure) for figure in figures], proposed_by_id=by.pk,
    )  # fmt: skip
    verbs.publish(release, locked, by)
    return release
