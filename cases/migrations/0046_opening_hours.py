"""A centre says when it takes calls; until it does, from nine to five."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0045_lanes_of_work")]

    operations = [
        migrations.AddField(
            "centre", "opens_at", models.TimeField(default=datetime.time(9, 0), verbose_name="開所")
        ),
        migrations.AddField(
            "centre", "closes_at", models.TimeField(default=datetime.time(17, 0), verbose_name="閉所")
        ),
        migrations.AddConstraint(
            "centre",
            models.CheckConstraint(
                name="centre_closes_after_it_opens", condition=models.Q(opens_at__lt=models.F("closes_at"))
            ),
        ),
    ]
