"""Single numbers that went out before are releases that are out, of the centre that their definition names."""

from typing import Any

from django.db import migrations
from django.db.models import F


def mark(apps: Any, _editor: object) -> None:
    """Only a definition of one centre can be laid beside that centre's releases."""
    releases, centres = apps.get_model("cases", "Release"), apps.get_model("cases", "Centre")
    releases.objects.update(state="RELEASED", proposed_at=F("released_at"), proposed_by=F("approved_by"))
    by_code = dict(centres.objects.values_list("code", "pk"))
    for release in releases.objects.all():
        codes = release.definition.get("centres", ())
        if len(codes) == 1 and codes[0] in by_code:
            release.centre_id = by_code[codes[0]]
            release.save(update_fields=["centre"])


def leave(apps: Any, _editor: object) -> None:
    """Before, there were single numbers alone."""
    releases = apps.get_model("cases", "Release").objects
    releases.update(corrects=None)
    releases.filter(pk__in=[row.pk for row in releases.all() if not row.definition]).delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0049_releases_judged")]

    operations = [migrations.RunPython(mark, leave)]
