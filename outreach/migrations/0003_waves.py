from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_approved_alone")]

    operations = [
        migrations.AddField(
            model_name="bulletin",
            name="wave",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lecture",
            name="wave",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
