"""Work is done in two lanes: a job knows its own, and each lane says when a worker was last seen in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0044_route_to_the_centre")]

    operations = [
        migrations.AddField("job", "lane", models.CharField(default="jobs", max_length=8)),
        migrations.AddField(
            "workerseen",
            "worker",
            models.CharField(blank=True, max_length=100, default=""),
            preserve_default=False,
        ),
        # There is one row at most, and it is renewed within seconds.
        migrations.AddField(
            "workerseen",
            "lane",
            models.CharField(max_length=8, unique=True, default="jobs"),
            preserve_default=False,
        ),
    ]
