from typing import Any

from django.db import migrations


def keep(apps: Any, _schema: Any) -> None:
    lecture = apps.get_model("outreach", "Lecture")
    of = lecture.lecturers.through
    had = lecture.objects.filter(assigned__isnull=False).values_list("pk", "assigned_id")
    of.objects.bulk_create(
        [of(lecture_id=pk, lecturer_id=lecturer) for pk, lecturer in had], ignore_conflicts=True
    )


def give_back(apps: Any, _schema: Any) -> None:
    """The first of several; the others are lost, as there is no place for them."""
    lecture = apps.get_model("outreach", "Lecture")
    for row in lecture.lecturers.through.objects.order_by("-pk"):
        lecture.objects.filter(pk=row.lecture_id).update(assigned=row.lecturer_id)


class Migration(migrations.Migration):
    """Who was to speak still is."""

    dependencies = [("outreach", "0022_lecture_lecturers")]

    operations = [migrations.RunPython(keep, give_back)]
