"""What would hide less is kept beside a judged release."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0053_report_amounts")]

    operations = [
        migrations.AddField(model_name="release", name="advice", field=models.JSONField(default=list)),
    ]
