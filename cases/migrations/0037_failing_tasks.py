"""Since when a periodic task fails, and with what type of error."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0036_case_provisional")]

    operations = [
        migrations.AddField(
            model_name="tasklease", name="failing_since", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="tasklease",
            name="fault",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
