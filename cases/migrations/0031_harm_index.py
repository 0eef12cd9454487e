"""Cases with 危害 or 危険 are found without walking through all cases of a centre."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0030_registrations")]

    operations = [
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["harm", "centre"], name="case_harm")
        ),
    ]
