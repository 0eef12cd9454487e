from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0033_audit_of_steps")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="marks",
            field=models.TextField(blank=True, default="", verbose_name="目印"),
            preserve_default=False,
        ),
    ]
