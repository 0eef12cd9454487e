"""What is out has its day and its number once; a correction has its notice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0050_releases_of_before")]

    operations = [
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["centre", "state", "-released_at"], name="release_of_centre"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(fields=("centre", "number"), name="release_number_once"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at__isnull", False), ("state", "RELEASED")),
                    models.Q(
                        models.Q(("state", "RELEASED"), _negated=True),
                        ("number__isnull", True),
                        ("released_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="release_out_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), models.Q(("notice", ""), _negated=True), _connector="OR"
                ),
                name="release_correction_has_notice",
            ),
        ),
    ]
