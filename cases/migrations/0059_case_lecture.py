from django.db import migrations, models


class Migration(migrations.Migration):
    """A case may name the lecture that told the caller of the centre."""

    dependencies = [("cases", "0058_watch_verdicts")]

    operations = [
        migrations.AddField(
            "case", "lecture", models.UUIDField(null=True, verbose_name="きっかけになった講座")
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["lecture"], condition=models.Q(lecture__isnull=False), name="case_by_lecture"
            ),
        ),
    ]
