from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0004_dead_letter"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadletter",
            name="given_up_at",
            field=models.DateTimeField(null=True),
        ),
    ]
