"""Letters that ask for a device back are numbered and kept; whether two addresses are one household is asked."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


def uid_for_each(apps, _schema_editor):
    reminders = apps.get_model("outreach", "LoanReminder").objects
    for pk in reminders.values_list("pk", flat=True):
        reminders.filter(pk=pk).update(uid=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("cases", "0058_watch_verdicts"), ("outreach", "0025_subscriber_spans")]

    operations = [
        migrations.AddField(model_name="loan", name="perhaps_same", field=models.JSONField(default=list)),
        migrations.AddField(
            model_name="loan",
            name="household",
            field=models.CharField(
                blank=True,
                choices=[("SAME", "同じ世帯"), ("DIFFERENT", "別の世帯")],
                max_length=9,
                default="",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="loanreminder", name="uid", field=models.UUIDField(null=True, editable=False)
        ),
        migrations.RunPython(uid_for_each, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="loanreminder",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="loanreminder",
            name="centre",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
            ),
        ),
        migrations.AddField(
            model_name="loanreminder", name="fiscal_year", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="loanreminder", name="number", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="loanreminder", name="times", field=models.PositiveIntegerField(default=1)
        ),
        migrations.AddField(
            model_name="loanreminder",
            name="digest",
            field=models.CharField(blank=True, max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="loanreminder", name="size", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(model_name="loanreminder", name="made_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="loanreminder",
            constraint=models.UniqueConstraint(
                fields=["centre", "fiscal_year", "number"], name="loan_reminder_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="loanreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(digest="")
                | models.Q(
                    centre__isnull=False,
                    fiscal_year__isnull=False,
                    number__isnull=False,
                    made_at__isnull=False,
                ),
                name="loan_reminder_kept_whole",
            ),
        ),
    ]
