"""The day since which a lecturer is off the list: for those who are off already, today."""

from django.db import migrations, models
from django.utils import timezone


def since_today(apps, _schema_editor):
    lecturers = apps.get_model("outreach", "Lecturer").objects.filter(is_active=False)
    lecturers.update(inactive_since=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [("outreach", "0020_contact_years")]

    operations = [
        migrations.AddField(model_name="lecturer", name="inactive_since", field=models.DateField(null=True)),
        migrations.RunPython(since_today, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="lecturer",
            constraint=models.CheckConstraint(
                condition=models.Q(is_active=True, inactive_since__isnull=True)
                | models.Q(is_active=False, inactive_since__isnull=False),
                name="lecturer_inactive_since_a_day",
            ),
        ),
    ]
