"""Cases whose coding is provisional are counted without walking through all of a centre's."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0035_reports")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["centre", "received_on"], condition=Q(is_provisional=True), name="case_provisional"
            ),
        ),
    ]
