"""That a ledger was refused is kept, without anything of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0037_failing_tasks")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="refusal",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="importrun", name="refused", field=models.PositiveIntegerField(default=0)
        ),
    ]
